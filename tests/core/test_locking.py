from collections.abc import Mapping

import pytest

from plmctl.core.lock import CannotLock, DataEntry, Lock, Source, serialised
from plmctl.core.locking import Wanted, closure_lock, now_of
from tests.commands.builder import APPLICATION, BYE, GREET, LARGE, MODEL
from tests.commands.timeline import Timeline, registry_of

FILES: Mapping[str, str] = {
    "models/large.yaml": LARGE,
    "models/small.yaml": MODEL,
    "prompts/greet.yaml": GREET,
    "prompts/greet.md": "Greet {{name}}.\n",
    "prompts/bye.yaml": BYE,
    "applications/desk.yaml": APPLICATION,
}
POINTER = f"outs:\n- md5: {'e' * 32}\n  size: 12\n  hash: md5\n  path: faq.jsonl\n"
DATASET = """\
apiVersion: plmctl/v1
kind: Dataset
metadata: {name: faq}
spec:
  purpose: [rag]
  format: jsonl
  data: {dvc: faq.jsonl.dvc}
"""


def locked(wanted: Wanted, files: Mapping[str, str] = FILES, *selected: str) -> Lock:
    """The lock of a root at the first release of a registry."""
    timeline = Timeline()
    made = timeline.release(files, selected=set(selected) or None)
    (release,) = timeline.past.releases
    return closure_lock(wanted, release, now_of(registry_of(files)), made.lock)


def wanted(root: str, bind: Mapping[str, str] | None = None) -> Wanted:
    return Wanted(root=root, want="^1.0", environment="production", bind=bind or {})


def refusal(asked: Wanted, files: Mapping[str, str] = FILES, *selected: str) -> tuple[str, str]:
    """Why a lock cannot be made, and the field that asks for it."""
    with pytest.raises(CannotLock) as caught:
        locked(asked, files, *selected)
    return str(caught.value), caught.value.field


def test_lock_holds_exactly_the_closure_of_its_root() -> None:
    lock = locked(wanted("application/desk"))

    assert {name: entry.requires for name, entry in lock.artifacts.items()} == {
        "application/desk": ("prompt/greet",),
        "model/small": (),
        "prompt/greet": ("model/small",),
    }
    assert {entry.version for entry in lock.artifacts.values()} == {"1.0.0"}
    assert (lock.root, lock.want, lock.environment, lock.bind) == (
        "application/desk",
        "^1.0",
        "production",
        {},
    )


def test_lock_names_the_release_it_was_read_at() -> None:
    timeline = Timeline()
    made = timeline.release(FILES)
    (release,) = timeline.past.releases

    lock = closure_lock(wanted("application/desk"), release, now_of(registry_of(FILES)), made.lock)

    assert lock.source == Source(release="v1.0.0", tag_object=release.object_id, commit=release.commit)
    assert made.lock.source == Source(release="v1.0.0")


def test_files_are_the_manifest_and_what_it_includes() -> None:
    files = locked(wanted("application/desk")).artifacts["prompt/greet"].files

    assert [*files] == ["prompts/greet.yaml", "prompts/greet.md"]
    assert serialised(locked(wanted("application/desk"))).index(b'"prompts/greet.md"') > 0


def test_bind_replaces_a_dependency_and_keeps_digests_and_versions() -> None:
    plain = locked(wanted("application/desk"))
    bound = locked(wanted("application/desk", {"model/small": "model/large"}))

    assert bound.bind == {"model/small": "model/large"}
    assert [*bound.artifacts] == ["application/desk", "model/large", "prompt/greet"]
    assert bound.artifacts["prompt/greet"].requires == ("model/large",)
    for name in ("application/desk", "prompt/greet"):
        assert bound.artifacts[name].digest == plain.artifacts[name].digest
        assert bound.artifacts[name].version == plain.artifacts[name].version
        assert bound.artifacts[name].closure != plain.artifacts[name].closure


def test_bare_names_in_bind_are_resolved() -> None:
    assert locked(wanted("application/desk", {"small": "large"})).bind == {"model/small": "model/large"}


@pytest.mark.parametrize("bind", [{"model/large": "model/small"}, {"model/none": "model/small"}])
def test_bind_of_what_is_not_in_the_closure_is_left_out(bind: dict[str, str]) -> None:
    assert locked(wanted("application/desk", bind)).bind == {}


