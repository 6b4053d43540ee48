import pytest

from tests.rules.judging import Case, cases, judged

CASES = """
+ type: anthropic
PRV010 /spec/type error major: type changed from 'openai' to 'anthropic'

- credential: {env: A}
+ credential: {env: B}
PRV011 /spec/credential/env error major: 'credential.env' changed from 'A' to 'B'

+ endpoint: {env: URL}
PRV020 /spec/endpoint warning minor: endpoint was added

- region: eu
+ region: us
PRV021 /spec/region warning minor: region changed from 'eu' to 'us'

+ apiVersion: '2024-06-01'
PRV022 /spec/apiVersion warning minor: apiVersion was added

- dataHandling: {retentionDays: 0}
+ dataHandling: {retentionDays: 30}
PRV023 /spec/dataHandling/retentionDays warning minor:
  'dataHandling.retentionDays' changed from 0 to 30

+ project: p
PRV900 /spec/project warning minor: 'project' was added
"""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_a_provider_is_judged(case: Case) -> None:
    assert judged("Provider", case) == case.told
