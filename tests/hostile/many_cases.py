"""Manifests of one thing over and over, as fuzzing grew them: each took seconds, by its name."""

import json
from collections.abc import Callable, Mapping
from itertools import islice, product

from plmctl.core.value import Value

PATH = "providers/hostile.yaml"
_WORDS = ["".join(letters) for letters in islice(product("envirodsct", repeat=5), 24_000)]
_FIELDS: Mapping[str, Value] = {f"name-{number}": 1 for number in range(20_000)}


def _provider(credential: Value, fields: Mapping[str, Value]) -> Value:
    metadata: dict[str, Value] = {"name": "hostile", **fields}
    spec: dict[str, Value] = {"type": "openai", "credential": credential}
    return {"apiVersion": "plmctl/v1", "kind": "Provider", "metadata": metadata, "spec": spec}


_SOUND: Value = {"env": "KEY"}
MANY: Mapping[str, Callable[[], str]] = {
    # Each was compared with each field that there is, however many are told.
    "many-unknown-fields": lambda: json.dumps(_provider(_SOUND, _FIELDS), indent=1),
    # The whole credential was looked through again for each line that is shown.
    "many-keys-of-a-credential": lambda: json.dumps(_provider(dict.fromkeys(_WORDS, "x"), {}), indent=1),
    # Each was covered in a copy of the whole line.
    "many-secrets-in-a-line": lambda: json.dumps(_provider(["x"] * 40_000, {"a": 1})),
}
