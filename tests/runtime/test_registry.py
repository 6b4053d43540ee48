"""What a service asks of the lock that it loaded."""

import logging
from dataclasses import asdict, replace
from importlib import import_module
from pathlib import Path

import pytest

from plmctl import runtime
from plmctl.core.bundle import Bundle
from plmctl.core.canonical import sha256_of
from plmctl.core.finding import UsageError
from plmctl.core.lock import serialised
from plmctl.core.value import Value
from plmctl.runtime import InputError, IntegrityError, NotLockedError, PlmctlError, Registry, Text, load
from plmctl.runtime.reading import Reading
from plmctl.runtime.snapshot import Snapshot
from tests.core.bundles import BUNDLE, FILE, LOCK, TEXTS
from tests.runtime.bundles import MODEL, bundle_of, prompt, write_bundle

WEIGHTED: dict[str, Value] = {
    "strategy": "weighted",
    "targets": [{"model": "model/small", "weight": 1}, {"model": "model/large", "weight": 0}],
}
SPECS: dict[str, dict[str, Value]] = {
    "prompt/greet": prompt("Hello {{name}}.", parameters={"temperature": 0}),
    "prompt/old": prompt("Hello."),
    "model/large": dict(MODEL),
    "retriever/docs": {"returns": {"type": "object"}},
    "application/desk": {"prompts": {"greet": "prompt/greet"}},
    "route/ab": WEIGHTED,
}


def loaded(folder: Path, bundle: Bundle) -> Registry:
    return load(source=write_bundle(folder / "b.plmz", bundle))


@pytest.fixture
def desk(tmp_path: Path) -> Registry:
    return loaded(tmp_path, bundle_of(SPECS))


def test_a_prompt_is_rendered_with_the_name_of_the_lock_that_it_is_of(desk: Registry) -> None:
    greet = desk.prompt("greet")
    call = greet.render(name="Ada")
    assert (greet.id, greet.version, greet.retrieval) == ("prompt/greet", "1.0.0", None)
    assert [(message.role, message.parts) for message in call.messages] == [
        ("user", (Text(text="Hello Ada."),))
    ]
    assert (call.tools, call.response_format, call.parameters) == ((), None, {"temperature": 0})
    assert (call.model.model, call.model.provider_type) == ("gpt-4o-2024-08-06", "openai")
    entry = desk.lock.artifacts["prompt/greet"]
    assert asdict(call.identity) == {
        "artifact": "prompt/greet",
        "version": "1.0.0",
        "variant": None,
        "arm": None,
        "digest": entry.digest,
        "closure": entry.closure,
        "lock": sha256_of(serialised(desk.lock)),
    }
    assert desk.lock_digest == call.identity.lock


def test_a_name_that_is_an_option_of_render_goes_into_the_mapping(tmp_path: Path) -> None:
    registry = loaded(tmp_path, bundle_of({"prompt/p": prompt("{{model}} {{a}}")}))
    assert registry.prompt("p").render({"model": "m"}, a="b").messages[0].text == "m b"


def test_an_input_that_is_given_twice_is_no_choice_of_ours(desk: Registry) -> None:
    with pytest.raises(InputError) as caught:
        desk.prompt("greet").render({"name": "a"}, name="b")
    assert caught.value.message == "prompt/greet: input 'name' was given twice"


def test_each_kind_has_its_door(desk: Registry) -> None:
    assert desk.model("small").spec == MODEL
    assert desk.retriever("docs").id == "retriever/docs"
    assert desk.application("application/desk").spec == SPECS["application/desk"]
    assert desk.artifact("prompt/greet").name == "greet"
    assert desk.route("ab").pick(key="ada").model == "model/small"


def test_a_file_that_a_manifest_includes_is_there_as_git_has_it(tmp_path: Path) -> None:
    registry = loaded(tmp_path, BUNDLE)
    assert registry.file("prompts/greet.md") == FILE
    with pytest.raises(NotLockedError) as caught:
        registry.file("prompts/other.md")
    assert (caught.value.message, caught.value.hint) == (
        "no manifest in this lock includes 'prompts/other.md'",
        "it has prompts/greet.md",
    )


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("gret", "prompt/gret is not in this lock", "did you mean 'prompt/greet'?"),
        ("billing", "prompt/billing is not in this lock", "it has prompt/greet, prompt/old"),
    ],
)
def test_what_is_not_locked_is_said_with_what_is(desk: Registry, name: str, message: str, hint: str) -> None:
    with pytest.raises(NotLockedError) as caught:
        desk.prompt(name)
    assert (caught.value.message, caught.value.hint, caught.value.exit_code) == (message, hint, 3)


def test_a_kind_of_which_there_is_nothing_has_nothing_to_offer(desk: Registry) -> None:
    with pytest.raises(NotLockedError) as caught:
        desk.artifact("dataset/faq")
    assert caught.value.hint == "it has none of that kind"


def test_an_id_without_its_kind_is_told(desk: Registry) -> None:
    with pytest.raises(UsageError) as caught:
        desk.artifact("greet")
    assert (caught.value.message, caught.value.hint) == (
        "'greet' is no full id",
        "write its kind first, as 'prompt/greet'",
    )
    for name, hint in (("small", "model/small"), ("gone", "prompt/gone")):
        with pytest.raises(UsageError) as other:
            desk.artifact(name)
        assert other.value.hint == f"write its kind first, as '{hint}'"


def test_of_many_some_are_shown(tmp_path: Path) -> None:
    registry = loaded(tmp_path, bundle_of({f"prompt/p{n}": prompt("a") for n in range(7)}))
    with pytest.raises(NotLockedError) as caught:
        registry.prompt("x")
    assert caught.value.hint == "it has prompt/p0, prompt/p1, prompt/p2, prompt/p3, prompt/p4 and 2 more"


