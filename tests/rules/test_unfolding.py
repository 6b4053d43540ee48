import pytest

from plmctl.rules.templates import text_too_large
from tests.rules.registries import Told, told
from tests.rules.test_templates import partial, prompt


def chain(levels: int, times: int) -> dict[str, str]:
    """A prompt whose partials include each other, so many levels deep and so many times on each."""
    files = prompt("{{> p0}}", inputs="")
    for level in range(levels):
        files |= partial(f"p{level}", " ".join([f"{{{{> p{level + 1}}}}}"] * times))
    return files | partial(f"p{levels}", "sixteen bytes...")


STEPS = "the text takes more than 1,000,000 values, items and partials, whatever fills it"
FEWER = "include partials in fewer levels, or fewer times"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (chain(levels=3, times=2), []),
        (
            chain(levels=4, times=30),
            [("prompts/p.yaml:9:9-17", "the text is longer than 10 MiB, whatever fills it", FEWER)],
        ),
        (chain(levels=20, times=2), [("prompts/p.yaml:9:9-17", STEPS, FEWER)]),
        (
            chain(levels=64, times=1),
            [
                (
                    "prompts/p.yaml:9:9-17",
                    "sections and partials nest deeper than 64, whatever fills it",
                    FEWER,
                )
            ],
        ),
        (
            prompt(" ".join(["{{> long}}"] * 50), inputs="") | partial("long", "x" * 250_000),
            [("prompts/p.yaml:9:9-19", "the text is longer than 10 MiB, whatever fills it", FEWER)],
        ),
        # What includes itself, or what is not there, has a finding of its own.
        (prompt("{{> a}}", inputs="") | partial("a", "{{> b}}") | partial("b", "{{> a}}"), []),
        (prompt("{{> a}}", inputs="") | partial("a", "{{> b}}"), []),
        (
            chain(levels=4, times=30) | prompt("{{#on}}{{> p0}}{{/on}}", inputs=""),
            [("prompts/p.yaml:9:16-24", "the text is longer than 10 MiB, whatever fills it", FEWER)],
        ),
    ],
)
def test_a_text_that_no_values_make_small_enough_is_told(files: dict[str, str], expected: list[Told]) -> None:
    found = told(text_too_large, files)
    assert [one for one in found if one[0].startswith("prompts/")] == expected
