"""schema: what may stand in a manifest."""

from dataclasses import dataclass

from plmctl.commands.kind import kind_named
from plmctl.core.report import Report, Table
from plmctl.core.schema import schema_of
from plmctl.core.shape import SHAPES
from plmctl.core.starter import schema_text


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaOptions:
    """Whose schema; without a kind, the list of those there are."""

    kind: str | None = None


def schema(options: SchemaOptions) -> Report:
    """The JSON Schema of a kind, of plmctl.yaml (Registry) or of a lock (Lock), in one document."""
    if options.kind is not None:
        return Report(command="schema", text=schema_text(kind_named(options.kind, SHAPES)))
    rows = tuple((kind, schema_of(kind).description or "") for kind in SHAPES)
    return Report(
        command="schema",
        table=Table(headings=("kind", "what it is"), rows=rows),
        data={"kinds": [{"kind": kind, "description": description} for kind, description in rows]},
        next=("plmctl schema prompt",),
    )
