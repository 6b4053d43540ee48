"""What a change of a Dataset means."""

from collections.abc import Iterator

from plmctl.core.change import ANY, Change, Fact, Side
from plmctl.core.finding import Bump, Level
from plmctl.core.value import Value, as_mapping, as_text
from plmctl.rules.contract import Contract, texts
from plmctl.rules.rule import BEHAVIOURAL, BREAKING, SAFE, Meaning, change_rule
from plmctl.rules.verdicts import PROMISED
from plmctl.rules.words import content_told, told

SENSITIVITIES = ("public", "internal", "confidential", "restricted")
"""From what anyone may see to what few may."""

_SCHEMA = ("spec", "schema")
_KEY = ("spec", "key")
_CATEGORIES = ("spec", "personalData", "categories")
_DATA = ("spec", "data")
_RECORD = Contract(place=_SCHEMA, noun="column", wording=PROMISED)


@change_rule("DST001", "removed", BREAKING)
def dataset_removed(change: Change) -> Iterator[str]:
    """A dataset is gone: retrievers, suites and models that name it no longer resolve.

    Point them to another one first, or keep the old name with `formerly`.
    """
    if change.at() and change.fact is Fact.REMOVED:
        yield f"{change.artifact} was removed"


@change_rule("DST010", "column-removed", BREAKING)
def column_removed(change: Change) -> Iterator[str]:
    """A column is gone: indexing, training and evaluation that read it fail.

    Stop reading it first.
    """
    for name in _RECORD.removed(change):
        yield f"column '{name}' was removed"
    yield from _RECORD.inner_removed(change)


@change_rule("DST011", "column-type-changed", BREAKING)
def column_type_changed(change: Change) -> Iterator[str]:
    """A column holds values of another type: code that reads it fails, or reads it wrongly.

    Add a second column and move readers to it. A type that is only taken away is none to be met.
    """
    column = (*_SCHEMA, "properties", ANY)
    if not change.below(*column) or change.verdict is None or len(change.pointer) > len(column) + 1:
        return
    # One keyword stands under its name, several stand together.
    is_type = change.pointer[len(column) :] == ("type",)
    if not is_type and not change.at(*column):
        return
    old, new = (texts(side if is_type else as_mapping(side).get("type")) for side in (change.old, change.new))
    if old and (not new or set(new) - set(old)):
        what = _RECORD.name(change.pointer[: len(column)])
        yield f"the type of {what} changed from {' or '.join(old)} to {' or '.join(new) or 'any'}"


@change_rule("DST012", "key-changed", BREAKING)
def key_changed(change: Change) -> Iterator[str]:
    """Records are told apart by other columns: updates and joins find others, or none.

    Indexes and code that look records up by the old key must follow at the same time. A second dataset
    lets them move one by one.
    """
    if change.below(*_KEY) and not _is_same_key(change):
        yield told(change)


@change_rule("DST906", "written-differently", SAFE)
def key_written_differently(change: Change) -> Iterator[str]:
    """One column tells the records apart as before, alone or in a list."""
    if change.below(*_KEY):
        yield "'key' is written differently and means the same"


def _is_same_key(change: Change) -> bool:
    return change.fact is Fact.CHANGED and texts(change.old) == texts(change.new)


@change_rule("DST013", "split-removed", BREAKING)
def split_removed(change: Change) -> Iterator[str]:
    """A split is gone: training and evaluation that name it fail.

    Name another split there first.
    """
    if change.fact is Fact.REMOVED and change.below("spec", "splits") and len(change.pointer) < 4:
        yield told(change)


@change_rule("DST014", "license-changed", BREAKING)
def license_changed(change: Change) -> Iterator[str]:
    """Other things may be done with the data: uses that were allowed may no longer be.

    Ask whoever answers for licenses, then accept it.
    """
    if change.at("spec", "license"):
        yield told(change, "license")


@change_rule("DST015", "sensitivity-raised", BREAKING)
def sensitivity_raised(change: Change) -> Iterator[str]:
    """Fewer people and services may see the data: applications that show it may no longer.

    Look at every application that reads it, then accept it.
    """
    if change.at("spec", "sensitivity") and _sensitivity(change.new) > _sensitivity(change.old):
        yield told(change, "sensitivity")


def _sensitivity(value: Value) -> int:
    # What is not stated is taken for public, so that stating it is no step down.
    return SENSITIVITIES.index(value) if isinstance(value, str) and value in SENSITIVITIES else 0


@change_rule("DST016", "personal-data-appeared", BREAKING)
def personal_data_appeared(change: Change) -> Iterator[str]:
    """The data is about people now, or about more of their lives: uses need a lawful basis for it.

    Ask whoever answers for data protection, then accept it.
    """
    if _presence(change) is True:
        yield "personal data is present"
    elif change.fact is Fact.ADDED:
        for category in _categories(change, change.new):
            yield f"personal data of category '{category}' was added"


@change_rule("DST900", "changed", SAFE)
def restriction_lifted(change: Change) -> Iterator[str]:
    """There is more to read, or less to be careful of: a split more, less sensitivity, fewer personal data.

    Nothing that reads it fails. Make sure that the data has changed too, and not only what is said of it.
    """
    if change.fact is Fact.ADDED and change.below("spec", "splits"):
        yield told(change)
    if change.at("spec", "sensitivity") and change.fact is not Fact.REMOVED:
        yield told(change, "sensitivity")
    if _presence(change) is False:
        yield "no personal data is present"
    if change.fact is Fact.REMOVED and change.below(*_CATEGORIES):
        for category in _categories(change, change.old):
            yield f"personal data of category '{category}' was removed"


