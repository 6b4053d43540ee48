from collections.abc import Mapping
from typing import Any

import pytest

from plmctl.core.finding import Bump
from plmctl.core.lock import Lock, read_lock
from plmctl.core.plan import Asked
from plmctl.core.stated import asked_by
from tests.commands.builder import LARGE
from tests.commands.timeline import Timeline, registry_of
from tests.core.test_numbering import FAREWELL, WARM
from tests.core.test_plan import BEGIN, BREAKS, EXPERIMENTAL, TITLED, begun, without

TRIAL = {**BEGIN, "prompts/greet.yaml": EXPERIMENTAL}
HAIL = {**BEGIN, "prompts/greet.yaml": EXPERIMENTAL.replace("Greet.", "Hail.")}
TITLED_TRIAL = {
    **BEGIN,
    "prompts/greet.yaml": EXPERIMENTAL.replace("{name: greet", "{name: greet, title: Greeting"),
}


def asked(timeline: Timeline, files: Mapping[str, str], lock: Lock) -> tuple[Asked, ...]:
    """What a lock of these files may have been asked for."""
    return asked_by(lock, registry_of(files), timeline.past, frozenset(timeline.registries))


@pytest.mark.parametrize(
    ("before", "files", "wish"),
    [
        (BEGIN, WARM, {}),
        (BEGIN, {**BEGIN, **BREAKS}, {}),
        (BEGIN, {**BEGIN, **TITLED}, {"raised": {"prompt/greet": Bump.MAJOR}}),
        (BEGIN, {**BEGIN, **TITLED}, {"raised": {"prompt/greet": Bump.MINOR}}),
        (BEGIN, {**WARM, **FAREWELL}, {"selected": {"prompt/bye"}}),
        (BEGIN, {**WARM, **FAREWELL}, {"selected": {"prompt/bye"}, "pre": "rc"}),
        (BEGIN, WARM, {"pre": "beta"}),
        (BEGIN, {**BEGIN, "models/large.yaml": LARGE}, {}),
        (BEGIN, without("prompts/bye.yaml"), {}),
        (BEGIN, {**without("prompts/bye.yaml"), **TITLED}, {"selected": {"prompt/greet"}}),
        (TRIAL, HAIL, {}),
        (TRIAL, HAIL, {"raised": {"prompt/greet": Bump.MAJOR}}),
        (TRIAL, BEGIN, {}),
        (TRIAL, TITLED_TRIAL, {}),
        (TRIAL, TITLED_TRIAL, {"raised": {"prompt/greet": Bump.MINOR}}),
    ],
)
def test_lock_alone_tells_the_release_that_it_is_of(
    before: Mapping[str, str], files: Mapping[str, str], wish: dict[str, Any]
) -> None:
    timeline = begun(before)
    made = timeline.planned(files, **wish)

    found = asked(timeline, files, read_lock("plm.lock", made.lock_bytes))

    again = [timeline.planned(files, wish.raised, wish.selected, wish.pre) for wish in found]
    assert next(p for p in again if p.lock_bytes == made.lock_bytes) == made


@pytest.mark.parametrize("raised", [{}, {"prompt/greet": Bump.MAJOR}])
def test_first_lock_tells_its_release(raised: dict[str, Bump]) -> None:
    made = Timeline().planned(TRIAL, raised)

    assert asked(Timeline(), TRIAL, made.lock)[0] == Asked(raised=raised)


def test_lock_of_other_files_is_the_plan_of_nothing_asked() -> None:
    timeline = begun()
    made = timeline.planned(WARM)

    found = asked(timeline, BEGIN, made.lock)

    plans = [timeline.planned(BEGIN, wish.raised, wish.selected, wish.pre) for wish in found]
    assert [plan.lock_bytes == made.lock_bytes for plan in plans] == [False, False]


def test_lock_of_an_unknown_release_asks_for_no_pre_release() -> None:
    timeline = begun()
    text = timeline.planned(BEGIN).lock_bytes.replace(b'"release": "v1.0.0"', b'"release": "other"')

    assert [wish.pre for wish in asked(timeline, BEGIN, read_lock("plm.lock", text))] == [None, None]
