import pytest

from tests.rules.judging import Case, cases, judged

CASES = """
+ match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
RTE023 /spec/match warning minor: 'match' was added

- match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
RTE002 /spec/match error major: 'match' was removed

- match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: acme}, targets: [{model: model/x}]}, {when: {tenant: beta}, targets: [{model:
    model/y}]}]
RTE023 /spec/match/1 warning minor: match 2 was added

- match: [{when: {tenant: acme}, targets: [{model: model/x}]}, {when: {tenant: beta}, targets: [{model:
    model/y}]}]
+ match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
RTE002 /spec/match/1 error major: match 2 was removed

- match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: acme, locale: de}, targets: [{model: model/x}]}]
RTE002 /spec/match/0/when/locale error major: 'locale' of match 1 was added

- match: [{when: {tenant: acme, locale: de}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
RTE023 /spec/match/0/when/locale warning minor: 'locale' of match 1 was removed

- match: [{when: {tenant: [a, b]}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: [a]}, targets: [{model: model/x}]}]
RTE002 /spec/match/0/when/tenant/1 error major: 'tenant' of match 1: 'b' was removed

- match: [{when: {tenant: [a]}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: [a, b]}, targets: [{model: model/x}]}]
RTE023 /spec/match/0/when/tenant/1 warning minor: 'tenant' of match 1: 'b' was added

- match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: other}, targets: [{model: model/x}]}]
RTE002 /spec/match/0/when/tenant error major: 'tenant' of match 1 changed from 'acme' to 'other'

- match: [{when: {tenant: acme}, targets: [{model: model/x}]}, {when: {tenant: beta}, targets: [{model:
    model/y}]}]
+ match: [{when: {tenant: beta}, targets: [{model: model/y}]}, {when: {tenant: acme}, targets: [{model:
    model/x}]}]
RTE022 /spec/match warning minor: 'match' was reordered

- match: [{when: {tenant: acme}, targets: [{model: model/x}]}]
+ match: [{when: {tenant: acme}, targets: [{model: model/y, weight: 1}]}]
RTE020 /spec/match/0/targets/model=model/x warning minor: target 'model/x' was removed
RTE020 /spec/match/0/targets/model=model/y warning minor: target 'model/y' was added

+ targets: [{model: model/a, weight: 1}, {model: model/b, weight: 5}, {model: model/c, weight: 1}]
RTE021 /spec/targets/model=model/b/weight warning minor: the weight of 'model/b' changed from 2 to 5
RTE020 /spec/targets/model=model/c warning minor: target 'model/c' was added

+ targets: [{model: model/a, weight: 1}]
RTE020 /spec/targets/model=model/b warning minor: target 'model/b' was removed

+ targets: [{model: model/b, weight: 2}, {model: model/a, weight: 1}]
RTE022 /spec/targets warning minor: 'targets' was reordered

+ targets:
RTE020 /spec/targets warning minor: 'targets' was removed

+ strategy: failover
RTE900 /spec/strategy warning minor: 'strategy' changed from 'weighted' to 'failover'

+ cache: {kind: exact}
RTE024 /spec/cache warning minor: 'cache' was added

+ guardrails: [guardrail/g]
RTE025 /spec/guardrails warning minor: 'guardrails' was added

- guardrails: [guardrail/g]
+ guardrails: [guardrail/h]
RTE025 /spec/guardrails/0 warning minor: guardrail 'guardrail/g' was removed
RTE025 /spec/guardrails/0 warning minor: guardrail 'guardrail/h' was added

+ fallbacks: [model/a]
RTE030 /spec/fallbacks info patch: 'fallbacks' was added

- fallbacks: [model/a]
+ fallbacks: [model/a, model/b]
RTE030 /spec/fallbacks/1 info patch: fallback 'model/b' was added

- fallbacks: [model/a, model/b]
+ fallbacks: [model/b, model/a]
RTE022 /spec/fallbacks warning minor: 'fallbacks' was reordered

- fallbacks: [model/a, model/b]
+ fallbacks: [model/a]
RTE900 /spec/fallbacks/1 warning minor: 'fallbacks.2' was removed

+ retries: 2
RTE031 /spec/retries info patch: 'retries' was added

- rateLimit: {requestsPerMinute: 5}
+ rateLimit: {requestsPerMinute: 6}
RTE031 /spec/rateLimit/requestsPerMinute info patch:
  'rateLimit.requestsPerMinute' changed from 5 to 6
"""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_a_route_is_judged(case: Case) -> None:
    assert judged("Route", case) == case.told