def _categories(change: Change, value: Value) -> tuple[str, ...]:
    """The categories of personal data that the change adds or removes, one or more."""
    if change.at("spec", "personalData") and isinstance(value, dict):
        return texts(value.get("categories"))
    return texts(value) if change.at(*_CATEGORIES) or change.at(*_CATEGORIES, ANY) else ()


def _presence(change: Change) -> bool | None:
    """What the change now says of the presence of personal data, None for nothing."""
    if change.at("spec", "personalData", "present"):
        value = change.new
    elif change.at("spec", "personalData") and isinstance(change.new, dict):
        value = change.new.get("present")
    else:
        return None
    return value if isinstance(value, bool) else None


def is_data_moved(change: Change) -> bool:
    """Whether data with the content that it had is kept elsewhere."""
    return change.kind == "Dataset" and change.fact is Fact.MOVED and change.below(*_DATA)


@change_rule("DST032", "remote-moved-same-content", Meaning(level=Level.INFO, bump=Bump.NONE))
def remote_moved(change: Change) -> Iterator[str]:
    """The data is kept elsewhere, in another remote or under another path, and its hash is the same.

    The digest holds the hash and not the place, so nothing needs a new version. Whoever pulls the data must
    be able to read the new place; keep the old one while releases that name it are in use.
    """
    if is_data_moved(change):
        yield f"{told(change, f'the {change.key} of the data')}; its content is the same"


@change_rule("DST032", "remote-moved-same-content", SAFE)
def address_moved(change: Change) -> Iterator[str]:
    """The data has another address, and the sha256 that is stated of it is the same.

    The address is part of the digest, so the dataset has a new version; what reads it finds the same bytes.
    """
    is_address = change.at(*_DATA, "uri") or change.at(*_DATA, "version")
    stated = {as_text(side.value(*_DATA, "sha256")) for side in _sides(change)}
    if is_address and len(stated) == 1 and None not in stated:
        yield f"{told(change)}; the sha256 of the data is the same"


@change_rule("DST900", "changed", SAFE)
def data_floats(change: Change) -> Iterator[str]:
    """The data itself left the digest, or entered it, because `floating` changed; that is told by itself."""
    floating = {side.manifest.is_floating for side in _sides(change)}
    if change.at(*_DATA, "dvc") and len(floating) > 1:
        yield f"the data is {'outside of' if change.new == {} else 'part of'} the digest now"


@change_rule("DST021", "evaluation-split-changed", BEHAVIOURAL)
def evaluation_split_changed(change: Change) -> Iterator[str]:
    """What is evaluated against changed: results before and after cannot be compared.

    Scores may rise because the questions got easier. Run the baseline again on the new data before
    comparing.
    """
    is_evaluation = any("evaluation" in texts(side.value("spec", "purpose")) for side in _sides(change))
    if is_evaluation and (change.below("spec", "data") or change.below("spec", "splits")):
        yield content_told(change, "data")


@change_rule("DST020", "content-changed", BEHAVIOURAL)
def content_changed(change: Change) -> Iterator[str]:
    """The data itself is other: other passages are found, other examples are learnt from.

    Build indexes anew, and evaluate what reads it. Data that changes every night can say `floating:
    true`.
    """
    if change.below("spec", "data"):
        yield content_told(change, "data")


def _sides(change: Change) -> Iterator[Side]:
    yield from (side for side in (change.before, change.after) if side is not None)


@change_rule("DST900", "changed", BREAKING)
def record_widened(change: Change) -> Iterator[str]:
    """A record may be what was ruled out: code that reads the data may fail on it, or miss a column.

    Teach readers first. What cannot be compared counts as widened.
    """
    if change.verdict is not None:
        yield from _RECORD.widened(change)


@change_rule("DST900", "changed", SAFE)
def record_narrowed(change: Change) -> Iterator[str]:
    """What a record is, is promised more exactly: code that reads the data still can."""
    if change.verdict is not None:
        yield from _RECORD.narrowed(change)


@change_rule("DST030", "column-added", SAFE)
def column_added(change: Change) -> Iterator[str]:
    """There is one more column.

    Nothing that exists reads it.
    """
    for name in _RECORD.added(change):
        yield f"column '{name}' was added"
    yield from _RECORD.inner_added(change)


@change_rule("DST031", "card-changed", SAFE)
def card_changed(change: Change) -> Iterator[str]:
    """What is written about the data changed: where it is from, how it was made, how good it is.

    Nothing behaves differently. A bias that is known now wants a word with those who train or evaluate on
    it.
    """
    if any(change.below("spec", field) for field in ("source", "quality", "lineage")):
        yield told(change)


DATASET_RULES = (
    dataset_removed,
    column_removed,
    column_type_changed,
    key_changed,
    key_written_differently,
    split_removed,
    license_changed,
    sensitivity_raised,
    personal_data_appeared,
    restriction_lifted,
    remote_moved,
    address_moved,
    data_floats,
    evaluation_split_changed,
    content_changed,
    column_added,
    record_widened,
    record_narrowed,
    card_changed,
)
