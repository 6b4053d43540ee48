"""What a change of an Application means."""

from collections.abc import Iterator

from plmctl.core.change import ANY, Change, Fact, Side
from plmctl.core.value import Value, as_items
from plmctl.rules.contract import texts
from plmctl.rules.rule import BEHAVIOURAL, BREAKING, SAFE, change_rule
from plmctl.rules.words import item_name, told

_MONITOR = ("spec", "monitoring", ANY)


@change_rule("APP001", "removed", BREAKING)
def application_removed(change: Change) -> Iterator[str]:
    """An application is gone: environments that pin it have nothing to run.

    Take it down there and its pins out first, or keep the old name with `formerly`.
    """
    if change.at() and change.fact is Fact.REMOVED:
        yield f"{change.artifact} was removed"


@change_rule("APP010", "use-removed", BREAKING)
def use_removed(change: Change) -> Iterator[str]:
    """Something is no longer part of the application: code that asks for it by name gets nothing.

    Deploy code that does without it first; then remove it here.
    """
    if change.fact is Fact.REMOVED:
        yield from _members(change, change.old, "uses", "removed")


@change_rule("APP020", "guardrail-removed", BEHAVIOURAL)
def guardrail_removed(change: Change) -> Iterator[str]:
    """A check is no longer made: what it held back now reaches people, or the model.

    Say in the pull request what does it instead, and look at what it caught lately.
    """
    if change.fact is Fact.REMOVED:
        yield from _members(change, change.old, "guardrails", "removed")


@change_rule("APP021", "evaluation-removed", BEHAVIOURAL)
def evaluation_removed(change: Change) -> Iterator[str]:
    """A suite no longer speaks of the application: it can get worse unseen.

    Say in the pull request which suite covers it now.
    """
    if change.fact is Fact.REMOVED:
        yield from _members(change, change.old, "evals", "removed")


@change_rule("APP900", "changed", SAFE)
def evaluation_added(change: Change) -> Iterator[str]:
    """One more suite speaks of the application: it is judged more closely, and behaves as before."""
    if change.fact is Fact.ADDED:
        yield from _members(change, change.new, "evals", "added")


@change_rule("APP030", "use-added", SAFE)
def use_added(change: Change) -> Iterator[str]:
    """One more thing is part of the application.

    Code that does not ask for it is as before.
    """
    if change.fact is Fact.ADDED:
        yield from _members(change, change.new, "uses", "added")


@change_rule("APP031", "guardrail-added", SAFE)
def guardrail_added(change: Change) -> Iterator[str]:
    """One more check is made: what is caught is held back where it passed.

    No contract changes. Watch how often it holds something back.
    """
    if change.fact is Fact.ADDED:
        yield from _members(change, change.new, "guardrails", "added")


def _members(change: Change, value: Value, field: str, verb: str) -> Iterator[str]:
    """A sentence for each artifact that a list gained or lost, one or all of them."""
    if change.at("spec", field) or change.at("spec", field, ANY):
        for artifact in texts(value):
            yield f"{artifact} was {verb}"


@change_rule("APP022", "monitoring-loosened", BEHAVIOURAL)
def monitoring_loosened(change: Change) -> Iterator[str]:
    """Worse figures raise no alarm, or a later one: nobody is called.

    Say in the pull request why that is good enough. An alarm that is always wrong is better mended than
    loosened.
    """
    if _watchfulness(change) < 0:
        yield told(change, _alarm(change))


@change_rule("APP032", "monitoring-tightened", SAFE)
def monitoring_tightened(change: Change) -> Iterator[str]:
    """An alarm is raised where none was.

    Nothing behaves differently. Tell whoever is on call.
    """
    if _watchfulness(change) > 0:
        yield told(change, _alarm(change))


def _alarm(change: Change) -> str:
    if len(change.pointer) < 3:
        return "monitoring"
    metric = f"metric '{item_name(change.pointer[2])}'"
    return f"{change.key} of {metric}" if len(change.pointer) > 3 else metric


def _watchfulness(change: Change) -> int:
    """Whether more is watched (1) or less (-1); 0 for what cannot be said."""
    is_presence = change.at("spec", "monitoring") or change.at(*_MONITOR)
    is_bound = change.at(*_MONITOR, "max") or change.at(*_MONITOR, "min")
    if not is_presence and not is_bound:
        return 0
    step = {Fact.ADDED: 1, Fact.REMOVED: -1}.get(change.fact, 0)
    old, new = change.old, change.new
    if is_bound and isinstance(old, (int, float)) and isinstance(new, (int, float)):
        step = 1 if (new < old) is (change.key == "max") else -1
    return step


@change_rule("APP023", "risk-changed", BEHAVIOURAL)
def risk_changed(change: Change) -> Iterator[str]:
    """What can go wrong, or what is done about it, is judged in another way.

    Nothing behaves differently by it, but what must be shown or approved may. Ask whoever answers for the
    risk.
    """
    if change.below("spec", "risk"):
        yield told(change)


@change_rule("APP024", "file-changed", BEHAVIOURAL)
def file_changed(change: Change) -> Iterator[str]:
    """A file of the application has other content, came or went: an agent may take other steps.

    Evaluate the application.
    """
    if change.at("spec", "files"):
        yield told(change)
    elif change.below("spec", "files"):
        yield _file_told(change)


def _file_told(change: Change) -> str:
    # The fact holds the sha256 of the content; its place tells which file it is.
    here, there = (
        (change.before, change.after) if change.fact is Fact.REMOVED else (change.after, change.before)
    )
    files = as_items(here.manifest.spec.get("files")) if here is not None else ()
    index = change.place[2]
    name = files[index] if isinstance(index, int) else None
    if not isinstance(name, str):
        return told(change)
    if name in _files(there):
        return f"file '{name}' has other content"
    if change.fact is Fact.CHANGED:
        return f"file '{name}' stands where another one stood"
    return told(change, f"file '{name}'")


def _files(side: Side | None) -> tuple[str, ...]:
    return texts(side.manifest.spec.get("files")) if side is not None else ()


APPLICATION_RULES = (
    application_removed,
    use_removed,
    guardrail_removed,
    evaluation_removed,
    evaluation_added,
    use_added,
    guardrail_added,
    monitoring_loosened,
    monitoring_tightened,
    risk_changed,
    file_changed,
)