def test_what_should_not_run_any_more_is_a_warning(tmp_path: Path) -> None:
    metadata: dict[str, dict[str, Value]] = {
        "prompt/greet": {
            "stability": "deprecated",
            "deprecation": {"sunset": "2026-06-30", "replacedBy": "prompt/hello"},
        },
        "prompt/old": {"stability": "retired"},
        "retriever/docs": {"description": 'the word "retired" alone says nothing'},
        "model/large": {"labels": {"stage": "retired"}},
    }
    registry = loaded(tmp_path, bundle_of(SPECS, metadata))
    assert registry.warnings == (
        "prompt/greet is deprecated, and may be removed after 2026-06-30: use prompt/hello",
        "prompt/old is retired",
    )
    assert registry.prompt("old").render().messages[0].text == "Hello."


def test_an_old_name_is_answered_and_warned_of(tmp_path: Path) -> None:
    registry = loaded(tmp_path, bundle_of(SPECS, {"prompt/greet": {"formerly": ["hi", "hey"]}}))
    before = registry.warnings
    assert registry.prompt("hi").id == "prompt/greet"
    assert registry.prompt("hi").render(name="Ada").identity.artifact == "prompt/greet"
    assert (before, registry.warnings) == ((), ("prompt/hi is prompt/greet now: ask for that",))


def test_what_a_lock_binds_is_what_runs(tmp_path: Path) -> None:
    bundle = bundle_of(SPECS, bind={"model/small": "model/large"})
    registry = loaded(tmp_path, bundle)
    assert registry.model("small").id == "model/large"
    assert registry.prompt("old").render().model.artifact.id == "model/large"


def test_refresh_takes_another_lock_and_leaves_what_was_given(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "b.plmz", bundle_of({"prompt/p": prompt("one")}))
    registry = load(source=path)
    first = registry.prompt("p")
    assert registry.refresh() is False
    write_bundle(path, bundle_of({"prompt/p": prompt("two")}, version="1.1.0"))
    assert registry.prompt("p").version == "1.0.0"
    assert registry.refresh() is True
    assert [p.render().messages[0].text for p in (first, registry.prompt("p"))] == ["one", "two"]
    assert (registry.prompt("p").version, registry.stale) == ("1.1.0", None)


def test_a_lock_that_cannot_be_taken_leaves_the_old_one_and_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_bundle(tmp_path / "b.plmz", bundle_of({"prompt/p": prompt("one")}))
    good = path.read_bytes()
    registry = load(source=path)
    path.write_bytes(good[:-1])
    with caplog.at_level(logging.WARNING, "plmctl.runtime"):
        assert registry.refresh() is False
    assert registry.stale is not None
    mend = "take the file from where it was made again, or make it anew with 'plmctl bundle'"
    assert caplog.messages == [f"the old lock stays: {registry.stale}\n  hint: {mend}"]
    assert registry.prompt("p").render().messages[0].text == "one"
    path.write_bytes(good)
    assert registry.refresh() is False
    assert registry.stale is None


def test_the_fallback_answers_until_the_lock_can_be_loaded(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    last = write_bundle(tmp_path / "last.plmz", bundle_of({"prompt/p": prompt("last")}))
    path = tmp_path / "b.plmz"
    with pytest.raises(PlmctlError):
        load(source=path)
    with caplog.at_level(logging.WARNING, "plmctl.runtime"):
        registry = load(source=path, fallback=last)
    assert registry.stale == f"{path} cannot be read: No such file or directory"
    mend = "name a bundle (plmctl bundle makes one), or the folder of a repository"
    assert caplog.messages == [f"the fallback {last} is loaded: {registry.stale}\n  hint: {mend}"]
    assert registry.prompt("p").render().messages[0].text == "last"
    write_bundle(path, bundle_of({"prompt/p": prompt("new")}))
    assert registry.refresh() is True
    assert [registry.stale, registry.prompt("p").render().messages[0].text] == [None, "new"]


def test_a_lock_that_was_not_asked_for_is_not_loaded(tmp_path: Path) -> None:
    path = write_bundle(tmp_path / "b.plmz", bundle_of(SPECS))
    digest = sha256_of(serialised(bundle_of(SPECS).lock))
    assert load(source=path, digest=digest).lock_digest == digest
    with pytest.raises(IntegrityError):
        load(source=path, digest=sha256_of(b""))


def test_the_front_door_has_what_it_names_and_nothing_else() -> None:
    assert all(getattr(runtime, name).__name__ == name for name in runtime.__all__)
    assert set(runtime.__all__) <= set(dir(runtime))
    with pytest.raises(AttributeError) as caught:
        dict(import_module("plmctl.runtime").lode)
    assert str(caught.value) == "module 'plmctl.runtime' has no attribute 'lode'"


@pytest.mark.parametrize("text", [b"[1]", b"{", b"{}", b"[" * 100_000])
@pytest.mark.parametrize("field", ["manifest", "metadata"])
def test_what_was_locked_and_is_no_artifact_is_told(field: str, text: bytes, tmp_path: Path) -> None:
    texts = {**TEXTS, "prompt/greet": replace(TEXTS["prompt/greet"], **{field: text})}
    registry = Registry(Reading(lock=None, source=tmp_path), Snapshot(LOCK, b"", texts, {}))
    with pytest.raises(IntegrityError, match=r"^prompt/greet: what was locked is no artifact(?m:$)"):
        registry.prompt("greet")
