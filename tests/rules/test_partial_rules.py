import pytest

from tests.rules.judging import Case, cases, judged

CASES = """
- content: 'a b'
+ content: 'a  b'
PRM054 /spec/content info patch: only whitespace changed in partial/a

- content: a
+ content: b
PRM040 /spec/content warning minor: the text of partial/a changed

- content: 'a {{b}}'
+ content: 'a {{b}} {{c}}'
PRM040 /spec/content warning minor: the text of partial/a changed
PRM010 /spec/inputs/properties/c error major: required input 'c' was added

- content: a
- inputs: {type: object}
+ content: a
+ inputs: {type: object, properties: {b: {}}}
PRM050 /spec/inputs/properties/b info patch: optional input 'b' was added

+ templateFormat: raw
PRM032 /spec/templateFormat error major: the template format changed from 'mustache' to 'raw'
"""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_a_partial_is_judged(case: Case) -> None:
    assert judged("Partial", case) == case.told
