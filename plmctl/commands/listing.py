"""list: what is in the registry."""

from collections.abc import Callable, Iterable, Sequence

from plmctl.commands.kind import kind_named
from plmctl.commands.standing import (
    SHORT,
    Standing,
    labels_of,
    moment,
    release_of,
    title_of,
    version_values,
)
from plmctl.commands.versions import HEADINGS, lack
from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import UsageError
from plmctl.core.manifest import Manifest
from plmctl.core.memo import Memo
from plmctl.core.ports import Repo
from plmctl.core.registry import Registry
from plmctl.core.report import Report, Table
from plmctl.core.secrecy import discreet, masked
from plmctl.core.value import Value
from plmctl.core.where import Condition, is_field, likely_field, parsed_condition

STABILITIES = ("experimental", "stable", "deprecated", "retired")
_OTHER_SIGN = deferred(r"[<>~]=?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOptions:
    """Which artifacts, of which revision (None: the work tree); a label is `key` or `key=value`.

    `conditions` are as core/where.py reads them, and all must hold.
    """

    kind: str | None = None
    owner: str | None = None
    label: str | None = None
    stability: str | None = None
    conditions: tuple[str, ...] = ()
    revision: str | None = None


def listing(repo: Repo, options: ListOptions, memo: Memo | None = None) -> Report:
    """The artifacts of a registry with their newest versions; `memo` is what runs before found out of it."""
    return _listing(repo, options, memo, _table)


def version_listing(repo: Repo, options: ListOptions, memo: Memo | None = None) -> Report:
    """Every version of artifacts; see `versions` for all of a kind, of which names are enough for people."""
    return _listing(repo, options, memo, _version_table)


def _listing(
    repo: Repo, options: ListOptions, memo: Memo | None, table: Callable[[Sequence[Standing]], Table]
) -> Report:
    now = moment(repo, options.revision, memo)
    wanted = _Wanted(options, now.registry)
    shown = [now.standing(m.id) for m in now.registry.manifests.values() if wanted.fits(m)]
    return Report(
        command="list",
        table=table(shown),
        data={"artifacts": [_value(standing) for standing in shown]},
        summary={"artifacts": len(shown)},
        notes=(*lack(shown), *now.notes),
    )


class _Wanted:
    """What an artifact must be to be listed."""

    def __init__(self, options: ListOptions, registry: Registry):
        if options.stability is not None and options.stability not in STABILITIES:
            raise UsageError(
                f"'{options.stability}' is no stability", hint=f"there are {', '.join(STABILITIES)}"
            )
        self._options = options
        self._registry = registry
        self._kind = kind_named(options.kind, registry.kinds.names) if options.kind is not None else None
        self._conditions = tuple(self._condition(text) for text in options.conditions)
        key, is_given, value = (options.label or "").partition("=")
        self._label, self._label_value = key, value if is_given else None

    def fits(self, manifest: Manifest) -> bool:
        """Whether an artifact has all that was asked for."""
        return (
            self._kind in (None, manifest.kind)
            and self._options.stability in (None, manifest.stability)
            and (self._options.owner is None or self._options.owner in manifest.owners)
            and (not self._label or self._has_label(manifest))
            and all(condition.holds(manifest, self._registry) for condition in self._conditions)
        )

    def _has_label(self, manifest: Manifest) -> bool:
        value = labels_of(manifest).get(self._label)
        return value is not None and self._label_value in (None, value)

    def _condition(self, text: str) -> Condition:
        condition = parsed_condition(text)
        if condition is None:
            raise UsageError(f"--where {text}: no field is named", hint="write '--where spec.model=gpt-4o'")
        _refuse_other_sign(text, condition.field)
        self._require_field(condition)
        return condition

    def _require_field(self, condition: Condition) -> None:
        kinds = self._registry.kinds
        schemas = [kinds.schema_of(kind) for kind in ((self._kind,) if self._kind else kinds.names)]
        if any(is_field(schema, condition.path) for schema in schemas):
            return
        near = likely_field(schemas, condition.path)
        known = (
            f"{self._kind.lower()}' to see its fields" if self._kind else "prompt' to see the fields of one"
        )
        raise UsageError(
            f"{f'a {self._kind} has no' if self._kind else 'no kind has a'} field '{condition.field}'",
            hint=f"did you mean '{near}'?" if near else f"run 'plmctl schema {known}",
        )


def _refuse_other_sign(text: str, field: str) -> None:
    # What is behind the first = is a value, and may hold any sign.
    found = _OTHER_SIGN.search(field)
    if found is not None:
        raise UsageError(
            f"--where {text}: there is no '{found[0].rstrip('=')}'",
            hint=f"write '{field[: found.start()].strip()}=VALUE', or '!=' for what differs",
        )


def _table(shown: Iterable[Standing]) -> Table:
    rows = tuple(_row(standing.manifest, standing.version) for standing in shown)
    return Table(
        headings=("id", "version", "stability", "owners", "title"), rows=rows, spare=("owners", "stability")
    )


def _version_table(shown: Iterable[Standing]) -> Table:
    rows = (
        (standing.manifest.id, str(tag.version), release_of(tag), tag.commit[:SHORT])
        for standing in shown
        for tag in standing.versions
    )
    return Table(headings=HEADINGS, rows=tuple(rows))


def _row(manifest: Manifest, version: str) -> tuple[str, ...]:
    return (
        manifest.id,
        version,
        manifest.stability,
        masked(", ".join(manifest.owners)),
        masked(title_of(manifest)),
    )


def _value(standing: Standing) -> Value:
    manifest = standing.manifest
    return {
        "id": manifest.id,
        "kind": manifest.kind,
        "name": manifest.name,
        "path": manifest.path,
        "version": str(standing.newest.version) if standing.newest is not None else None,
        "changed": standing.is_changed,
        "stability": manifest.stability,
        "owners": [*map(masked, manifest.owners)],
        "labels": discreet(dict(labels_of(manifest)), ()),
        "title": masked(title_of(manifest)),
        "versions": version_values(standing.versions),
    }
