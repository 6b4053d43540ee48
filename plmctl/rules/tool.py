"""What a change of a Tool means."""

from collections.abc import Iterator

from plmctl.core.change import Change, Fact
from plmctl.rules.contract import Contract, is_wording
from plmctl.rules.rule import BEHAVIOURAL, BREAKING, SAFE, change_rule
from plmctl.rules.verdicts import PROMISED
from plmctl.rules.words import told

_PARAMETERS = ("spec", "parameters")
_ARGUMENTS = Contract(place=_PARAMETERS, noun="argument")
_RETURNS = Contract(place=("spec", "returns"), noun="returned field", wording=PROMISED)
_IMPLEMENTATIONS = ("parameters", "mcp", "openapi", "builtin")


@change_rule("TOL001", "removed", BREAKING)
def tool_removed(change: Change) -> Iterator[str]:
    """A tool is gone: prompts and applications that refer to it no longer resolve.

    Deprecate it first and name the replacement, or keep the old name with `formerly`.
    """
    if change.at() and change.fact is Fact.REMOVED:
        yield f"{change.artifact} was removed"


@change_rule("TOL010", "arguments-narrowed", BREAKING)
def arguments_narrowed(change: Change) -> Iterator[str]:
    """The tool takes less than it did: calls with the old arguments fail.

    Keep the argument and make it optional, or add a second tool. What cannot be compared counts as narrowed.
    """
    for name in _ARGUMENTS.removed(change):
        yield f"argument '{name}' was removed"
    for name in _ARGUMENTS.added(change):
        if _ARGUMENTS.needs(change, name):
            yield f"required argument '{name}' was added"
    yield from _ARGUMENTS.narrowed(change)


@change_rule("TOL011", "returns-widened", BREAKING)
def returns_widened(change: Change) -> Iterator[str]:
    """The tool may answer what it could not: who reads it meets what was ruled out, or misses a field.

    Teach those who read it first, or add a second tool. What cannot be compared counts as widened.
    """
    for name in _RETURNS.removed(change):
        yield f"returned field '{name}' was removed"
    yield from _RETURNS.inner_removed(change)
    if change.verdict is not None and not _RETURNS.removed(change):
        yield from _RETURNS.widened(change)


@change_rule("TOL012", "implementation-changed", BREAKING)
def implementation_changed(change: Change) -> Iterator[str]:
    """Something else answers the call: another builtin, another OpenAPI file, other tools of an MCP server.

    Prompts go on calling it, and whoever implements it must answer as it is described now. Release the
    implementation first, or add a second tool and move prompts to it.
    """
    if change.below("spec", "mcp", "server"):
        return
    is_whole = change.at(*_PARAMETERS) and change.fact is not Fact.CHANGED
    if is_whole or any(change.below("spec", name) for name in _IMPLEMENTATIONS[1:]):
        yield told(change)


@change_rule("TOL020", "description-changed", BEHAVIOURAL)
def description_changed(change: Change) -> Iterator[str]:
    """The words changed by which a model chooses the tool and fills its arguments.

    Nothing fails; the model may call it more, less, or with other arguments. Evaluate the prompts that
    offer it. What is meant for people alone belongs in `metadata.description`, which no model reads.
    """
    if change.at("spec", "description") or is_wording(change, *_PARAMETERS):
        yield told(change)


@change_rule("TOL021", "effect-changed", BEHAVIOURAL)
def effect_changed(change: Change) -> Iterator[str]:
    """What is said of the tool's effect on the world changed: it writes now, or no longer.

    Services that retry or run calls side by side because nothing is written may now do a thing twice.
    Look at `approval` and at retries wherever it is called; a second tool keeps reading and writing
    apart.
    """
    if change.at("spec", "effect"):
        yield told(change)


@change_rule("TOL022", "approval-changed", BEHAVIOURAL)
def approval_changed(change: Change) -> Iterator[str]:
    """Whether somebody must approve each call changed.

    Calls run that waited for a person, or wait where nobody looks. Tell those who approve; where it is
    loosened, say in the pull request who takes the risk.
    """
    if change.at("spec", "approval"):
        yield told(change)


@change_rule("TOL023", "strict-changed", BEHAVIOURAL)
def strict_changed(change: Change) -> Iterator[str]:
    """Whether the provider holds the model to the schema of the arguments changed.

    Without it, arguments may come that the schema forbids, and the implementation must check them; with
    it, some providers refuse schemas that they took before. Try a call with each provider that it runs
    with.
    """
    if change.at("spec", "strict"):
        yield told(change)


@change_rule("TOL024", "server-changed", BEHAVIOURAL)
def server_changed(change: Change) -> Iterator[str]:
    """The tools are served from elsewhere: the same names may answer differently.

    The prompts that offer them are as before. Compare what both servers list, names and arguments, before
    this is promoted.
    """
    if change.at("spec", "mcp", "server"):
        yield told(change)


@change_rule("TOL030", "arguments-widened", SAFE)
def arguments_widened(change: Change) -> Iterator[str]:
    """The tool takes more than it did: an argument may be given that could not, or left out.

    Old calls stay right.
    """
    for name in _ARGUMENTS.added(change):
        yield f"optional argument '{name}' was added"
    yield from _ARGUMENTS.widened(change)


@change_rule("TOL031", "returns-narrowed", SAFE)
def returns_narrowed(change: Change) -> Iterator[str]:
    """What the tool answers is promised more exactly, or has a field more.

    Who read the old answer reads the new one.
    """
    if not change.at(*_RETURNS.place):
        yield from (f"returned field '{name}' was added" for name in _RETURNS.added(change))
        yield from _RETURNS.inner_added(change)
    if change.verdict is not None:
        yield from _RETURNS.narrowed(change)


TOOL_RULES = (
    tool_removed,
    description_changed,
    implementation_changed,
    arguments_narrowed,
    returns_widened,
    effect_changed,
    approval_changed,
    strict_changed,
    server_changed,
    arguments_widened,
    returns_narrowed,
)
