from collections.abc import Mapping

from plmctl.core.canonical import sha256_of
from plmctl.core.locking import now_of
from plmctl.core.plan import Plan
from plmctl.core.unwritten import unwritten_locks
from tests.commands.timeline import Timeline, registry_of
from tests.core.test_numbering import BROKEN, FAREWELL, KIND, WARM
from tests.core.test_plan import BEGIN, NEWER, without


def again(timeline: Timeline, made: Plan) -> list[bool]:
    """Whether each lock that a release may have had is the one that it had."""
    release = timeline.past.by_name[made.tag]
    now = now_of(timeline.registries[release.commit])
    commits = list(timeline.registries)
    ancestors = frozenset(commits[: commits.index(release.commit) + 1])
    found = list(unwritten_locks(release, now, timeline.past, ancestors))
    assert sha256_of(made.lock_bytes) == release.lock
    return [data == made.lock_bytes for data in found]


def test_locks_of_all_kinds_of_releases_are_made_again_from_tags() -> None:
    timeline = Timeline()
    steps: tuple[tuple[Mapping[str, str], set[str] | None, str | None], ...] = (
        (BEGIN, None, None),
        ({**WARM, **FAREWELL}, {"prompt/bye"}, None),
        ({**WARM, **FAREWELL}, None, "rc"),
        ({**WARM, **FAREWELL, **NEWER}, None, "rc"),
        ({**WARM, **FAREWELL, **NEWER}, None, None),
        ({**without("prompts/bye.yaml"), **NEWER}, None, None),
        (BROKEN, None, None),
    )
    made = [timeline.release(files, selected=selected, pre=pre) for files, selected, pre in steps]

    assert [again(timeline, plan) for plan in made] == [[True, True]] * len(steps)


def test_lock_of_a_merge_knows_both_lines() -> None:
    main = Timeline()
    main.release(BEGIN)
    branch = main.forked()
    main.release(BROKEN)
    branch.release({**BEGIN, **FAREWELL})
    main.merge(branch)

    made = main.release({**BROKEN, **FAREWELL, **NEWER})

    # The releases that it follows alone know nothing of the other line.
    assert again(main, made) == [True, False]


def test_release_made_later_on_an_earlier_commit_changes_no_lock() -> None:
    main = Timeline()
    main.release(BEGIN)
    early = main.forked()
    later = main.release({**WARM, **FAREWELL}, selected={"prompt/greet"})
    early.release({**BEGIN, "prompts/bye.yaml": FAREWELL["prompts/bye.yaml"]})
    main.registries = {**early.registries, **main.registries}

    assert again(main, later) == [False, True]


def test_lock_of_something_else_is_none_of_them() -> None:
    timeline = Timeline()
    made = timeline.release(BEGIN)
    release = timeline.past.by_name[made.tag]

    found = unwritten_locks(release, now_of(registry_of(KIND)), timeline.past, frozenset())

    assert [sha256_of(data) == release.lock for data in found] == [False, False]
