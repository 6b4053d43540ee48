"""Indexes that were built from something else than their retriever names."""

from plmctl.core.build import source_closures
from plmctl.rules.indexes import index_stale
from tests.rules.registries import Told, manifest, registry_of, told

OTHER = f"sha256:{'0' * 64}"
HELP = "build the index anew, then run 'plmctl data index-built docs'"


def dataset(name: str, version: str = "1", more: str = "") -> dict[str, str]:
    spec = f"purpose: [rag]\ndata: {{uri: 's3://corpora/{name}', version: '{version}'}}\nformat: jsonl\n"
    return {f"datasets/{name}.yaml": manifest("Dataset", name, spec + more)}


SOURCES = {**dataset("faq"), **dataset("wiki")}


def retriever(build: str, datasets: str = "faq, wiki") -> dict[str, str]:
    models = "embedding: {model: m}\n"
    index = f"index:\n  engine: pgvector\n  build:{build}\nreranker: {{model: m}}\n"
    spec = f"datasets: [{datasets}]\n{models}{index}"
    return {"retrievers/docs.yaml": manifest("Retriever", "docs", spec)}


def closures_of(files: dict[str, str]) -> dict[str, str]:
    registry = registry_of(files)
    found = source_closures(registry, registry.manifests["retriever/docs"])
    assert found is not None
    return dict(found)


def recorded(closures: dict[str, str]) -> str:
    lines = "".join(f"\n      {artifact}: {closure}" for artifact, closure in closures.items())
    return f"\n    name: of today\n    closures:{lines}"


BUILT = closures_of({**SOURCES, **retriever(" x")})


def found(files: dict[str, str]) -> list[Told]:
    return told(index_stale, files)


def test_a_build_from_what_is_named_is_right() -> None:
    assert sorted(BUILT) == ["dataset/faq", "dataset/wiki", "model/m"]
    assert found({**SOURCES, **retriever(recorded(BUILT))}) == []


def test_an_index_of_other_versions_is_stale() -> None:
    files = {**SOURCES, **dataset("wiki", "2"), **retriever(recorded({**BUILT, "model/m": OTHER}))}
    message = "the index was built from another version of '{}' than there is now"
    assert found(files) == [
        ("retrievers/docs.yaml:13:23-94", message.format("dataset/wiki"), HELP),
        ("retrievers/docs.yaml:14:18-89", message.format("model/m"), HELP),
    ]


def test_an_index_of_other_datasets_is_stale() -> None:
    built = {"dataset/faq": BUILT["dataset/faq"], "dataset/old": OTHER, "model/m": BUILT["model/m"]}
    assert found({**SOURCES, **retriever(recorded(built))}) == [
        (
            "retrievers/docs.yaml:11:7-15",
            "the index was not built from 'dataset/wiki', which the retriever names",
            HELP,
        ),
        (
            "retrievers/docs.yaml:13:22-93",
            "the index was built from 'dataset/old', which the retriever does not name",
            HELP,
        ),
    ]


def test_what_records_no_closures_or_names_what_is_not_there_is_not_judged() -> None:
    assert found({**SOURCES, **retriever(" of today")}) == []
    assert found({**SOURCES, **retriever(" {commit: abc}")}) == []
    assert found({**dataset("faq"), **retriever(recorded({"dataset/faq": OTHER}))}) == []


def test_a_change_outside_the_digest_makes_no_index_stale() -> None:
    files = {**SOURCES, **dataset("faq", more="license: MIT\n"), **retriever(recorded(BUILT))}
    assert found(files) == []
