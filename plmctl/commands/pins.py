"""The applications that environments pin, and the arms of their experiments."""

from collections.abc import Iterator, Mapping

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError
from plmctl.core.lock import lock_path
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.slip import nearest
from plmctl.core.value import Value, as_items, as_mapping, as_text
from plmctl.core.version import Range, parsed_range

_PREFIX = "application/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """An application that an environment pins, or an arm of it, and where its lock lies.

    `pointer` is where the range stands in the manifest. `names` are the ids that the application has and had,
    `former` where its lock lay under the names before.
    """

    environment: Manifest
    application: str
    pointer: tuple[str | int, ...]
    range: Range
    path: str
    names: tuple[str, ...]
    former: tuple[str, ...] = ()
    arm: str | None = None
    hold: Mapping[str, Value] | None = None

    @property
    def name(self) -> str:
        """The application as commands take it: without its kind, with the arm after a dot."""
        bare = self.application.removeprefix(_PREFIX)
        return bare if self.arm is None else f"{bare}.{self.arm}"

    @property
    def registry(self) -> str | None:
        """Where the registry of its environment is, None for the one around it."""
        return address_of(self.environment)

    @property
    def bind(self) -> Mapping[str, str]:
        """What the environment replaces."""
        bound = self.environment.spec.get("bind")
        return {k: v for k, v in bound.items() if isinstance(v, str)} if isinstance(bound, dict) else {}

    def is_named(self, written: str) -> bool:
        """Whether a word names it: an application names its arms too, APP.ARM one of them alone."""
        return written.removeprefix(_PREFIX) in (self.name, self.application.removeprefix(_PREFIX))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stated:
    """A range in the manifest of an environment."""

    pointer: tuple[str | int, ...]
    application: str
    range: Value
    arm: str | None = None


def pins_of(registry: Registry, environment: Manifest) -> Iterator[Pin]:
    """The applications that an environment pins and the arms, of those that exist, by id."""
    for stated in sorted(_stated(environment), key=_order):
        application = _meant(stated.application, registry, environment)
        wanted = parsed_range(stated.range) if isinstance(stated.range, str) else None
        if application is not None and wanted is not None:
            path, *former = lock_paths(registry, environment, application, stated.arm)
            yield Pin(
                environment=environment,
                application=application,
                pointer=stated.pointer,
                range=wanted,
                path=path,
                names=names_in(registry, environment, application),
                former=tuple(former),
                arm=stated.arm,
                hold=hold_of(registry, environment, application),
            )


def _order(stated: _Stated) -> tuple[str, str]:
    return stated.application.removeprefix(_PREFIX), stated.arm or ""


def address_of(environment: Manifest) -> str | None:
    """Where the registry of an environment is that lives in another repository, None for this one's."""
    return as_text(as_mapping(environment.spec.get("registry")).get("git"))


def names_in(registry: Registry, environment: Manifest, application: str) -> tuple[str, ...]:
    """The ids that an application has and had; of a registry elsewhere only the one is known."""
    is_elsewhere = address_of(environment) is not None
    return (application,) if is_elsewhere else registry.names_of(application)


def lock_paths(
    registry: Registry, environment: Manifest, application: str, arm: str | None = None
) -> tuple[str, ...]:
    """Where an environment's lock of an application lies, and where it lay under the names before."""
    names = names_in(registry, environment, application)
    bare = (name.removeprefix(_PREFIX) for name in names)
    return tuple(lock_path(registry.settings, environment.name, name, arm) for name in bare)


def _meant(written: str, registry: Registry, environment: Manifest) -> str | None:
    """The application that a name in an environment means; of a registry elsewhere as it is written."""
    if address_of(environment) is not None:
        return f"{_PREFIX}{written.removeprefix(_PREFIX)}"
    found = registry.candidates_of(written, ("Application",))
    return found[0] if len(found) == 1 else None


def _stated(environment: Manifest) -> Iterator[_Stated]:
    for written, text in as_mapping(environment.spec.get("pins")).items():
        yield _Stated(pointer=("spec", "pins", written), application=written, range=text)
    for written, arms in as_mapping(environment.spec.get("arms")).items():
        for index, arm in enumerate(as_items(arms)):
            name = as_text(as_mapping(arm).get("name"))
            if name is not None:
                pointer = ("spec", "arms", written, index, "version")
                text = as_mapping(arm).get("version")
                yield _Stated(pointer=pointer, application=written, range=text, arm=name)


def held_as(registry: Registry, environment: Manifest, application: str) -> str | None:
    """The word under which an environment's manifest holds an application, None if it does not."""
    for written, held in as_mapping(environment.spec.get("hold")).items():
        if isinstance(held, dict) and _meant(written, registry, environment) == application:
            return written
    return None


def hold_of(registry: Registry, environment: Manifest, application: str) -> Mapping[str, Value] | None:
    """Why and until when an environment keeps an application at its version."""
    written = held_as(registry, environment, application)
    holds = as_mapping(environment.spec.get("hold"))
    return as_mapping(holds[written]) if written is not None else None


def is_over(hold: Mapping[str, Value], today: str | None) -> bool:
    """Whether the last day of a hold has passed."""
    until = hold.get("until")
    return isinstance(until, str) and today is not None and until < today


def named_environment(registry: Registry, name: str) -> Manifest:
    """The environment of that name. Raises UsageError with the nearest one, or all of them."""
    manifest = registry.manifests.get(f"environment/{name.removeprefix('environment/')}")
    if manifest is None:
        known = [m.name for m in registry.of_kind("Environment")]
        near = nearest(name, known)
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(known) or 'none'}"
        raise UsageError(f"no environment {name}", hint=hint)
    return manifest
