"""Crashes that are planted behind targets, so that it is known which of them are found.

Each stands behind the real target and strikes where what was read has a property that no seed has, or few.
Nothing of plmctl is replaced: a plant sees what the target made of an input, after it.
"""

import os
import re
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NoReturn

from plmctl.core.lock import Lock
from plmctl.core.pointer import Pointer
from plmctl.core.report import Report
from plmctl.core.tag import History
from plmctl.core.template.program import Partial, Role, Section, Template
from plmctl.render.form import Form, written
from plmctl.render.line import Paper
from tests.fuzz.catalogue import TARGETS
from tests.fuzz.pool import Pool
from tests.fuzz.tally import Tally
from tests.fuzz.target import Came, Input, Target


class PlantedError(Exception):
    """A crash that was planted."""


def _raise() -> NoReturn:
    raise PlantedError("planted")


def _die() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _abort() -> None:
    os.abort()


def _spin() -> None:
    while True:
        pass


def _fill() -> None:
    len(b"x" * (300 << 20))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A crash behind a target, and where it strikes; `finds` is how what is found of it begins."""

    target: str
    strikes: Callable[[Came], bool]
    crash: Callable[[], object]
    finds: str

    def planted(self) -> Target:
        """The target with it."""
        target = TARGETS[self.target]

        def run(given: Input) -> Came:
            came = target.run(given)
            if came.is_parsed and self.strikes(came):
                self.crash()
            return came

        return replace(target, run=run)


def _values(value: object, depth: int = 0) -> Iterator[tuple[object, int]]:
    yield value, depth
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _values(each, depth + 1)


def _is_deep_in_lists(came: Came) -> bool:
    """Whether lists stand in each other four levels deep, in a mapping."""
    return any(
        isinstance(value, dict)
        and any(isinstance(each, list) and _depth(each) > 3 for each in value.values())
        for value, _ in _values(came.value)
    )


def _depth(value: object) -> int:
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0


def _has_an_empty_key_below(came: Came) -> bool:
    return any(isinstance(value, dict) and "" in value and depth > 1 for value, depth in _values(came.value))


def _has_an_indented_partial_in_a_section(came: Came) -> bool:
    program = came.value
    if not came.is_valid or not isinstance(program, Template):
        return False
    sections = [i for i in program.instructions if isinstance(i, Section)]
    tabs = [i for i in program.instructions if isinstance(i, Partial) and i.indent == "\t"]
    return any(
        s.start < partial.start and partial.end <= program.instructions[s.close].start
        for s in sections
        for partial in tabs
    )


def _goes_through_five_lists(came: Came) -> bool:
    program = came.value
    return isinstance(program, Template) and sum(each.role is Role.LIST for each in program.lookups) > 4


def _has_data_twice(came: Came) -> bool:
    return isinstance(came.value, Lock) and any(
        len(entry.data) > 1 for entry in came.value.artifacts.values()
    )


def _releases_an_artifact_twice(came: Came) -> bool:
    return isinstance(came.value, History) and any(
        len({line.artifact for line in release.released}) < len(release.released)
        for release in came.value.releases
    )


def _is_in_a_folder(came: Came) -> bool:
    pointer = came.value
    return (
        isinstance(pointer, Pointer)
        and "/" in pointer.out_path.removeprefix("datasets/")
        and pointer.is_legacy
    )


def _has_other_data(came: Came) -> bool:
    return isinstance(came.value, Report) and bool(came.value.contents)


# Codes that one report in thirty has.
_SAID = re.compile("REF0(?!01)")


def _prints(form: Form) -> Callable[[Came], bool]:
    """Whether a format prints something that few reports say."""

    def prints(came: Came) -> bool:
        report = came.value
        return isinstance(report, Report) and _SAID.search(written(report, form, Paper())) is not None

    return prints


_RAISED, _SPUN = "PlantedError", "endless"
_CRASHES: Mapping[Form, tuple[Callable[[], object], str]] = {
    "text": (_die, "died: SIGSEGV"),
    "concise": (_raise, _RAISED),
    "json": (_abort, "died: SIGABRT"),
    "markdown": (_raise, _RAISED),
    "github": (_fill, "large"),
    "sarif": (_die, "died: SIGSEGV"),
    "junit": (_raise, _RAISED),
    "html": (_abort, "died: SIGABRT"),
}
PLANTS: Mapping[str, Plant] = {
    "reader": Plant(target="reader", strikes=_is_deep_in_lists, crash=_die, finds="died: SIGSEGV"),
    "schema": Plant(target="schema", strikes=_has_an_empty_key_below, crash=_raise, finds=_RAISED),
    "mustache": Plant(
        target="mustache", strikes=_has_an_indented_partial_in_a_section, crash=_fill, finds="large"
    ),
    "jinja": Plant(target="jinja", strikes=_goes_through_five_lists, crash=_abort, finds="died: SIGABRT"),
    "lock": Plant(target="lock", strikes=_has_data_twice, crash=_raise, finds=_RAISED),
    "tag": Plant(target="tag", strikes=_releases_an_artifact_twice, crash=_die, finds="died: SIGSEGV"),
    "pointer": Plant(target="pointer", strikes=_is_in_a_folder, crash=_spin, finds=_SPUN),
    "diff": Plant(target="diff", strikes=_has_other_data, crash=_raise, finds=_RAISED),
    **{
        form: Plant(target="renderers", strikes=_prints(form), crash=crash, finds=finds)
        for form, (crash, finds) in _CRASHES.items()
    },
}
"""By the name of the target, or of the renderer."""

_PLANT = "planted:"
FOUND_WITHIN = 50_000


def real(target: Target) -> Target:
    """The target without what is planted behind it."""
    return TARGETS[target.name]


def target_named(name: str) -> Target:
    """A target, or one with a plant behind it."""
    if name.startswith(_PLANT):
        return PLANTS[name.removeprefix(_PLANT)].planted()
    return TARGETS[name]


def found(plant: str, seed: int, pool: Pool) -> Tally:
    """What came of the inputs that were made until a plant was found."""
    return pool.campaign(f"{_PLANT}{plant}", seed, FOUND_WITHIN, stops_at_a_find=True)
