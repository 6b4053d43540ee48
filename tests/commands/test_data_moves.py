"""data pull and data push: what is asked for, and what is refused."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.data_copy import DataCopyOptions, data_copy
from plmctl.commands.data_pull import DataPullOptions, data_pull
from plmctl.commands.data_push import DataPushOptions, data_push
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.report import Problem, Report, exit_code
from plmctl.core.value import as_items, as_mapping
from tests.commands.builder import problems
from tests.commands.cellar import FAQ, OTHER, TICKETS, TREE, WEIGHTS, Cellar, pointer_text, registry_with_data
from tests.commands.ground import opened, released
from tests.git.builder import Folder

IMPORTED = "deps:\n- path: x\n  repo:\n    url: https://example.com/other\n"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Two releases: of faq 1.0.0, and of other data of it as 1.1.0; nobody changes it."""
    folder = registry_with_data(tmp_path_factory.mktemp("data") / "registry")
    released(folder)
    folder.commit({"data/faq.dvc": pointer_text(f"{OTHER}.dir", 8, "faq", 1)})
    released(folder)
    return folder


@pytest.fixture
def copied(history: Folder, tmp_path: Path) -> Folder:
    """A copy to be changed."""
    return history.at(Path(shutil.copytree(history.path, tmp_path / "registry", symlinks=True)))


def empty() -> Cellar:
    """A clone that has nothing yet, of a registry whose remote has all."""
    whole = {f"{FAQ}.dir", f"{OTHER}.dir", TICKETS, WEIGHTS}
    return Cellar(remotes={"store": whole, "backup": set()})


def pulled(folder: Folder, cellar: Cellar, *names: str, remote: str | None = None) -> Report:
    with opened(folder) as repo:
        return data_pull(repo, cellar, DataPullOptions(names=names, remote=remote))


def pushed(folder: Folder, cellar: Cellar, *names: str, remote: str | None = None) -> Report:
    with opened(folder) as repo:
        return data_push(repo, cellar, DataPushOptions(names=names, remote=remote))


def copy_of(folder: Folder, cellar: Cellar, to: Path, *names: str, revision: str | None = None) -> Report:
    options = DataCopyOptions(folder=str(to), said="out", names=names, revision=revision)
    with opened(folder) as repo:
        return data_copy(repo, cellar, options)


