import pytest

from tests.rules.judging import Case, cases, judged

CASES = """
- metrics: [{name: a, threshold: 0.9}]
+ metrics: [{name: a, threshold: 0.8}]
EVL010 /spec/metrics/name=a/threshold warning minor:
  the threshold of metric 'a' changed from 0.9 to 0.8

- metrics: [{name: a, threshold: 0.8}]
+ metrics: [{name: a, threshold: 0.9}]
EVL011 /spec/metrics/name=a/threshold info patch:
  the threshold of metric 'a' changed from 0.8 to 0.9

- metrics: [{name: a, threshold: 5, direction: lower}]
+ metrics: [{name: a, threshold: 9, direction: lower}]
EVL010 /spec/metrics/name=a/threshold warning minor: the threshold of metric 'a' changed from 5 to 9

- metrics: [{name: z}, {name: a, threshold: 9, direction: lower}]
+ metrics: [{name: z}, {name: a, threshold: 5, direction: lower}]
EVL011 /spec/metrics/name=a/threshold info patch: the threshold of metric 'a' changed from 9 to 5

- metrics: [{name: a, threshold: 1}]
+ metrics: [{name: a}]
EVL010 /spec/metrics/name=a/threshold warning minor: the threshold of metric 'a' was removed

- metrics: [{name: a}]
+ metrics: [{name: a, threshold: 1}]
EVL011 /spec/metrics/name=a/threshold info patch: the threshold of metric 'a' was added

- metrics: [{name: a}]
+ metrics: [{name: a}, {name: b}]
EVL013 /spec/metrics/name=b info patch: metric 'b' was added

- metrics: [{name: a}, {name: b}]
+ metrics: [{name: a}]
EVL012 /spec/metrics/name=b warning minor: metric 'b' was removed

- metrics: [{name: a, direction: lower}]
+ metrics: [{name: a, direction: higher}]
EVL900 /spec/metrics/name=a/direction warning minor:
  'metrics.a.direction' changed from 'lower' to 'higher'

- metrics: [{name: a}]
+ metrics:
EVL012 /spec/metrics warning minor: metric 'a' was removed

+ cases: [{name: one, input: {}}]
EVL015 /spec/cases info patch: case 'one' was added

- cases: [{name: one, input: {}}]
EVL014 /spec/cases warning minor: case 'one' was removed

- cases: [{name: one, input: {}}, {name: two, input: {}}]
+ cases: [{name: two, input: {}}]
EVL014 /spec/cases/name=one warning minor: case 'one' was removed

- cases: [{name: one, input: {a: 1}}]
+ cases: [{name: one, input: {a: 2}}]
EVL016 /spec/cases/name=one/input/a warning minor: 'cases.one.input.a' changed from 1 to 2

- cases: [{name: one, input: {}}, {name: two, input: {}}]
+ cases: [{name: two, input: {}}, {name: one, input: {}}]
EVL906 /spec/cases info patch: 'cases' is written differently and means the same

- metrics: [{name: a, judge: {prompt: prompt/j}}]
+ metrics: [{name: a, judge: {prompt: prompt/k}}]
EVL017 /spec/metrics/name=a/judge/prompt warning minor:
  'metrics.a.judge.prompt' changed from 'prompt/j' to 'prompt/k'

- dataset: dataset/d
- split: a
+ dataset: dataset/e
+ split: b
EVL018 /spec/dataset warning minor: 'dataset' changed from 'dataset/d' to 'dataset/e'
EVL018 /spec/split warning minor: 'split' changed from 'a' to 'b'

+ target: prompt/q
EVL019 /spec/target warning minor: target changed from 'prompt/p' to 'prompt/q'

+ repeat: 3
EVL900 /spec/repeat warning minor: 'repeat' was added
"""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_an_evaluation_suite_is_judged(case: Case) -> None:
    assert judged("EvalSuite", case) == case.told
