"""Which verdicts are said again, and which manifests are looked at for it."""

import pytest

from plmctl.core.cache import MemoryCache
from plmctl.core.finding import Finding
from plmctl.core.registry import Registry, load
from plmctl.core.tree import MemoryTree
from plmctl.core.verdicts import KIND, Known
from plmctl.rules.checks import findings
from tests.commands.remembering import LastingCache, memo
from tests.rules.registries import MODEL, SETTINGS, manifest

DAY = "2026-03-04"
FILES = {
    "plmctl.yaml": SETTINGS + "spec: {}\n",
    "models/m.yaml": MODEL,
    "models/old.yaml": manifest(
        "Model", "old", "provider: openai\nmodel: gpt-4o-2024-08-06\nretires: '2026-03-30'\n"
    ),
    "partials/voice.yaml": manifest("Partial", "voice", "content: Be kind.\n"),
    "prompts/p.yaml": manifest(
        "Prompt", "p", 'model: m\nmessages: [{role: user, content: "{{> voice}} {{x}}"}]\n'
    ),
    "prompts/q.yaml": manifest("Prompt", "q", "model: m\nmessages: [{role: user, content: Hi}]\n"),
    "prompts/lost.yaml": manifest("Prompt", "lost", "model: nobody\nmessages: [{role: user, content: Hi}]\n"),
    "applications/a.yaml": manifest("Application", "a", "uses: [{prompt: p}]\nfiles: [graph]\n"),
    "applications/graph/a.json": "{}",
}
ALWAYS = frozenset({"prompt/lost", "application/a"})
WINDOW = manifest("ContextPolicy", "long", "window: {maxTokens: 4000}\nhistory: {strategy: sliding}\n")
SMALL = manifest(
    "Model", "small", "provider: openai\nmodel: gpt-4o-2024-08-06\nlimits: {contextTokens: 2000}\n"
)
UNDER = manifest("Prompt", "u", "model: small\ncontext: long\nmessages: [{role: user, content: Hi}]\n")


def judged(
    cache: LastingCache, files: dict[str, str], today: str = DAY
) -> tuple[Known, Registry, tuple[Finding, ...]]:
    """What is known of the files, and what a run says of them that knows it."""
    run = memo(cache)
    registry = load(MemoryTree(files), briefs=run.briefs)
    known = run.verdicts.known(registry, today)
    found = findings(registry, today, None, run.verdicts)
    run.keep()
    assert found == findings(load(MemoryTree(files)), today)
    return known, registry, found


@pytest.fixture
def cache() -> LastingCache:
    """What one run found out."""
    cache = LastingCache()
    known, registry, _ = judged(cache, FILES)
    assert known.judge == registry.manifests.keys()
    assert known.of_all is None
    return cache


def test_of_names_that_mean_nothing_and_of_folders_each_run_finds_out(cache: LastingCache) -> None:
    known, _, _ = judged(cache, FILES)
    assert (known.judge, known.of_all) == (ALWAYS, None)


def test_what_leads_to_a_change_is_looked_at(cache: LastingCache) -> None:
    known, _, _ = judged(
        cache, FILES | {"partials/voice.yaml": manifest("Partial", "voice", "content: '{{y}}'\n")}
    )
    assert known.judge == ALWAYS | {"partial/voice", "prompt/p"}


def test_a_name_that_comes_or_goes_is_one_that_a_reference_may_mean(cache: LastingCache) -> None:
    route = manifest("Route", "m", "strategy: failover\ntargets: [{model: m}]\n")
    known, _, found = judged(cache, FILES | {"routes/m.yaml": route})
    assert known.judge == ALWAYS | {"route/m", "prompt/p", "prompt/q"}
    assert {"REF003"} <= {finding.code for finding in found}
    known, _, _ = judged(cache, {path: text for path, text in FILES.items() if path != "partials/voice.yaml"})
    assert "prompt/p" in known.judge


