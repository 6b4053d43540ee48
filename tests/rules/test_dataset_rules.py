import pytest

from tests.rules.judging import Case, cases, judged

CASES = """
- schema: {type: object, properties: {a: {}, b: {}}}
+ schema: {type: object, properties: {a: {}}}
DST010 /spec/schema/properties/b error major: column 'b' was removed

- schema: {type: object, properties: {a: {}}}
+ schema: {type: object, properties: {a: {}, b: {}}}
DST030 /spec/schema/properties/b info patch: column 'b' was added

- schema: {type: object, properties: {a: {type: string}}}
+ schema: {type: object, properties: {a: {type: integer}}}
DST011 /spec/schema/properties/a/type error major:
  the type of column 'a' changed from 'string' to 'integer'

- schema: {type: object, properties: {a: {type: string}}}
DST010 /spec/schema error major: column 'a' was removed

- schema: {type: object, properties: {a: {}}}
+ schema: {type: object, properties: {a: {}, b: {}}, required: [b]}
DST030 /spec/schema/properties/b info patch: column 'b' was added

- schema: {type: object, properties: {a: {minLength: 1}}}
+ schema: {type: object, properties: {a: {minLength: 2}}}
DST900 /spec/schema/properties/a/minLength error major:
  'schema.properties.a.minLength' changed from 1 to 2

- key: id
+ key: [id, lang]
DST012 /spec/key error major: 'key' changed

- key: [id, lang]
+ key: [lang, id]
DST906 /spec/key info patch: 'key' is written differently and means the same

- splits: {train: a, test: b}
+ splits: {train: a}
DST013 /spec/splits/test error major: 'splits.test' was removed

- splits: {train: a}
+ splits: {train: a, test: b}
DST900 /spec/splits/test info patch: 'splits.test' was added

- splits: {train: {from: 0, to: 9}}
+ splits: {train: {from: 0}}
DST900 /spec/splits/train/to error major: 'splits.train.to' was removed

- splits: {train: a}
+ splits: {train: b}
DST900 /spec/splits/train error major: 'splits.train' changed from 'a' to 'b'

- purpose: [evaluation]
- splits: {train: a}
+ purpose: [evaluation]
+ splits: {train: b}
DST021 /spec/splits/train warning minor: 'splits.train' changed from 'a' to 'b'

- license: MIT
+ license: CC-BY-4.0
DST014 /spec/license error major: license changed from 'MIT' to 'CC-BY-4.0'

- sensitivity: internal
+ sensitivity: restricted
DST015 /spec/sensitivity error major: sensitivity changed from 'internal' to 'restricted'

+ sensitivity: restricted
DST015 /spec/sensitivity error major: sensitivity was added

- sensitivity: internal
+ sensitivity: public
DST900 /spec/sensitivity info patch: sensitivity changed from 'internal' to 'public'

- sensitivity: internal
DST900 /spec/sensitivity error major: 'sensitivity' was removed

- personalData: {present: false}
+ personalData: {present: true}
DST016 /spec/personalData/present error major: personal data is present

- personalData: {present: true}
+ personalData: {present: false}
DST900 /spec/personalData/present info patch: no personal data is present

+ personalData: {present: true}
DST016 /spec/personalData error major: personal data is present

+ personalData: {present: false}
DST900 /spec/personalData info patch: no personal data is present

+ personalData: {retentionDays: 3}
DST900 /spec/personalData error major: 'personalData' was added

- personalData: {present: true, categories: [name]}
+ personalData: {present: true, categories: [name, health]}
DST016 /spec/personalData/categories/1 error major: personal data of category 'health' was added

- personalData: {present: true, categories: [name, health]}
+ personalData: {present: true, categories: [health, name]}
DST906 /spec/personalData/categories info patch:
  'personalData.categories' is written differently and means the same

+ data: {uri: 's3://faq', version: '2'}
DST020 /spec/data/version warning minor: 'data.version' changed from '1' to '2'

- purpose: [evaluation]
+ purpose: [evaluation]
+ data: {uri: 's3://faq', version: '2'}
DST021 /spec/data/version warning minor: 'data.version' changed from '1' to '2'

- purpose: [rag, few-shot]
+ purpose: [few-shot, rag]
DST906 /spec/purpose info patch: 'purpose' is written differently and means the same

- source: {method: export}
+ source: {method: scrape}
DST031 /spec/source/method info patch: 'source.method' changed from 'export' to 'scrape'

+ lineage: {process: dedupe}
DST031 /spec/lineage info patch: 'lineage' was added

+ quality: {annotation: two people}
DST031 /spec/quality info patch: 'quality' was added

+ format: csv
DST900 /spec/format error major: 'format' changed from 'jsonl' to 'csv'

+ floating: true
DST900 /spec/floating warning minor: 'floating' changed from false to true
"""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_a_dataset_is_judged(case: Case) -> None:
    assert judged("Dataset", case) == case.told
