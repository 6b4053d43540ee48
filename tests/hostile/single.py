"""Every file of the catalogue that is hostile by itself, as it lies in a registry, by its name."""

import json
import os
from collections.abc import Iterator, Mapping

from tests.commands.personas import KIND, PERSONAS
from tests.hostile import test_contracts, test_own_kinds, test_templates
from tests.hostile.hidden_cases import samples
from tests.hostile.large_cases import LARGE
from tests.hostile.many_cases import MANY, PATH
from tests.hostile.paths_cases import CONTENT, DVC, MODEL, NAMED, WRITTEN
from tests.hostile.stranger import GOOD
from tests.hostile.yaml_cases import CATALOGUE

Files = Mapping[str, bytes | str]


def hostile_files() -> Iterator[tuple[str, Files]]:
    """Names, and files that stand in a registry beside those of `stranger.FILES`."""
    yield from _yaml()
    yield from _schemas()
    for name, (text, *_) in test_templates.CASES.items():
        manifest = test_templates.PARTIAL % ("hostile", "hostile")
        yield name, {"partials/hostile.yaml": manifest, "partials/hostile.md": text}
    for name, written in WRITTEN.items():
        yield name, {"models/small.yaml": MODEL, CONTENT.file("hostile"): CONTENT.text("hostile", written)}
    for path, shown in NAMED.items():
        yield f"name-{shown}", {"partials/" + os.fsdecode(path): GOOD}
    for name, (folder, _, make) in LARGE.items():
        yield f"large-{name}", {"models/small.yaml": MODEL, f"{folder}/hostile.yaml": make()}
    for name, make in MANY.items():
        yield name, {PATH: make()}
    for sample in samples():
        yield f"hidden-{sample.name}", sample.files


def _yaml() -> Iterator[tuple[str, Files]]:
    """YAML as a manifest, as a pointer to data, and as what accepts a change."""
    pointing = DVC.text("hostile", "hostile.dvc")
    for case in CATALOGUE:
        data = case.data()
        yield case.name, {"partials/hostile.yaml": data}
        yield f"pointer-{case.name}", {"datasets/hostile.yaml": pointing, "datasets/hostile.dvc": data}
        yield f"acceptance-{case.name}", {".plmctl/accepted/3f9a1c22b0de.yaml": data}


def _schemas() -> Iterator[tuple[str, Files]]:
    """Schemas of a prompt's inputs, and of kinds."""
    for name, (schema, value, *_) in test_contracts.CASES.items():
        text = test_contracts.PROMPT.replace("SAMPLE", json.dumps({"a": value}))
        prompt = text.replace("SCHEMA", json.dumps(schema))
        yield name, {"models/small.yaml": MODEL, test_contracts.NAME: prompt}
    for name, (make, _) in test_own_kinds.SCHEMAS.items():
        yield f"kind-{name}", {**PERSONAS, KIND: make()}
