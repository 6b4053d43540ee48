import pytest

from tests.rules.judging import Case, cases, judged

CASES = r"""
- messages: [{role: user, content: 'Hello  you'}]
+ messages: [{role: user, content: "Hello\nyou"}]
PRM054 /spec/messages/0/content info patch: only whitespace changed in message 1

- messages: [{role: user, content: Hello}]
+ messages: [{role: user, content: Bye}]
PRM040 /spec/messages/0/content warning minor: the text of message 1 changed

- messages: [{role: user, content: Hello}]
+ messages: [{role: user, content: [{text: Hello}]}]
PRM040 /spec/messages/0/content warning minor: the text of message 1 changed

- messages: [{role: user, content: [{text: Hello}]}]
+ messages: [{role: user, content: [{text: Bye}]}]
PRM040 /spec/messages/0/content/0/text warning minor: the text of message 1 changed

- messages: [{role: user, content: [{text: a}, {text: b}]}]
+ messages: [{role: user, content: [{text: b}, {text: a}]}]
PRM040 /spec/messages/0/content warning minor: the text of message 1 changed

- messages: [{role: user, content: Hello}]
+ messages: [{role: system, content: Hello}]
PRM041 /spec/messages/0/role warning minor: role of message 1 changed from 'user' to 'system'

- messages: [{role: user, content: Hello}]
+ messages: [{role: user, content: Hello}, {role: user, content: Bye}]
PRM041 /spec/messages/1 warning minor: message 2 was added

- messages: [{role: user, content: a}, {role: user, content: b}]
+ messages: [{role: user, content: b}, {role: user, content: a}]
PRM041 /spec/messages warning minor: 'messages' was reordered

- messages: [{placeholder: history}, {role: user, content: a}]
+ messages: [{role: user, content: a}]
PRM033 /spec/messages/0 error major: placeholder 'history' was removed

- messages: [{placeholder: history}]
+ messages: [{role: user, content: a}]
PRM041 /spec/messages/0/content warning minor: content of message 1 was added
PRM033 /spec/messages/0/placeholder error major: placeholder 'history' was removed
PRM041 /spec/messages/0/role warning minor: role of message 1 was added

- messages: [{placeholder: history}]
+ messages: [{placeholder: turns}]
PRM033 /spec/messages/0/placeholder error major: placeholder 'history' was removed

- messages: [{placeholder: history}, {role: user, content: a}]
+ messages: [{role: user, content: b}, {placeholder: history}]
PRM040 /spec/messages/0/content warning minor: the text of message 1 changed
PRM041 /spec/messages warning minor: 'messages' was reordered

- messages: [{placeholder: history}, {role: user, content: a}]
+ messages:
PRM033 /spec/messages error major: placeholder 'history' was removed

- messages: [{role: user, content: a}]
+ messages: [{role: user, content: a, templateFormat: raw}]
PRM032 /spec/messages/0/templateFormat error major: the template format of message 1 was added

- templateFormat: raw
+ templateFormat: jinja2
+ inputs: {type: object, properties: {}, required: []}
PRM032 /spec/templateFormat error major: the template format changed from 'raw' to 'jinja2'

+ variants: [{name: de, when: {locale: de}}]
PRM055 /spec/variants info patch: variant 'de' was added

- variants: [{name: de, when: {locale: de}}]
PRM034 /spec/variants error major: variant 'de' was removed

- variants: [{name: de, when: {locale: de}}]
+ variants: [{name: de, when: {locale: de}}, {name: fr, when: {locale: fr}}]
PRM055 /spec/variants/name=fr info patch: variant 'fr' was added

- variants: [{name: de, when: {locale: de}}, {name: fr, when: {locale: fr}}]
+ variants: [{name: de, when: {locale: de}}]
PRM034 /spec/variants/name=fr error major: variant 'fr' was removed

- variants: [{name: de, when: {locale: de}, messages: [{role: user, content: a}]}]
+ variants: [{name: de, when: {locale: de}, messages: [{role: user, content: b}], parameters:
    {temperature: 0}}]
PRM040 /spec/variants/name=de/messages/0/content warning minor:
  the text of message 1 of variant 'de' changed
PRM048 /spec/variants/name=de/parameters warning minor: 'variants.de.parameters' was added

- variants: [{name: de, when: {locale: de}, messages: [{placeholder: history}, {role: user, content: a}]}]
+ variants: [{name: de, when: {locale: de}, messages: [{role: user, content: a}]}]
PRM033 /spec/variants/name=de/messages/0 error major: placeholder 'history' was removed

- variants: [{name: de, when: {locale: de}, messages: [{placeholder: history}]}]
+ variants: [{name: de, when: {locale: de}}]
PRM033 /spec/variants/name=de/messages error major: placeholder 'history' was removed

- variants: [{name: de, when: {locale: de}}]
+ variants: [{name: de, when: {locale: at}}]
PRM900 /spec/variants/name=de/when/locale warning minor:
  'variants.de.when.locale' changed from 'de' to 'at'

+ examples: [{name: one, input: {}, output: hi}]
PRM042 /spec/examples warning minor: 'examples' was added

- examples: [{name: one, input: {}, output: hi}]
+ examples: [{name: one, input: {}, output: hi}, {name: two, input: {}, output: ho}]
PRM042 /spec/examples/name=two warning minor: example 'two' was added

- examples: [{name: one, input: {}, output: hi}]
+ examples: [{name: one, input: {}, output: hello}]
PRM042 /spec/examples/name=one/output warning minor:
  'examples.one.output' changed from 'hi' to 'hello'

- examples: [{name: a, input: {}, output: x}, {name: b, input: {}, output: y}]
+ examples: [{name: b, input: {}, output: y}, {name: a, input: {}, output: x}]
PRM043 /spec/examples warning minor: 'examples' was reordered

+ samples: [{name: one, input: {}}]
PRM056 /spec/samples info patch: 'samples' was added

+ model: route/r
PRM047 /spec/model warning minor: the model changed from 'model/m' to 'route/r'

+ parameters: {temperature: 0}
PRM048 /spec/parameters warning minor: 'parameters' was added

- parameters: {temperature: 0}
+ parameters: {temperature: 0.5}
PRM048 /spec/parameters/temperature warning minor: 'parameters.temperature' changed from 0 to 0.5

+ context: contextpolicy/c
PRM049 /spec/context warning minor: 'context' was added

+ retrieval: {ref: retriever/r, query: q, into: passages}
PRM049 /spec/retrieval warning minor: 'retrieval' was added

+ guardrails: [guardrail/g]
PRM900 /spec/guardrails warning minor: 'guardrails' was added
"""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_what_a_prompt_sends_is_judged(case: Case) -> None:
    assert judged("Prompt", case) == case.told
