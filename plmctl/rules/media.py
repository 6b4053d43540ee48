"""Media: that a model takes what a prompt sends."""

from collections.abc import Iterator

from plmctl.core.finding import Level
from plmctl.core.manifest import Manifest
from plmctl.core.phrase import listed
from plmctl.core.registry import Registry
from plmctl.core.value import Pointer, Value, as_mapping, as_texts
from plmctl.rules.calling import answering
from plmctl.rules.filling import MEDIA, entries
from plmctl.rules.rule import CheckRule, Fault, manifest_rule

_CHOSEN_BY = ("model", "provider")


@manifest_rule("LNT003", "modality-unsupported", Level.ERROR, kind="Prompt")
def modality_unsupported(registry: Registry, manifest: Manifest) -> Iterator[Fault]:
    """A message has an image, audio or file part, and the model does not take such input.

    The provider refuses every such call, or drops the part without a word. Name a model that takes it (of
    a route, every target must), or correct `modalities.input` of the model. Models that do not state what
    they take are not judged, nor are variants that are chosen by `model` or `provider`. A `file` part needs
    the modality `file`.
    """
    parts = tuple(_parts(manifest))
    models = answering(registry, manifest) if parts else ()
    for pointer, medium in parts:
        for model in models:
            taken = _taken(model)
            if taken is not None and medium not in taken:
                yield Fault(
                    manifest=manifest,
                    location=manifest.document.key_location(pointer),
                    message=f"'{model.id}' takes {listed(taken) or 'nothing'}, not {medium}",
                    help=f"name a model that takes it, or add '{medium}' to modalities.input in {model.path}",
                )


MEDIA_RULES: tuple[CheckRule, ...] = (modality_unsupported,)


def _taken(model: Manifest) -> tuple[str, ...] | None:
    """What a model takes, None where it does not say."""
    stated = as_mapping(model.spec.get("modalities")).get("input")
    return as_texts(stated) if isinstance(stated, list) else None


def _parts(manifest: Manifest) -> Iterator[tuple[Pointer, str]]:
    """The media of the messages: where the key stands, and which it is."""
    spec = manifest.spec
    places: list[tuple[Value, Pointer]] = [(spec.get("messages"), ("spec", "messages"))]
    for at, variant in entries(spec.get("variants"), ("spec", "variants")):
        if not any(key in as_mapping(variant.get("when")) for key in _CHOSEN_BY):
            places.append((variant.get("messages"), (*at, "messages")))
    for messages, place in places:
        for at, message in entries(messages, place):
            for below, part in entries(message.get("content"), (*at, "content")):
                yield from (((*below, medium), medium) for medium in MEDIA if medium in part)
