import pytest

from tests.rules.judging import Case, cases, judged

CASES = """
+ uses: [prompt/p, prompt/q]
APP030 /spec/uses/1 info patch: prompt/q was added

- uses: [prompt/p, prompt/q]
+ uses: [prompt/p]
APP010 /spec/uses/1 error major: prompt/q was removed

- uses: [prompt/p, prompt/q]
+ uses: [prompt/q, prompt/p]
APP906 /spec/uses info patch: 'uses' is written differently and means the same

+ guardrails: [guardrail/g]
APP031 /spec/guardrails info patch: guardrail/g was added

- guardrails: [guardrail/g]
APP020 /spec/guardrails warning minor: guardrail/g was removed

- guardrails: [guardrail/g, guardrail/h]
+ guardrails: [guardrail/g]
APP020 /spec/guardrails/1 warning minor: guardrail/h was removed

+ evals: [evalsuite/e]
APP900 /spec/evals info patch: evalsuite/e was added

- evals: [evalsuite/e]
APP021 /spec/evals warning minor: evalsuite/e was removed

+ monitoring: [{metric: errors, max: 1}]
APP032 /spec/monitoring info patch: monitoring was added

- monitoring: [{metric: errors, max: 1}]
APP022 /spec/monitoring warning minor: monitoring was removed

- monitoring: [{metric: errors, max: 1}]
+ monitoring: [{metric: errors, max: 2}]
APP022 /spec/monitoring/metric=errors/max warning minor: max of metric 'errors' changed from 1 to 2

- monitoring: [{metric: errors, max: 2}]
+ monitoring: [{metric: errors, max: 1}]
APP032 /spec/monitoring/metric=errors/max info patch: max of metric 'errors' changed from 2 to 1

- monitoring: [{metric: errors, min: 1}]
+ monitoring: [{metric: errors, min: 2}]
APP032 /spec/monitoring/metric=errors/min info patch: min of metric 'errors' changed from 1 to 2

- monitoring: [{metric: errors, min: 2}]
+ monitoring: [{metric: errors, min: 1}]
APP022 /spec/monitoring/metric=errors/min warning minor: min of metric 'errors' changed from 2 to 1

- monitoring: [{metric: errors, max: 2}]
+ monitoring: [{metric: errors, max: 2, min: 1}]
APP032 /spec/monitoring/metric=errors/min info patch: min of metric 'errors' was added

- monitoring: [{metric: errors, max: 2, min: 1}]
+ monitoring: [{metric: errors, max: 2}]
APP022 /spec/monitoring/metric=errors/min warning minor: min of metric 'errors' was removed

- monitoring: [{metric: errors, max: 2, window: 1h}]
+ monitoring: [{metric: errors, max: 2, window: 2h}]
APP900 /spec/monitoring/metric=errors/window warning minor:
  'monitoring.errors.window' changed from '1h' to '2h'

- monitoring: [{metric: errors, max: 2}]
+ monitoring: [{metric: errors, max: 2}, {metric: cost, max: 9}]
APP032 /spec/monitoring/metric=cost info patch: metric 'cost' was added

- monitoring: [{metric: errors, max: 2}]
+ monitoring: [{metric: errors, max: much}]
APP900 /spec/monitoring/metric=errors/max warning minor:
  'monitoring.errors.max' changed from 2 to 'much'

+ risk: {level: high}
APP023 /spec/risk warning minor: 'risk' was added

+ repository: {git: 'https://git.example.com/a.git'}
APP900 /spec/repository info patch: 'repository' was added

+ compliance: [gdpr]
APP900 /spec/compliance warning minor: 'compliance' was added
"""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_an_application_is_judged(case: Case) -> None:
    assert judged("Application", case) == case.told
