import pytest

from tests.rules.judging import Case, cases, judged

CASES = """
+ stage: output
GRD020 /spec/stage warning minor: stage changed from 'input' to 'output'

+ engine: llama-guard
GRD021 /spec/engine warning minor: 'engine' changed from 'presidio' to 'llama-guard'

+ model: model/m
GRD021 /spec/model warning minor: 'model' was added

- action: block
+ action: flag
GRD022 /spec/action warning minor: action changed from 'block' to 'flag'

- action: retry
+ action: mask
GRD023 /spec/action warning minor: action changed from 'retry' to 'mask'

+ action: mask
GRD900 /spec/action warning minor: 'action' was added

- config: {entities: [NAME]}
+ config: {entities: [NAME, IBAN]}
GRD024 /spec/config/entities/1 warning minor: 'config.entities.2' was added

+ onError: pass
GRD024 /spec/onError warning minor: 'onError' was added
"""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_a_guardrail_is_judged(case: Case) -> None:
    assert judged("Guardrail", case) == case.told
