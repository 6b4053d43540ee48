"""All that a lock can say of its data, and the places where two locks differ."""

import json
from dataclasses import replace

import pytest

from plmctl.core.finding import IntegrityError
from plmctl.core.lock import DataEntry, differences, named, read_lock, serialised
from plmctl.core.value import Value
from tests.core.test_lock import SMALL


def test_all_that_data_and_replacements_say_stands_in_a_fixed_order() -> None:
    commit, sha256, md5 = "c" * 40, "d" * 64, f"{'e' * 32}.dir"
    data = DataEntry(path="a.dvc", out="b", md5=md5, size=0, nfiles=2, sha256=sha256, commit=commit)
    artifacts = {"dataset/faq": replace(SMALL.artifacts["dataset/faq"], data=(data,))}
    lock = replace(SMALL, artifacts=artifacts, bind={"route/b": "model/b", "route/a": "model/a"})
    text = serialised(lock).decode()

    assert text.endswith(
        f"""\
          "path": "a.dvc",
          "out": "b",
          "md5": "{md5}",
          "size": 0,
          "nfiles": 2,
          "sha256": "{sha256}",
          "commit": "{commit}"
        }}
      ]
    }}
  }},
  "bind": {{
    "route/a": "model/a",
    "route/b": "model/b"
  }}
}}
"""
    )
    # Once by its spelling, and once by its schema, since a quote there is left to it.
    again = read_lock("plm.lock", text.encode())
    assert again == lock
    quoted = text.replace('"path": "datasets/faq.yaml"', '"path": "datasets/\\"faq.yaml"')
    assert read_lock("plm.lock", quoted.encode()).artifacts["dataset/faq"].data == (data,)


@pytest.mark.parametrize("is_turned", [False, True])
def test_what_only_one_of_two_locks_has_is_a_difference(is_turned: bool) -> None:
    dataset = SMALL.artifacts["dataset/faq"]
    one = replace(SMALL.artifacts["application/desk"], data=dataset.data)
    more = replace(SMALL, artifacts={**SMALL.artifacts, "application/desk": one})
    less = replace(SMALL, bind={})

    data: Value = [{"path": "faq.dvc", "md5": "9" * 32, "size": 12, "nfiles": 1}]
    bind: Value = {"route/chat": "model/small"}
    found = differences(less, more) if is_turned else differences(more, less)
    expected = (("application/desk: data", data, None), ("bind", bind, None))
    assert found == (tuple((place, b, a) for place, a, b in expected) if is_turned else expected)


@pytest.mark.parametrize(
    ("pointer", "words"),
    [
        ((), "the whole file"),
        (("want",), "want"),
        (("source", "tagObject"), "source.tagObject"),
        (("artifacts",), "artifacts"),
        (("artifacts", "dataset/faq"), "dataset/faq"),
        (("artifacts", "dataset/faq", "data", 0, "size"), "dataset/faq: data.0.size"),
    ],
)
def test_a_place_is_named_by_its_artifact_and_field(pointer: tuple[str | int, ...], words: str) -> None:
    assert named(pointer) == words


def told_of_a_key(key: str) -> str:
    """What is told of a lock with a key that no lock has."""
    data = json.dumps({**json.loads(serialised(SMALL)), key: 1}).encode()
    with pytest.raises(IntegrityError) as refused:
        read_lock("plm.lock", data)
    return refused.value.message.removeprefix("plm.lock: ")


def test_500_characters_are_told_of_what_is_wrong() -> None:
    short = told_of_a_key("x")
    longest = "x" * (500 - len(short) + 1)
    whole = short.replace("'x'", f"'{longest}'")
    assert (len(whole), told_of_a_key(longest)) == (500, whole)
    more = short.replace("'x'", f"'{longest}x'")
    assert told_of_a_key(f"{longest}x") == f"{more[:500]}..."
