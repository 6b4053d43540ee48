import pytest

from tests.rules.judging import Case, cases, judged

CASES = """
- inputs: {type: object, properties: {ticket: {type: string}}, required: [ticket]}
+ inputs: {type: object, properties: {ticket: {type: string}, lang: {type: string}}, required: [ticket,
    lang]}
PRM010 /spec/inputs/properties/lang error major: required input 'lang' was added

- inputs: {type: object, properties: {ticket: {type: string}}, required: [ticket]}
+ inputs: {type: object, properties: {ticket: {type: string}, lang: {type: string}}, required: [ticket]}
PRM050 /spec/inputs/properties/lang info patch: optional input 'lang' was added

- inputs: {type: object}
+ inputs: {type: object, properties: {ticket: {type: string}}, required: [ticket]}
PRM010 /spec/inputs/properties/ticket error major: required input 'ticket' was added

- inputs: {type: object}
+ inputs: {type: object, properties: {ticket: {type: string}}}
PRM050 /spec/inputs/properties/ticket info patch: optional input 'ticket' was added

- inputs: {type: object}
+ inputs: {type: object, properties: {}, required: []}
PRM906 /spec/inputs info patch: 'inputs' is written differently and means the same

- inputs: {type: object, properties: {}, required: []}
+ inputs: {type: object}
PRM906 /spec/inputs info patch: 'inputs' is written differently and means the same

- templateFormat: jinja2
+ templateFormat: jinja2
+ inputs: {type: object, properties: {ticket: {type: string}}, required: [ticket]}
PRM010 /spec/inputs/properties/ticket error major: required input 'ticket' was added

- messages: [{role: user, content: "{{#a}}{{b}}{{/a}}"}]
+ messages: [{role: user, content: "{{#a}}{{b}}{{/a}}"}]
+ inputs: {type: object, properties: {ticket: {type: string}}, required: [ticket]}
PRM010 /spec/inputs error major: required input 'ticket' was added

- messages: [{role: user, content: "{{#a}}{{b}}{{/a}}"}]
+ messages: [{role: user, content: "{{#a}}{{b}}{{/a}}"}]
+ inputs: {type: object, properties: {ticket: {type: string}}}
PRM013 /spec/inputs error major: 'inputs' is narrowed: {"ticket": 0} was accepted and is refused now

- inputs: {type: object, properties: {ticket: {type: string}, lang: {type: string}}, required: [ticket,
    lang]}
+ inputs: {type: object, properties: {ticket: {type: string}}, required: [ticket]}
PRM011 /spec/inputs/properties/lang error major: input 'lang' was removed

- inputs: {type: object, properties: {ticket: {type: string}}, required: [ticket]}
+ inputs: {type: object}
PRM011 /spec/inputs/properties/ticket error major: input 'ticket' was removed

- inputs: {type: object, properties: {ticket: {type: string}}}
+ inputs: {type: object, properties: {ticket: {type: string}}, required: [ticket]}
PRM012 /spec/inputs/required/0 error major: input 'ticket' became required

- inputs: {type: object, properties: {ticket: {type: string}, lang: {type: string}}}
+ inputs: {type: object, properties: {ticket: {type: string}, lang: {type: string}, id: {type: string}},
    required: [lang, id]}
PRM010 /spec/inputs/properties/id error major: required input 'id' was added
PRM012 /spec/inputs/required/0 error major: input 'lang' became required

- inputs: {type: object, properties: {ticket: {type: string}}, required: [ticket]}
+ inputs: {type: object, properties: {ticket: {type: string}}}
PRM051 /spec/inputs/required/0 info patch: input 'ticket' became optional

- inputs: {type: object, properties: {a: {type: string}, b: {type: string}}, required: [a, b]}
+ inputs: {type: object, properties: {a: {type: string}, b: {type: string}}, required: [b, a]}
PRM906 /spec/inputs info patch: 'inputs' is written differently and means the same

- inputs: {type: object, properties: {a: {enum: [x, y]}}}
+ inputs: {type: object, properties: {a: {enum: [x, z]}}}
PRM013 /spec/inputs/properties/a/enum/1 error major: input 'a' no longer accepts 'y'
PRM051 /spec/inputs/properties/a/enum/1 info patch: input 'a' accepts 'z' too

- inputs: {type: object, properties: {a: {oneOf: [{enum: [x]}, {enum: [y]}]}}}
+ inputs: {type: object, properties: {a: {oneOf: [{enum: [x, z]}, {enum: [y]}]}}}
PRM051 /spec/inputs/properties/a/oneOf info patch:
  input 'a' is widened: "z" was refused and is accepted now

- inputs: {type: object, properties: {a: {type: string}}}
+ inputs: {type: object, properties: {a: {type: string, default: x}}}
PRM044 /spec/inputs/properties/a/default warning minor: 'inputs.properties.a.default' was added

- inputs: {type: object, properties: {a: {type: string, description: One.}}}
+ inputs: {type: object, properties: {a: {type: string, description: Two.}}}
PRM053 /spec/inputs/properties/a/description info patch:
  'inputs.properties.a.description' changed from 'One.' to 'Two.'

- inputs: {type: object, properties: {a: {type: string}}}
+ inputs: {type: object, properties: {a: {type: [string, 'null']}}}
PRM051 /spec/inputs/properties/a/type info patch:
  input 'a' is widened: null was refused and is accepted now

- inputs: {type: object, properties: {a: {type: array, items: {type: string}}}}
+ inputs: {type: object, properties: {a: {type: array, items: {type: integer}}}}
PRM013 /spec/inputs/properties/a/items/type error major:
  'inputs.properties.a.items' is narrowed and widened: "a" was accepted and is refused now, 0
  was refused and is accepted now

- inputs: {type: object, anyOf: [{type: object}]}
+ inputs: {type: object}
PRM906 /spec/inputs/anyOf info patch: 'inputs.anyOf' is written differently and means the same

- outputs: {format: text}
+ outputs: {format: json}
PRM023 /spec/outputs/format error major: the output format changed from text to json

+ outputs: {format: json, schema: {type: object}}
PRM023 /spec/outputs/format error major: the output format changed from text to json
PRM052 /spec/outputs/schema info patch:
  'outputs.schema' is narrowed: "a" was possible and is ruled out now

+ outputs: {format: text}
PRM906 /spec/outputs info patch: 'outputs' is written differently and means the same

- outputs: {format: text, extensible: false}
PRM906 /spec/outputs info patch: 'outputs' is written differently and means the same

+ outputs: {schema: {enum: [a]}}
PRM052 /spec/outputs/schema info patch:
  'outputs.schema' is narrowed: "b" was possible and is ruled out now

- outputs: {format: json, schema: {type: object, properties: {a: {type: string}, b: {type: string}},
    required: [a, b]}}
+ outputs: {format: json, schema: {type: object, properties: {a: {type: string}}, required: [a]}}
PRM020 /spec/outputs/schema/properties/b error major: output field 'b' was removed

- outputs: {format: json, schema: {type: object, properties: {a: {type: string}}, required: [a]}}
+ outputs: {format: json, schema: {type: object, properties: {a: {type: string}}}}
PRM022 /spec/outputs/schema/required/0 error major: output field 'a' became optional

- outputs: {format: json, schema: {type: object, properties: {a: {type: string}}}}
+ outputs: {format: json, schema: {type: object, properties: {a: {type: string}}, required: [a]}}
PRM052 /spec/outputs/schema/required/0 info patch: output field 'a' is always there

- outputs: {format: json, schema: {type: object, properties: {a: {type: string}}, required: [a]}}
+ outputs: {format: json, schema: {type: object, properties: {a: {type: string}, b: {type: string}},
    required: [a, b]}}
PRM021 /spec/outputs/schema/properties/b error major: output field 'b' was added

- outputs: {extensible: true, schema: {type: object, properties: {a: {type: string}}, required: [a]}}
+ outputs: {extensible: true, schema: {type: object, properties: {a: {type: string}, b: {type: string}},
    required: [a, b]}}
PRM900 /spec/outputs/schema/properties/b warning minor: output field 'b' was added

- outputs: {schema: {enum: [x]}}
+ outputs: {schema: {enum: [x, y]}}
PRM024 /spec/outputs/schema/enum/1 error major: 'outputs.schema' can be 'y' too

- outputs: {extensible: true, schema: {enum: [x]}}
+ outputs: {extensible: true, schema: {enum: [x, y]}}
PRM900 /spec/outputs/schema/enum/1 warning minor: 'outputs.schema' can be 'y' too

- outputs: {schema: {enum: [x, y]}}
+ outputs: {schema: {enum: [x]}}
PRM052 /spec/outputs/schema/enum/1 info patch: 'outputs.schema' is never 'y'

- outputs: {schema: {enum: [x, y]}}
+ outputs: {schema: {enum: [y, x]}}
PRM906 /spec/outputs/schema/enum info patch:
  'outputs.schema.enum' is written differently and means the same

- outputs: {extensible: false}
+ outputs: {extensible: true}
PRM021 /spec/outputs/extensible error major: the output became extensible

- outputs: {extensible: true}
+ outputs: {extensible: false}
PRM052 /spec/outputs/extensible info patch: the output is no longer extensible

- outputs: {format: json, schema: {type: object, properties: {a: {type: string}}}}
+ outputs: {format: json}
PRM020 /spec/outputs/schema error major: output field 'a' was removed

+ tools: [{name: lookup, description: Look., parameters: {type: object, properties: {id: {type: string,
    description: An id.}}}}]
PRM030 /spec/tools error major: tool 'lookup' was added

- tools: [{name: lookup, description: Look., parameters: {type: object, properties: {id: {type: string,
    description: An id.}}}}]
PRM045 /spec/tools warning minor: tool 'lookup' was removed

- tools: [{name: lookup, description: Look., parameters: {type: object, properties: {id: {type: string,
    description: An id.}}}}]
+ tools: [{name: lookup, description: Look., parameters: {type: object, properties: {id: {type: string,
    description: An id.}}}}, {ref: tool/search}]
PRM030 /spec/tools/name=search error major: tool 'search' was added

- tools: [{name: lookup, description: Look., parameters: {type: object, properties: {id: {type: string,
    description: An id.}}}}, {ref: tool/search}]
+ tools: [{name: lookup, description: Look., parameters: {type: object, properties: {id: {type: string,
    description: An id.}}}}]
PRM045 /spec/tools/name=search warning minor: tool 'search' was removed

- tools: [{name: lookup, description: Look., parameters: {type: object, properties: {id: {type: string,
    description: An id.}}}}, {ref: tool/search}]
+ tools: [{ref: tool/search}, {name: lookup, description: Look., parameters: {type: object, properties:
    {id: {type: string, description: An id.}}}}]
PRM900 /spec/tools warning minor: 'tools' was reordered

- tools: [{name: lookup, description: Look., parameters: {type: object, properties: {id: {type: string,
    description: An id.}}}}]
+ tools: [{name: lookup, description: Find., parameters: {type: object, properties: {id: {type: string,
    description: An id.}}}}]
PRM046 /spec/tools/name=lookup/description warning minor:
  'tools.lookup.description' changed from 'Look.' to 'Find.'

- tools: [{name: lookup, description: Look., parameters: {type: object, properties: {id: {type: string,
    description: An id.}}}}]
+ tools: [{name: lookup, description: Look., parameters: {type: object, properties: {id: {type: string,
    description: The id.}}}}]
PRM046 /spec/tools/name=lookup/parameters/properties/id/description warning minor:
  'tools.lookup.parameters.properties.id.description' changed from 'An id.' to 'The id.'

- tools: [{name: lookup, description: Look., parameters: {type: object, properties: {id: {type: string,
    description: An id.}}}}]
+ tools: [{name: lookup, description: Look., parameters: {type: object, properties: {id: {type: integer,
    description: An id.}}}}]
PRM031 /spec/tools/name=lookup/parameters/properties/id/type error major:
  tool 'lookup': argument 'id' is narrowed and widened: "a" was accepted and is refused now, 0
  was refused and is accepted now

- tools: [{ref: tool/search, with: {q: ticket}}]
+ tools: [{ref: tool/search, with: {q: text}}]
PRM031 /spec/tools/name=search/with/q error major: the arguments of tool 'search' changed

- tools: [{name: lookup, description: Look., parameters: {type: object, properties: {id: {type: string,
    description: An id.}}}}]
+ tools: [{name: lookup, description: Look., strict: true, parameters: {type: object, properties: {id:
    {type: string, description: An id.}}}}]
PRM900 /spec/tools/name=lookup/strict warning minor:
  'tools.lookup.strict' changed from false to true

- inputs: {type: object, properties: {a: {type: object, properties: {b: {}}}}}
+ inputs: {type: object, properties: {a: {type: object, properties: {}}}}
PRM013 /spec/inputs/properties/a/properties/b error major:
  'inputs.properties.a.properties.b' was removed

- inputs: {type: object, properties: {a: {type: object, properties: {b: {}}}}}
+ inputs: {type: object, properties: {a: {type: object, properties: {b: {}, c: {}}, required: [c]}}}
PRM013 /spec/inputs/properties/a/properties/c error major:
  required 'inputs.properties.a.properties.c' was added

- inputs: {type: object, properties: {a: {type: object, properties: {b: {}}}}}
+ inputs: {type: object, properties: {a: {type: object, properties: {b: {}}, required: [b]}}}
PRM013 /spec/inputs/properties/a/required/0 error major:
  'inputs.properties.a.properties.b' became required

- inputs: {type: object, properties: {a: {type: string, pattern: '\\bq\\b'}}}
+ inputs: {type: object, properties: {a: {type: string, pattern: '\\bqq\\b'}}}
PRM013 /spec/inputs/properties/a/pattern error major:
  input 'a' changed; whether it is narrowed or widened cannot be decided

- inputs: {type: object, properties: {a: {type: string, pattern: '\\bq\\b'}}}
+ inputs: {type: object, properties: {a: {type: string, maxLength: 5}}}
PRM013 /spec/inputs/properties/a error major:
  input 'a' changed: "" was refused and is accepted now; whether it is narrowed cannot be decided

- inputs: {type: object, properties: {a: {type: string, maxLength: 70}}}
+ inputs: {type: object, properties: {a: {type: string, maxLength: 69}}}
PRM013 /spec/inputs/properties/a/maxLength error major:
  input 'a' is narrowed: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..." (70 characters)
  was accepted and is refused now

- inputs: {type: object, properties: {a: {type: array, maxItems: 30}}}
+ inputs: {type: object, properties: {a: {type: array, maxItems: 29}}}
PRM013 /spec/inputs/properties/a/maxItems error major:
  input 'a' is narrowed: ["a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a",... was accepted and
  is refused now

- tools: [{name: t, description: D., parameters: {type: object, properties: {o: {type: object, properties:
    {a: {}}}}}}]
+ tools: [{name: t, description: D., parameters: {type: object, properties: {o: {type: object, properties:
    {a: {}, b: {}}}}}}]
PRM031 /spec/tools/name=t/parameters/properties/o/properties/b error major:
  tool 't': 'tools.t.parameters.properties.o.properties.b' was added

- tools: [{name: t, description: D., parameters: {type: object, properties: {a: {type: string}}}}]
+ tools: [{name: t, description: D., parameters: {type: object, properties: {a: {type: string, format:
    date}}}}]
PRM031 /spec/tools/name=t/parameters/properties/a/format error major:
  tool 't': 'tools.t.parameters.properties.a.format' was added
"""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_a_prompt_contract_is_judged(case: Case) -> None:
    assert judged("Prompt", case) == case.told
