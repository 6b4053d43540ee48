"""What is said of a reference to nothing where a file, or the end of a name, tells what was meant."""

import pytest

from plmctl.core.finding import sorted_findings
from plmctl.rules.references import no_such_artifact
from tests.rules.registries import manifest, registry_of


def model(name: str) -> str:
    return manifest("Model", name, "provider: openai\nmodel: x\n")


def cure(written: str, files: dict[str, str]) -> str | None:
    """The help for a target of a route, which is never mended without asking."""
    route = manifest("Route", "r", f"strategy: weighted\ntargets: [{{model: {written}, weight: 1}}]\n")
    (finding,) = sorted_findings(no_such_artifact.findings(registry_of({"routes/r.yaml": route, **files})))
    assert (finding.location.line, finding.location.column, finding.fix) == (6, 21, ())
    return finding.help


@pytest.mark.parametrize(
    ("written", "name", "path", "said"),
    [
        (
            "team/judge",
            "judge",
            "models/team/judge.yaml",
            "models/team/judge.yaml has the name 'judge': write 'team/judge' there, or 'judge' here",
        ),
        (
            "model/team/judge",
            "judge",
            "models/team/judge.yaml",
            "models/team/judge.yaml has the name 'judge': write 'team/judge' there, or 'model/judge' here",
        ),
        (
            "judge",
            "judge-mini",
            "models/judge.yaml",
            "models/judge.yaml has the name 'judge-mini': write 'judge' there, or 'judge-mini' here",
        ),
        ("judge", "team/judge", "models/team/judge.yaml", "did you mean 'team/judge'?"),
        ("else/judge", "team/judge", "models/team/judge.yaml", "did you mean 'team/judge'?"),
        ("model/judge", "team/judge", "models/team/judge.yaml", "did you mean 'model/team/judge'?"),
        ("judge", "other", "prompts/other.yaml", "there are: m, other"),
    ],
)
def test_a_file_or_the_end_of_a_name_tells_what_was_meant(
    written: str, name: str, path: str, said: str
) -> None:
    assert cure(written, {path: model(name)}) == said


def test_of_two_files_of_that_name_neither_is_named() -> None:
    files = {"models/a/judge.yaml": model("one"), "models/b/judge.yaml": model("two")}
    assert cure("judge", files) == "there are: m, one, two"


def test_of_several_names_that_end_so_the_nearest_is_meant_and_else_all_are_named() -> None:
    files = {f"models/{n}/j.yaml": model(f"{n}/j") for n in ("quality", "platform")}
    assert cure("qualities/j", files) == "did you mean 'quality/j'?"
    assert cure("j", files) == "did you mean 'platform/j' or 'quality/j'?"


def test_a_copy_whose_name_was_forgotten_is_what_was_meant() -> None:
    files = {"models/large.yaml": model("small"), "models/small.yaml": model("small")}
    said = "models/large.yaml has the name 'small': write 'large' there, or 'small' here"
    assert cure("large", files) == said


def test_a_file_of_another_kind_is_not_what_was_meant() -> None:
    files = {"prompts/judge.yaml": manifest("Partial", "words", "content: a\n")}
    assert cure("judge", files) == "there are: m"
