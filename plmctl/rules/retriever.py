"""What a change of a Retriever means."""

from collections.abc import Iterator

from plmctl.core.change import Change, Fact
from plmctl.rules.calling import limit_of
from plmctl.rules.contract import Contract
from plmctl.rules.rule import BEHAVIOURAL, BREAKING, SAFE, change_rule
from plmctl.rules.verdicts import PROMISED
from plmctl.rules.words import told

_RETURNS = Contract(place=("spec", "returns"), noun="returned field", wording=PROMISED)
_METRIC = ("spec", "index", "metric")
_EMBEDDER = ("spec", "embedding", "model")
_DIMENSIONS = ("spec", "embedding", "dimensions")


@change_rule("RTV001", "removed", BREAKING)
def retriever_removed(change: Change) -> Iterator[str]:
    """A retriever is gone: prompts and context policies that name it no longer resolve.

    Point them to another one first, or keep the old name with `formerly`.
    """
    if change.at() and change.fact is Fact.REMOVED:
        yield f"{change.artifact} was removed"


@change_rule("RTV010", "dimensions-changed", BREAKING)
def dimensions_changed(change: Change) -> Iterator[str]:
    """Vectors have another length: an index of the old length refuses every query.

    Build a new index beside the old one and change both together.
    """
    if change.at(*_DIMENSIONS) and not _is_known_length(change):
        yield told(change, "dimensions")


@change_rule("RTV906", "written-differently", SAFE)
def dimensions_written_out(change: Change) -> Iterator[str]:
    """The length of the vectors is stated as the embedding model has it, or no longer stated."""
    if change.at(*_DIMENSIONS):
        yield "'embedding.dimensions' is written differently and means the same"


def _is_known_length(change: Change) -> bool:
    """Whether the length that is stated on one side is the one that the model gave on the other."""
    side, stated = (change.before, change.new) if change.fact is Fact.ADDED else (change.after, change.old)
    model = side.target(side.value(*_EMBEDDER)) if side is not None else None
    return change.fact is not Fact.CHANGED and model is not None and limit_of(model, "dimensions") == stated


@change_rule("RTV011", "embedder-changed-without-new-build", BREAKING)
def embedder_changed_without_new_build(change: Change) -> Iterator[str]:
    """Queries are embedded by another model than the index was: distances mean nothing.

    Build the index anew and write its new `index.build`.
    """
    if change.at(*_EMBEDDER) and not _has_new_build(change):
        yield f"{told(change, 'the embedding model')}; index.build is as it was"


@change_rule("RTV025", "embedder-changed-with-new-build", BEHAVIOURAL)
def embedder_changed_with_new_build(change: Change) -> Iterator[str]:
    """Another model embeds queries and index alike: other passages are found.

    Evaluate retrieval before it is released.
    """
    if change.at(*_EMBEDDER):
        yield f"{told(change, 'the embedding model')} with a new index.build"


@change_rule("RTV012", "metric-changed-without-new-build", BREAKING)
def metric_changed_without_new_build(change: Change) -> Iterator[str]:
    """Distances are measured in another way than the index was built for: queries fail or rank wrongly.

    Build the index anew and write its new `index.build`.
    """
    if change.at(*_METRIC) and not _has_new_build(change):
        yield f"{told(change, 'the metric')}; index.build is as it was"


@change_rule("RTV900", "changed", BEHAVIOURAL)
def metric_changed_with_new_build(change: Change) -> Iterator[str]:
    """Distances are measured in another way, and the index was built for it: scores and ranks may differ."""
    if change.at(*_METRIC):
        yield f"{told(change, 'the metric')} with a new index.build"


def _has_new_build(change: Change) -> bool:
    builds = [
        side.value("spec", "index", "build") if side else None for side in (change.before, change.after)
    ]
    # A build that is no longer named is none that was made.
    return builds[1] is not None and builds[0] != builds[1]


@change_rule("RTV013", "returned-field-removed", BREAKING)
def returned_field_removed(change: Change) -> Iterator[str]:
    """A field of a passage is gone: templates that print it print nothing.

    Take it out of the templates first.
    """
    for name in _RETURNS.removed(change):
        yield f"returned field '{name}' was removed"
    yield from _RETURNS.inner_removed(change)


@change_rule("RTV020", "chunking-changed", BEHAVIOURAL)
def chunking_changed(change: Change) -> Iterator[str]:
    """Documents are cut in another way: other passages are found.

    It shows only when the index is built anew: then write its new `index.build`, and evaluate retrieval.
    Until then manifest and index disagree.
    """
    if change.below("spec", "chunking"):
        yield told(change)


@change_rule("RTV021", "query-changed", BEHAVIOURAL)
def query_changed(change: Change) -> Iterator[str]:
    """More, fewer or other passages are found.

    Evaluate retrieval and look at the tokens that the prompt now takes.
    """
    if change.below("spec", "query"):
        yield told(change)


@change_rule("RTV022", "reranker-changed", BEHAVIOURAL)
def reranker_changed(change: Change) -> Iterator[str]:
    """Passages come in another order, or others are kept.

    Evaluate retrieval before it is released.
    """
    if change.below("spec", "reranker"):
        yield told(change)


@change_rule("RTV023", "dataset-changed", BEHAVIOURAL)
def dataset_changed(change: Change) -> Iterator[str]:
    """It searches in other datasets: passages appear that could not, or are found no more.

    The index must hold exactly these. Build it anew, write its new `index.build`, and evaluate retrieval;
    look at who may see what was added.
    """
    if change.below("spec", "datasets"):
        yield told(
            change, f"dataset '{change.old or change.new}'" if len(change.pointer) > 2 else "'datasets'"
        )


@change_rule("RTV030", "returned-field-added", SAFE)
def returned_field_added(change: Change) -> Iterator[str]:
    """A passage has one more field, which templates may print.

    Nothing that exists reads it.
    """
    for name in _RETURNS.added(change):
        yield f"returned field '{name}' was added"
    yield from _RETURNS.inner_added(change)


@change_rule("RTV900", "changed", BREAKING)
def passage_widened(change: Change) -> Iterator[str]:
    """A passage may be what was ruled out: templates and consumers do not expect it.

    Teach them first. What cannot be compared counts as widened.
    """
    if change.verdict is not None:
        yield from _RETURNS.widened(change)


@change_rule("RTV900", "changed", SAFE)
def passage_narrowed(change: Change) -> Iterator[str]:
    """What a passage is, is promised more exactly: who reads it still can."""
    if change.verdict is not None:
        yield from _RETURNS.narrowed(change)


RETRIEVER_RULES = (
    retriever_removed,
    dimensions_changed,
    dimensions_written_out,
    embedder_changed_without_new_build,
    embedder_changed_with_new_build,
    metric_changed_without_new_build,
    metric_changed_with_new_build,
    returned_field_removed,
    chunking_changed,
    query_changed,
    reranker_changed,
    dataset_changed,
    returned_field_added,
    passage_widened,
    passage_narrowed,
)
