"""What inputs begin as: the files of the example registry, of the rules' examples, of the catalogue."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from plmctl.core.document import Document, read_document
from plmctl.core.kinds import BUILT_IN
from plmctl.core.lock import indented
from plmctl.core.value import Value, as_items, as_mapping
from tests.fuzz.values import Donors
from tests.hostile.yaml_cases import CATALOGUE
from tests.programs import REPOSITORY

EXAMPLES = REPOSITORY / "tests" / "examples"
EXAMPLE = REPOSITORY / "example-registry"
LARGEST = 1 << 14
SETTINGS = (EXAMPLES / "registry.yaml").read_bytes()
"""The plmctl.yaml of most registries of the rules' examples."""


@cache
def files() -> Mapping[str, bytes]:
    """Every file of the example registry and of the rules' examples that is small, by its path."""
    found = (path for folder in (EXAMPLE, EXAMPLES) for path in sorted(folder.rglob("*")) if path.is_file())
    read = ((path.relative_to(REPOSITORY).as_posix(), path.read_bytes()) for path in found)
    return {path: data for path, data in read if len(data) <= LARGEST}


@cache
def texts() -> Sequence[bytes]:
    """YAML as it lies there, and the hostile files of the catalogue that are small."""
    shown = [data for path, data in files().items() if path.endswith((".yaml", ".dvc", ".json"))]
    hostile = [data for data in (case.data() for case in CATALOGUE) if len(data) <= LARGEST]
    return [*dict.fromkeys([*shown, *hostile])]


@cache
def manifests() -> Sequence[Value]:
    """Manifests of every kind as values: those that lie there, and those that the schemas show."""
    yaml = (data for path, data in files().items() if path.endswith(".yaml"))
    documents = (read_document("seed.yaml", data) for data in dict.fromkeys(yaml))
    read = [d.value for d in documents if isinstance(d, Document) and as_mapping(d.value).get("kind")]
    shown = [value for kind in BUILT_IN.shapes for value in as_items(BUILT_IN.bundled(kind).get("examples"))]
    return [*read, *shown]


@cache
def donors() -> Donors:
    """What stands where in manifests."""
    return Donors(manifests())


@cache
def words() -> Sequence[bytes]:
    """What the schemas call things, and what the reader knows."""
    named = sorted({word for kind in BUILT_IN.shapes for word in _named(BUILT_IN.bundled(kind))})
    return [*(word.encode() for word in named), *(f"{word}: ".encode() for word in named)]


def _named(schema: Value) -> Iterator[str]:
    for key, value in as_mapping(schema).items():
        if key in ("properties", "$defs"):
            yield from as_mapping(value)
        if key in ("enum", "const"):
            yield from (item for item in (*as_items(value), value) if isinstance(item, str))
        yield from _named(value)
    for item in as_items(schema):
        yield from _named(item)


def listed(name: str) -> Sequence[bytes]:
    """The words in a file beside this one, one a line."""
    return (REPOSITORY / "tests" / "fuzz" / "words" / name).read_bytes().splitlines()


def lock_text(value: Value) -> bytes:
    """A lock's value as plmctl spells it."""
    return f"{indented(value)}\n".encode(errors="surrogatepass")
