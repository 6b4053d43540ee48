"""What of a manifest has a say in what is said of others, as short texts that are another where it is."""

import marshal
from collections.abc import Mapping
from hashlib import sha256

from plmctl.core.canonical import canonical_json
from plmctl.core.deferred import deferred
from plmctl.core.manifest import Manifest, TemplateText
from plmctl.core.registry import Registry
from plmctl.core.template.language import JINJA2, MUSTACHE
from plmctl.core.value import Pointer, Value, as_mapping

NO_FACE = "-" * 24
"""As long as each of them, and none."""
# A tag of either language, to the end of the text where it does not end.
_TAG = deferred(r"(?s)\{[{%#].*?(?:[}%#]\}|$)")
# One of Jinja in which nothing looks like the end of it before it ends.
_PLAIN = deferred(r"(?s)\{[{%][^\"'{}]*[}%]\}")


def face_of(manifest: Manifest) -> str:
    """What of a manifest has a say in what is said of all together."""
    said = (
        manifest.path,
        [path for path, _ in manifest.summary.hashes],
        manifest.stability,
        manifest.formerly,
        manifest.links,
        [reference.pointer for reference in manifest.references],
        as_mapping(manifest.metadata.get("deprecation")).get("replacedBy"),
        manifest.spec.get("split") if manifest.kind == "EvalSuite" else None,
    )
    return _digest(repr(said).encode("utf-8", "surrogateescape"))


def outside_of(registry: Registry, manifest: Manifest) -> str:
    """What of a manifest has a say in what is said of others: all but its description, and a prompt's prose.

    Its lines are counted, because others speak of places in it. Of a folder nobody knows what is in it.
    """
    asked = registry.files[manifest.path].asked
    if asked is None:
        return ""
    value = as_mapping(manifest.document.value)
    metadata = {**manifest.metadata, "description": ""}
    texts = {t.pointer: t for t in manifest.templates if t.path is None} if manifest.kind == "Prompt" else {}
    spec = _without_prose(value.get("spec"), ("spec",), texts) if texts else value.get("spec")
    said = (
        manifest.path,
        manifest.document.text.count("\n"),
        asked,
        {**value, "metadata": metadata, "spec": spec},
    )
    # A fifth of the time of writing it out, and the same for one program: version 2 shares no texts.
    return _digest(marshal.dumps(said, 2))


def _without_prose(value: Value, pointer: Pointer, texts: Mapping[Pointer, TemplateText]) -> Value:
    """A value in which the tags of texts stand for these: what is between them nobody else reads."""
    if isinstance(value, dict):
        return {key: _without_prose(each, (*pointer, key), texts) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_prose(each, (*pointer, n), texts) for n, each in enumerate(value)]
    text = texts.get(pointer)
    if text is None or text.format not in (MUSTACHE, JINJA2) or "{{=" in text.text:
        return value
    tags: list[Value] = [*_TAG.findall(text.text)]
    is_clear = text.format == MUSTACHE or all(_PLAIN.fullmatch(str(tag)) for tag in tags)
    return tags if is_clear else value


def settings_face(registry: Registry) -> str:
    """What the settings say."""
    document = registry.settings.document
    return _digest(canonical_json(dict(as_mapping(document.value))) if document is not None else b"")


def _digest(said: bytes) -> str:
    return sha256(said).hexdigest()[: len(NO_FACE)]
