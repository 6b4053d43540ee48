"""All that is fuzzed."""

from collections.abc import Mapping

from tests.fuzz.target import Target
from tests.fuzz.targets.reading import POINTER, READER, SCHEMA
from tests.fuzz.targets.registries import DIFF
from tests.fuzz.targets.releases import LOCK_TARGET, TAG
from tests.fuzz.targets.rendering import RENDERING
from tests.fuzz.targets.templates import JINJA, MUSTACHE

_ALL = (READER, SCHEMA, MUSTACHE, JINJA, LOCK_TARGET, TAG, POINTER, DIFF, RENDERING)
TARGETS: Mapping[str, Target] = {target.name: target for target in _ALL}
