"""What is wrong with the schema of a kind of the registry's own, beyond its keywords."""

from collections.abc import Iterator, Mapping, Sequence

from plmctl.core.document import Document
from plmctl.core.finding import Finding
from plmctl.core.kinds import BUILT_IN, Kinds, shared_definitions
from plmctl.core.phrase import path_of, shown
from plmctl.core.sch import NOT_ALLOWED, NOT_IN_SUBSET, UNKNOWN_FIELD, UNKNOWN_KIND, VIOLATED
from plmctl.core.schema import kind_prefix, subset_findings
from plmctl.core.shape import Schema, layered, places, subschemas
from plmctl.core.slip import nearest
from plmctl.core.value import Pointer, Value, as_items, as_mapping, as_text

KINDS_LIMIT = 50
PATTERNS_LIMIT = 100
LAYERS_LIMIT = 16
PLACES_LIMIT = 2_000
_SHARED = "defs.json#/$defs/"
_OWN = "x-plm-"
_JSON_SCHEMA = f"{_SHARED}jsonSchema"


def word_of(document: Document) -> str:
    """The name of the kind that a schema describes."""
    return as_text(as_mapping(document.value).get("title")) or ""


def whole_findings(documents: Sequence[Document]) -> Iterator[Finding]:
    """What is wrong with the kinds taken together: their words, and how many there are."""
    # 'Prompts' beside 'Prompt', or an id that begins with a folder's name, would be read as the other.
    taken = {word: f"the kind {kind}" for word, kind in BUILT_IN.by_prefix.items()}
    taken |= {folder: f"the folder of the kind {kind}" for kind, folder in BUILT_IN.folders.items()}
    taken |= {
        kind_prefix(word): f"plmctl's own '{word}'" for word in BUILT_IN.shapes if word not in BUILT_IN.names
    }
    for document in documents:
        word = kind_prefix(word_of(document))
        owner = taken.get(word) or taken.get(f"{word}s")
        if owner is not None:
            message = f"the kind '{word_of(document)}' has the word of {owner}"
            yield document.finding(VIOLATED, message, document.location(("title",)), "choose another word")
        taken[word] = f"the kind in {document.path}"
        taken[f"{word}s"] = f"the folder of the kind in {document.path}"
    if len(documents) > KINDS_LIMIT:
        message = f"there are {len(documents)} kinds of your own, at most {KINDS_LIMIT} are read"
        yield documents[KINDS_LIMIT].finding(
            VIOLATED, message, documents[KINDS_LIMIT].location(()), "delete those that are not used"
        )
    yield from _pattern_findings(documents)


def _pattern_findings(documents: Sequence[Document]) -> Iterator[Finding]:
    # Compiled, each may take a megabyte.
    patterns = [
        (document, pointer)
        for document in documents
        for pointer, schema in _schemas(as_mapping(document.value))
        if "pattern" in schema
    ]
    for document, pointer in patterns[PATTERNS_LIMIT : PATTERNS_LIMIT + 1]:
        message = (
            f"the kinds of your own have {len(patterns)} patterns, at most {PATTERNS_LIMIT} are compiled"
        )
        place = document.location((*pointer, "pattern"))
        yield document.finding(NOT_IN_SUBSET, message, place, "say some in words, in the descriptions")


def kind_findings(document: Document, known: Sequence[str]) -> Iterator[Finding]:
    """What is wrong with one schema whose keywords are right, where these kinds are known."""
    value, word = as_mapping(document.value), word_of(document)
    place: Pointer = ("properties", "kind", "const")
    const = as_mapping(as_mapping(value["properties"])["kind"])["const"]
    if const != word:
        message = f"properties.kind.const is {shown(const)}: it must be '{word}', as the title is"
        yield document.finding(NOT_ALLOWED, message, document.location(place), f"write '{word}'")
    shared = shared_definitions()
    for name in as_mapping(value.get("$defs")):
        if name in shared:
            message = f"the definition '{name}' has the name of one that plmctl shares"
            location = document.key_location(("$defs", name))
            yield document.finding(
                NOT_IN_SUBSET, message, location, f"rename it, or refer to '{_SHARED}{name}'"
            )
    for pointer, schema in _schemas(value):
        yield from _annotation_findings(document, pointer, schema, known)
    yield from subset_findings(document, (), dict(value), [f"{_SHARED}{name}" for name in shared])


