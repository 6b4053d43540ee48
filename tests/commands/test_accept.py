"""Accepting what breaks, with real Git: who waits, what counts, what a release uses up."""

from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.accept import AcceptOptions, accept, meant
from plmctl.commands.diff import DiffOptions, diff
from plmctl.commands.validate import ValidateOptions
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.judgement import Judgement
from plmctl.core.report import Report
from tests.commands.builder import (
    APPLICATION,
    BYE,
    GREET,
    SETTINGS,
    accept_all,
    attempted_release,
    make_release,
    opened,
    planned_release,
    plmctl,
    problems,
    shop,
    told,
    validated,
)
from tests.git.builder import Folder

WITH_INPUT = GREET + "  inputs: {type: object, properties: {name: {type: string}, tone: {type: string}}}\n"
WITHOUT = GREET + "  inputs: {type: object, properties: {name: {type: string}}}\n"
FILES = {"prompts/greet.yaml": WITH_INPUT, "prompts/greet.md": "Greet {{name}} {{#tone}}so{{/tone}}.\n"}
GONE = {"prompts/greet.yaml": WITHOUT, "prompts/greet.md": "Greet {{name}}.\n"}
SAID = "PRM011 input-removed: input 'tone' was removed"
SINCE = DiffOptions(is_since_release=True)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """A released registry in whose work tree an input is gone that callers send."""
    made = shop(tmp_path / "repo")
    made.commit(FILES, "an input")
    make_release(made)
    for path, text in GONE.items():
        made.write(path, text)
    return made


def waiting(folder: Folder, options: DiffOptions | None = None) -> dict[str, str | None]:
    """The changes that have to be accepted, and the reason for which they are."""
    with opened(folder) as repo:
        found = diff(repo, options or DiffOptions()).judgements
    return {
        f"{j.change.artifact} {j.code}": j.acceptance.reason if j.acceptance else None
        for j in found
        if j.is_unaccepted or j.acceptance
    }


def name_of(folder: Folder, options: DiffOptions | None = None) -> str:
    """The one fingerprint."""
    with opened(folder) as repo:
        (found,) = {j.fingerprint for j in diff(repo, options or DiffOptions()).judgements if j.is_unaccepted}
    return found


def accepted(
    folder: Folder, *names: str, reason: str = "meant", by: str | None = None, revision: str | None = None
) -> Report:
    """What `plmctl accept` reports."""
    with opened(folder) as repo:
        return accept(repo, AcceptOptions(fingerprints=names, reason=reason, by=by, revision=revision))


def refused(folder: Folder, *names: str, reason: str = "meant", by: str | None = None) -> list[str | None]:
    """The error of `plmctl accept`, its hint, and that it wrote nothing."""
    before = folder.git("status", "--porcelain")
    with pytest.raises(PlmctlError) as caught:
        accepted(folder, *names, reason=reason, by=by)
    assert folder.git("status", "--porcelain") == before
    return [caught.value.message, caught.value.hint]


def test_what_breaks_is_refused_until_it_is_accepted_and_once_only(folder: Folder) -> None:
    name = name_of(folder)
    assert waiting(folder) == {"prompt/greet PRM011": None}
    assert plmctl(folder, "diff", "--fail-on", "breaking", code=1).stderr == ""
    folder.commit({}, "drop the tone")
    assert problems(planned_release(folder).report) == [f"1: prompt/greet: nobody has accepted {SAID}"]
    assert [p.hint for p in attempted_release(folder).problems] == [
        f"if it is meant, run: plmctl accept {name} --reason WHY"
    ]
    path = f".plmctl/accepted/{name}.yaml"
    report = accepted(folder, name, reason=" no caller\n sends it ")
    assert report == Report(
        command="accept",
        data={"accepted": [name], "files": [path]},
        done=(f"wrote {path}: prompt/greet {SAID}",),
        next=("git add :/.plmctl/accepted",),
    )
    assert (folder.path / path).read_text(encoding="utf-8").splitlines() == [
        "apiVersion: plmctl/v1",
        "kind: Acceptance",
        f"fingerprint: {name}",
        "rule: PRM011",
        "artifact: prompt/greet",
        "pointer: /spec/inputs/properties/tone",
        "reason: no caller sends it",
        "by: Ada Author <ada@example.com>",
    ]
    assert f"1: files of the registry are not committed: {path}" in problems(planned_release(folder).report)
    folder.commit({}, "accept")
    assert told(validated(folder)) == []
    assert waiting(folder, SINCE) == {"prompt/greet PRM011": "no caller sends it"}
    assert waiting(folder, DiffOptions(revisions=("HEAD~2..HEAD",))) == waiting(folder, SINCE)
    assert make_release(folder) == ("application/desk 2.0.0", "prompt/greet 2.0.0")

    # The release used it up: taken back, which is no break, and made again, it waits again.
    folder.commit(FILES, "the tone is back")
    assert make_release(folder) == ("application/desk 2.1.0", "prompt/greet 2.1.0")
    folder.commit(GONE, "drop it again")
    assert name_of(folder, SINCE) == name
    assert problems(attempted_release(folder)) == [f"1: prompt/greet: nobody has accepted {SAID}"]
    assert refused(folder, name, reason="no caller sends it") == [
        f"{path} says just that, and is used up: the same change was made before",
        "say in --reason why it is meant this time",
    ]
    accepted(folder, name[:6].upper(), reason="still none does")
    folder.commit({}, "accept again")
    assert make_release(folder) == ("application/desk 3.0.0", "prompt/greet 3.0.0")


