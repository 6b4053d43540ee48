"""What to do about a reference to nothing: the name that was meant, by its letters or by a file's path."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from plmctl.core.few import few
from plmctl.core.kinds import Kinds
from plmctl.core.manifest import Manifest, Reference
from plmctl.core.registry import Registry
from plmctl.rules.guess import Guesses

_SHOWN = 5


class Cures:
    """What to do about references to nothing."""

    def __init__(self, registry: Registry):
        self._registry = registry
        self._guesses = Guesses()
        self._names: dict[tuple[tuple[str, ...], bool], tuple[str, ...]] = {}

    def of(self, reference: Reference) -> str:
        """The name that was probably meant, or where to look."""
        is_full = self._is_full(reference)
        misnamed = self._misnamed(reference)
        if misnamed is not None:
            wanted, here = bare(reference.written, self._registry.kinds), _named(misnamed, is_full)
            return f"{misnamed.path} has the name '{misnamed.name}': write '{wanted}' there, or '{here}' here"
        names = self._likely_names(reference)
        meant = self._near(reference, names)
        if meant is None and self._kin(reference):
            meant = "' or '".join(names[:_SHOWN])
        if meant is not None:
            return f"did you mean '{meant}'?"
        if self._registry.broken:
            return f"it may be in a file that could not be read: {few(self._registry.broken, _SHOWN)}"
        if not names:
            return f"there is no {listed(reference.kinds)} in this registry yet: add its manifest"
        return f"there are: {few(names, _SHOWN)}"

    def certain(self, reference: Reference) -> str | None:
        """The name that was meant beyond doubt: no file has that name, or is unread and may have it."""
        if self._registry.broken or self._misnamed(reference) is not None:
            return None
        return self._guesses.certain(reference.written, self._likely_names(reference))

    def _near(self, reference: Reference, known: tuple[str, ...]) -> str | None:
        """The nearest by its name alone: a kind that is right makes no name likely."""
        if not self._is_full(reference):
            return self._guesses.near(reference.written, known)
        prefix, _, name = reference.written.partition("/")
        names = tuple(i.removeprefix(f"{prefix}/") for i in known if i.startswith(f"{prefix}/"))
        meant = self._guesses.near(name, names)
        return f"{prefix}/{meant}" if meant is not None else None

    def _is_full(self, reference: Reference) -> bool:
        return is_full(reference.written, self._registry.kinds)

    def _likely_names(self, reference: Reference) -> tuple[str, ...]:
        """Those that end as it does; else all of its kinds."""
        kin = self._kin(reference)
        if kin:
            return tuple(dict.fromkeys(_named(m, self._is_full(reference)) for m in kin))
        return self._known_names(reference.kinds, self._is_full(reference))

    def _known_names(self, kinds: tuple[str, ...], is_full: bool) -> tuple[str, ...]:
        if (kinds, is_full) not in self._names:
            known = (m for kind in kinds for m in self._registry.of_kind(kind))
            self._names[kinds, is_full] = tuple(_named(m, is_full) for m in known)
        return self._names[kinds, is_full]

    def _misnamed(self, reference: Reference) -> Manifest | None:
        """The only manifest in a file of that name, when its own name is another than that of its file."""
        written = bare(reference.written, self._registry.kinds)
        found = [
            manifest
            for manifest in self._by_last_part.get(_last(written), ())
            if manifest.kind in reference.kinds
            and f"/{_stem(manifest)}".endswith(f"/{written}")
            and not manifest.name.endswith(f"/{written}")
        ]
        return found[0] if len(found) == 1 else None

    def _kin(self, reference: Reference) -> list[Manifest]:
        """The artifacts of its kinds whose names have the same last part."""
        last, kinds = _last(reference.written), reference.kinds
        return [m for m in self._by_last_part.get(last, ()) if m.kind in kinds and _last(m.name) == last]

    @cached_property
    def _by_last_part(self) -> Mapping[str, list[Manifest]]:
        """The manifests by the last part of their names, and of their paths."""
        found: defaultdict[str, list[Manifest]] = defaultdict(list)
        for manifest in (*self._registry.manifests.values(), *self._registry.doubles):
            for part in {_last(manifest.name), _last(_stem(manifest))}:
                found[part].append(manifest)
        return found


def is_full(written: str, known: Kinds) -> bool:
    """Whether a name begins with the word of a kind."""
    prefix, slash, _ = written.partition("/")
    return bool(slash) and prefix in known.by_prefix


def bare(written: str, known: Kinds) -> str:
    """The name without the word of its kind."""
    return written.partition("/")[2] if is_full(written, known) else written


def listed(words: Iterable[str]) -> str:
    """Words with 'or' between them."""
    return " or ".join(words)


def _named(manifest: Manifest, is_full: bool) -> str:
    return manifest.id if is_full else manifest.name


def _stem(manifest: Manifest) -> str:
    return posixpath.splitext(manifest.path)[0]


def _last(name: str) -> str:
    return name.rpartition("/")[2]
