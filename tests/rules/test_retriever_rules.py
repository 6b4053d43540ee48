import pytest

from tests.rules.judging import Case, cases, judged

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
RTV023 /spec/datasets warning minor: 'datasets' was reordered
"""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_a_retriever_is_judged(case: Case) -> None:
    assert judged("Retriever", case) == case.told
