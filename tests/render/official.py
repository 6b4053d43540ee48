"""The schema of SARIF 2.1.0 that OASIS publishes."""

import json
from functools import cache

import jsonschema_rs

from tests.programs import REPOSITORY

OFFICIAL = REPOSITORY / "tests" / "vendor" / "sarif" / "sarif-2.1.0.json"


@cache
def official() -> jsonschema_rs.Draft202012Validator:
    """The schema, with its formats of addresses checked."""
    schema = json.loads(OFFICIAL.read_text(encoding="utf-8"))
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
