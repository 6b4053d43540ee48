import pytest

from tests.rules.judging import Case, cases, judged, registry_with, told_between
from tests.rules.registries import manifest

CASES = """
- embedding: {model: model/a, dimensions: 8}
- index: {engine: faiss, metric: cosine, build: one}
+ embedding: {model: model/a, dimensions: 16}
+ index: {engine: faiss, metric: cosine, build: one}
RTV010 /spec/embedding/dimensions error major: dimensions changed from 8 to 16

- embedding: {model: model/a, dimensions: 8}
- index: {engine: faiss, metric: cosine, build: one}
+ embedding: {model: model/b, dimensions: 8}
+ index: {engine: faiss, metric: cosine, build: one}
RTV011 /spec/embedding/model error major:
  the embedding model changed from 'model/a' to 'model/b'; index.build is as it was

- embedding: {model: model/a, dimensions: 8}
- index: {engine: faiss, metric: cosine, build: one}
+ embedding: {model: model/b, dimensions: 8}
+ index: {engine: faiss, metric: cosine, build: two}
RTV025 /spec/embedding/model warning minor:
  the embedding model changed from 'model/a' to 'model/b' with a new index.build
RTV900 /spec/index/build warning minor: 'index.build' changed from 'one' to 'two'

- embedding: {model: model/a, dimensions: 8}
- index: {engine: faiss, metric: cosine, build: one}
+ embedding: {model: model/a, dimensions: 8}
+ index: {engine: faiss, metric: dot, build: one}
RTV012 /spec/index/metric error major:
  the metric changed from 'cosine' to 'dot'; index.build is as it was

- embedding: {model: model/a, dimensions: 8}
- index: {engine: faiss, metric: cosine, build: one}
+ embedding: {model: model/a, dimensions: 8}
+ index: {engine: faiss, metric: dot, build: two}
RTV900 /spec/index/build warning minor: 'index.build' changed from 'one' to 'two'
RTV900 /spec/index/metric warning minor:
  the metric changed from 'cosine' to 'dot' with a new index.build

- returns: {type: object, properties: {a: {}, b: {}}}
+ returns: {type: object, properties: {a: {}}}
RTV013 /spec/returns/properties/b error major: returned field 'b' was removed

- returns: {type: object, properties: {a: {}}}
+ returns: {type: object, properties: {a: {}, b: {}}}
RTV030 /spec/returns/properties/b info patch: returned field 'b' was added

- chunking: {size: 500}
+ chunking: {size: 300}
RTV020 /spec/chunking/size warning minor: 'chunking.size' changed from 500 to 300

- query: {topK: 3}
+ query: {topK: 5}
RTV021 /spec/query/topK warning minor: 'query.topK' changed from 3 to 5

+ reranker: {model: model/x}
RTV022 /spec/reranker warning minor: 'reranker' was added

+ datasets: [dataset/faq, dataset/docs]
RTV023 /spec/datasets/1 warning minor: dataset 'dataset/docs' was added

+ datasets: [dataset/docs]
RTV023 /spec/datasets/0 warning minor: dataset 'dataset/faq' was removed
RTV023 /spec/datasets/0 warning minor: dataset 'dataset/docs' was added

- datasets: [dataset/docs, dataset/faq]
+ datasets: [dataset/faq, dataset/docs]
RTV906 /spec/datasets info patch: 'datasets' is written differently and means the same

- embedding: {model: model/e}
- index: {engine: faiss, metric: cosine, build: one}
+ embedding: {model: model/f}
+ index: {engine: faiss, metric: cosine}
RTV011 /spec/embedding/model error major:
  the embedding model changed from 'model/e' to 'model/f'; index.build is as it was
RTV900 /spec/index/build warning minor: 'index.build' was removed

- returns: {type: object, properties: {a: {type: string}}}
+ returns: {type: object, properties: {a: {type: [string, 'null']}}}
RTV900 /spec/returns/properties/a/type error major:
  returned field 'a' is widened: null was ruled out and is possible now

- returns: {type: object, properties: {a: {type: [string, 'null']}}}
+ returns: {type: object, properties: {a: {type: string}}}
RTV900 /spec/returns/properties/a/type info patch:
  returned field 'a' is narrowed: null was possible and is ruled out now
"""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_a_retriever_is_judged(case: Case) -> None:
    assert judged("Retriever", case) == case.told


def embedder(name: str, dimensions: int) -> str:
    spec = f"provider: openai\nmodel: {name}-001\ntask: embedding\nlimits: {{dimensions: {dimensions}}}\n"
    return manifest("Model", name, spec)


FILES = {"models/e.yaml": embedder("e", 256), "models/f.yaml": embedder("f", 512)}


def between(before: str, after: str) -> list[str]:
    """What is judged of a retriever with these embeddings."""
    older, newer = (registry_with("Retriever", {"embedding": text}, files=FILES) for text in (before, after))
    return told_between(older, newer)


WORDS = "'embedding.dimensions' is written differently and means the same"
SAME = f"RTV906 /spec/embedding/dimensions info patch: {WORDS}"


def test_length_that_the_model_has_anyway_says_nothing_new() -> None:
    assert between("{model: e}", "{model: e, dimensions: 256}") == [SAME]
    assert between("{model: e, dimensions: 256}", "{model: e}") == [SAME]


@pytest.mark.parametrize(
    ("before", "after", "how"),
    [
        ("{model: e}", "{model: e, dimensions: 128}", "was added"),
        ("{model: e, dimensions: 128}", "{model: e}", "was removed"),
        ("{model: unknown}", "{model: unknown, dimensions: 256}", "was added"),
        ("{model: e, dimensions: 128}", "{model: e, dimensions: 256}", "changed from 128 to 256"),
    ],
)
def test_length_that_may_be_another_one_breaks_the_index(before: str, after: str, how: str) -> None:
    assert between(before, after) == [f"RTV010 /spec/embedding/dimensions error major: dimensions {how}"]


def test_length_is_that_of_the_model_of_its_own_side() -> None:
    other = "the embedding model changed from 'model/e' to 'model/f'"
    assert between("{model: e}", "{model: f, dimensions: 512}") == [
        "RTV010 /spec/embedding/dimensions error major: dimensions was added",
        f"RTV011 /spec/embedding/model error major: {other}; index.build is as it was",
    ]