def test_the_exit_code_of_a_diff_passes_what_is_accepted(folder: Folder) -> None:
    accept_all(folder)
    for level in ("breaking", "behavioural"):
        # The text changed too, and nobody accepts what is behavioural.
        code = 0 if level == "breaking" else 1
        plmctl(folder, "diff", "--fail-on", level, "--", "prompt/greet", code=code)
    plmctl(folder, "diff", "--exit-code", code=1)


def test_a_change_is_found_wherever_a_diff_shows_it(folder: Folder) -> None:
    name = name_of(folder)
    folder.git("add", "--all")
    for path, text in FILES.items():
        folder.write(path, text)
    # Staged alone, then committed alone.
    assert waiting(folder) == {}
    assert accepted(folder, name).done != ()
    (folder.path / f".plmctl/accepted/{name}.yaml").unlink()
    folder.git("commit", "-q", "-m", "staged")
    assert accepted(folder, name).done != ()
    (folder.path / f".plmctl/accepted/{name}.yaml").unlink()
    folder.git("checkout", "-q", ".")
    # A change of the past is in the diff that is named, and in no other.
    (folder.path / "prompts/bye.yaml").unlink()
    folder.commit({}, "no bye")
    folder.commit({"prompts/bye.yaml": BYE}, "bye is back")
    past = name_of(folder, DiffOptions(revisions=("HEAD~2..HEAD~1",)))
    assert refused(folder, past) == [
        f"there is no change '{past}' to accept",
        f"{name} is prompt/greet {SAID}",
    ]
    (done,) = accepted(folder, past, revision="HEAD~2..HEAD~1").done
    assert done.endswith(": prompt/bye PRM001 prompt-removed: prompt/bye was removed")


def test_what_is_accepted_already_stays_as_it_is(folder: Folder) -> None:
    name = name_of(folder)
    accepted(folder, name, reason="first", by="Grace")
    note = f"{name} is accepted already: .plmctl/accepted/{name}.yaml"
    assert accepted(folder, name, reason="second") == Report(
        command="accept", data={"accepted": [name], "files": []}, notes=(note,)
    )
    folder.commit({}, "both")
    assert accepted(folder, name, reason="third").notes == (note,)
    assert waiting(folder, SINCE) == {"prompt/greet PRM011": "first"}
    # In a diff that ends before its commit it is not yet, and the file is there all the same.
    folder.git("reset", "-q", "--soft", "HEAD~1")
    folder.git("reset", "-q")
    folder.git("add", "prompts")
    folder.git("commit", "-q", "-m", "the change alone")
    assert accepted(folder, name, revision="HEAD~1..HEAD").notes == (note,)


def test_what_cannot_be_accepted_is_refused_with_what_can(folder: Folder) -> None:
    name = name_of(folder)
    shown, can = (
        "'plmctl diff' shows the fingerprint of each breaking change",
        f"{name} is prompt/greet {SAID}",
    )
    no_change, sentence = "there is no change 'aaaaaa' to accept", "say it in a sentence"
    assert refused(folder, "xyzxyz") == ["'xyzxyz' is no fingerprint: 6 to 12 hexadecimal digits", shown]
    assert refused(folder, name[:5]) == [f"'{name[:5]}' is no fingerprint: 6 to 12 hexadecimal digits", shown]
    assert refused(folder, "aaaaaa") == refused(folder, name, "aaaaaa") == [no_change, can]
    assert refused(folder, name, reason=" \n") == ["--reason is empty", sentence]
    assert refused(folder, name, reason="x" * 1001) == ["--reason is over 1,000 characters long", sentence]
    assert refused(folder, name, by="x" * 201) == ["--by is over 200 characters long", sentence]


def test_where_nothing_waits_the_hint_names_another_diff(folder: Folder) -> None:
    accept_all(folder)
    assert refused(folder, "aaaaaa")[1] == (
        "nothing here waits for it; name the diff that shows it, for example '--diff main...HEAD'"
    )