def test_on_another_day_what_has_a_day_is_looked_at(cache: LastingCache) -> None:
    known, _, found = judged(cache, FILES, "2026-12-04")
    assert known.judge == ALWAYS | {"model/old"}
    assert "LNT015" in {finding.code for finding in found}


def test_other_settings_are_a_reason_to_look_at_all(cache: LastingCache) -> None:
    files = FILES | {"plmctl.yaml": SETTINGS + "spec: {licenses: {allow: [MIT]}}\n"}
    known, registry, _ = judged(cache, files)
    assert known.judge == registry.manifests.keys()


@pytest.mark.parametrize("value", [b"", b"{", b"[1, 2]", b'["2026-03-04", "x", []]'])
def test_a_value_that_is_no_verdict_is_none(cache: LastingCache, value: bytes) -> None:
    cache.keep(KIND, {name: (stamp, value) for name, (stamp, _) in cache.every(KIND).items()})
    known, registry, _ = judged(cache, FILES)
    assert known.judge == registry.manifests.keys()


def test_a_context_policy_is_looked_at_with_the_prompts_that_name_it() -> None:
    cache = LastingCache()
    files = {
        "plmctl.yaml": SETTINGS + "spec: {}\n",
        "contexts/long.yaml": WINDOW,
        "models/small.yaml": SMALL,
        "prompts/u.yaml": UNDER,
    }
    _, _, found = judged(cache, files)
    assert "LNT009" in {finding.code for finding in found}
    known, _, _ = judged(cache, files)
    assert known.judge == {"contextpolicy/long"}
    assert known.of_all == ()
    # It is nobody's any more, and nothing is too large for it.
    gone = {path: text for path, text in files.items() if path != "prompts/u.yaml"}
    _, _, found = judged(cache, gone)
    assert "LNT009" not in {finding.code for finding in found}
    known, _, found = judged(cache, files)
    assert known.judge == {"contextpolicy/long", "prompt/u"}
    assert "LNT009" in {finding.code for finding in found}


def test_what_is_said_of_all_together_is_said_again_where_no_face_changed() -> None:
    cache, files = LastingCache(), {p: t for p, t in FILES.items() if "applications" not in p}
    files["prompts/P.yaml"] = manifest("Prompt", "other", "model: m\nmessages: [{role: user, content: Hi}]\n")
    _, _, found = judged(cache, files)
    assert "LNT002" in {finding.code for finding in found}
    files["prompts/q.yaml"] = files["prompts/q.yaml"].replace("Hi", "Hello")
    known, _, _ = judged(cache, files)
    assert known.of_all is not None
    assert [finding.code for finding in known.of_all] == ["LNT002"]
    files["prompts/q.yaml"] = files["prompts/q.yaml"].replace("model: m", "model: old")
    known, _, _ = judged(cache, files)
    assert known.of_all is None


def test_a_description_has_no_say_in_what_is_said_of_all_together() -> None:
    cache = LastingCache()
    files = {path: text for path, text in FILES.items() if path in ("plmctl.yaml", "models/m.yaml")}
    _, _, first = judged(cache, files)
    told = MODEL.replace("name: m", "name: m, description: Another one.")
    assert told != MODEL
    known, _, second = judged(cache, files | {"models/m.yaml": told})
    assert (known.judge, known.of_all, second) == (frozenset({"model/m"}), (), first)


def test_two_of_one_name_are_looked_at_together() -> None:
    cache, files = LastingCache(), FILES | {"prompts/z.yaml": FILES["prompts/q.yaml"]}
    assert "LNT001" in {finding.code for finding in judged(cache, files)[2]}
    assert judged(cache, files)[0].of_all is None


def test_where_a_tree_was_seen_but_not_judged_all_is_judged_once() -> None:
    cache, run = LastingCache(), memo(LastingCache())
    run = memo(cache)
    load(MemoryTree(FILES), briefs=run.briefs)
    run.keep()
    assert cache.every(KIND) == {}
    files = FILES | {"prompts/q.yaml": FILES["prompts/q.yaml"].replace("Hi", "Hello")}
    known, registry, _ = judged(cache, files)
    assert known.judge == registry.manifests.keys()
    assert judged(cache, files)[0].judge == ALWAYS
    assert judged(cache, FILES)[0].judge == ALWAYS | {"prompt/q"}


