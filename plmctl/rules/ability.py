"""What a model can do as its manifest states it, and what another that takes its place lacks of it.

What is not stated is not known: it is neither promised nor missed.
"""

from collections.abc import Collection, Iterator

from plmctl.core.manifest import Manifest
from plmctl.core.value import as_mapping, as_text, as_texts
from plmctl.rules.calling import limit_of

_LISTS = (("capabilities", "capability"), ("input", "input modality"), ("output", "output modality"))
_SIZES = ("contextTokens", "outputTokens")


def shortfalls(old: Collection[Manifest], new: Manifest) -> Iterator[str]:
    """What each of some models could be relied on for and the new one cannot, in words."""
    if old:
        yield from _other_task(old, new)
        yield from _missing(old, new)
        yield from _smaller(old, new)


def _other_task(old: Collection[Manifest], new: Manifest) -> Iterator[str]:
    tasks, task = {as_text(model.spec.get("task")) for model in old}, as_text(new.spec.get("task"))
    if task is not None and None not in tasks and task not in tasks:
        yield f"its task is {task}, not {' or '.join(sorted(filter(None, tasks)))}"


def _missing(old: Collection[Manifest], new: Manifest) -> Iterator[str]:
    for name, noun in _LISTS:
        has = _stated(new, name)
        promised = frozenset.intersection(*(_stated(model, name) or frozenset() for model in old))
        for word in sorted(promised - has) if has is not None else ():
            yield f"it has no {noun} '{word}'"


def _stated(model: Manifest, name: str) -> frozenset[str] | None:
    holder = model.spec if name == "capabilities" else as_mapping(model.spec.get("modalities"))
    found = holder.get(name)
    return frozenset(as_texts(found)) if isinstance(found, list) else None


def _smaller(old: Collection[Manifest], new: Manifest) -> Iterator[str]:
    for name in _SIZES:
        sizes, size = [limit_of(model, name) for model in old], limit_of(new, name)
        known = [known for known in sizes if known is not None]
        if size is not None and len(known) == len(sizes) and size < min(known):
            yield f"its {name} are {size}, not {min(known)}"
    lengths, length = {limit_of(model, "dimensions") for model in old}, limit_of(new, "dimensions")
    if length is not None and None not in lengths and length not in lengths:
        # One more is as wrong as one less: an index has the length that it was built for.
        others = " or ".join(str(other) for other in sorted(filter(None, lengths)))
        yield f"its vectors have {length} dimensions, not {others}"
