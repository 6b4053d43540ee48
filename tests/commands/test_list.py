from pathlib import Path

import pytest

from plmctl.commands.listing import ListOptions, listing, version_listing
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.report import Report, Table
from plmctl.core.value import as_items, as_mapping
from tests.commands.ground import FILES, MODEL, folder_at, opened, released, small_registry
from tests.git.builder import Folder
from tests.programs import REPOSITORY

ALL = ("environment/staging", "evalsuite/greet", "model/small", "prompt/greet")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return small_registry(tmp_path / "registry")


def listed(folder: Folder, options: ListOptions | None = None) -> Report:
    with opened(folder) as repo:
        return listing(repo, options or ListOptions())


def ids(report: Report) -> tuple[str, ...]:
    assert report.table is not None
    return tuple(row[0] for row in report.table.rows)


def versions(report: Report) -> tuple[str, ...]:
    assert report.table is not None
    return tuple(row[1] for row in report.table.rows)


def test_what_was_never_released_says_so(folder: Folder) -> None:
    report = listed(folder)
    assert report.table == Table(
        headings=("id", "version", "stability", "owners", "title"),
        rows=(
            ("environment/staging", "-", "stable", "", ""),
            ("evalsuite/greet", "unreleased", "stable", "", ""),
            ("model/small", "unreleased", "stable", "platform", "Small"),
            ("prompt/greet", "unreleased", "experimental", "support-team, platform", ""),
        ),
        spare=("owners", "stability"),
    )
    assert (report.summary, report.notes) == ({"artifacts": 4}, ())


def test_the_newest_version_is_listed_and_marked_when_something_changed(folder: Folder) -> None:
    released(folder)
    assert versions(listed(folder)) == ("-", "1.0.0", "1.0.0", "0.1.0")
    folder.write("models/small.yaml", MODEL.replace("title: Small", "title: Tiny"))
    folder.write("prompts/greet.md", "Say hello to {{name}}.\n")
    assert versions(listed(folder)) == ("-", "1.0.0", "1.0.0, changed", "0.1.0, changed")
    assert versions(listed(folder, ListOptions(revision="HEAD"))) == ("-", "1.0.0", "1.0.0", "0.1.0")


def test_a_revision_knows_only_the_versions_before_it(folder: Folder) -> None:
    first = folder.git("rev-parse", "HEAD")
    released(folder)
    assert versions(listed(folder, ListOptions(revision=first))) == (
        "-",
        "unreleased",
        "unreleased",
        "unreleased",
    )


def test_every_version_can_be_listed(folder: Folder) -> None:
    assert released(folder) == "v1.0.0"
    first = folder.git("rev-parse", "HEAD")
    folder.commit({"models/small.yaml": MODEL.replace("2024-07-18", "2025-01-01")})
    assert released(folder) == "v1.1.0"
    second = folder.git("rev-parse", "HEAD")
    with opened(folder) as repo:
        told = version_listing(repo, ListOptions(kind="model"))
    report = listed(folder, ListOptions(kind="model"))
    assert (told.summary, told.notes) == (report.summary, report.notes) == ({"artifacts": 1}, ())
    assert told.table == Table(
        headings=("id", "version", "release", "commit"),
        rows=(
            ("model/small", "1.0.0", "v1.0.0", first[:10]),
            ("model/small", "1.1.0", "v1.1.0", second[:10]),
        ),
    )
    assert report.data == {
        "artifacts": [
            {
                "id": "model/small",
                "kind": "Model",
                "name": "small",
                "path": "models/small.yaml",
                "version": "1.1.0",
                "changed": False,
                "stability": "stable",
                "owners": ["platform"],
                "labels": {"tier": "cheap"},
                "title": "Small",
                "versions": [
                    {"version": "1.0.0", "release": "v1.0.0", "commit": first},
                    {"version": "1.1.0", "release": "v1.1.0", "commit": second},
                ],
            }
        ]
    }


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (ListOptions(kind="eval-suite"), ("evalsuite/greet",)),
        (ListOptions(owner="platform"), ("model/small", "prompt/greet")),
        (ListOptions(owner="support-team"), ("prompt/greet",)),
        (ListOptions(label="tier"), ("model/small", "prompt/greet")),
        (ListOptions(label="tier=free"), ("prompt/greet",)),
        (ListOptions(label="tier="), ()),
        (ListOptions(label="region"), ()),
        (ListOptions(stability="experimental"), ("prompt/greet",)),
        (ListOptions(owner="platform", label="tier=cheap", stability="stable"), ("model/small",)),
    ],
)
def test_filters_hold_together(folder: Folder, options: ListOptions, expected: tuple[str, ...]) -> None:
    report = listed(folder, options)
    assert (ids(report), report.summary) == (expected, {"artifacts": len(expected)})
    assert report.notes == (() if expected else ("no artifact fits",))


def test_what_metadata_wrongly_holds_is_not_shown(folder: Folder) -> None:
    text = MODEL.replace("owners: [platform]", "owners: platform").replace("{tier: cheap}", "[tier]")
    folder.write("models/small.yaml", text.replace("title: Small", "title: 3"))
    report = listed(folder, ListOptions(kind="model"))
    assert report.table is not None
    assert report.table.rows == (("model/small", "unreleased", "stable", "", ""),)


def test_files_that_cannot_be_read_are_counted(folder: Folder) -> None:
    folder.write("models/a.yaml", "apiVersion: plmctl/v1\nkind: [\n")
    assert (ids(listed(folder)), listed(folder).notes) == (
        ALL,
        ("1 file could not be read: run 'plmctl validate'",),
    )
    folder.write("models/b.yaml", "apiVersion: plmctl/v1\nkind: [\n")
    assert listed(folder).notes == ("2 files could not be read: run 'plmctl validate'",)


