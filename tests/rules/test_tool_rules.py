import pytest

from tests.rules.judging import Case, cases, judged

CASES = """
- parameters: {type: object, properties: {a: {}, b: {}}}
+ parameters: {type: object, properties: {a: {}}}
TOL010 /spec/parameters/properties/b error major: argument 'b' was removed

- parameters: {type: object, properties: {a: {}}}
+ parameters: {type: object, properties: {a: {}, b: {}}, required: [b]}
TOL010 /spec/parameters/properties/b error major: required argument 'b' was added

- parameters: {type: object, properties: {a: {}}}
+ parameters: {type: object, properties: {a: {}}, required: [a]}
TOL010 /spec/parameters/required/0 error major: argument 'a' became required

- parameters: {type: object, properties: {a: {}}}
+ parameters: {type: object, properties: {a: {}, b: {}}}
TOL030 /spec/parameters/properties/b info patch: optional argument 'b' was added

- parameters: {type: object, properties: {a: {}}, required: [a]}
+ parameters: {type: object, properties: {a: {}}}
TOL030 /spec/parameters/required/0 info patch: argument 'a' became optional

+ parameters: {type: object, properties: {a: {}}, required: [a]}
TOL010 /spec/parameters/properties/a error major: required argument 'a' was added

- parameters: {type: object, properties: {a: {type: string}}}
+ parameters: {type: object, properties: {a: {type: integer}}}
TOL010 /spec/parameters/properties/a/type error major:
  argument 'a' is narrowed and widened: "a" was accepted and is refused now, 0 was refused and
  is accepted now

- parameters: {type: object, properties: {a: {description: one}}}
+ parameters: {type: object, properties: {a: {description: two}}}
TOL020 /spec/parameters/properties/a/description warning minor:
  'parameters.properties.a.description' changed from 'one' to 'two'

+ description: Find it.
TOL020 /spec/description warning minor: 'description' changed from 'Look it up.' to 'Find it.'

+ parameters:
+ builtin: web-search
TOL012 /spec/builtin error major: 'builtin' was added
TOL012 /spec/parameters error major: 'parameters' was removed

- parameters:
- builtin: a
+ parameters:
+ builtin: b
TOL012 /spec/builtin error major: 'builtin' changed from 'a' to 'b'

- parameters:
- mcp: {server: a, tools: [x]}
+ parameters:
+ mcp: {server: b, tools: [y]}
TOL024 /spec/mcp/server warning minor: 'mcp.server' changed from 'a' to 'b'
TOL012 /spec/mcp/tools/0 error major: 'mcp.tools.1' was removed
TOL012 /spec/mcp/tools/0 error major: 'mcp.tools.1' was added

+ effect: write
TOL021 /spec/effect warning minor: 'effect' was added

- approval: never
+ approval: always
TOL022 /spec/approval warning minor: 'approval' changed from 'never' to 'always'

+ strict: true
TOL023 /spec/strict warning minor: 'strict' changed from false to true

+ returns: {type: object}
TOL031 /spec/returns info patch: 'returns' is narrowed: "a" was possible and is ruled out now
"""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_a_tool_is_judged(case: Case) -> None:
    assert judged("Tool", case) == case.told
