import json

import pytest

from plmctl.commands.schema import SchemaOptions, schema
from plmctl.core.finding import UsageError
from plmctl.core.kinds import BUILT_IN, report_schema
from plmctl.core.schema import KINDS


@pytest.mark.parametrize("kind", [*KINDS, "Registry", "Lock", "prompt", "context-policy"])
def test_a_schema_is_one_document_that_needs_no_other(kind: str) -> None:
    text = schema(None, SchemaOptions(kind=kind)).text
    assert text is not None
    known = {k.lower(): k for k in (*KINDS, "Registry", "Lock")}[kind.lower().replace("-", "")]
    assert json.loads(text) == BUILT_IN.bundled(known)
    assert text.endswith("}\n")
    assert "defs.json" not in text


def test_the_output_as_json_has_a_schema_too() -> None:
    text = schema(None, SchemaOptions(kind="report")).text
    assert text is not None
    assert json.loads(text) == report_schema()
    assert json.loads(text)["title"] == "Report"


def test_without_a_kind_the_schemas_are_listed() -> None:
    report = schema(None, SchemaOptions())
    assert report.table is not None
    assert report.table.headings == ("kind", "what it is")
    assert [row[0] for row in report.table.rows] == [*KINDS, "Registry", "Lock", "Kind", "Acceptance"]
    assert report.table.rows[0] == ("Prompt", "What is said to a model.")
    assert report.data == {
        "kinds": [{"kind": kind, "description": description} for kind, description in report.table.rows]
    }
    assert (report.text, report.next) == (None, ("plmctl schema prompt",))


def test_an_unknown_kind_has_a_suggestion() -> None:
    with pytest.raises(UsageError) as error:
        schema(None, SchemaOptions(kind="registy"))
    assert (error.value.message, error.value.hint) == ("'registy' is not a kind", "did you mean 'registry'?")