def test_a_registry_before_its_first_commit_is_listed(tmp_path: Path) -> None:
    folder = folder_at(tmp_path)
    folder.git("init", "-q", "-b", "main")
    for name, text in FILES.items():
        folder.write(name, text)
    assert ids(listed(folder)) == ALL


def test_a_bare_repository_lists_a_revision(folder: Folder, tmp_path: Path) -> None:
    folder.git("clone", "-q", "--bare", str(folder.path), str(tmp_path / "bare"))
    bare = folder.at(tmp_path / "bare")
    assert ids(listed(bare, ListOptions(revision="main"))) == ALL
    with pytest.raises(PlmctlError) as error:
        listed(bare)
    assert error.value.hint == "name a revision, as in '--rev main', or run it in a clone"


def test_a_stability_that_there_is_not_is_refused(folder: Folder) -> None:
    with pytest.raises(UsageError) as error:
        listed(folder, ListOptions(stability="beta"))
    assert (error.value.message, error.value.hint) == (
        "'beta' is no stability",
        "there are experimental, stable, deprecated, retired",
    )


def test_a_bad_tag_breaks_nothing(folder: Folder) -> None:
    released(folder)
    folder.git("tag", "model/small@v9.0.0")
    assert versions(listed(folder)) == ("-", "1.0.0", "1.0.0", "0.1.0")


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (("spec.model=gpt-4o-mini-2024-07-18",), ("model/small",)),
        (("spec.model=model/small",), ("prompt/greet",)),
        (("spec.model!=small",), ("model/small",)),
        (("spec.model", "metadata.stability=stable"), ("model/small",)),
        (("metadata.labels.tier=cheap", "metadata.labels.tier=free"), ()),
    ],
)
def test_fields_are_conditions_that_hold_together(
    folder: Folder, conditions: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert ids(listed(folder, ListOptions(conditions=conditions))) == expected


@pytest.mark.parametrize(
    ("kind", "condition", "message", "hint"),
    [
        (None, "spec.modle=x", "no kind has a field 'spec.modle'", "did you mean 'spec.model'?"),
        ("prompt", "model", "a Prompt has no field 'model'", "did you mean 'spec.model'?"),
        (
            "dataset",
            "spec.zzz",
            "a Dataset has no field 'spec.zzz'",
            "run 'plmctl schema dataset' to see its fields",
        ),
        (None, "zzz", "no kind has a field 'zzz'", "run 'plmctl schema prompt' to see the fields of one"),
        (None, "=x", "--where =x: no field is named", "write '--where spec.model=gpt-4o'"),
        (
            None,
            "spec.parameters.temperature>0",
            "--where spec.parameters.temperature>0: there is no '>'",
            "write 'spec.parameters.temperature=VALUE', or '!=' for what differs",
        ),
        (
            "prompt",
            "metadata.labels.tier <= 2",
            "--where metadata.labels.tier <= 2: there is no '<'",
            "write 'metadata.labels.tier=VALUE', or '!=' for what differs",
        ),
        (
            None,
            "spec.model~gpt",
            "--where spec.model~gpt: there is no '~'",
            "write 'spec.model=VALUE', or '!=' for what differs",
        ),
    ],
)
def test_a_field_that_there_is_not_is_refused(
    folder: Folder, kind: str | None, condition: str, message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as error:
        listed(folder, ListOptions(kind=kind, conditions=(condition,)))
    assert (error.value.message, error.value.hint) == (message, hint)


def test_versions_whose_tags_were_never_fetched_are_told(folder: Folder, tmp_path: Path) -> None:
    released(folder)
    folder.git("clone", "-q", "--no-tags", folder.path.as_uri(), str(tmp_path / "clone"))
    clone = folder.at(tmp_path / "clone")
    report = listed(clone)
    assert versions(report) == ("-", "1.0.0, no tag", "1.0.0, no tag", "0.1.0, no tag")
    assert report.notes == ("plm.lock names 3 versions whose tags are not here: run 'git fetch --tags'",)
    clone.git("fetch", "-q", "--tags")
    assert versions(listed(clone)) == ("-", "1.0.0", "1.0.0", "0.1.0")
    clone.git("tag", "-d", "model/small@v1.0.0")
    report = listed(clone)
    assert versions(report) == ("-", "1.0.0", "1.0.0, no tag", "0.1.0")
    assert report.notes == ("plm.lock names 1 version whose tag is not here: run 'git fetch --tags'",)


def test_a_lock_that_cannot_be_read_says_nothing(folder: Folder, tmp_path: Path) -> None:
    folder.write("plm.lock", "{")
    assert (versions(listed(folder))[1], listed(folder).notes) == ("unreleased", ())
    (folder.path / "plm.lock").unlink()
    (folder.path / "plm.lock").symlink_to(tmp_path / "elsewhere")
    assert (versions(listed(folder))[1], listed(folder).notes) == ("unreleased", ())


def test_versions_are_told_in_the_order_that_the_schema_says(folder: Folder) -> None:
    released(folder)
    folder.commit({"models/small.yaml": MODEL.replace("title: Small", "title: Tiny")})
    released(folder)
    artifacts = as_items((listed(folder).data or {})["artifacts"])
    small = next(as_mapping(a) for a in artifacts if as_mapping(a)["id"] == "model/small")
    assert [as_mapping(v)["version"] for v in as_items(small["versions"])] == ["1.0.0", "1.0.1"]
    published = (REPOSITORY / "schemas" / "output" / "report.json").read_text(encoding="utf-8")
    assert published.count('"Its versions, the oldest first."') == 2
