"""A registry with a kind of its own, Persona: a reference, a file, a keyed list, and a prose field."""

import json
from collections.abc import Mapping
from pathlib import Path

from plmctl.core.value import Value
from tests.commands.builder import BYE, ENVIRONMENT, FILES, SETTINGS, made_locks, make_release
from tests.commands.ground import folder_at
from tests.git.builder import Folder

PERSONA_SCHEMA: dict[str, Value] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Persona",
    "description": "Who an assistant is.",
    "type": "object",
    "required": ["apiVersion", "kind", "metadata", "spec"],
    "properties": {
        "apiVersion": {"$ref": "defs.json#/$defs/apiVersion"},
        "kind": {"const": "Persona"},
        "metadata": {"$ref": "defs.json#/$defs/metadata", "x-plm-change": "safe"},
        "spec": {
            "type": "object",
            "description": "Who it is.",
            "required": ["speaks"],
            "x-plm-change": "behavioural",
            "properties": {
                "speaks": {
                    "$ref": "defs.json#/$defs/reference",
                    "description": "The prompt or the model that it speaks with.",
                    "x-plm-ref": ["Prompt", "Model"],
                    "x-plm-change": "breaking",
                },
                "portrait": {
                    "type": "string",
                    "description": "A picture of it.",
                    "x-plm-file": True,
                    "x-plm-change": "safe",
                },
                "story": {
                    "type": "string",
                    "description": "Where it comes from.",
                    "x-plm-prose": True,
                },
                "traits": {
                    "type": "array",
                    "description": "What it is like.",
                    "x-plm-list-key": "name",
                    "items": {"$ref": "#/$defs/trait"},
                },
                "code": {
                    "type": "string",
                    "description": "Its code name.",
                    "pattern": "^(a+)+$",
                },
                "note": {
                    "type": "string",
                    "description": "A note for colleagues.",
                    "x-plm-digest": False,
                    "x-plm-change": "safe",
                },
            },
            "additionalProperties": False,
            "patternProperties": {"^x-": {}},
        },
    },
    "additionalProperties": False,
    "$defs": {
        "trait": {
            "type": "object",
            "description": "A trait.",
            "required": ["name"],
            "properties": {
                "name": {"type": "string", "description": "What it is called."},
                "strength": {
                    "type": "integer",
                    "description": "How strong it is.",
                    "minimum": 1,
                    "maximum": 5,
                },
            },
            "additionalProperties": False,
        }
    },
    "examples": [
        {
            "apiVersion": "plmctl/v1",
            "kind": "Persona",
            "metadata": {"name": "ada"},
            "spec": {
                "speaks": "greet",
                "story": "Ada has worked in support for years.",
                "traits": [{"name": "patient", "strength": 5}],
            },
        }
    ],
}
ADA = """\
apiVersion: plmctl/v1
kind: Persona
metadata: {name: ada, owners: [desk-team]}
spec:
  speaks: prompt/greet
  portrait: ada.svg
  story: |
    Ada has worked in support for years.
    She likes tea.
  traits:
    - {name: patient, strength: 4}
    - {name: brief, strength: 2}
"""
KIND = "kinds/persona.json"
MANIFEST = "personas/ada.yaml"
PERSONAS: Mapping[str, str] = {
    **FILES,
    "plmctl.yaml": SETTINGS + "spec: {schemas: [kinds]}\n",
    KIND: json.dumps(PERSONA_SCHEMA, indent=2) + "\n",
    MANIFEST: ADA,
    "personas/ada.svg": "<svg/>\n",
    "prompts/bye.yaml": BYE,
    "applications/desk.yaml": (
        "apiVersion: plmctl/v1\nkind: Application\nmetadata: {name: desk}\nspec:\n  uses: [persona/ada]\n"
    ),
    "environments/production.yaml": ENVIRONMENT,
}


def persona_shop(path: Path) -> Folder:
    """A registry with a Persona, its first release, and a lock of what uses it."""
    path.mkdir()
    folder = folder_at(path)
    folder.git("init", "-q", "-b", "main")
    folder.commit(dict(PERSONAS), "begin")
    make_release(folder)
    made_locks(folder)
    folder.commit({}, "lock")
    return folder
