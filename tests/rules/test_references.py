import pytest

from plmctl.rules.references import (
    REFERENCE_RULES,
    ambiguous_reference,
    former_name,
    former_name_taken,
    no_such_artifact,
    no_such_replacement,
    reference_cycle,
    wrong_kind,
)
from plmctl.rules.rule import CheckRule
from tests.rules.registries import MODEL, Told, example_registry, manifest, told

ROUTE = manifest("Route", "r", "strategy: weighted\ntargets: [{model: m, weight: 1}]\n")


def prompt(model: str, text: str = "hi") -> str:
    return manifest("Prompt", "p", f'model: {model}\nmessages: [{{role: user, content: "{text}"}}]\n')


def partial(name: str, text: str, metadata: str = "") -> str:
    return manifest("Partial", name, f"content: |\n  {text}\n", metadata)


def model(name: str, metadata: str = "", spec: str = "provider: openai\nmodel: x\n") -> str:
    return manifest("Model", name, spec, metadata)


@pytest.mark.parametrize("rule", REFERENCE_RULES, ids=lambda rule: rule.rule.code)
def test_rule_is_silent_on_the_example(rule: CheckRule) -> None:
    assert list(rule.findings(example_registry())) == []


@pytest.mark.parametrize("rule", REFERENCE_RULES, ids=lambda rule: rule.rule.code)
def test_rule_is_silent_on_a_sound_registry(rule: CheckRule) -> None:
    files = {
        "prompts/p.yaml": prompt("route/r", "{{> a/b}}"),
        "routes/r.yaml": ROUTE,
        "partials/b.yaml": partial("a/b", "text", ", formerly: [b], deprecation: {replacedBy: prompt/p}"),
    }
    assert told(rule, files) == []


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        ("mm", "did you mean 'm'?"),
        ("model/mm", "did you mean 'model/m'?"),
        ("gpt", "there are: m, r"),
    ],
)
def test_reference_to_nothing(written: str, cure: str) -> None:
    files = {"prompts/p.yaml": prompt(written), "routes/r.yaml": ROUTE}
    place = f"prompts/p.yaml:5:10-{10 + len(written)}"
    nothing = "there is no" if "/" in written else "no Model or Route is named"
    assert told(no_such_artifact, files) == [(place, f"{nothing} '{written}'", cure)]


def test_reference_to_nothing_among_many_names_five() -> None:
    files = {
        f"models/{n}.yaml": model(f"{n}-large") for n in ("alpha", "beta", "gamma", "delta", "eta", "iota")
    }
    assert told(no_such_artifact, {"prompts/p.yaml": prompt("zzz"), **files}) == [
        (
            "prompts/p.yaml:5:10-13",
            "no Model or Route is named 'zzz'",
            "there are: alpha-large, beta-large, delta-large, eta-large, gamma-large and 2 more",
        )
    ]


def test_partial_that_is_not_there_is_told_at_its_tag() -> None:
    files = {"partials/a.yaml": manifest("Partial", "a", "content: |\n  one\n  two {{> tone}}\n")}
    files["partials/t.yaml"] = partial("tones", "text")
    assert told(no_such_artifact, files) == [
        ("partials/a.yaml:7:9-19", "no Partial is named 'tone'", "did you mean 'tones'?")
    ]


def test_reference_of_a_kind_that_has_no_artifact() -> None:
    files = {"prompts/p.yaml": manifest("Prompt", "p", "model: m\nmessages: []\nguardrails: [x]\n")}
    assert told(no_such_artifact, files) == [
        (
            "prompts/p.yaml:7:16-17",
            "no Guardrail is named 'x'",
            "there is no Guardrail in this registry yet: add its manifest",
        )
    ]