def test_before_the_first_release_the_work_tree_and_the_named_diff_are_looked_at(tmp_path: Path) -> None:
    folder = shop(tmp_path / "repo")
    folder.commit(FILES, "an input")
    folder.git("switch", "-q", "-c", "topic")
    folder.commit(GONE, "drop the tone")
    name = name_of(folder, DiffOptions(revisions=("main...HEAD",)))
    assert refused(folder, name)[0] == f"there is no change '{name}' to accept"
    accepted(folder, name, revision="main...HEAD")
    folder.commit({}, "accept")
    assert waiting(folder, DiffOptions(revisions=("main...HEAD",))) == {"prompt/greet PRM011": "meant"}
    assert plmctl(folder, "diff", "main...HEAD", "--fail-on", "breaking").stdout != ""
    # A first release has nothing to accept.
    folder.git("branch", "-f", "main")
    folder.git("switch", "-q", "main")
    assert "prompt/greet 1.0.0" in make_release(folder)


def test_two_branches_accept_different_changes_without_a_conflict(folder: Folder) -> None:
    folder.git("stash", "-q")
    for branch, files in (("one", GONE), ("two", {"models/large.yaml": ""})):
        folder.git("switch", "-q", "-c", branch, "main")
        if branch == "one":
            for path, text in files.items():
                folder.write(path, text)
        else:
            (folder.path / "prompts/bye.yaml").unlink()
        accept_all(folder, f"by {branch}")
        folder.commit({}, branch)
    folder.git("merge", "-q", "--no-edit", "one")
    assert waiting(folder, SINCE) == {"prompt/greet PRM011": "by one", "prompt/bye PRM001": "by two"}
    folder.git("branch", "-f", "main")
    folder.git("switch", "-q", "main")
    assert make_release(folder) == ("application/desk 2.0.0", "prompt/greet 2.0.0")


def test_each_artifact_has_a_baseline_of_its_own(folder: Folder) -> None:
    accept_all(folder)
    folder.commit({"prompts/bye.yaml": BYE.replace("Say goodbye.", "Ciao.")}, "both")
    # A release of another artifact uses nothing up of this one.
    assert make_release(folder, "prompt/bye") == ("prompt/bye 1.1.0",)
    assert waiting(folder, SINCE) == {"prompt/greet PRM011": "it is meant"}
    assert make_release(folder) == ("application/desk 2.0.0", "prompt/greet 2.0.0")


def test_a_removal_is_accepted_too(folder: Folder) -> None:
    folder.git("checkout", "-q", ".")
    (folder.path / "prompts/bye.yaml").unlink()
    folder.commit({}, "no bye")
    said = "PRM001 prompt-removed: prompt/bye was removed"
    assert problems(attempted_release(folder)) == [f"1: prompt/bye: nobody has accepted {said}"]
    accept_all(folder)
    folder.commit({}, "accept")
    report = attempted_release(folder)
    assert (report.problems, report.plan is not None and report.plan.removed) == ((), ("prompt/bye",))


def test_what_ends_on_a_day_ends_for_a_release_too(folder: Folder) -> None:
    # Releases of these tests are made on 2026-03-04.
    sunset = ", stability: deprecated, deprecation: {sunset: '2026-03-01', replacedBy: greet}"
    folder.git("checkout", "-q", ".")
    rule = "{code: PRM011, level: warning, reason: nobody calls yet, until: '2026-03-03'}"
    folder.commit(
        {
            "prompts/bye.yaml": BYE.replace("name: bye", f"name: bye{sunset}"),
            "plmctl.yaml": f"{SETTINGS}spec: {{rules: [{rule}]}}\n",
        },
        "bye goes",
    )
    make_release(folder)
    (folder.path / "prompts/bye.yaml").unlink()
    folder.commit(GONE, "both")
    assert problems(attempted_release(folder)) == [f"1: prompt/greet: nobody has accepted {SAID}"]


def test_another_reason_may_be_needed_and_a_lowered_level_needs_none(folder: Folder) -> None:
    rules = "spec: {rules: [{code: PRM011, level: warning, reason: nobody calls yet}]}\n"
    folder.commit({"plmctl.yaml": SETTINGS + rules}, "drop, and say that it does not matter")
    # A pull request is judged by the settings of its base: it cannot silence itself.
    assert waiting(folder, DiffOptions(revisions=("HEAD~1..HEAD",))) == {"prompt/greet PRM011": None}
    # What is committed where releases are made was reviewed.
    assert waiting(folder, SINCE) == {}
    assert make_release(folder) == ("application/desk 2.0.0", "prompt/greet 2.0.0")


