"""Tags that other tags name and that are not here."""

from plmctl.core.ports import TagRef
from plmctl.core.settings import Settings
from plmctl.core.tag import history
from plmctl.core.trailer import trailers

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
            "compare with 'git ls-remote --tags'; 'git fetch --tags --force' takes the remote's",
        )
    ]


def test_a_whole_chain_has_no_findings() -> None:
    assert told(release("v1.0.0", FIRST), release("v1.1.0", SECOND, previous=FIRST)) == []


def test_a_version_that_two_releases_name_is_none() -> None:
    line = f"prompt/greet 1.0.0 {PROMPT} {DIGEST}"
    trailer = f"Registry: acme\nDigest: {DIGEST}\nMetadata-Digest: {DIGEST}\nClosure: {DIGEST}\n"
    tag = TagRef(
        name="prompt/greet@v1.0.0",
        object_id=PROMPT,
        object_type="tag",
        commit=COMMIT,
        tag_name="prompt/greet@v1.0.0",
        message=f"prompt/greet 1.0.0\n\n{trailer}",
    )
    found = history(
        (tag, release("v1.0.0", FIRST, line), release("v1.1.0", SECOND, line, previous=FIRST)), SETTINGS
    )
    assert found.confirmed == ()
    assert [(f.code, f.message) for f in found.findings] == [
        ("REG009", "'prompt/greet@v1.0.0' is named by more than one release: v1.0.0, v1.1.0")
    ]


def test_a_tag_whose_digest_is_not_the_released_one_confirms_nothing() -> None:
    other = "sha256:" + "e" * 64
    trailer = f"Registry: acme\nDigest: {other}\nMetadata-Digest: {DIGEST}\nClosure: {DIGEST}\n"
    tag = TagRef(
        name="prompt/greet@v1.0.0",
        object_id=PROMPT,
        object_type="tag",
        commit=COMMIT,
        tag_name="prompt/greet@v1.0.0",
        message=f"prompt/greet 1.0.0\n\n{trailer}",
    )
    assert told(tag, release("v1.0.0", FIRST, f"prompt/greet 1.0.0 {PROMPT} {DIGEST}")) == [
        ("REG009", f"'prompt/greet@v1.0.0' says {other}, v1.0.0 released {DIGEST}", None)
    ]


def test_a_certificate_in_a_message_is_no_signature() -> None:
    begin = "-----BEGIN CERTIFICATE-----"
    body = f"prompt/greet 1.0.0\n\n- label '{begin}'\n{begin}\n\nBump: minor\n"
    assert trailers(body) == {"Bump": "minor"}


def test_a_version_below_one_that_was_released_before_is_an_error() -> None:
    first = f"prompt/greet 1.1.0 {PROMPT} {DIGEST}"
    second = f"prompt/greet 1.0.0 {PROMPT} {DIGEST}"
    found = told(release("v2.0.0", FIRST, first), release("v1.1.0", SECOND, second, previous=FIRST))
    assert [(code, message) for code, message, _ in found if code == "REG004"] == [
        ("REG004", "'prompt/greet@v1.0.0' is below 1.1.0, which an earlier release gave prompt/greet"),
        ("REG004", "'v1.1.0' is below 2.0.0, which an earlier release gave the registry"),
    ]
