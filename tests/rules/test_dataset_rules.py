import pytest

from plmctl.core.change import Fact
from plmctl.core.diff import compare
from plmctl.core.finding import Bump
from plmctl.core.form import identities
from plmctl.core.registry import Registry
from plmctl.rules.judge import judgements
from tests.rules.judging import Case, Fields, cases, judged, registry_with, told_between

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
  the type of column 'a' changed from string to integer

- schema: {type: object, properties: {a: {type: string}}}
DST010 /spec/schema error major: column 'a' was removed

- schema: {type: object, properties: {a: {}}}
+ schema: {type: object, properties: {a: {}, b: {}}, required: [b]}
DST030 /spec/schema/properties/b info patch: column 'b' was added

- schema: {type: object, properties: {a: {minLength: 1}}}
+ schema: {type: object, properties: {a: {minLength: 2}}}
DST900 /spec/schema/properties/a/minLength info patch:
  column 'a' is narrowed: "a" was possible and is ruled out now

- key: id
+ key: [id, lang]
DST012 /spec/key error major: 'key' changed

- key: id
+ key: [id]
DST906 /spec/key info patch: 'key' is written differently and means the same

- key: id
+ key: lang
DST012 /spec/key error major: 'key' changed from 'id' to 'lang'

- key: [id, lang]
+ key: [id]
DST012 /spec/key/1 error major: 'key.2' was removed

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

- data: {uri: 's3://faq', sha256: SHA}
+ data: {uri: 's3://help', sha256: SHA}
DST032 /spec/data/uri info patch:
  'data.uri' changed from 's3://faq' to 's3://help'; the sha256 of the data is the same

- data: {uri: 's3://faq', version: '1', sha256: SHA}
+ data: {uri: 's3://faq', version: '2', sha256: SHA}
DST032 /spec/data/version info patch:
  'data.version' changed from '1' to '2'; the sha256 of the data is the same

- data: {uri: 's3://faq', sha256: SHA}
+ data: {uri: 's3://help', sha256: OTHER}
DST020 /spec/data/sha256 warning minor: 'data.sha256' changed
DST020 /spec/data/uri warning minor: 'data.uri' changed from 's3://faq' to 's3://help'

+ data: {uri: 's3://help', version: '1'}
DST020 /spec/data/uri warning minor: 'data.uri' changed from 's3://faq' to 's3://help'

+ personalData: {categories: [name, health]}
DST016 /spec/personalData error major: personal data of category 'name' was added
DST016 /spec/personalData error major: personal data of category 'health' was added

- personalData: {present: true}
+ personalData: {present: true, categories: [name]}
DST016 /spec/personalData/categories error major: personal data of category 'name' was added

- personalData: {present: true, categories: [name, health]}
+ personalData: {present: true, categories: [name]}
DST900 /spec/personalData/categories/1 info patch: personal data of category 'health' was removed

- personalData: {present: true, categories: [name]}
+ personalData: {present: true}
DST900 /spec/personalData/categories info patch: personal data of category 'name' was removed

- personalData: {present: true, categories: [name]}
DST900 /spec/personalData error major: 'personalData' was removed

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

- schema: {type: object, properties: {a: {type: string}}}
+ schema: {type: object, properties: {a: {}}}
DST011 /spec/schema/properties/a/type error major: the type of column 'a' changed from string to any

- schema: {type: object, properties: {a: {}}}
+ schema: {type: object, properties: {a: {type: string}}}
DST900 /spec/schema/properties/a/type info patch:
  column 'a' is narrowed: 0 was possible and is ruled out now

- schema: {type: object, properties: {a: {type: string}}}
+ schema: {type: object, properties: {a: {type: string, maxLength: 3}}}
DST900 /spec/schema/properties/a/maxLength info patch:
  column 'a' is narrowed: "aaaa" was possible and is ruled out now

- schema: {type: object, properties: {a: {type: string}}}
+ schema: {type: object, properties: {a: {type: string, minLength: 1, maxLength: 3}}}
DST900 /spec/schema/properties/a info patch:
  column 'a' is narrowed: "" was possible and is ruled out now

- schema: {type: object, properties: {a: {type: string, maxLength: 3}}}
+ schema: {type: object, properties: {a: {type: string}}}
DST900 /spec/schema/properties/a/maxLength error major:
  column 'a' is widened: "aaaa" was ruled out and is possible now
