"""What a change of an EvalSuite means."""

from collections.abc import Iterator

from plmctl.core.change import ANY, Change, Fact
from plmctl.core.diff import item_key
from plmctl.core.value import Value
from plmctl.rules.rule import BEHAVIOURAL, SAFE, change_rule
from plmctl.rules.words import item_name, told


@change_rule("EVL001", "removed", BEHAVIOURAL)
def suite_removed(change: Change) -> Iterator[str]:
    """A suite is gone: nothing says any more what good means for its target.

    The target can get worse unseen. Put another suite in its place first, or keep the old name with
    `formerly`.
    """
    if change.at() and change.fact is Fact.REMOVED:
        yield f"{change.artifact} was removed"


@change_rule("EVL010", "threshold-lowered", BEHAVIOURAL)
def threshold_lowered(change: Change) -> Iterator[str]:
    """Worse results pass than before.

    A release that would have been stopped goes out. Say in the pull request why less is good enough, and
    until when.
    """
    if _demand(change) < 0:
        yield told(change, _threshold(change))


@change_rule("EVL011", "threshold-raised", SAFE)
def threshold_raised(change: Change) -> Iterator[str]:
    """Only better results pass than before: what passed may not.

    Nothing that is deployed behaves differently. Run the suite before the next release needs it.
    """
    if _demand(change) > 0:
        yield told(change, _threshold(change))


def _threshold(change: Change) -> str:
    return f"the threshold of metric '{item_name(change.pointer[2])}'"


def _demand(change: Change) -> int:
    """Whether the change of a metric's threshold demands more (1) or less (-1); 0 for another change."""
    if not change.at("spec", "metrics", ANY, "threshold"):
        return 0
    if not isinstance(change.old, (int, float)) or not isinstance(change.new, (int, float)):
        return 1 if change.fact is Fact.ADDED else -1
    is_more = change.new > change.old
    return 1 if is_more is not _is_lower_better(change) else -1


def _is_lower_better(change: Change) -> bool:
    metrics = change.after.value("spec", "metrics") if change.after is not None else None
    items = metrics if isinstance(metrics, list) else []
    named = (
        item for item in items if isinstance(item, dict) and item.get("name") == item_name(change.pointer[2])
    )
    return any(metric.get("direction") == "lower" for metric in named)


@change_rule("EVL012", "metric-removed", BEHAVIOURAL)
def metric_removed(change: Change) -> Iterator[str]:
    """Something is no longer measured: it can get worse unseen.

    Say in the pull request what measures it now, or why nobody needs it.
    """
    if change.fact is Fact.REMOVED:
        for name in _items(change, change.old, "metrics"):
            yield f"metric '{name}' was removed"


@change_rule("EVL013", "metric-added", SAFE)
def metric_added(change: Change) -> Iterator[str]:
    """One more thing is measured: what passed may not.

    Nothing that is deployed behaves differently. Run the suite, and the baseline with it.
    """
    if change.fact is Fact.ADDED:
        for name in _items(change, change.new, "metrics"):
            yield f"metric '{name}' was added"


@change_rule("EVL014", "case-removed", BEHAVIOURAL)
def case_removed(change: Change) -> Iterator[str]:
    """A case is no longer tried: it can fail unseen.

    A case that failed is a finding, and not a reason to remove it. Say in the pull request why it is
    wrong, or mend it.
    """
    if change.fact is Fact.REMOVED:
        for name in _items(change, change.old, "cases"):
            yield f"case '{name}' was removed"


@change_rule("EVL015", "case-added", SAFE)
def case_added(change: Change) -> Iterator[str]:
    """One more case is tried: what passed may not.

    Nothing that is deployed behaves differently. Run the suite, and the baseline with it.
    """
    if change.fact is Fact.ADDED:
        for name in _items(change, change.new, "cases"):
            yield f"case '{name}' was added"


def _items(change: Change, value: Value, field: str) -> Iterator[str]:
    """The names of the metrics or cases that were added or removed, one or the whole list."""
    if change.at("spec", field, ANY):
        yield item_name(change.pointer[2])
    elif change.at("spec", field) and isinstance(value, list):
        yield from (item_key(item, "name") or "" for item in value)


@change_rule("EVL016", "case-changed", BEHAVIOURAL)
def case_changed(change: Change) -> Iterator[str]:
    """A case asks for something else: results before and after cannot be compared.

    Run the baseline again.
    """
    if change.below("spec", "cases", ANY):
        yield told(change)


@change_rule("EVL017", "judge-changed", BEHAVIOURAL)
def judge_changed(change: Change) -> Iterator[str]:
    """Answers are judged by another prompt or another rubric: results before and after cannot be compared.

    Run the baseline again.
    """
    if change.below("spec", "metrics", ANY, "judge"):
        yield told(change)


@change_rule("EVL018", "data-changed", BEHAVIOURAL)
def data_changed(change: Change) -> Iterator[str]:
    """It is evaluated with other data: results before and after cannot be compared.

    Run the baseline again.
    """
    if change.at("spec", "dataset") or change.at("spec", "split"):
        yield told(change)


@change_rule("EVL019", "target-changed", BEHAVIOURAL)
def target_changed(change: Change) -> Iterator[str]:
    """Something else is evaluated: the old target is without this suite.

    Make sure that another one covers it.
    """
    if change.at("spec", "target"):
        yield told(change, "target")


EVALUATION_RULES = (
    suite_removed,
    threshold_lowered,
    threshold_raised,
    metric_removed,
    metric_added,
    case_removed,
    case_added,
    case_changed,
    judge_changed,
    data_changed,
    target_changed,
)
