"""A registry in memory in which everything depends on something, edits of it, and what they reach."""

from collections.abc import Iterable, Mapping

from plmctl.commands.diff import judge
from plmctl.commands.reaching import Reaching
from plmctl.commands.since import Part
from plmctl.core.diff import compare
from plmctl.core.judgement import Judgement
from plmctl.core.ports import MemoryTree
from plmctl.core.reach import Reach
from tests.commands.builder import SETTINGS
from tests.commands.timeline import registry_of
from tests.core.test_picture import manifest, prompt

Files = Mapping[str, str]

PRICED = "{provider: openai, model: gpt-4o-2024-08-06, pricing: {currency: USD, inputPerMTok: 2}}"
OTHER = "{provider: openai, model: gpt-4.1-2025-04-14}"
TOOL = "{description: Look., parameters: {type: object, properties: {id: {type: string}}}}"
WORLD: Files = {
    "applications/desk.yaml": manifest("Application", "desk", "{uses: [prompt/reply]}"),
    "applications/shop.yaml": manifest("Application", "shop", "{uses: [prompt/sort, prompt/reply]}"),
    "environments/live.yaml": manifest("Environment", "live", "{pins: {desk: ^1.0, shop: 1.0.0}}"),
    "evals/tone.yaml": manifest("EvalSuite", "tone", "{target: prompt/reply, metrics: [{name: x}]}"),
    "models/large.yaml": manifest("Model", "large", PRICED),
    "models/small.yaml": manifest("Model", "small", OTHER),
    "partials/rules.yaml": manifest("Partial", "rules", "{content: Be kind.}"),
    "prompts/reply.yaml": prompt("reply", "main", "{{> rules}} Answer."),
    "prompts/sort.yaml": manifest(
        "Prompt",
        "sort",
        "{model: small, tools: [{ref: find}], messages: [{role: user, content: 'Sort {{ticket}}.'}]}",
    ),
    "routes/main.yaml": manifest("Route", "main", "{strategy: failover, targets: [{model: large}]}"),
    "tools/find.yaml": manifest("Tool", "find", TOOL),
}
LOCKS: Files = {"environments/live/desk.lock": '{"artifacts": {"application/desk": {"version": "1.2.0"}}}'}


def replaced(path: str, old: str, new: str) -> Files:
    """One file with another text."""
    assert old in WORLD[path]
    return {path: WORLD[path].replace(old, new)}


EDITS: Mapping[str, Files] = {
    "an application's owner": replaced("applications/shop.yaml", "{name: shop}", "{name: shop, owners: [a]}"),
    "a contract that broke": replaced("prompts/sort.yaml", "ticket", "text"),
    "a tool": replaced("tools/find.yaml", "Look.", "Look it up."),
    "a model": replaced("models/small.yaml", "2025-04-14", "2026-04-14"),
    "a price": replaced("models/large.yaml", "inputPerMTok: 2", "inputPerMTok: 1"),
    "a text": replaced("prompts/reply.yaml", "Answer.", "Answer at once."),
    "a partial": replaced("partials/rules.yaml", "Be kind.", "Be very kind."),
    "a route": replaced("routes/main.yaml", "model: large", "model: small"),
    "a use": replaced("applications/desk.yaml", "[prompt/reply]", "[prompt/reply, prompt/sort]"),
    "a suite": replaced("evals/tone.yaml", "{name: x}", "{name: x, threshold: 1}"),
    "a pin": replaced("environments/live.yaml", "shop: 1.0.0", "shop: ^1.0"),
    "nothing": {},
}
"""What somebody changes, and the files that he writes."""


def edited(*names: str) -> Files:
    """The world after some edits; of two of one file the last stays."""
    return {**WORLD, **{path: text for name in names for path, text in EDITS[name].items()}}


def reaching(before: Files, after: Files, shown: Iterable[str] | None = None) -> Reaching:
    """The comparison of two worlds; all of it is shown, or some artifacts."""
    older, newer = registry_of(before), registry_of(after)
    found: tuple[Judgement, ...] = judge(older, newer, compare(older, newer))
    everything = frozenset(judgement.change.artifact for judgement in found)
    return Reaching(
        parts=(Part(before=older),),
        after=newer,
        judgements=found,
        shown=everything if shown is None else everything & frozenset(shown),
        older_tree=MemoryTree({"plmctl.yaml": SETTINGS, **before, **LOCKS}),
        newer_tree=MemoryTree({"plmctl.yaml": SETTINGS, **after, **LOCKS}),
    )


def reached(after: Files, before: Files = WORLD) -> tuple[Reach, ...]:
    """What an edited world reaches."""
    return reaching(before, after).reach
