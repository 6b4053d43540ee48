"""The files that accept: written and read again, and what is wrong with those that others wrote."""

from dataclasses import replace

import pytest

from plmctl.core.accepted import Accepted, accepted_files, accepted_text, path_of
from plmctl.core.ports import EntryKind, MemoryTree, Unreadable
from plmctl.core.registry import load
from plmctl.core.settings import Settings

SETTINGS = Settings(folder="reg", name="acme")
NAME = "3f9a1c22b0de"
PATH = f"reg/.plmctl/accepted/{NAME}.yaml"
ACCEPTED = Accepted(
    fingerprint=NAME,
    rule="PRM011",
    artifact="prompt/support/triage",
    pointer="/spec/inputs/properties/channel",
    reason="No caller sends it.",
    by="Ada <ada@example.com>",
)
FILE = """\
apiVersion: plmctl/v1
kind: Acceptance
fingerprint: 3f9a1c22b0de
rule: PRM011
artifact: prompt/support/triage
pointer: /spec/inputs/properties/channel
reason: No caller sends it.
by: Ada <ada@example.com>
"""


def read(text: str | bytes, path: str = PATH) -> tuple[list[Accepted], list[str]]:
    """What one file accepts, and what is wrong with it."""
    found, findings = accepted_files(MemoryTree({path: text}), SETTINGS, [path])
    return list(found.values()), [f"{f.code} {f.location}: {f.message}" for f in findings]


def test_it_is_written_as_it_is_read() -> None:
    assert path_of(SETTINGS, NAME) == PATH
    assert accepted_text(ACCEPTED) == FILE
    assert read(FILE) == ([ACCEPTED], [])


# What YAML takes for a number, a null, a comment, a mapping; quotes; what is not seen.
HARD = (
    "1e2345678901",
    "null",
    "a: b",
    "a # b",
    "'\"",
    "- a",
    "\u202e x",
    "\u200b",
    "~",
    "\u2028",
    "\U0001f600",
)


@pytest.mark.parametrize("text", HARD)
def test_every_text_on_one_line_is_read_again(text: str) -> None:
    written = replace(ACCEPTED, fingerprint="012345678901", pointer=text, reason=f"x{text}", by=text)
    path = "reg/.plmctl/accepted/012345678901.yaml"
    assert read(accepted_text(written), path) == ([written], [])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", "YML007"),
        ("", "YML009"),
        ("[]\n", "SCH004"),
        (FILE + "note: x\n", "SCH002"),
        (FILE.replace("rule: PRM011\n", ""), "SCH003"),
        (FILE.replace("plmctl/v1", "plmctl/v9"), "SCH005"),
        (FILE.replace("3f9a1c22b0de", "0a23456789"), "SCH006"),
        (FILE.replace("3f9a1c22b0de", "012345678901"), "SCH004"),
        (FILE.replace("by: Ada <ada@example.com>", "by: ''"), "SCH007"),
        (FILE.replace("3f9a", "4f9a"), "REG022"),
    ],
)
def test_what_is_wrong_is_told_and_accepts_nothing(text: str, told: str) -> None:
    found, (finding,) = read(text)
    assert (found, finding.split(":")[0]) == ([], f"{told} {PATH}")


@pytest.mark.parametrize("path", [f"reg/.plmctl/accepted/{NAME}.yml", f"reg/.plmctl/accepted/a/{NAME}.yaml"])
def test_another_ending_or_folder_is_another_name(path: str) -> None:
    found, (finding,) = read(FILE, path)
    assert found == []
    assert finding == f"REG022 {path}:3:14: a file with this fingerprint is {PATH}"


def test_a_warning_hides_nothing() -> None:
    found, (finding,) = read(b"\xef\xbb\xbf" + FILE.encode())
    assert found == [ACCEPTED]
    assert finding.startswith("YML")


class Locked(MemoryTree):
    """A tree whose files nobody may read."""

    def read(self, path: str, *, limit: int) -> bytes:
        raise Unreadable("permission denied")


def test_what_is_no_file_that_can_be_read_is_told() -> None:
    kinds = {
        f"reg/.plmctl/accepted/{n}.yaml": kind
        for n, kind in enumerate((EntryKind.LINK, EntryKind.OTHER, EntryKind.FOLDER, EntryKind.SUBMODULE))
    }
    paths = [*kinds, "reg/.plmctl/accepted/none.yaml", "reg/.plmctl/accepted/con.yaml"]
    found, findings = accepted_files(
        MemoryTree({"reg/.plmctl/accepted/con.yaml": FILE}, kinds), SETTINGS, paths
    )
    assert found == {}
    assert [f.message for f in findings][:5] == [
        "an acceptance is a file, this is a symbolic link",
        "an acceptance is a file, this is a special file",
        "an acceptance is a file, this is a folder",
        "an acceptance is a file, this is a submodule",
        "an acceptance is a file, this is a nothing",
    ]
    assert len(findings) == 6
    assert findings[5].location.path == "reg/.plmctl/accepted/con.yaml"
    _, (locked,) = accepted_files(Locked({PATH: FILE}), SETTINGS, [PATH])
    assert locked.message == "it cannot be read: permission denied"
    _, (large,) = accepted_files(MemoryTree({PATH: "#" * (2 << 20)}), SETTINGS, [PATH])
    assert "2097152" in large.message or "2,097,152" in large.message


def test_a_registry_knows_what_it_accepts_and_reads_no_manifest_there() -> None:
    head = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: acme}\n"
    wide = head + "spec: {manifests: {include: ['**/*.yaml']}}\n"
    files = {"reg/plmctl.yaml": wide, PATH: FILE, "reg/.plmctl/accepted/README.md": "Hi.", "x.yaml": "a: 1\n"}
    registry = load(MemoryTree(files))
    assert (dict(registry.accepted), registry.findings, registry.skipped) == ({NAME: ACCEPTED}, (), ())
    broken = load(MemoryTree({**files, PATH: "a: ["}))
    assert (dict(broken.accepted), [f.location.path for f in broken.findings]) == ({}, [PATH])