def test_a_strict_registry_has_to_accept_behaviour(folder: Folder) -> None:
    folder.git("checkout", "-q", ".")
    folder.commit({"plmctl.yaml": SETTINGS + "spec: {profile: strict}\n"}, "strict")
    folder.commit({"prompts/greet.md": "Greet {{name}} {{#tone}}thus{{/tone}}.\n"}, "other words")
    said = "PRM040 text-changed: the text of message 1 changed"
    assert problems(attempted_release(folder)) == [f"1: prompt/greet: nobody has accepted {said}"]
    accept_all(folder)
    folder.commit({}, "accept")
    assert make_release(folder) == ("application/desk 1.1.0", "prompt/greet 1.1.0")


def test_whoever_accepts_is_named(folder: Folder) -> None:
    name = name_of(folder)
    accepted(folder, name, by="Grace\n<grace@example.com>")
    (file,) = (folder.path / ".plmctl/accepted").iterdir()
    assert file.read_text(encoding="utf-8").endswith("by: Grace <grace@example.com>\n")
    kept = {key: value for key, value in folder.environment.items() if not key.startswith("GIT_")}
    nobody = replace(folder, environment={**kept, "HOME": str(folder.path)})
    with opened(nobody) as repo, pytest.raises(UsageError, match="Git does not know who you are"):
        accept(repo, AcceptOptions(fingerprints=(name,), reason="x"))


def test_digits_that_begin_two_fingerprints_are_not_enough() -> None:
    found: dict[str, tuple[Judgement, ...]] = {"3f9a1c22b0de": (), "3f9a1c33b0de": ()}
    assert meant("3f9a1c2", found) == "3f9a1c22b0de"
    with pytest.raises(UsageError) as caught:
        meant("3f9a1c", found)
    assert caught.value.message == "'3f9a1c' begins 2 fingerprints"
    assert caught.value.hint == "write 3f9a1c22b0de or 3f9a1c33b0de"


def findings(folder: Folder, options: DiffOptions | None = None) -> list[str]:
    """What a diff finds in plmctl.yaml."""
    with opened(folder) as repo:
        return told(diff(repo, options or DiffOptions(today="2026-06-01")))


def test_a_diff_tells_what_plmctl_yaml_says_of_the_rules_and_no_longer_says(folder: Folder) -> None:
    rule = "{code: PRM011, level: warning, reason: why, until: '2026-05-31'}"
    folder.write("plmctl.yaml", f"{SETTINGS}spec:\n  profile: lenient\n  rules:\n    - {rule}\n")
    assert findings(folder) == [
        "REG020 plmctl.yaml:5:12: the profile changed from 'default' to 'lenient'",
        "REG020 plmctl.yaml:7:14: an override came: PRM011 warning until 2026-05-31: why",
        "REG011 plmctl.yaml:7:58: the override of PRM011 ended on 2026-05-31",
    ]
    assert findings(folder, DiffOptions(artifacts=("prompt/greet",))) == []
    assert waiting(folder) == {"prompt/greet PRM011": None}
    folder.commit({}, "settle it")
    assert findings(folder) == ["REG011 plmctl.yaml:7:58: the override of PRM011 ended on 2026-05-31"]
    off = SETTINGS + "spec: {rules: [{code: REG011, level: 'off', reason: known}, " + rule + "]}\n"
    folder.commit({"plmctl.yaml": off}, "quiet")
    assert findings(folder) == []


def test_validate_tells_overrides_that_are_over_or_idle(folder: Folder) -> None:
    rules = (
        "{code: PRM111, level: info, reason: x}, {code: PRM040, level: info, reason: x, until: '2026-01-31'}"
    )
    folder.write("plmctl.yaml", f"{SETTINGS}spec: {{rules: [{rules}]}}\n")
    report = validated(folder, ValidateOptions(today="2026-02-01"))
    assert [line.partition(":")[0] for line in told(report)] == ["REG021 plmctl.yaml", "REG011 plmctl.yaml"]
    assert told(validated(folder, ValidateOptions(today="2026-02-01", paths=("prompts",)))) == []
    silent = f"{rules}, {{code: REG021, level: 'off', reason: x}}, {{code: REG011, level: 'off', reason: x}}"
    folder.write("plmctl.yaml", f"{SETTINGS}spec: {{rules: [{silent}]}}\n")
    assert told(validated(folder, ValidateOptions(today="2026-02-01"))) == []


def test_an_application_that_drops_what_it_uses_is_accepted_where_it_happened(folder: Folder) -> None:
    folder.git("checkout", "-q", ".")
    folder.write("applications/desk.yaml", APPLICATION.replace("prompt/greet", "prompt/bye"))
    assert waiting(folder) == {"application/desk APP010": None}
