"""What documents were parsed to, kept and found again by their bytes: the same values, the same places."""

import pytest

from plmctl.core.canonical import sha256_of
from plmctl.core.document import BrokenDocument, Document, read_document
from plmctl.core.finding import ConfigurationError, Finding
from plmctl.core.limits import LIMITS
from plmctl.core.settings import settings_document
from plmctl.core.values import KIND, LARGEST, NO_VALUES, RECENT, Values
from tests.commands.remembering import LastingCache
from tests.rules.registries import SETTINGS

PLAIN = b'a: 1\nb: [x, 2.5, null, true, "\\U0001F600"]\nc:\n  d: |\n    text\n'


def asked(values: Values, data: bytes, path: str = "a.yaml") -> Document | BrokenDocument:
    return values.document(path, data, sha256_of(data), LIMITS)


def in_runs(cache: LastingCache, *texts: bytes, program: str = "p") -> Values:
    """The values of the next run, after one that asked for these."""
    values = Values(cache, program)
    for text in texts:
        asked(values, text)
    values.keep()
    return Values(cache, program)


def test_what_is_known_is_as_if_it_were_parsed() -> None:
    cache = LastingCache()
    found, plain = asked(in_runs(cache, PLAIN), PLAIN), read_document("a.yaml", PLAIN)
    assert isinstance(found, Document)
    assert isinstance(plain, Document)
    assert found == plain
    assert (found.lines, found.spots, found.key_ends) == (plain.lines, plain.spots, plain.key_ends)
    assert found.location(("c", "d")) == plain.location(("c", "d"))


def test_what_is_known_is_not_parsed() -> None:
    cache = LastingCache()
    in_runs(cache, PLAIN)
    stamp, value = cache.every(KIND)["recent"]
    assert value.count(b"2.5") == 1
    cache.keep(KIND, {"recent": (stamp, value.replace(b"2.5", b"3.5"))})
    found = asked(Values(cache, "p"), PLAIN)
    assert isinstance(found, Document)
    assert found.value == {"a": 1, "b": ["x", 3.5, None, True, "\U0001f600"], "c": {"d": "text\n"}}


@pytest.mark.parametrize("text", [b"a: {{b}}\n", b"a: [\n", b"\xff"])
def test_what_has_a_finding_is_found_out_again(text: bytes) -> None:
    cache = LastingCache()
    assert asked(in_runs(cache, text), text) == read_document("a.yaml", text)
    assert cache.every(KIND) == {}


def test_another_program_and_a_run_without_a_cache_know_nothing() -> None:
    cache = LastingCache()
    in_runs(cache, PLAIN)
    stamp, value = cache.every(KIND)["recent"]
    cache.keep(KIND, {"recent": (stamp, value.replace(b"2.5", b"3.5"))})
    plain = read_document("a.yaml", PLAIN)
    assert asked(Values(cache, "other"), PLAIN) == plain
    assert asked(NO_VALUES, PLAIN) == plain
    NO_VALUES.accept(sha256_of(PLAIN))
    assert not NO_VALUES.is_accepted(sha256_of(PLAIN))


def test_the_last_that_were_asked_for_are_kept() -> None:
    cache = LastingCache()
    many = [f"a: {n}\n".encode() for n in range(RECENT)]
    again = in_runs(cache, *many)
    asked(again, many[0])
    asked(again, b"a: new\n")
    again.keep()
    kept = [line.split(b" ")[0].decode() for line in cache.every(KIND)["recent"][1].split(b"\n")]
    assert kept == [sha256_of(text) for text in (*many[2:], many[0], b"a: new\n")]
    # Of a run without news nothing is written.
    before = cache.every(KIND)
    in_runs(cache, many[5])
    assert cache.every(KIND) == before


def test_no_more_are_held_than_are_kept() -> None:
    values = Values(LastingCache(), "p")
    for number in range(RECENT + 7):
        asked(values, f"a: {number}\n".encode())
    held = [f"a: {number}\n".encode() for number in range(7, RECENT + 7)]
    assert [*values._used] == [*map(sha256_of, held)]


@pytest.mark.parametrize(("size", "is_kept"), [(LARGEST, True), (LARGEST + 1, False)])
def test_a_large_one_is_not_kept(size: int, is_kept: bool) -> None:
    cache = LastingCache()
    in_runs(cache, b"a: ".ljust(size - 1, b"x") + b"\n")
    assert bool(cache.every(KIND)) == is_kept


def test_settings_are_held_to_their_schema_once() -> None:
    cache = LastingCache()
    data, broken = SETTINGS.encode(), SETTINGS.replace("Registry", "Prompt").encode()
    first = Values(cache, "p")
    made = settings_document("plmctl.yaml", data, first)
    assert first.is_accepted(sha256_of(data))
    wrong = [refused(broken, first), refused(broken, first)]
    first.keep()
    later = Values(cache, "p")
    assert [later.is_accepted(sha256_of(each)) for each in (data, broken, PLAIN)] == [True, False, False]
    assert settings_document("plmctl.yaml", data, later) == made
    assert [refused(broken, later), refused(broken, NO_VALUES)] == wrong


def refused(data: bytes, values: Values) -> tuple[Finding, ...]:
    with pytest.raises(ConfigurationError) as error:
        settings_document("plmctl.yaml", data, values)
    return error.value.findings
