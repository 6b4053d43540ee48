import pytest

from tests.rules.judging import Case, cases, judged

CASES = """
- session: {type: object, properties: {a: {}, b: {}}, required: [b]}
+ session: {type: object, properties: {a: {}}}
CTX010 /spec/session/properties/b error major: session field 'b' was removed

- session: {type: object, properties: {a: {}}}
+ session: {type: object, properties: {a: {}, b: {}}}
CTX900 /spec/session/properties/b info patch: session field 'b' was added

+ window: {maxTokens: 4000}
CTX020 /spec/window/maxTokens warning minor: 'window.maxTokens' changed from 8000 to 4000

- history: {strategy: last-turns, maxTurns: 5}
+ history: {strategy: last-turns, maxTurns: 9}
CTX021 /spec/history/maxTurns warning minor: 'history.maxTurns' changed from 5 to 9

- memory: {retriever: retriever/r, topK: 1}
+ memory: {retriever: retriever/r, topK: 2}
CTX022 /spec/memory/topK warning minor: 'memory.topK' changed from 1 to 2

+ overflow: error
CTX023 /spec/overflow warning minor: overflow was added

- session: {type: object, properties: {a: {}}}
+ session: {type: object, properties: {a: {}, b: {}}, required: [b]}
CTX900 /spec/session/properties/b error major: required session field 'b' was added

- session: {type: object, properties: {a: {type: string}}}
+ session: {type: object, properties: {a: {type: 'null'}}}
CTX900 /spec/session/properties/a/type error major:
  session field 'a' is narrowed and widened: "a" was accepted and is refused now, null was refused and is
  accepted now
"""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_a_context_policy_is_judged(case: Case) -> None:
    assert judged("ContextPolicy", case) == case.told