def files(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_what_is_named_is_pulled_with_what_it_depends_on(history: Folder) -> None:
    cellar = empty()
    report = pulled(history, cellar, "application/desk")
    assert report.done == (
        "data/faq: 1 file, 8 bytes of dataset/faq, from the remote store",
        "data/own.bin: 2.0 GB of model/own, from the remote store",
    )
    assert sorted(cellar.tree) == ["data/faq", "data/own.bin"]
    assert cellar.asked == ["fetch data/faq store", "fetch data/own.bin store"]
    assert report.summary == {"data": 2, "fetched": 2}
    assert (exit_code(report), report.notes) == (0, ())


def test_without_names_all_is_pulled_and_the_cache_saves_the_way(history: Folder) -> None:
    cellar = empty()
    cellar.cache.add(TICKETS)
    report = pulled(history, cellar)
    assert report.done[1] == "data/tickets.jsonl: 9 bytes of dataset/tickets, from the cache"
    values = [as_mapping(row) for row in as_items((report.data or {})["artifacts"])]
    assert [(v["artifact"], v["to"], v["from"]) for v in values] == [
        ("dataset/faq", "data/faq", "store"),
        ("dataset/tickets", "data/tickets.jsonl", None),
        ("model/own", "data/own.bin", "store"),
    ]
    assert "fetch data/tickets.jsonl store" not in cellar.asked


def test_another_remote_is_asked_by_its_name(history: Folder) -> None:
    cellar = empty()
    cellar.remotes["backup"].add(TICKETS)
    report = pulled(history, cellar, "dataset/tickets", remote="backup")
    assert report.done == ("data/tickets.jsonl: 9 bytes of dataset/tickets, from the remote backup",)
    assert cellar.asked == ["fetch data/tickets.jsonl backup"]


def test_what_the_remote_lacks_names_the_artifact(history: Folder) -> None:
    cellar = empty()
    cellar.remotes["store"].remove(WEIGHTS)
    report = pulled(history, cellar)
    assert report.problems == (
        Problem(message="model/own: the remote has not data/own.bin.dvc", hint="push it"),
    )
    assert (report.done, exit_code(report)) == ((), 3)


def test_a_remote_that_is_down_names_every_artifact(history: Folder) -> None:
    cellar = replace(empty(), down=frozenset({"store"}))
    report = pulled(history, cellar, "desk")
    message = "dataset/faq, model/own: cannot fetch data/faq.dvc at store: timed out"
    assert report.problems == (Problem(message=message, hint="look there"),)


def test_of_many_artifacts_some_are_named(copied: Folder) -> None:
    for number in range(4):
        text = (copied.path / "datasets/tickets.yaml").read_text().replace("tickets}", f"t{number}}}")
        copied.write(f"datasets/t{number}.yaml", text.replace("tickets.jsonl", f"t{number}"))
        copied.write(f"data/t{number}.dvc", pointer_text(f"{number}e" * 16, 1, f"t{number}"))
    report = pulled(copied, replace(empty(), down=frozenset({"store"})))
    assert report.problems[0].message.startswith("dataset/faq, dataset/t0, dataset/t1 and 4 more: ")


def test_two_artifacts_with_one_pointer_pull_it_once(copied: Folder) -> None:
    text = (copied.path / "datasets/tickets.yaml").read_text()
    copied.write("datasets/again.yaml", text.replace("name: tickets", "name: again"))
    cellar = empty()
    report = pulled(copied, cellar, "again", "tickets")
    assert report.done == ("data/tickets.jsonl: 9 bytes of dataset/again, from the remote store",)


def test_a_version_needs_a_folder_of_its_own(history: Folder) -> None:
    with pytest.raises(UsageError) as caught:
        pulled(history, empty(), "dataset/faq@1.0.0")
    assert caught.value.hint == "write 'plmctl data pull dataset/faq@1.0.0 --to DIR'"


def test_nothing_is_asked_for_where_there_is_no_data(history: Folder) -> None:
    cellar = empty()
    for report in (pulled(history, cellar, "small"), pushed(history, cellar, "small")):
        assert report.notes == ("none of these artifacts has data behind a DVC pointer",)
        assert (report.done, exit_code(report)) == ((), 0)
    assert cellar.asked == []


def test_data_of_another_repository_is_not_asked_for(copied: Folder) -> None:
    copied.write("data/tickets.jsonl.dvc", IMPORTED + pointer_text(TICKETS, 9, "tickets.jsonl"))
    cellar = empty()
    report = pulled(copied, cellar)
    assert sorted(cellar.tree) == ["data/faq", "data/own.bin"]
    said = "points to data of another repository, which plmctl does not ask"
    assert problems(report) == [f"3: dataset/tickets: data/tickets.jsonl.dvc {said}"]
    assert exit_code(report) == 3
    # From the cache it comes as any other.
    cellar.cache.add(TICKETS)
    assert exit_code(pulled(copied, cellar)) == 0
    assert "data/tickets.jsonl" in cellar.tree


def test_a_pointer_that_is_broken_is_told_and_the_others_are_pulled(copied: Folder) -> None:
    copied.write("data/faq.dvc", "outs: []\n")
    cellar = empty()
    report = pulled(copied, cellar)
    assert [(f.code, f.location.path) for f in report.findings] == [
        ("REF022", "data/faq.dvc"),
        ("REF009", "datasets/faq.yaml"),
    ]
    assert sorted(cellar.tree) == ["data/own.bin", "data/tickets.jsonl"]
    assert exit_code(report) == 1


def test_a_version_is_brought_into_a_folder_with_what_it_depended_on(history: Folder, tmp_path: Path) -> None:
    cellar = empty()
    report = copy_of(history, cellar, tmp_path / "out", "application/desk@1.0.0")
    assert files(tmp_path / "out") == {"data/faq": f"{FAQ}.dir", "data/own.bin": WEIGHTS}
    assert report.done == (
        "out/data/faq: 3 files, 1.2 MB of dataset/faq, from the remote store",
        "out/data/own.bin: 2.0 GB of model/own, from the remote store",
    )
    assert (report.data or {})["folder"] == "out"
    assert cellar.tree == {}


def test_a_revision_is_brought_whole_or_by_name(history: Folder, tmp_path: Path) -> None:
    cellar = empty()
    copy_of(history, cellar, tmp_path / "one", "faq", revision="v1.0.0")
    assert files(tmp_path / "one") == {"data/faq": f"{FAQ}.dir"}
    copy_of(history, cellar, tmp_path / "all", revision="v1.0.0")
    assert sorted(files(tmp_path / "all")) == ["data/faq", "data/own.bin", "data/tickets.jsonl"]
    with pytest.raises(UsageError, match=r"'faq@1\.0\.0' is a version, and --rev says when"):
        copy_of(history, cellar, tmp_path / "no", "faq@1.0.0", revision="v1.0.0")


def test_without_a_version_it_is_what_the_pointers_say_now(history: Folder, tmp_path: Path) -> None:
    copy_of(history, empty(), tmp_path / "out", "dataset/faq", "dataset/tickets@1.0.0")
    assert files(tmp_path / "out") == {"data/faq": f"{OTHER}.dir", "data/tickets.jsonl": TICKETS}
    copy_of(history, empty(), tmp_path / "all")
    assert sorted(files(tmp_path / "all")) == ["data/faq", "data/own.bin", "data/tickets.jsonl"]


def test_two_versions_of_one_dataset_do_not_fit_one_folder(history: Folder, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        copy_of(history, empty(), tmp_path / "out", "faq@1.0.0", "faq@1.1.0")
    assert caught.value.message == "two versions of dataset/faq would lie at data/faq"
    with pytest.raises(UsageError, match="two versions of dataset/faq"):
        copy_of(history, empty(), tmp_path / "out", "faq", "faq@1.0.0")
    assert not (tmp_path / "out").exists()


def test_a_version_that_there_is_not_names_those_there_are(history: Folder, tmp_path: Path) -> None:
    with pytest.raises(PlmctlError) as caught:
        copy_of(history, empty(), tmp_path / "out", "faq@7.0.0")
    assert caught.value.hint == "its versions are 1.0.0, 1.1.0"


def test_a_dataset_that_is_gone_or_renamed_is_known_by_its_versions(copied: Folder, tmp_path: Path) -> None:
    (copied.path / "datasets/tickets.yaml").unlink()
    renamed = (copied.path / "datasets/faq.yaml").read_text()
    copied.write("datasets/faq.yaml", renamed.replace("{name: faq}", "{name: help, formerly: [faq]}"))
    copied.write(
        "retrievers/docs.yaml", (copied.path / "retrievers/docs.yaml").read_text().replace("faq", "help")
    )
    copy_of(copied, empty(), tmp_path / "gone", "tickets@1.0.0")
    assert files(tmp_path / "gone") == {"data/tickets.jsonl": TICKETS}
    for number, name in enumerate(("help@1.0.0", "dataset/faq@1.0.0")):
        copy_of(copied, empty(), tmp_path / str(number), name)
        assert files(tmp_path / str(number)) == {"data/faq": f"{FAQ}.dir"}


def test_a_copy_is_whole_or_not_there(copied: Folder, tmp_path: Path) -> None:
    cellar = empty()
    cellar.remotes["store"].remove(WEIGHTS)
    report = copy_of(copied, cellar, tmp_path / "out", "desk")
    assert problems(report) == ["3: model/own: the remote has not data/own.bin.dvc"]
    copied.write("data/faq.dvc", "outs: []\n")
    report = copy_of(copied, empty(), tmp_path / "out")
    assert [f.code for f in report.findings] == ["REF022", "REF009"]
    assert (report.done, (tmp_path / "out").exists()) == ((), False)


def test_what_is_named_is_pushed_with_what_it_depends_on(history: Folder) -> None:
    cellar = empty()
    cellar.cache |= {f"{OTHER}.dir", WEIGHTS}
    report = pushed(history, cellar, "desk", remote="backup")
    assert report.done == (
        "the remote backup has dataset/faq: 1 file, 8 bytes",
        "the remote backup has model/own: 2.0 GB",
    )
    assert cellar.remotes["backup"] == {f"{OTHER}.dir", WEIGHTS}
    values = [as_mapping(row) for row in as_items((report.data or {})["artifacts"])]
    assert [(v["artifact"], v["remote"]) for v in values] == [
        ("dataset/faq", "backup"),
        ("model/own", "backup"),
    ]


def test_data_that_is_nowhere_is_refused_before_anything_is_pushed(history: Folder) -> None:
    cellar = empty()
    cellar.cache |= {f"{OTHER}.dir"}
    cellar.remotes["store"] = set()
    cellar.tree["data/tickets.jsonl"] = TREE["data/tickets.jsonl"]
    report = pushed(history, cellar)
    nowhere = "is neither in the cache here nor in the remote"
    assert [(p.message, p.hint) for p in report.problems] == [
        (
            f"dataset/tickets: the data of data/tickets.jsonl.dvc {nowhere}",
            "run 'dvc commit data/tickets.jsonl.dvc'",
        ),
        (f"model/own: the data of data/own.bin.dvc {nowhere}", "run it in the clone where it was added"),
    ]
    assert (report.done, exit_code(report)) == ((), 3)
    assert not any(asked.startswith("push") for asked in cellar.asked)


def test_what_the_remote_has_already_needs_no_cache(history: Folder) -> None:
    report = pushed(history, empty(), "tickets")
    assert report.done == ("the remote store has dataset/tickets: 9 bytes",)


def test_a_push_to_a_remote_that_is_down_names_the_artifacts(history: Folder) -> None:
    cellar = replace(Cellar.full(), down=frozenset({"store"}))
    report = pushed(history, cellar, "tickets")
    message = "dataset/tickets: cannot push data/tickets.jsonl.dvc at store: timed out"
    assert report.problems == (Problem(message=message, hint="look there"),)
    assert exit_code(report) == 3


def test_data_of_another_repository_is_not_pushed(copied: Folder) -> None:
    copied.write("data/tickets.jsonl.dvc", IMPORTED + pointer_text(TICKETS, 9, "tickets.jsonl"))
    cellar = empty()
    cellar.cache |= {f"{OTHER}.dir", WEIGHTS}
    report = pushed(copied, cellar)
    message = "dataset/tickets: not pushed, its data belongs to another repository"
    hint = "'rm data/tickets.jsonl.dvc && dvc add data/tickets.jsonl' makes it your own"
    assert report.problems == (Problem(message=message, hint=hint, exit_code=0),)
    assert exit_code(report) == 0
    named = pushed(copied, cellar, "tickets")
    assert (named.problems, exit_code(named)) == ((Problem(message=message, hint=hint),), 3)
