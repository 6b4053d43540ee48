import pytest

from plmctl.rules.media import modality_unsupported
from tests.rules.registries import example_registry, manifest, told

SEES = "modalities: {input: [text, image]}"
READS = "modalities: {input: [text]}"


def model(name: str, spec: str = "") -> str:
    return manifest("Model", name, f"provider: openai\nmodel: x-001\n{spec}\n")


def prompt(part: str, used: str = "eyes", more: str = "") -> str:
    content = f"messages:\n  - role: user\n    content:\n      - text: Look.\n      - {part}\n"
    return manifest("Prompt", "p", f"model: {used}\n{content}{more}")


MODELS = {
    "models/eyes.yaml": model("eyes", SEES),
    "models/reader.yaml": model("reader", READS),
    "models/nothing.yaml": model("nothing", "modalities: {input: []}"),
    "models/quiet.yaml": model("quiet"),
    "models/odd.yaml": model("odd", "modalities: {input: text}"),
}
ROUTE = manifest(
    "Route",
    "r",
    "strategy: weighted\ntargets: [{model: eyes}, {model: reader}]\n"
    "match: [{when: {tenant: a}, targets: [{model: nothing}, {model: reader}]}]\nfallbacks: [quiet]\n",
)


def test_the_example_is_sound() -> None:
    assert list(modality_unsupported.findings(example_registry())) == []


@pytest.mark.parametrize(
    ("part", "used", "taken"),
    [
        ("image: photo", "reader", "text"),
        ("audio: call", "eyes", "text or image"),
        ("file: letter", "eyes", "text or image"),
        ("image: photo", "nothing", "nothing"),
    ],
)
def test_part_that_the_model_does_not_take(part: str, used: str, taken: str) -> None:
    medium = part.partition(":")[0]
    assert told(modality_unsupported, {**MODELS, "prompts/p.yaml": prompt(part, used)}) == [
        (
            f"prompts/p.yaml:10:11-{11 + len(medium)}",
            f"'model/{used}' takes {taken}, not {medium}",
            f"name a model that takes it, or add '{medium}' to modalities.input in models/{used}.yaml",
        )
    ]


@pytest.mark.parametrize(
    ("part", "used"),
    [("image: photo", "eyes"), ("image: photo", "quiet"), ("image: photo", "odd"), ("text: a", "reader")],
)
def test_what_fits_or_is_not_known_is_not_told(part: str, used: str) -> None:
    assert told(modality_unsupported, {**MODELS, "prompts/p.yaml": prompt(part, used)}) == []


def test_every_target_of_a_route_must_take_it_and_fallbacks_are_not_asked() -> None:
    files = {**MODELS, "routes/r.yaml": ROUTE, "prompts/p.yaml": prompt("image: photo", "r")}
    assert [message for _, message, _ in told(modality_unsupported, files)] == [
        "'model/nothing' takes nothing, not image",
        "'model/reader' takes text, not image",
    ]


VARIANTS = """
variants:
  - name: german
    when: {locale: de}
    messages: [{role: user, content: [{image: photo}]}]
  - name: other
    when: {model: eyes}
    messages: [{role: user, content: [{image: photo}]}]
  - name: cool
    when: {locale: en}
"""


def test_variants_are_looked_at_unless_the_model_chooses_them() -> None:
    files = {**MODELS, "prompts/p.yaml": prompt("text: a", "reader", VARIANTS.lstrip("\n"))}
    assert [place for place, _, _ in told(modality_unsupported, files)] == ["prompts/p.yaml:14:42-47"]


def test_a_model_that_is_not_there_is_not_told_here() -> None:
    assert told(modality_unsupported, {"prompts/p.yaml": prompt("image: photo", "gone")}) == []