@pytest.mark.parametrize(
    ("bind", "why"),
    [
        ({"model/small": "model/none"}, "'model/none' in bind does not exist at this release"),
        (
            {"model/small": "prompt/bye"},
            "prompt/greet refers to model/small, and a Prompt cannot stand there: prompt/bye",
        ),
        (
            {"application/desk": "model/small"},
            "application/desk is what is locked and cannot be bound to something else",
        ),
        ({"twin": "model/small"}, "'twin' in bind is ambiguous: prompt/twin, model/twin"),
    ],
)
def test_bind_that_cannot_be_is_refused(bind: dict[str, str], why: str) -> None:
    files = {
        **FILES,
        "models/twin.yaml": MODEL.replace("name: small", "name: twin"),
        "prompts/twin.yaml": BYE.replace("name: bye", "name: twin"),
    }

    assert refusal(wanted("application/desk", bind), files) == (why, "bind")


AGENT = """\
apiVersion: plmctl/v1
kind: Application
metadata: {name: agent}
spec:
  uses: [prompt/bye, route/any]
"""
ROUTE = """\
apiVersion: plmctl/v1
kind: Route
metadata: {name: any}
spec:
  strategy: failover
  targets: [{model: small}]
"""
SUITE = """\
apiVersion: plmctl/v1
kind: EvalSuite
metadata: {name: bye}
spec:
  target: prompt/bye
  metrics: [{name: accuracy}]
"""
ROUTED = {
    **FILES,
    "applications/agent.yaml": AGENT,
    "routes/any.yaml": ROUTE,
    "evals/bye.yaml": SUITE,
}


def test_bind_applies_once_and_to_references_of_what_is_bound() -> None:
    """A replacement is not replaced again, and what it refers to is."""
    bind = {"route/any": "prompt/greet", "model/small": "model/large", "model/large": "model/small"}

    lock = locked(wanted("application/agent", bind), ROUTED)

    assert {name: entry.requires for name, entry in lock.artifacts.items()} == {
        "application/agent": ("prompt/bye", "prompt/greet"),
        "model/large": (),
        "prompt/bye": ("model/large",),
        "prompt/greet": ("model/large",),
    }
    assert lock.bind == {"model/small": "model/large", "route/any": "prompt/greet"}


def test_bind_of_what_only_a_replaced_artifact_needs_is_left_out() -> None:
    bind = {"route/any": "prompt/bye", "prompt/bye": "prompt/greet"}
    files = {**ROUTED, "routes/any.yaml": ROUTE.replace("small", "large")}

    lock = locked(wanted("application/agent", {**bind, "model/large": "model/small"}), files)

    assert lock.bind == {"prompt/bye": "prompt/greet", "route/any": "prompt/bye"}


def test_replacement_that_is_gone_matters_only_where_it_is_used() -> None:
    assert locked(wanted("application/desk", {"prompt/bye": "prompt/none"})).bind == {}


def test_replacement_that_is_not_released_is_refused() -> None:
    assert refusal(
        wanted("application/desk", {"small": "large"}),
        FILES,
        "application/desk",
        "prompt/greet",
        "model/small",
    ) == ("at v1.0.0 these have changes that no release holds: model/large", "root")


def test_root_that_was_not_there_is_refused() -> None:
    assert refusal(wanted("application/none")) == ("application/none does not exist at v1.0.0", "root")


def test_root_without_versions_is_refused() -> None:
    environment = "apiVersion: plmctl/v1\nkind: Environment\nmetadata: {name: e}\nspec: {pins: {}}\n"
    files = {**FILES, "environments/e.yaml": environment}

    assert refusal(wanted("environment/e"), files) == ("environment/e does not exist at v1.0.0", "root")


def test_unreleased_member_is_refused() -> None:
    assert refusal(wanted("application/desk"), FILES, "application/desk") == (
        "at v1.0.0 these have changes that no release holds: model/small, prompt/greet",
        "root",
    )


def test_data_is_what_the_pointer_says() -> None:
    files = {**FILES, "datasets/faq.yaml": DATASET, "datasets/faq.jsonl.dvc": POINTER}

    entry = locked(wanted("dataset/faq"), files).artifacts["dataset/faq"]

    assert entry.data == (DataEntry(path="datasets/faq.jsonl.dvc", md5="e" * 32, size=12),)
    assert [*entry.files] == ["datasets/faq.yaml", "datasets/faq.jsonl.dvc"]


def test_floating_data_is_not_locked() -> None:
    floating = DATASET + "  floating: true\n"
    files = {**FILES, "datasets/faq.yaml": floating, "datasets/faq.jsonl.dvc": POINTER}

    entry = locked(wanted("dataset/faq"), files).artifacts["dataset/faq"]

    assert (entry.data, [*entry.files]) == ((), ["datasets/faq.yaml"])
