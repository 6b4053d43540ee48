"""The records of datasets: that they are what the manifest says, and that what must be apart is apart."""

from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from inspect import cleandoc

from plmctl.core.data import is_restricted
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Finding, Level, Location, Rule
from plmctl.core.instance import Misfit
from plmctl.core.manifest import Manifest
from plmctl.core.phrase import path_of
from plmctl.core.records import key_columns
from plmctl.core.registry import Registry
from plmctl.core.survey import MOST, Standing, Survey
from plmctl.core.value import as_mapping
from plmctl.rules.leakage import Exam, exams
from plmctl.rules.rule import Fault, finding_of

Surveys = Mapping[str, Survey]
_ABOUT_SCHEMA = "correct the record, or spec.schema"


RecordFaults = Callable[[Registry, Surveys], Iterator[Fault]]
DatasetFaults = Callable[[Manifest, Survey], Iterator[Fault]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRule:
    """A rule over the records of datasets, as far as they were read."""

    rule: Rule
    faults: RecordFaults

    def findings(self, registry: Registry, surveys: Surveys) -> Iterator[Finding]:
        """Its faults as findings."""
        return (finding_of(self.rule, fault) for fault in self.faults(registry, surveys))


def records_rule(code: str, name: str, level: Level) -> Callable[[RecordFaults], RecordRule]:
    """Makes a rule of a generator of the faults of all datasets together."""

    def made(faults: RecordFaults) -> RecordRule:
        rule = Rule(code=code, name=name, level=level, meaning=cleandoc(faults.__doc__ or ""))
        return RecordRule(rule=rule, faults=faults)

    return made


def record_rule(code: str, name: str, level: Level) -> Callable[[DatasetFaults], RecordRule]:
    """Makes a rule of a generator of one dataset's faults."""

    def made(faults: DatasetFaults) -> RecordRule:
        @wraps(faults)
        def of_all(registry: Registry, surveys: Surveys) -> Iterator[Fault]:
            for artifact, survey in surveys.items():
                yield from faults(registry.manifests[artifact], survey)

        return records_rule(code, name, level)(of_all)

    return made


@record_rule("REC001", "record-malformed", Level.ERROR)
def record_malformed(manifest: Manifest, survey: Survey) -> Iterator[Fault]:
    """A part of a data file is no record: a line that is not JSON, a row with a field too many, bytes that
    are not UTF-8.

    Training and indexing stop there, or pass over it and nobody knows. JSON Lines must be one JSON value a
    line, without NaN, without a key twice, at most 1 MiB and 64 levels deep; CSV must have a header and fit
    RFC 4180. What stands between the others is passed over here too, and the rest is checked.
    """
    for standing, flaw in survey.flaws:
        if not flaw.is_mark:
            yield _fault(manifest, standing, flaw.message, flaw.help)


@record_rule("REC002", "data-byte-order-mark", Level.WARNING)
def data_byte_order_mark(manifest: Manifest, survey: Survey) -> Iterator[Fault]:
    """A data file begins with a byte order mark, which says nothing in UTF-8.

    It is passed over here; other programs take it for a part of the first column's name, or refuse the
    first record. Save the file without it.
    """
    for standing, flaw in survey.flaws:
        if flaw.is_mark:
            yield _fault(manifest, standing, flaw.message, flaw.help)


@record_rule("REC003", "record-invalid", Level.ERROR)
def record_invalid(manifest: Manifest, survey: Survey) -> Iterator[Fault]:
    """A record is none that the `schema` of its dataset allows.

    Code that reads the data relies on the schema, and fails on this record or learns from it what is wrong.
    Correct the record, or the schema. The fields of CSV are text, but for columns of which the schema says
    `integer`, `number` or `boolean`; a field that is empty is then none, or null where the type allows it.
    Where the data is confidential, restricted or personal no value is shown.
    """
    for standing, misfit in survey.misfits:
        yield _fault(manifest, standing, _told(manifest, misfit), misfit.help or _ABOUT_SCHEMA)


@record_rule("REC004", "record-without-key", Level.ERROR)
def record_without_key(manifest: Manifest, survey: Survey) -> Iterator[Fault]:
    """A record has nothing in a column of the dataset's `key`: no field, null, or an empty text.

    It cannot be told from others, found again, or kept out of a split. Give it a key, or name other
    columns.
    """
    for standing in survey.keyless:
        message = f"the record has no {_key(manifest)}, which tells records apart"
        yield _fault(manifest, standing, message, "give it a key, or name other columns in spec.key")


@record_rule("REC005", "record-key-repeated", Level.ERROR)
def record_key_repeated(manifest: Manifest, survey: Survey) -> Iterator[Fault]:
    """Two records have the same key, so one of them replaces the other wherever the data is loaded by it.

    Which one, depends on the program. Delete one, give it another key, or name more columns in `key`.
    """
    for standing, first in survey.doubles:
        message = f"the record has the {_key(manifest)} of {_where(first, standing)}"
        yield _fault(manifest, standing, message, "delete one of them, or name more columns in spec.key")


@record_rule("REC006", "split-missing", Level.ERROR)
def split_missing(manifest: Manifest, survey: Survey) -> Iterator[Fault]:
    """A split names a file that is not in the data, or a field that no record has.

    Training or evaluation that asks for the split gets nothing. Correct what `splits` says, or add the
    data. It is told where all records were read.
    """
    for name in survey.absent:
        said = as_mapping(manifest.spec.get("splits"))[name]
        column = as_mapping(said).get("field")
        what = f"no record has the field '{column}'" if column is not None else f"the data has no '{said}'"
        yield _of_split(manifest, name, f"split '{name}': {what}")


@record_rule("REC007", "split-empty", Level.ERROR)
def split_empty(manifest: Manifest, survey: Survey) -> Iterator[Fault]:
    """A split holds no record: its file is empty, or no record has the value that it asks for.

    A model is trained on nothing, or an evaluation passes because it asks nothing. Correct what `splits`
    says, or the data. It is told where all records were read.
    """
    for name in survey.empty:
        yield _of_split(manifest, name, f"split '{name}' holds no record")


@record_rule("REC008", "splits-overlap", Level.ERROR)
def splits_overlap(manifest: Manifest, survey: Survey) -> Iterator[Fault]:
    """A record is in two splits, by its key; in a dataset without a `key`, by its content.

    What was trained on is evaluated with: scores are better than the model. Keys in another order and other
    blanks make no other record. Keep the record in one split.
    """
    for standing, (one, other), first in survey.overlaps:
        if standing == first:
            message = f"the record is in two splits, '{one}' and '{other}'"
        else:
            how = f"has the {_key(manifest)} of" if "key" in manifest.spec else "is the same as"
            message = f"the record, of split '{other}', {how} {_where(first, standing)}, of split '{one}'"
        yield _fault(manifest, standing, message, "keep it in one of the splits")


@records_rule("REC009", "evaluation-records-trained-on", Level.ERROR)
def evaluation_records_trained_on(registry: Registry, surveys: Surveys) -> Iterator[Fault]:
    """A record that a suite evaluates with is in the data that a model of the same application was fine-
    tuned on.

    The model has seen the answer: its score says nothing of questions that it has not. Records are compared
    by content: keys in another order, other blanks and composed characters make no other record. Take it
    out of one of the two. What was not read is not compared: `plmctl validate --all-records` reads all that
    is here.
    """
    for exam in exams(registry):
        dataset, training = exam.dataset.id, exam.training.id
        if dataset != training and dataset in surveys and training in surveys:
            yield from _seen(exam, surveys[dataset], surveys[training])


RECORD_RULES: tuple[RecordRule, ...] = (
    record_malformed,
    data_byte_order_mark,
    record_invalid,
    record_without_key,
    record_key_repeated,
    split_missing,
    split_empty,
    splits_overlap,
    evaluation_records_trained_on,
)


def compared_datasets(registry: Registry) -> frozenset[str]:
    """The datasets whose records are compared with those of others."""
    pairs = ((exam.dataset.id, exam.training.id) for exam in exams(registry))
    return frozenset(artifact for pair in pairs if pair[0] != pair[1] for artifact in pair)


def _seen(exam: Exam, evaluation: Survey, training: Survey) -> Iterator[Fault]:
    told = 0
    for identity, member in evaluation.identities.items():
        twin = training.identities.get(identity)
        if twin is None or (exam.split is not None and exam.split not in member.splits):
            continue
        told += 1
        if told > MOST:
            return
        message = (
            f"the record is {_where(twin.standing, member.standing)}, which '{exam.model}' was fine-tuned "
            f"on; '{exam.suite.id}' evaluates '{exam.application}' with it"
        )
        yield _fault(exam.dataset, member.standing, message, "take it out of one of the two")


def _fault(manifest: Manifest, standing: Standing, message: str, mend: str) -> Fault:
    place = Location(path=standing.path, line=standing.line)
    number = "" if standing.number is None else f"record {standing.number}: "
    return Fault(manifest=manifest, location=place, message=f"{number}{message}", help=mend)


def _of_split(manifest: Manifest, name: str, message: str) -> Fault:
    place = manifest.document.key_location(("spec", "splits", name))
    return Fault(manifest=manifest, location=place, message=message, help="correct the split, or the data")


def _where(first: Standing, standing: Standing) -> str:
    place = "" if first.path == standing.path else f" of {first.path}"
    return f"record {first.number}{place}"


def _key(manifest: Manifest) -> str:
    return "key " + " and ".join(f"'{column}'" for column in key_columns(manifest.spec.get("key")))


def _told(manifest: Manifest, misfit: Misfit) -> str:
    """What does not fit; without the value, where not everybody may see it."""
    if not is_restricted(manifest.spec) or misfit.is_absence or misfit.key is not None:
        return misfit.message
    place = path_of(("record", *misfit.pointer))
    return f"{place} does not fit its schema; its value is not shown"
