"""A hundred errors of several rules in a generated registry, each where it is known to be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.manifests import Slot, manifest, slots

COUNT = 100


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Planted:
    """An error: where the finding is to be, and its code."""

    path: str
    line: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """How one kind of manifest is broken: what is written for what, and what finds it."""

    kind: str
    member: int
    old: str
    new: str
    code: str


# Nothing depends on what cannot be read: an Environment is no target but of `after`, and production of none.
FAULTS = (
    Fault(kind="Prompt", member=1, old="{{request}}", new="{{requset}} {{request}}", code="TPL001"),
    Fault(kind="Prompt", member=2, old="  outputs:\n", new="  output:\n", code="SCH002"),
    Fault(kind="Prompt", member=4, old="channel: chat}}", new="channel: fax}}", code="LNT006"),
    Fault(kind="Prompt", member=5, old="/tool-", new="/tool-9", code="REF001"),
    Fault(kind="Prompt", member=6, old="{{#channel}}", new="{{#channel}} {{/request}}", code="TPL003"),
    Fault(kind="Retriever", member=1, old="dimensions: 1536", new="dimensions: 768", code="LNT010"),
    Fault(kind="Environment", member=2, old="  pins:\n", new="  pins: {}\n  pins:\n", code="YML020"),
    Fault(kind="Route", member=1, old="retries: 2", new="retries: two", code="SCH004"),
    Fault(kind="EvalSuite", member=0, old="direction: higher", new="direction: up", code="SCH005"),
    Fault(kind="Tool", member=0, old="  effect: none\n", new="  effect: &none none\n", code="YML015"),
)


def planted_files(count: int, seed: int) -> tuple[Mapping[str, str], tuple[Planted, ...]]:
    """The manifests of a registry that have an error, and the errors: a hundred where there is room."""
    made: dict[str, str] = {}
    errors: list[Planted] = []
    for slot, fault in _places(slots(count)):
        text = manifest(slot, seed)
        before, found, after = text.partition(fault.old)
        assert found, f"{slot.path} has no {fault.old!r}"
        made[slot.path] = f"{before}{fault.new}{after}"
        # Of a key that stands twice the second is the error.
        shift = 1 if fault.code == "YML020" else 0
        errors.append(Planted(path=slot.path, line=before.count("\n") + 1 + shift, code=fault.code))
    return made, tuple(sorted(errors))


def _places(found: tuple[Slot, ...]) -> Iterator[tuple[Slot, Fault]]:
    """The places of the errors: as many of each, spread over the registry."""
    each = COUNT // len(FAULTS)
    for fault in FAULTS:
        places = [slot for slot in found if (slot.kind, slot.member) == (fault.kind, fault.member)]
        number = min(each, len(places))
        yield from ((places[at * len(places) // number], fault) for at in range(number))