"""
CASES = CASES.replace("SHA", "a" * 64).replace("OTHER", "b" * 64)


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_a_dataset_is_judged(case: Case) -> None:
    assert judged("Dataset", case) == case.told


DIGESTS = f"md5 {'a' * 12} to {'b' * 12}"
POINTER = "outs:\n- md5: {md5}.dir\n  size: {size}\n  nfiles: {nfiles}\n  hash: md5\n  path: faq\n"


def dataset(pointer: str, path: str = "data/faq.dvc", more: Fields | None = None) -> Registry:
    """A registry of one dataset with this DVC pointer."""
    fields = {"data": f"{{dvc: ../{path}}}", **(more or {})}
    return registry_with("Dataset", fields, files={path: pointer})


def test_change_of_dvc_data_counts_files_and_bytes() -> None:
    before = dataset(POINTER.format(md5="a" * 32, size=10, nfiles=2))
    after = dataset(POINTER.format(md5="b" * 32, size=12, nfiles=2))
    assert told_between(before, after) == [
        f"DST020 /spec/data/dvc warning minor: the data changed: 2 files as before, 10 to 12 bytes, {DIGESTS}"
    ]


FILE = "outs:\n- md5: {md5}\n  size: {size}\n  hash: md5\n  path: faq\n"


def test_change_of_one_file_of_dvc_data_counts_bytes_alone() -> None:
    before = dataset(FILE.format(md5="a" * 32, size=2))
    after = dataset(FILE.format(md5="b" * 32, size=1))
    told = f"DST020 /spec/data/dvc warning minor: the data changed: 2 to 1 byte, {DIGESTS}"
    assert told_between(before, after) == [told]


def test_data_that_becomes_a_folder_was_one_file() -> None:
    before = dataset(FILE.format(md5="a" * 32, size=10))
    one, two = (dataset(POINTER.format(md5="b" * 32, size=10, nfiles=n)) for n in (1, 2))
    told = "DST020 /spec/data/dvc warning minor: the data changed:"
    assert told_between(before, one) == [f"{told} 1 file as before, 10 bytes as before, {DIGESTS}"]
    assert told_between(before, two) == [f"{told} 1 to 2 files, 10 bytes as before, {DIGESTS}"]


WHOLE = POINTER.format(md5="a" * 32, size=10, nfiles=2)
OTHER = POINTER.format(md5="b" * 32, size=12, nfiles=2)
FLOATING = {"floating": "true"}


def moved(field: str, how: str) -> str:
    place = f"/spec/data/{field}/{how.split()[1]}"
    return f"DST032 {place} info none: {how}; its content is the same"


@pytest.mark.parametrize(
    "more", [{}, FLOATING, {"purpose": "[evaluation]"}], ids=["fixed", "floating", "eval"]
)
def test_data_that_only_moved_bumps_nothing(more: Fields) -> None:
    before, after = dataset(WHOLE, more=more), dataset(WHOLE, "kept/faq.dvc", more)
    assert told_between(before, after) == [
        moved("dvc", "the path of the data changed from 'data/faq' to 'kept/faq'")
    ]
    assert identities(before) == identities(after)


def test_data_in_another_remote_bumps_nothing() -> None:
    there = f"{WHOLE}  remote: cold\n"
    assert told_between(dataset(WHOLE), dataset(there, "kept/faq.dvc")) == [
        moved("dvc", "the path of the data changed from 'data/faq' to 'kept/faq'"),
        moved("dvc", "the remote of the data changed from 'default' to 'cold'"),
    ]


def test_pointer_of_another_name_beside_the_same_data_is_no_change() -> None:
    assert compare(dataset(WHOLE), dataset(WHOLE, "data/renamed.dvc")) == ()


def test_data_that_moved_and_changed_is_other_data() -> None:
    assert told_between(dataset(WHOLE), dataset(OTHER, "kept/faq.dvc")) == [
        f"DST020 /spec/data/dvc warning minor: the data changed: 2 files as before, 10 to 12 bytes, {DIGESTS}"
    ]


def test_content_of_floating_data_bumps_nothing() -> None:
    assert told_between(dataset(WHOLE, more=FLOATING), dataset(OTHER, more=FLOATING)) == []


def test_data_that_begins_or_ends_to_float_is_no_other_data() -> None:
    fixed, floating = dataset(WHOLE), dataset(WHOLE, more=FLOATING)
    assert told_between(fixed, floating) == [
        "DST900 /spec/data/dvc info patch: the data is outside of the digest now",
        "DST900 /spec/floating warning minor: 'floating' changed from false to true",
    ]
    assert told_between(floating, fixed) == [
        "DST900 /spec/data/dvc info patch: the data is part of the digest now",
        "DST900 /spec/floating warning minor: 'floating' changed from true to false",
    ]


def test_data_in_git_that_only_moved_bumps_nothing() -> None:
    before = registry_with("Dataset", {"data": "{git: faq.md}"}, files={"prompts/faq.md": "a"})
    after = registry_with("Dataset", {"data": "{git: help.md}"}, files={"prompts/help.md": "a"})
    assert told_between(before, after) == [
        moved("git", "the path of the data changed from 'prompts/faq.md' to 'prompts/help.md'")
    ]


def test_data_with_another_address_has_another_digest() -> None:
    before, after = (
        registry_with("Dataset", {"data": f"{{uri: 's3://{name}', sha256: {'a' * 64}}}"}) for name in "ab"
    )
    (judgement,) = judgements(compare(before, after), after.settings)
    assert (judgement.code, judgement.bump) == ("DST032", Bump.PATCH)
    assert identities(before) != identities(after)


def test_file_of_another_kind_that_only_moved_is_not_judged() -> None:
    before = registry_with("Tool", {"parameters": "", "openapi": "a.json"}, files={"prompts/a.json": "{}"})
    after = registry_with("Tool", {"parameters": "", "openapi": "b.json"}, files={"prompts/b.json": "{}"})
    assert [change.fact for change in compare(before, after)] == [Fact.MOVED]
    assert told_between(before, after) == []
