"""The applications that environments pin."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plmctl.core.lock import lock_path
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.value import Value
from plmctl.core.version import Range, parsed_range


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """An application that an environment pins, and where its lock lies."""

    environment: Manifest
    application: str
    written: str
    range: Range
    path: str
    hold: Mapping[str, Value] | None = None

    @property
    def bind(self) -> Mapping[str, str]:
        """What the environment replaces."""
        bound = self.environment.spec.get("bind")
        return {k: v for k, v in bound.items() if isinstance(v, str)} if isinstance(bound, dict) else {}

    @property
    def pointer(self) -> tuple[str | int, ...]:
        """Where the pin stands in the manifest."""
        return ("spec", "pins", self.written)


def pins_of(registry: Registry, environment: Manifest) -> Iterator[Pin]:
    """The applications that an environment pins, those that exist, by id."""
    pins = environment.spec.get("pins")
    for written, text in sorted(pins.items()) if isinstance(pins, dict) else ():
        found = registry.candidates_of(written, ("Application",))
        wanted = parsed_range(text) if isinstance(text, str) else None
        if len(found) == 1 and wanted is not None:
            name = registry.manifests[found[0]].name
            yield Pin(
                environment=environment,
                application=found[0],
                written=written,
                range=wanted,
                path=lock_path(registry.settings, environment.name, name),
                hold=_hold(registry, environment, found[0]),
            )


def _hold(registry: Registry, environment: Manifest, application: str) -> Mapping[str, Value] | None:
    """Why and until when an environment keeps an application at its version."""
    holds = environment.spec.get("hold")
    for written, held in holds.items() if isinstance(holds, dict) else ():
        if isinstance(held, dict) and registry.candidates_of(written, ("Application",)) == (application,):
            return held
    return None