def _schemas(
    value: Mapping[str, Value], pointer: Pointer = ()
) -> Iterator[tuple[Pointer, Mapping[str, Value]]]:
    yield pointer, value
    for step, child in subschemas(value):
        yield from _schemas(as_mapping(child), (*pointer, *step))


def _annotation_findings(
    document: Document, pointer: Pointer, schema: Mapping[str, Value], known: Sequence[str]
) -> Iterator[Finding]:
    annotations = as_mapping(
        as_mapping(as_mapping(BUILT_IN.bundled("Kind")["$defs"])["keywords"])["properties"]
    )
    for key in (key for key in schema if key.startswith(_OWN) and key not in annotations):
        meant = nearest(key, (name for name in annotations if name.startswith(_OWN)))
        message = f"{shown(key)} is no annotation of {path_of(pointer)}"
        advice = f"did you mean '{meant}'?" if meant else "annotations of your own begin with 'x-' alone"
        yield document.finding(UNKNOWN_FIELD, message, document.key_location((*pointer, key)), advice)
    for index, kind in enumerate(as_items(schema.get("x-plm-ref"))):
        if kind not in known:
            meant = nearest(str(kind), known)
            advice = f"did you mean '{meant}'?" if meant else f"the kinds are {', '.join(known)}"
            place = document.location((*pointer, "x-plm-ref", index))
            yield document.finding(UNKNOWN_KIND, f"{shown(kind)} is not a kind", place, advice)
    if schema.get("x-plm-schema") is True and schema.get("$ref") != _JSON_SCHEMA:
        message = f"{path_of(pointer)} holds a JSON Schema and does not say which keywords it may have"
        place = document.key_location((*pointer, "x-plm-schema"))
        yield document.finding(NOT_IN_SUBSET, message, place, f'write "$ref": "{_JSON_SCHEMA}" beside it')


def compiled_findings(document: Document, kinds: Kinds) -> Iterator[Finding]:
    """What shows once the schema is whole: list keys, schemas that pile up at one place, examples."""
    shape = kinds.shape_of(word_of(document))
    if (message := _spread(shape.schema)) is not None:
        place = document.key_location(("properties", "spec"))
        yield document.finding(NOT_IN_SUBSET, message, place, "offer fewer alternatives")
        return
    defs = as_mapping(shape.bundle["$defs"])
    for pointer, node in _schemas(as_mapping(document.value)):
        key, fields = as_text(node.get("x-plm-list-key")), _item_fields(node, defs)
        if key is not None and key not in fields:
            meant = nearest(key, fields)
            message = f"the items of {path_of(pointer)} have no field '{key}' to be told apart by"
            advice = f"did you mean '{meant}'?" if meant else "describe it in 'properties' of the items"
            location = document.location((*pointer, "x-plm-list-key"))
            yield document.finding(UNKNOWN_FIELD, message, location, advice)
    for index, example in enumerate(as_items(as_mapping(document.value).get("examples"))):
        if not shape.validator.is_valid(example):
            message = f"the example is no {word_of(document)}: the schema refuses it"
            location = document.location(("examples", index))
            yield document.finding(VIOLATED, message, location, "correct the example, or the schema")


def _spread(schema: Schema) -> str | None:
    # Alternatives with different fields combine: few may describe more places than can be walked.
    for count, (path, found) in enumerate(places(schema)):
        if count >= PLACES_LIMIT:
            return f"over {PLACES_LIMIT} places of a manifest are described, alternatives combined"
        if found.layers > LAYERS_LIMIT:
            return f"over {LAYERS_LIMIT} schemas say what {path_of(path)} may be: each value is held to all"
    return None


def _item_fields(node: Mapping[str, Value], defs: Mapping[str, Value]) -> list[str]:
    items = (layer["items"] for layer in layered(dict(node), defs) if "items" in layer)
    return [
        name
        for item in items
        for layer in layered(item, defs)
        for name in as_mapping(layer.get("properties"))
    ]
