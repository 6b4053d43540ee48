"""An accepted breaking change counts for one release, and for no other."""

from collections.abc import Mapping

from plmctl.core.accepted import accepted_text, path_of
from plmctl.core.accepting import acceptance_of
from plmctl.core.plan import Plan
from tests.commands.timeline import registry_of
from tests.core.test_numbering import FAREWELL, WARM
from tests.core.test_plan import BEGIN, BEHAVES, BREAKS, NEWER, begun, without

BROKEN = {**BEGIN, **BREAKS}


def unaccepted(made: Plan) -> list[str]:
    """What nobody has accepted."""
    judged = (*(j for planned in made.planned for j in planned.judgements), *made.removals)
    return [f"{j.change.artifact} {j.code}" for j in judged if j.is_unaccepted]


def accepting(made: Plan) -> Mapping[str, str]:
    """The files that accept all that a plan breaks."""
    judged = (*(j for planned in made.planned for j in planned.judgements), *made.removals)
    found = [acceptance_of(j, "it is meant", "Ada <ada@example.com>") for j in judged if j.is_unaccepted]
    return {path_of(registry_of({}).settings, one.fingerprint): accepted_text(one) for one in found}


def test_what_is_accepted_passes_once() -> None:
    timeline = begun()
    files = accepting(timeline.planned(BROKEN))

    assert unaccepted(timeline.planned(BROKEN)) == ["prompt/greet PRM010"]
    assert unaccepted(timeline.release({**BROKEN, **files})) == []
    timeline.release({**BEGIN, **files})
    assert unaccepted(timeline.planned({**BROKEN, **files})) == ["prompt/greet PRM010"]


def test_release_of_others_uses_nothing_up() -> None:
    timeline = begun()
    files = accepting(timeline.planned(BROKEN))
    timeline.release({**BROKEN, **FAREWELL, **files}, selected={"prompt/bye"})

    assert unaccepted(timeline.planned({**BROKEN, **FAREWELL, **files})) == []


def test_removal_that_is_accepted_stays_so_after_a_release_of_others() -> None:
    timeline = begun()
    gone = without("prompts/bye.yaml")
    files = accepting(timeline.planned(gone))
    assert unaccepted(timeline.planned(gone)) == ["prompt/bye PRM001"]
    timeline.release({**gone, **BEHAVES, **files}, selected={"prompt/greet"})
    timeline.release({**gone, **BEHAVES, **NEWER, **files}, selected={"model/small"})

    made = timeline.planned({**gone, **BEHAVES, **NEWER, **files})
    assert (made.removed, unaccepted(made)) == (("prompt/bye",), [])


def test_pre_releases_use_nothing_up_before_the_final_one_does() -> None:
    timeline = begun()
    files = accepting(timeline.planned(BROKEN))
    broken = {**BROKEN, **files}

    assert unaccepted(timeline.release(broken, pre="rc")) == []
    assert unaccepted(timeline.release({**broken, **FAREWELL}, pre="rc")) == []
    assert unaccepted(timeline.release({**broken, **FAREWELL})) == []
    timeline.release({**BEGIN, **FAREWELL, **files})
    assert unaccepted(timeline.planned({**broken, **FAREWELL})) == ["prompt/greet PRM010"]


def test_what_another_line_accepted_and_released_is_nothing_to_accept_after_the_merge() -> None:
    main = begun()
    files = accepting(main.planned(BROKEN))
    branch = main.forked()
    main.release(WARM)
    # The line breaks before main does: its number is free.
    assert unaccepted(branch.release({**BROKEN, **files})) == []
    main.merge(branch)

    assert main.planned({**BROKEN, **files}).is_empty
