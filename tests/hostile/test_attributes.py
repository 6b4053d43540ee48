"""What is hashed is the blob, whatever Git would make of it in a work tree (hostile.md G08)."""

import json
from pathlib import Path

import pytest

from tests.commands.builder import MODEL, released_shop
from tests.hostile.stranger import plmctl

# As Git would write the files of a work tree: another encoding, other ends of lines, a keyword filled in.
ATTRIBUTES = "*.md working-tree-encoding=UTF-16LE\n*.yaml text eol=crlf ident\n* export-subst\n"


def digests(folder: Path) -> list[str]:
    """The digests of a prompt and of a model, as they are now."""
    said = [
        plmctl(folder, "show", artifact, "--format", "json") for artifact in ("prompt/greet", "model/small")
    ]
    assert [(answer.code, answer.err) for answer in said] == [(0, ""), (0, "")]
    return [json.loads(answer.out)["data"]["digest"] for answer in said]


@pytest.mark.parametrize("place", [".gitattributes", ".git/info/attributes"])
def test_attributes_change_no_digest_and_no_release(place: str, tmp_path: Path) -> None:
    folder = released_shop(tmp_path / "shop")
    before = digests(folder.path)
    folder.write(place, ATTRIBUTES)
    crlf = MODEL.replace("\n", "\r\n").encode()
    # Git itself heeds them.
    assert folder.git("hash-object", "--path=a.md", "--stdin", stdin=b"a\0") != folder.git(
        "hash-object", "--no-filters", "--stdin", stdin=b"a\0"
    )
    assert digests(folder.path) == before
    said = plmctl(folder.path, "verify")
    assert (said.code, "FAILED" in said.out) == (0, False)
    # A checkout made with them has other bytes, and is the same registry.
    folder.write("models/small.yaml", crlf)
    assert digests(folder.path) == before