def test_reference_to_nothing_points_at_the_files_that_could_not_be_read() -> None:
    files = {"prompts/p.yaml": prompt("gpt"), "models/b.yaml": "kind: Model\nkind: Model\n"}
    cure = "it may be in a file that could not be read: models/b.yaml"
    assert told(no_such_artifact, files) == [
        ("prompts/p.yaml:5:10-13", "no Model or Route is named 'gpt'", cure)
    ]


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("models/b.yaml", "b"),
        ("models/b.yaml", "model/b"),
        ("models/b.yaml", "models/b"),
        ("models/fast/b.yml", "fast/b"),
        ("routes/b.yaml", "route/b"),
    ],
)
def test_reference_to_a_file_that_could_not_be_read_is_no_second_finding(path: str, written: str) -> None:
    broken = {path: "kind: Model\nkind: Model\n"}
    assert told(no_such_artifact, {"prompts/p.yaml": prompt(written), **broken}) == []
    assert len(told(no_such_artifact, {"prompts/p.yaml": prompt("other/b"), **broken})) == 1
    assert len(told(no_such_artifact, {"prompts/p.yaml": prompt(written)})) == 1


ENVIRONMENT = """
pins: {nowhere: 1.0.0}
after: staging
"""


def test_reference_in_a_key_is_told_at_the_key() -> None:
    files = {"environments/e.yaml": manifest("Environment", "e", ENVIRONMENT)}
    assert told(no_such_artifact, files) == [
        (
            "environments/e.yaml:5:10-17",
            "no Application is named 'nowhere'",
            "there is no Application in this registry yet: add its manifest",
        ),
        ("environments/e.yaml:6:10-17", "no Environment is named 'staging'", "there are: e"),
    ]


def test_names_that_are_wrong_twice_are_told_twice() -> None:
    files = {"prompts/p.yaml": manifest("Prompt", "p", "model: m\nmessages: []\nguardrails: [x, y]\n")}
    assert [message for _, message, _ in told(no_such_artifact, files)] == [
        "no Guardrail is named 'x'",
        "no Guardrail is named 'y'",
    ]


def test_environment_of_another_registry_pins_what_is_there() -> None:
    spec = ENVIRONMENT + "registry: {git: https://git.example.com/other.git}\n"
    files = {"environments/e.yaml": manifest("Environment", "e", spec)}
    assert told(no_such_artifact, files) == [
        ("environments/e.yaml:6:10-17", "no Environment is named 'staging'", "there are: e")
    ]


@pytest.mark.parametrize(
    ("written", "named"), [("a", "Prompt or Partial"), ("prompt/a", "Prompt"), ("partial/a", "Partial")]
)
def test_reference_to_another_kind(written: str, named: str) -> None:
    files = {
        "prompts/a.yaml": manifest("Prompt", "a", "model: m\nmessages: []\n"),
        "partials/a.yaml": partial("a", "text"),
        "prompts/p.yaml": prompt(written),
    }
    place = f"prompts/p.yaml:5:10-{10 + len(written)}"
    message = f"'{written}' is a {named}, not a Model or Route"
    assert told(wrong_kind, files) == [(place, message, "name a Model or Route")]
    assert told(no_such_artifact, files) == []


def test_reference_that_fits_two() -> None:
    files = {"prompts/p.yaml": prompt("r"), "routes/r.yaml": ROUTE, "models/r.yaml": model("r")}
    assert told(ambiguous_reference, files) == [
        ("prompts/p.yaml:5:10-11", "'r' fits 2 artifacts", "write 'model/r' or 'route/r'")
    ]


def test_ring_is_told_once_where_it_begins() -> None:
    files = {
        "partials/a.yaml": partial("a", "{{> b}}"),
        "partials/b.yaml": partial("b", "x {{> c}}"),
        "partials/c.yaml": partial("c", "{{> a}} {{> c}}"),
    }
    cure = "take one of these references away"
    ring = "these depend on each other: partial/a -> partial/b -> partial/c -> partial/a"
    assert told(reference_cycle, files) == [("partials/a.yaml:6:5-12", ring, cure)]


def test_partial_that_includes_itself_is_a_ring() -> None:
    files = {"partials/a.yaml": partial("a", "{{> a}}")}
    message = "these depend on each other: partial/a -> partial/a"
    cure = "take one of these references away"
    assert told(reference_cycle, files) == [("partials/a.yaml:6:5-12", message, cure)]


