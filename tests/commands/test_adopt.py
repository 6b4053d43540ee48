import gzip
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from plmctl.commands.adopt import AdoptOptions, adopt
from plmctl.core.draft import Stray
from plmctl.core.finding import Level, UsageError
from plmctl.core.placeholder import Syntax
from plmctl.core.registry import load
from plmctl.core.report import Problem, Report
from plmctl.git.outside import Outside
from plmctl.rules.checks import findings
from tests.commands.ground import FILES, REGISTRY, folder_at, opened, small_registry
from tests.git.builder import Folder
from tests.programs import REPOSITORY

CORPUS = REPOSITORY.parent / "shared" / "corpora" / "prompts.jsonl.gz"
ROUTE = """\
apiVersion: plmctl/v1
kind: Route
metadata: {name: small}
spec:
  strategy: failover
  targets: [{model: model/small}]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Texts that a test gives, as if they were files of a folder."""

    texts: dict[str, bytes]
    is_folder: bool = True
    named: str = "texts"

    def strays(self, endings: Collection[str], limit: int) -> Iterator[Stray]:
        for path, data in sorted(self.texts.items()):
            yield Stray(path=path, data=data)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return small_registry(tmp_path / "registry")


def one(text: str) -> Given:
    return Given(texts={"My Greeting.md": text.encode()}, is_folder=False)


def run(folder: Folder, given: Given, options: AdoptOptions | None = None) -> Report:
    with opened(folder) as repo:
        return adopt(repo, given, options or AdoptOptions())


def manifests(folder: Folder) -> list[str]:
    return sorted(p.relative_to(folder.path).as_posix() for p in folder.path.rglob("*.yaml"))


def problems(
    folder: Folder, given: Given, options: AdoptOptions | None = None
) -> list[tuple[str, str | None]]:
    before = manifests(folder)
    report = run(folder, given, options)
    assert manifests(folder) == before
    assert {problem.exit_code for problem in report.problems} == {2}
    assert (report.done, report.data) == ((), None)
    return [(problem.message, problem.hint) for problem in report.problems]


def test_a_file_becomes_a_prompt_that_validates(folder: Folder) -> None:
    report = run(folder, one("Hi {{name}}, it is {weekday}.\n"))
    assert report == Report(
        command="new",
        done=("wrote prompts/my-greeting.yaml: prompt/my-greeting, inputs name",),
        data={
            "written": [
                {
                    "id": "prompt/my-greeting",
                    "path": "prompts/my-greeting.yaml",
                    "from": "My Greeting.md",
                    "templateFormat": "mustache",
                    "inputs": ["name"],
                    "remarks": [
                        "{weekday}: kept as text; --variables python makes variables of them",
                        "its name became my-greeting",
                    ],
                }
            ],
            "passedOver": [],
        },
        notes=(
            "My Greeting.md: {weekday}: kept as text; --variables python makes variables of them",
            "My Greeting.md: its name became my-greeting",
        ),
        next=("plmctl show prompt/my-greeting", "plmctl validate"),
    )
    with opened(folder) as repo:
        assert [f.message for f in findings(load(repo.work_tree()), "2026-03-04")] == []


def test_options_say_name_folder_role_and_variables(folder: Folder) -> None:
    options = AdoptOptions(
        name="support/hi", folder="prompts/drafts", role="system", syntax=Syntax.PYTHON, model="model/small"
    )
    report = run(folder, one("{{name}} is {name}"), options)
    assert report.done == ("wrote prompts/drafts/support/hi.yaml: prompt/support/hi, inputs name",)
    text = (folder.path / "prompts/drafts/support/hi.yaml").read_text(encoding="utf-8")
    assert "    - role: system\n      content: |\n        {name} is {{name}}\n" in text


def test_front_matter_names_the_prompt_and_its_model(folder: Folder) -> None:
    for model in ("small", "model/small", "gpt-4o-mini-2024-07-18"):
        name = model.replace("/", "-")
        run(folder, one(f"---\nname: by/{name}\nmodel: {model}\n---\ntext"))
        assert "  model: small\n" in (folder.path / f"prompts/by/{name}.yaml").read_text(encoding="utf-8")


def test_a_model_is_written_with_its_kind_where_its_name_says_too_little(folder: Folder) -> None:
    folder.write("routes/small.yaml", ROUTE)
    run(folder, one("text"), AdoptOptions(model="route/small"))
    text = (folder.path / "prompts/my-greeting.yaml").read_text(encoding="utf-8")
    assert "  model: route/small\n" in text
    assert problems(folder, one("text"), AdoptOptions(name="b", model="small")) == [
        ("My Greeting.md: 'small' is more than one model of this registry", "choose with --model: small")
    ]


def test_a_manifest_points_at_a_file_of_the_repository(folder: Folder) -> None:
    folder.write("texts/hi.md", "Hi {{name}}.\n")
    with opened(folder) as repo:
        report = adopt(repo, Outside(str(folder.path / "texts/hi.md")), AdoptOptions(kept="texts/hi.md"))
        text = (folder.path / "prompts/hi.yaml").read_text(encoding="utf-8")
        assert "      contentFile: ../texts/hi.md\n" in text
        assert load(repo.work_tree()).findings == ()
    assert report.problems == ()