def test_of_two_manifests_of_one_name_nothing_is_kept(cache: LastingCache) -> None:
    before = cache.every(KIND)
    files = FILES | {"models/second.yaml": MODEL}
    known, registry, found = judged(cache, files)
    assert known.judge == registry.manifests.keys()
    assert "LNT001" in {finding.code for finding in found}
    assert cache.every(KIND) == before
    assert judged(cache, FILES)[0].judge == ALWAYS


def test_of_a_description_nobody_else_is_asked(cache: LastingCache) -> None:
    voice = manifest("Partial", "voice", "content: Be kind.\n", ", description: One.")
    files = FILES | {"partials/voice.yaml": voice}
    assert judged(cache, files)[0].judge == ALWAYS | {"partial/voice"}
    files["partials/voice.yaml"] = voice.replace("One.", "Another one.")
    assert judged(cache, files)[0].judge == ALWAYS | {"partial/voice"}
    # Where it takes another number of lines, places below it are others.
    files["partials/voice.yaml"] = voice.replace("One.", "One\n  or two.")
    assert judged(cache, files)[0].judge == ALWAYS | {"partial/voice", "prompt/p"}


def test_what_came_back_is_judged_with_all_that_leads_to_it(cache: LastingCache) -> None:
    judged(cache, {path: text for path, text in FILES.items() if path != "partials/voice.yaml"})
    assert judged(cache, FILES)[0].judge == ALWAYS | {"partial/voice", "prompt/p"}


USED = {
    "plmctl.yaml": SETTINGS + "spec: {}\n",
    "models/m.yaml": MODEL,
    "applications/a.yaml": manifest("Application", "a", "uses: [prompt/p]\n"),
}


@pytest.mark.parametrize(
    ("language", "before", "after", "is_seen"),
    [
        ("", "Hi {{name}}, how are you?", "Hello {{name}}.", False),
        ("", "Hi {{name}}", "Hi {{other}}", True),
        ("", "Hi {{name}}", "Hi {{{name}}}", True),
        ("", "Hi {{#a}}{{b}}{{/a}}", "Hi {{#a}}{{/a}}{{b}}", True),
        ("", "Hi {{name}}{{=<% %>=}}<%x%>", "Hi {{name}}{{=<% %>=}}<%y%>", True),
        ("jinja2", "Hi {{ name }}, how are you?", "Hello {{ name }}.", False),
        ("jinja2", "Hi {% if a %}{{ b }}{% endif %}", "Hi {% if c %}{{ b }}{% endif %}", True),
        ("jinja2", "Hi {{ a['}}'] }}{{ b }}.", "Hi {{ a['}}'] }}{{ b }}!", True),
        ("jinja2", "Hi {# {{ a }} #}.", "Hi {# {{ a }} #}!", True),
        ("raw", "Hi.", "Hello.", True),
    ],
)
def test_of_the_prose_of_a_prompt_nobody_else_is_asked(
    language: str, before: str, after: str, is_seen: bool
) -> None:
    cache = LastingCache()
    stated = f"templateFormat: {language}\n" if language else ""
    specs = [f'{stated}model: m\nmessages: [{{role: user, content: "{text}"}}]\n' for text in (before, after)]
    first, known = (
        judged(cache, USED | {"prompts/p.yaml": manifest("Prompt", "p", spec)})[0] for spec in specs
    )
    assert first.judge == {"prompt/p", "application/a", "model/m"}
    assert known.judge == {"prompt/p", *(["application/a"] if is_seen else [])}


def test_a_run_that_keeps_nothing_notes_nothing() -> None:
    cache = MemoryCache()
    run = memo(cache)
    registry = load(MemoryTree(FILES), briefs=run.briefs)
    assert findings(registry, DAY, None, run.verdicts) == findings(registry, DAY)
    run.keep()
    assert cache.every(KIND) == {}