def test_what_something_is_about_makes_no_ring() -> None:
    spec = "provider: openai\nmodel: x\nfineTuning: {base: t, method: lora}\n"
    assert told(reference_cycle, {"models/t.yaml": model("t", spec=spec)}) == []


@pytest.mark.parametrize(
    ("written", "new"),
    [("old", "new"), ("model/old", "model/new"), ("aged", "model/both"), ("way", "route/both")],
)
def test_reference_by_a_former_name(written: str, new: str) -> None:
    files = {
        "models/new.yaml": model("new", ", formerly: [old]"),
        "models/both.yaml": model("both", ", formerly: [aged]"),
        "routes/both.yaml": manifest("Route", "both", "strategy: failover\n", ", formerly: [way]"),
        "prompts/old.yaml": manifest("Prompt", "old", "model: m\nmessages: []\n"),
        "prompts/p.yaml": prompt(written),
    }
    place = f"prompts/p.yaml:5:10-{10 + len(written)}"
    message = f"'{written}' is a former name of '{new}'"
    assert told(former_name, files) == [(place, message, f"write '{new}'")]
    assert told(wrong_kind, files) == told(no_such_artifact, files) == []


def test_former_name_of_another_kind_is_no_name() -> None:
    files = {
        "partials/a.yaml": partial("a", "text", ", formerly: [b]"),
        "prompts/p.yaml": prompt("partial/b"),
    }
    assert told(former_name, files) == []
    assert told(no_such_artifact, files) == [
        ("prompts/p.yaml:5:10-19", "there is no 'partial/b'", "there are: model/m")
    ]


@pytest.mark.parametrize(
    ("former", "expected"),
    [
        ("b", ("models/b.yaml:3:32-33", "'model/b' is the present name", "delete it here")),
        (
            "m",
            (
                "models/b.yaml:3:32-33",
                "'model/m' is another artifact, in models/m.yaml",
                "former names stay reserved: rename that one",
            ),
        ),
        (
            "o",
            (
                "models/b.yaml:3:32-33",
                "'model/o' is a former name of 'model/a' too",
                "delete it in one of them",
            ),
        ),
    ],
)
def test_former_name_that_belongs_to_somebody_else(former: str, expected: Told) -> None:
    files = {
        "models/a.yaml": model("a", ", formerly: [o]"),
        "models/b.yaml": model("b", f", formerly: [{former}]"),
    }
    assert told(former_name_taken, files) == [expected]


@pytest.mark.parametrize(
    ("written", "message", "cure"),
    [
        ("mm", "no Model is named 'mm'", "did you mean 'm'?"),
        (
            "prompt/x",
            "no Prompt is named 'prompt/x'",
            "there is no Prompt in this registry yet: add its manifest",
        ),
        ("old", "no Model is named 'old'", "write 'm', its present name"),
        ("b", "'b' cannot be replaced by itself", "name the new artifact"),
    ],
)
def test_replacement_that_is_not_there(written: str, message: str, cure: str) -> None:
    files = {
        "models/m.yaml": MODEL.replace("name: m", "name: m, formerly: [old]"),
        "models/b.yaml": model("b", f", deprecation: {{replacedBy: {written}}}"),
    }
    place = f"models/b.yaml:3:47-{47 + len(written)}"
    assert told(no_such_replacement, files) == [(place, message, cure)]


def test_replacement_in_a_file_that_could_not_be_read_is_no_second_finding() -> None:
    old = {"models/b.yaml": model("b", ", deprecation: {replacedBy: new}")}
    assert told(no_such_replacement, {**old, "models/new.yaml": "kind: Model\nkind: Model\n"}) == []
    assert len(told(no_such_replacement, old)) == 1


@pytest.mark.parametrize("deprecation", ["soon", "{reason: merged}", "{replacedBy: 1}"])
def test_deprecation_without_a_replacement_is_no_reference(deprecation: str) -> None:
    assert told(no_such_replacement, {"models/b.yaml": model("b", f", deprecation: {deprecation}")}) == []
