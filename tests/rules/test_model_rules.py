import pytest

from tests.rules.judging import Case, cases, judged, registry_with, told_between
from tests.rules.registries import manifest

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

- parameters: {extra: {litellm: {timeout: 30}}}
+ parameters: {extra: {litellm: {timeout: 60, num_retries: 2}}}
MDL031 /spec/parameters/extra/litellm/num_retries info patch:
  'parameters.extra.litellm.num_retries' was added
MDL031 /spec/parameters/extra/litellm/timeout info patch:
  'parameters.extra.litellm.timeout' changed from 30 to 60

- parameters: {extra: {litellm: {retryPolicy: {most: 2}}}}
+ parameters: {extra: {litellm: {retryPolicy: {most: 3}}}}
MDL031 /spec/parameters/extra/litellm/retryPolicy/most info patch:
  'parameters.extra.litellm.retryPolicy.most' changed from 2 to 3

- parameters: {seed: 1}
+ parameters: {seed: 1, extra: {litellm: {request_timeout: 60}}}
MDL031 /spec/parameters/extra info patch: 'parameters.extra' was added

- parameters: {extra: {a: {x: 1}, litellm: {request_timeout: 60}}}
+ parameters: {extra: {a: {x: 1}}}
MDL031 /spec/parameters/extra/litellm info patch: 'parameters.extra.litellm' was removed

- parameters: {extra: {a: {x: 1}}}
+ parameters: {extra: {a: {x: 1}, litellm: {request_timeout: 60, logit_bias: 1}}}
MDL022 /spec/parameters/extra/litellm warning minor: 'parameters.extra.litellm' was added

- parameters: {seed: 1}
+ parameters: {seed: 1, extra: {}}
MDL022 /spec/parameters/extra warning minor: 'parameters.extra' was added

- parameters: {extra: {timeout: {logit_bias: 1}}}
+ parameters: {extra: {timeout: {logit_bias: 2}}}
MDL022 /spec/parameters/extra/timeout/logit_bias warning minor:
  'parameters.extra.timeout.logit_bias' changed from 1 to 2

- weights: {uri: 's3://a', sha256: SHA}
+ weights: {uri: 's3://b', sha256: SHA}
MDL900 /spec/weights/uri info patch:
  'weights.uri' changed from 's3://a' to 's3://b'; the sha256 of the weights is the same

- weights: {uri: 's3://a', sha256: SHA}
+ weights: {uri: 's3://a', sha256: OTHER}
MDL026 /spec/weights/sha256 warning minor: 'weights.sha256' changed

- weights: {uri: 's3://a', sha256: SHA}
+ weights: {uri: 's3://b', sha256: OTHER}
MDL026 /spec/weights/sha256 warning minor: 'weights.sha256' changed
MDL026 /spec/weights/uri warning minor: 'weights.uri' changed from 's3://a' to 's3://b'
"""
CASES = CASES.replace("SHA", "a" * 64).replace("OTHER", "b" * 64)


@pytest.mark.parametrize("case", cases(CASES), ids=str)
def test_change_of_a_model_is_judged(case: Case) -> None:
    assert judged("Model", case) == case.told


PROVIDERS = {
    "mine": "type: openai\nregion: eu\ncredential: {env: MINE}\n",
    "team": "type: openai\nregion: eu\ncredential: {env: TEAM}\n",
    "none": "region: eu\ntype: openai\n",
    "us": "type: openai\nregion: us\ncredential: {env: TEAM}\n",
    "copy": "credential: {env: MINE}\nregion: eu\ntype: openai\n",
}
FILES = {f"providers/{name}.yaml": manifest("Provider", name, spec) for name, spec in PROVIDERS.items()}


def from_to(old: str, new: str) -> str:
    """The code of a model whose provider changed, and what it says."""
    before, after = (registry_with("Model", {"provider": name}, files=FILES) for name in (old, new))
    (told,) = told_between(before, after)
    return told


@pytest.mark.parametrize(("old", "new"), [("mine", "team"), ("mine", "none"), ("none", "team")])
def test_provider_with_another_credential_alone_is_another_credential(old: str, new: str) -> None:
    assert from_to(f"provider/{old}", f"provider/{new}") == (
        "MDL011 /spec/provider error major: "
        f"provider changed from 'provider/{old}' to 'provider/{new}': the credential is another one"
    )


@pytest.mark.parametrize("new", ["provider/us", "provider/copy", "provider/gone", "openai"])
def test_provider_that_differs_in_more_or_in_nothing_is_another_provider(new: str) -> None:
    words = f"provider changed from 'provider/mine' to '{new}'"
    assert from_to("provider/mine", new) == f"MDL010 /spec/provider error major: {words}"


def test_model_that_names_its_provider_now_has_another_provider() -> None:
    assert from_to("openai", "provider/mine") == (
        "MDL010 /spec/provider error major: provider changed from 'openai' to 'provider/mine'"
    )


def test_other_weights_behind_a_pointer_are_told_by_amount_and_hash() -> None:
    pointer = "outs:\n- md5: {}\n  size: {}\n  hash: md5\n  path: w.bin\n"
    before, after = (
        registry_with(
            "Model",
            {"weights": "{dvc: ../models/w.bin.dvc}"},
            files={"models/w.bin.dvc": pointer.format(*of)},
        )
        for of in (("a" * 32, 1000), ("b" * 32, 2000))
    )
    told = "the weights changed: 1000 to 2000 bytes, md5 aaaaaaaaaaaa to bbbbbbbbbbbb"
    assert told_between(before, after) == [f"MDL026 /spec/weights/dvc warning minor: {told}"]
