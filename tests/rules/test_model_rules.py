import pytest

from tests.rules.judging import Case, cases, judged

CASES = """
+ provider: anthropic
MDL010 /spec/provider error major: provider changed from 'openai' to 'anthropic'

- capabilities: [tools, vision]
+ capabilities: [tools]
MDL012 /spec/capabilities/1 error major: capability 'vision' was removed

- capabilities: [tools]
+ capabilities: [tools, vision]
MDL033 /spec/capabilities/1 info patch: capability 'vision' was added

- capabilities: [tools, vision]
+ capabilities: [vision, tools]
MDL906 /spec/capabilities info patch: 'capabilities' is written differently and means the same

- capabilities: [tools]
MDL012 /spec/capabilities error major: 'capabilities' was removed

+ capabilities: [tools]
MDL033 /spec/capabilities info patch: 'capabilities' was added

- modalities: {input: [text, image], output: [text]}
+ modalities: {input: [text], output: [text, image]}
MDL012 /spec/modalities/input/1 error major: input modality 'image' was removed
MDL033 /spec/modalities/output/1 info patch: output modality 'image' was added

- modalities: {input: [text]}
MDL012 /spec/modalities error major: 'modalities' was removed

- limits: {contextTokens: 8000}
+ limits: {contextTokens: 4000}
MDL013 /spec/limits/contextTokens error major: 'limits.contextTokens' changed from 8000 to 4000

- limits: {contextTokens: 4000}
+ limits: {contextTokens: 8000}
MDL030 /spec/limits/contextTokens info patch: 'limits.contextTokens' changed from 4000 to 8000

- limits: {dimensions: 3072}
+ limits: {dimensions: 1536}
MDL013 /spec/limits/dimensions error major: 'limits.dimensions' changed from 3072 to 1536

- limits: {dimensions: 1536}
+ limits: {dimensions: 3072}
MDL900 /spec/limits/dimensions error major: 'limits.dimensions' changed from 1536 to 3072

- limits: {outputTokens: 1}
+ limits: {outputTokens: 1, contextTokens: 8000, requestsPerMinute: 5}
MDL030 /spec/limits/contextTokens info patch: 'limits.contextTokens' was added
MDL013 /spec/limits/requestsPerMinute error major: 'limits.requestsPerMinute' was added

- limits: {outputTokens: 1, contextTokens: 8000, requestsPerMinute: 5}
+ limits: {outputTokens: 1}
MDL013 /spec/limits/contextTokens error major: 'limits.contextTokens' was removed
MDL030 /spec/limits/requestsPerMinute info patch: 'limits.requestsPerMinute' was removed

+ limits: {contextTokens: 8000}
MDL030 /spec/limits info patch: 'limits' was added

+ limits: {contextTokens: 8000, tokensPerMinute: 9}
MDL013 /spec/limits error major: 'limits' was added

- limits: {contextTokens: 8000}
MDL013 /spec/limits error major: 'limits' was removed

- limits: {tokensPerMinute: 9}
MDL030 /spec/limits info patch: 'limits' was removed

+ limits: {}
MDL900 /spec/limits error major: 'limits' was added

- limits: {contextTokens: 8000}
+ limits: many
MDL900 /spec/limits error major: 'limits' changed

- pin: dated
+ pin: floating
MDL014 /spec/pin error major: the pin loosened from dated to floating

- pin: fixed
+ pin: dated
MDL900 /spec/pin info patch: the pin tightened from fixed to dated

+ pin: dated
MDL906 /spec/pin info patch: 'pin' is written differently and means the same

- pin: dated
MDL906 /spec/pin info patch: 'pin' is written differently and means the same

+ pin: floating
MDL014 /spec/pin error major: the pin loosened from dated to floating

- model: llama
- revision: a1
+ model: llama
+ revision: a1
+ pin: floating
MDL014 /spec/pin error major: the pin loosened from fixed to floating

- model: llama
- revision: a1
+ model: llama
MDL014 /spec/revision error major: the pin loosened from fixed to floating

- model: llama
+ model: llama
+ revision: a1
MDL021 /spec/revision warning minor: 'revision' was added

+ model: gpt-4o
MDL014 /spec/model error major: the pin loosened from dated to floating

+ model: gpt-4o-2024-11-20
MDL021 /spec/model warning minor: 'model' changed from 'gpt-4o-2024-08-06' to 'gpt-4o-2024-11-20'

- model: gpt-4o
+ model: gpt-4.1
MDL020 /spec/model warning minor: model changed from 'gpt-4o' to 'gpt-4.1'

- model: gpt-4-0613
+ model: gpt-4-1106
MDL021 /spec/model warning minor: 'model' changed from 'gpt-4-0613' to 'gpt-4-1106'

- model: anthropic.claude-3-haiku-20240307-v1:0
+ model: anthropic.claude-3-haiku-20250101-v1:0
MDL021 /spec/model warning minor:
  'model' changed from 'anthropic.claude-3-haiku-20240307-v1:0' to
  'anthropic.claude-3-haiku-20250101-v1:0'

- model: meta-llama/Llama-3.1-8B
- revision: a1
+ model: meta-llama/Llama-3.1-8B
+ revision: b2
MDL021 /spec/revision warning minor: 'revision' changed from 'a1' to 'b2'

- parameters: {temperature: 0.2, stop: [a]}
+ parameters: {temperature: 0.7, stop: [a, b]}
MDL023 /spec/parameters/stop/1 warning minor: stop text 'b' was added
MDL022 /spec/parameters/temperature warning minor: 'parameters.temperature' changed from 0.2 to 0.7

- parameters: {seed: 1}
+ parameters: {seed: 1, stop: [a]}
MDL023 /spec/parameters/stop warning minor: 'parameters.stop' was added

+ parameters: {temperature: 0.2}
MDL022 /spec/parameters warning minor: 'parameters' was added

+ safety: {hate: high}
MDL025 /spec/safety warning minor: 'safety' was added

- weights: {uri: 's3://a'}
+ weights: {uri: 's3://b'}
MDL026 /spec/weights/uri warning minor: 'weights.uri' changed from 's3://a' to 's3://b'

- fineTuning: {method: lora}
+ fineTuning: {method: full}
MDL027 /spec/fineTuning/method warning minor: 'fineTuning.method' changed from 'lora' to 'full'

- serving: {engine: vllm}
+ serving: {engine: tgi}
MDL028 /spec/serving/engine warning minor: 'serving.engine' changed from 'vllm' to 'tgi'

- pricing: {currency: USD, inputPerMTok: 2}
+ pricing: {currency: USD, inputPerMTok: 3}
MDL032 /spec/pricing/inputPerMTok info patch: 'pricing.inputPerMTok' changed from 2 to 3

+ card: {license: MIT}
MDL034 /spec/card info patch: 'card' was added

+ retires: '2027-01-01'
MDL900 /spec/retires info patch: 'retires' was added

+ task: embedding
MDL900 /spec/task error major: 'task' was added
"""


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_a_model_is_judged(case: Case) -> None:
    assert judged("Model", case) == case.told
