"""Tags that other tags name and that are not here."""

from plmctl.core.ports import TagRef
from plmctl.core.settings import Settings
from plmctl.core.tag import history

SETTINGS = Settings(folder="", name="acme")
COMMIT, FIRST, SECOND, PROMPT = "c" * 40, "1" * 40, "2" * 40, "9" * 40
DIGEST = "sha256:" + "d" * 64


def release(name: str, object_id: str, *lines: str, previous: str | None = None) -> TagRef:
    block = ["Registry: acme", f"Lock: {DIGEST}", *([f"Previous: {previous}"] if previous else []), "Run: ab"]
    message = "\n\n".join((f"acme {name[1:]}", "\n".join(lines), "\n".join(block))) + "\n"
    return TagRef(
        name=name, object_id=object_id, object_type="tag", commit=COMMIT, tag_name=name, message=message
    )


def told(*tags: TagRef) -> list[tuple[str, str, str | None]]:
    return [(f.code, f.message, f.help) for f in history(tags, SETTINGS).findings]


def test_a_released_tag_that_is_not_here_is_missing() -> None:
    line = f"prompt/greet 1.0.0 {PROMPT} {DIGEST}"
    assert told(release("v1.0.0", FIRST, line)) == [
        (
            "REG017",
            "v1.0.0 released 'prompt/greet@v1.0.0', and that tag is not here",
            "run 'git fetch --tags'",
        )
    ]


def test_a_tag_that_is_there_and_wrong_is_told_once() -> None:
    line = f"prompt/greet 1.0.0 {PROMPT} {DIGEST}"
    light = TagRef(
        name="prompt/greet@v1.0.0",
        object_id=COMMIT,
        object_type="commit",
        commit=COMMIT,
        tag_name=None,
        message="",
    )
    assert [code for code, _, _ in told(light, release("v1.0.0", FIRST, line))] == ["REG012"]


def test_a_release_whose_predecessor_is_not_here_breaks_the_chain() -> None:
    assert told(release("v1.1.0", SECOND, previous=FIRST)) == [
        (
            "REG018",
            f"'v1.1.0' follows the tag object {FIRST}, and no tag here is that",
            "run 'git fetch --tags --force' to compare",
        )
    ]


def test_a_whole_chain_has_no_findings() -> None:
    assert told(release("v1.0.0", FIRST), release("v1.1.0", SECOND, previous=FIRST)) == []
