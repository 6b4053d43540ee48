"""schema: what may stand in a manifest."""

from plmctl.commands.kind import kind_named
from plmctl.core.configuration import read_settings_of
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import ConfigurationError, PlmctlError
from plmctl.core.kinds import BUILT_IN, Kinds, report_schema
from plmctl.core.ports import Repo
from plmctl.core.report import Report, Table
from plmctl.core.starter import schema_text


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaOptions:
    """Whose schema; without a kind, the list of those there are."""

    kind: str | None = None


def schema(repo: Repo | None, options: SchemaOptions) -> Report:
    """The JSON Schema of a kind, of plmctl.yaml (Registry), a lock (Lock) or JSON output (Report), whole."""
    kinds = _kinds_of(repo) if repo is not None else BUILT_IN
    if options.kind is not None and options.kind.lower() == "report" and "Report" not in kinds.shapes:
        return Report(command="schema", text=schema_text(report_schema()))
    if options.kind is not None:
        kind = kind_named(options.kind, kinds.shapes)
        return Report(command="schema", text=schema_text(kinds.bundled(kind)))
    rows = tuple((kind, kinds.schema_of(kind).description or "") for kind in kinds.shapes)
    return Report(
        command="schema",
        table=Table(headings=("kind", "what it is"), rows=rows),
        data={"kinds": [{"kind": kind, "description": description} for kind, description in rows]},
        next=("plmctl schema prompt",),
    )


def _kinds_of(repo: Repo) -> Kinds:
    """The kinds of the registry that is worked on; those of plmctl where there is none."""
    try:
        tree = repo.work_tree()
        return read_settings_of(tree, tuple(tree.paths())).kinds
    except ConfigurationError:
        raise
    except PlmctlError:
        return BUILT_IN