def test_a_folder_becomes_prompts_named_by_their_paths(folder: Folder) -> None:
    given = Given(texts={"Support/First Reply.md": b"a {{x}}", "legal.txt": b"b"})
    report = run(folder, given, AdoptOptions(name="ours"))
    assert report.done == (
        "wrote prompts/ours/support/first-reply.yaml: prompt/ours/support/first-reply, inputs x",
        "wrote prompts/ours/legal.yaml: prompt/ours/legal",
    )
    assert run(folder, Given(texts={"x.md": b"c"})).done == ("wrote prompts/x.yaml: prompt/x",)


def test_names_are_made_without_accents_and_it_says_so(folder: Folder) -> None:
    given = Given(texts={"odd-ünï.md": b"a", "Strikt/a -- b.md": b"b", "plain.md": b"c"})
    report = run(folder, given, AdoptOptions(name="ours"))
    assert [line.partition(": ")[2] for line in report.done] == [
        "prompt/ours/strikt/a-b",
        "prompt/ours/odd-uni",
        "prompt/ours/plain",
    ]
    assert report.notes == (
        "Strikt/a -- b.md: its name became ours/strikt/a-b",
        "odd-ünï.md: its name became ours/odd-uni",
    )


def test_a_name_that_somebody_gave_is_no_news(folder: Folder) -> None:
    assert run(folder, one("text"), AdoptOptions(name="a")).notes == ()
    assert run(folder, one("---\nname: b\n---\ntext")).notes == ()


def test_it_says_that_line_breaks_are_others(folder: Folder) -> None:
    report = run(folder, one("Hi\r\n{{name}}.\r\n"), AdoptOptions(name="hi"))
    assert report.notes == ("My Greeting.md: its line breaks became LF",)
    assert b"\r" not in (folder.path / "prompts/hi.yaml").read_bytes()
    folder.write("texts/kept.md", "Hi\r\n")
    with opened(folder) as repo:
        kept = adopt(repo, Outside(str(folder.path / "texts/kept.md")), AdoptOptions(kept="texts/kept.md"))
    assert (kept.problems, kept.notes) == ((), ())


def test_it_says_that_a_text_became_raw(folder: Folder) -> None:
    report = run(folder, one("Hi {{name}}.\n{{#each items}}x{{/each}}\n"), AdoptOptions(name="hi"))
    assert report.notes == (
        (
            "My Greeting.md: the text became raw: {{name}} is text too, because '{{#each items}}' on line 2 "
            "is no mustache: 'each' is a helper of Handlebars, not of mustache"
        ),
    )


def test_a_hint_that_several_files_share_is_given_once(folder: Folder) -> None:
    for name in "abc":
        folder.write(f"prompts/{name}.yaml", "x: 1\n")
    assert problems(folder, Given(texts={f"{name}.md": b"1" for name in "abc"})) == [
        ("a.md: there is a file already: prompts/a.yaml", None),
        ("b.md: there is a file already: prompts/b.yaml", None),
        ("c.md: there is a file already: prompts/c.yaml", "choose another name, or another folder"),
    ]


def test_a_large_folder_is_told_in_short(folder: Folder) -> None:
    report = run(folder, Given(texts={f"p{n:02}.md": b"{a}" for n in range(23)}))
    assert len(report.done) == 21
    assert report.done[-1] == "wrote 3 more, 23 in all"
    assert len(report.notes) == 21
    assert report.notes[-1] == "and 3 more; --format json has all"


