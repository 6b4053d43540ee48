from collections import Counter

from benchmarks.manifests import BLOCK, Slot, files, manifest, slots
from benchmarks.releases import Memory
from plmctl.core.registry import load
from plmctl.rules.checks import findings

COUNT = 410
SEED = 3
# What has no field for three references, or is what all others begin with.
FEW = frozenset({"Provider", "Tool", "Guardrail", "ContextPolicy"})


def test_same_seed_gives_the_same_manifests_and_another_gives_others() -> None:
    first = dict(files(COUNT, SEED))
    assert dict(files(COUNT, SEED)) == first
    assert all(text != first[path] for path, text in files(COUNT, SEED + 1) if path != "plmctl.yaml")


def test_registry_has_the_kinds_of_the_example_registry_in_its_proportions() -> None:
    assert BLOCK == 41
    assert Counter(slot.kind for slot in slots(10 * BLOCK)) == {
        "Application": 20,
        "ContextPolicy": 20,
        "Dataset": 30,
        "Environment": 30,
        "EvalSuite": 20,
        "Guardrail": 20,
        "Model": 60,
        "Partial": 50,
        "Prompt": 80,
        "Provider": 20,
        "Retriever": 20,
        "Route": 20,
        "Tool": 20,
    }


def test_manifests_are_distinct_and_of_about_two_kilobytes() -> None:
    texts = [text for path, text in files(COUNT, SEED) if path != "plmctl.yaml"]
    assert len(set(texts)) == COUNT
    assert [len(text) for text in texts if not 1900 <= len(text) <= 2400] == []


def test_nothing_is_found_in_them_and_each_but_the_first_team_s_has_three_references() -> None:
    registry = load(Memory(dict(files(COUNT, SEED))))
    assert list(findings(registry, "2026-11-30")) == []
    few = [m.id for m in registry.manifests.values() if m.kind not in FEW and len(m.references) < 3]
    # The first team has nobody to refer to, and the second one's first data nobody but the first.
    assert [a for a in few if "/team-0000" not in a] == ["dataset/team-0001/dataset-0"]


def test_another_edition_is_another_text_of_the_same_artifact() -> None:
    slot = Slot(kind="Prompt", block=2, member=1)
    assert slot.artifact == "prompt/team-0002/prompt-1"
    first, second = (manifest(slot, SEED, edition) for edition in (0, 1))
    lines = zip(first.splitlines(), second.splitlines(), strict=True)
    assert [pair for pair in lines if pair[0] != pair[1]] == [("        # Task", "        # Task, edition 1")]