def test_what_a_folder_holds_besides_is_passed_over_and_told(folder: Folder, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.md").write_text("a", encoding="utf-8")
    (texts / "b.py").write_text("b", encoding="utf-8")
    with opened(folder) as repo:
        report = adopt(repo, Outside(str(texts)), AdoptOptions())
    assert report.notes == (f"1 passed over in {texts}", "b.py: it has another ending")
    assert report.data is not None
    assert report.data["passedOver"] == [{"path": "b.py", "reason": "it has another ending"}]


def test_every_file_that_cannot_be_a_prompt_is_named_and_nothing_is_written(folder: Folder) -> None:
    folder.write("prompts/taken.yaml", "x: 1\n")
    formerly = FILES["prompts/greet.yaml"].replace("  name: greet\n", "  name: greet\n  formerly: [hello]\n")
    folder.write("prompts/greet.yaml", formerly)
    given = Given(
        texts={
            "A b.md": b"1",
            "a-b.txt": b"2",
            "binary.md": b"\0",
            "good.md": b"good",
            "greet.md": b"3",
            "hello.md": b"4",
            "hot.md": b"---\ntemperature: hot\n---\ntext",
            "model.md": b"---\nmodel: unknown\n---\ntext",
            "taken.md": b"5",
            "tool/x.md": b"6",
            "!.md": b"7",
        }
    )
    assert problems(folder, given) == [
        (
            "!.md: '' cannot be a name",
            "a name is lower case letters and digits, with '-' and '_' inside, in segments divided by '/'",
        ),
        ("A b.md and a-b.txt would both be prompt/a-b", "rename one of the files"),
        ("binary.md cannot be a prompt: it is no text but binary", None),
        (
            "greet.md: there is prompt/greet already: prompts/greet.yaml",
            "run 'plmctl show prompt/greet' to see it, or choose another name",
        ),
        (
            "hello.md: prompt/greet was prompt/hello before, the name stays reserved",
            "choose another name",
        ),
        ("model.md: 'unknown' is no model of this registry", "choose with --model: small"),
        (
            "taken.md: there is a file already: prompts/taken.yaml",
            "choose another name, or another folder",
        ),
        ("tool/x.md: the name 'tool/x' begins with a kind", "leave it out: 'x'"),
        (
            (
                "hot.md cannot be a prompt: "
                "spec.parameters.temperature must be a number or null, not the text 'hot'"
            ),
            None,
        ),
    ]


def test_a_file_that_could_not_be_read_is_named(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "big.md").write_bytes(b"x" * (1024 * 1024 + 1))
    with opened(folder) as repo:
        report = adopt(repo, Outside(str(tmp_path / "big.md")), AdoptOptions())
    assert report.problems == (
        Problem(message="big.md cannot be a prompt: 1048577 bytes, over the limit of 1048576", exit_code=2),
    )


def test_a_folder_without_texts_is_refused(folder: Folder) -> None:
    assert problems(folder, Given(texts={})) == [("no .md, .txt, .prompt file in texts", None)]


@pytest.mark.parametrize(
    ("models", "hint"),
    [
        ({}, "run 'plmctl new model NAME' first"),
        (
            {
                "models/a.yaml": FILES["models/small.yaml"],
                "models/b.yaml": FILES["models/small.yaml"].replace("small", "big"),
            },
            "choose with --model: big, small",
        ),
    ],
)
def test_without_one_model_somebody_has_to_say_which(
    tmp_path: Path, models: dict[str, str], hint: str
) -> None:
    (tmp_path / "r").mkdir()
    folder = folder_at(tmp_path / "r")
    folder.git("init", "-q", "-b", "main")
    folder.commit({"plmctl.yaml": REGISTRY, **models})
    with pytest.raises(UsageError) as error:
        run(folder, Given(texts={"a.md": b"text"}))
    assert (error.value.message, error.value.hint) == ("which model are the prompts for?", hint)
    assert "prompts/a.yaml" not in manifests(folder)


def test_what_was_written_is_taken_back_when_the_rest_cannot_be(folder: Folder) -> None:
    # Git ignores it, so that it is no file of the registry, and it is in the way all the same.
    folder.write(".gitignore", "/prompts/new/b.yaml\n")
    folder.write("prompts/new/b.yaml", "mine\n")
    before = manifests(folder)
    given = Given(texts={"new/a.md": b"a", "new/b.md": b"b"})
    with pytest.raises(UsageError) as error:
        run(folder, given)
    assert error.value.message == "there is a file already: prompts/new/b.yaml"
    assert manifests(folder) == before
    assert (folder.path / "prompts/new/b.yaml").read_text(encoding="utf-8") == "mine\n"


def test_it_says_when_git_ignores_the_new_file(folder: Folder) -> None:
    folder.write(".gitignore", "/prompts/my-greeting.yaml\n")
    assert run(folder, one("text"), AdoptOptions(name="my-greeting")).notes == (
        "Git ignores prompts/my-greeting.yaml: no part of the registry until '.gitignore' lets them in",
    )


def test_another_plmctl_than_the_registry_asks_for_writes_nothing(folder: Folder) -> None:
    folder.write("plmctl.yaml", f'{REGISTRY}spec:\n  requiredVersion: ">=99"\n')
    with pytest.raises(UsageError, match="requires plmctl >=99"):
        run(folder, one("text"))


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus of real prompts is not here")
def test_a_folder_of_225_real_prompts_is_adopted_and_validates(folder: Folder, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        for line in lines:
            prompt = json.loads(line)
            for role in ("system", "user"):
                if prompt.get(role, "").strip():
                    path = texts / prompt["name"] / f"{role}.md"
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(prompt[role], encoding="utf-8")
    with opened(folder) as repo:
        report = adopt(repo, Outside(str(texts)), AdoptOptions(name="real"))
        assert report.problems == ()
        registry = load(repo.work_tree())
        found = [f for f in findings(registry, "2026-03-04") if f.level is Level.ERROR]
    # One of them quotes a token out of the documentation that it is about.
    assert [(f.code, f.artifact) for f in found] == [
        ("LNT027", "prompt/real/write_nuclei_template_rule/system")
    ]
    assert len(registry.of_kind("Prompt")) > 225
