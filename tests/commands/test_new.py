import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from plmctl.commands.new import NewOptions, new
from plmctl.core.document import Document, read_document
from plmctl.core.finding import UsageError
from plmctl.core.kinds import BUILT_IN, Kinds
from plmctl.core.layout import formatted
from plmctl.core.outline import outline
from plmctl.core.registry import Registry, load
from plmctl.core.schema import KINDS, findings_of
from plmctl.core.settings import Settings
from plmctl.core.value import Value
from plmctl.rules.checks import findings
from tests.commands.ground import FILES, REGISTRY, folder_at, opened, small_registry
from tests.core.own_schemas import with_spec
from tests.git.builder import Folder

EMPTY = Registry(settings=Settings(folder="", name="acme"), manifests={})
# Each of them says how else the artifact is written; it cannot stand beside the way that is written out.
ALTERNATIVES = {"Partial": {"contentFile"}, "Tool": {"mcp", "openapi", "builtin"}}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return small_registry(tmp_path / "registry")


def refused(folder: Folder, options: NewOptions) -> tuple[str, str | None]:
    before = sorted(p.as_posix() for p in folder.path.rglob("*.yaml"))
    with opened(folder) as repo, pytest.raises(UsageError) as error:
        new(repo, options)
    assert sorted(p.as_posix() for p in folder.path.rglob("*.yaml")) == before
    return error.value.message, error.value.hint


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_manifest_of_each_kind_is_valid_as_it_is(folder: Folder, kind: str) -> None:
    with opened(folder) as repo:
        report = new(repo, NewOptions(kind=kind, name="first"))
        found = load(repo.work_tree()).findings
    path = f"{BUILT_IN.folders[kind]}/first.yaml"
    assert report.done == (f"wrote {path}: {kind.lower()}/first",)
    assert report.data == {"id": f"{kind.lower()}/first", "path": path}
    assert [f for f in found if f.code.startswith(("YML", "SCH"))] == []


def test_references_name_what_is_there(folder: Folder) -> None:
    with opened(folder) as repo:
        for kind in KINDS:
            new(repo, NewOptions(kind=kind, name="first"))
        found = [(f.code, f.location.path, f.message) for f in findings(load(repo.work_tree()), "2026-03-04")]
    assert found == [("REF005", "datasets/first.yaml", "no such file: 'data/product-docs.dvc'")]


@pytest.mark.parametrize(
    ("kind", "dataset"), [("Retriever", "dataset/guide"), ("EvalSuite", "dataset/cases")]
)
def test_a_dataset_is_one_for_that_purpose(folder: Folder, kind: str, dataset: str) -> None:
    text = "apiVersion: plmctl/v1\nkind: Dataset\nmetadata: {{name: {}}}\nspec: {{purpose: [{}]}}\n"
    for name, purpose in (("answers", "fine-tuning"), ("cases", "evaluation"), ("guide", "few-shot, rag")):
        folder.write(f"datasets/{name}.yaml", text.format(name, purpose))
    with opened(folder) as repo:
        report = new(repo, NewOptions(kind=kind, name="first"))
    written = (folder.path / str((report.data or {})["path"])).read_text()
    assert re.findall(r"dataset/\w+", written) == [dataset]


def test_it_says_what_its_placeholders_name_in_vain(tmp_path: Path) -> None:
    tmp_path.joinpath("r").mkdir()
    folder = folder_at(tmp_path / "r")
    folder.git("init", "-q", "-b", "main")
    folder.commit({"plmctl.yaml": REGISTRY})
    with opened(folder) as repo:
        dataset = new(repo, NewOptions(kind="dataset", name="docs"))
        prompt = new(repo, NewOptions(kind="prompt", name="greet"))
        partial = new(repo, NewOptions(kind="partial", name="tone"))
    assert dataset.next == (
        "fill in datasets/docs.yaml",
        "datasets/docs.yaml:34:15: no such file: 'data/product-docs.dvc'",
        "make the pointer with 'dvc add', or, for data in Git, write 'data: {git: FILE}'",
        "plmctl validate",
    )
    assert prompt.next == (
        "fill in prompts/greet.yaml",
        "replace what does not exist yet: gpt-4o",
        "plmctl validate",
    )
    assert partial.next == ("fill in partials/tone.yaml", "plmctl validate")


def test_a_new_guardrail_reads_like_this(folder: Folder) -> None:
    with opened(folder) as repo:
        new(repo, NewOptions(kind="guardrail", name="privacy/mail"))
    assert (folder.path / "guardrails" / "privacy" / "mail.yaml").read_text(encoding="utf-8") == (
        "# A check around a model call.\n"
        "# To use a field that is commented out, delete the '#' before it.\n"
        "apiVersion: plmctl/v1\n"
        "kind: Guardrail\n"
        "metadata:\n"
        "  # The name; with the kind it is the artifact's id.\n"
        "  name: privacy/mail\n"
        "  # A short title for people.\n"
        "  #title: Ticket triage\n"
        "  # What it is for, in a sentence or two.\n"
        "  #description: Classify a support ticket and draft the first reply.\n"
        "  # The people or teams who look after it.\n"
        "  #owners: [support-team]\n"
        "  # Labels to search and group by.\n"
        "  #labels: {product: support-bot, language: en}\n"
        "  # How settled it is.\n"
        "  #stability: stable\n"
        "  # Since when and why it should no longer be used, and what to use.\n"
        "  #deprecation:\n"
        '  #  since: "2026-10-01"\n'
        '  #  sunset: "2027-01-01"\n'
        "  #  replacedBy: support/triage-v2\n"
        "  #  reason: merged\n"
        "  # Earlier names of the artifact, which stay reserved.\n"
        "  #formerly: [support/classify]\n"
        "  # Versions that ranges skip.\n"
        "  #yanked:\n"
        "  #  - version: 1.3.0\n"
        "  #    reason: leaked a customer's name\n"
        "spec:\n"
        "  # Where in the call it checks.\n"
        "  stage: output\n"
        "  # What checks: regex, model, presidio and the like.\n"
        "  engine: presidio\n"
        "  # The model that checks. (Model)\n"
        "  #model: model/small\n"
        "  # What happens when it finds something.\n"
        "  #action: mask\n"
        "  # What happens when the check itself fails, such as block or allow.\n"
        "  #onError: block\n"
        "  # The engine's settings.\n"
        "  #config: {entities: [EMAIL, PHONE]}\n"
    )


def test_an_editor_is_told_the_schema_of_a_new_manifest_where_init_wrote_it(folder: Folder) -> None:
    folder.write(".plmctl/schemas/guardrail.json", "{}\n")
    with opened(folder) as repo:
        new(repo, NewOptions(kind="guardrail", name="privacy/mail"))
        new(repo, NewOptions(kind="tool", name="search"))
    first = [
        (folder.path / path).read_text(encoding="utf-8").split("\n")[0]
        for path in ("guardrails/privacy/mail.yaml", "tools/search.yaml")
    ]
    assert first == [
        "# yaml-language-server: $schema=../../.plmctl/schemas/guardrail.json",
        "# What a model may call.",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_manifest_is_in_the_canonical_layout(kind: str) -> None:
    text = outline(kind, "first", EMPTY, "# yaml-language-server: $schema=../x.json")
    document = read_document("first.yaml", text.encode())
    assert isinstance(document, Document)
    assert formatted(document, BUILT_IN.schema_of(kind)) == text


def fields(lines: list[str]) -> Iterator[tuple[str, list[int]]]:
    """The fields that are commented out, and the numbers of their lines."""
    at: list[int] = []
    for number, line in enumerate([*lines, ""]):
        if line.startswith("  #") and line[3:4] not in (" ", "-"):
            if at:
                yield lines[at[0]][3:].partition(":")[0], at
            at = [number]
        elif at and line.startswith("  #  "):
            at.append(number)
        elif at:
            yield lines[at[0]][3:].partition(":")[0], at
            at = []


@pytest.mark.parametrize("kind", KINDS)
def test_each_field_that_is_commented_out_is_valid_when_it_is_let_in(kind: str) -> None:
    lines = outline(kind, "first", EMPTY).splitlines()
    seen = set()
    for name, numbers in fields(lines):
        text = "\n".join(f"  {line[3:]}" if n in numbers else line for n, line in enumerate(lines))
        document = read_document("first.yaml", f"{text}\n".encode())
        assert isinstance(document, Document)
        whole = (*document.findings, *findings_of(document, kind, BUILT_IN))
        assert (name in ALTERNATIVES.get(kind, ())) is bool(whole), (name, whole)
        assert name in str(document.value)
        seen.add(name)
    assert {"title", "stability", "yanked"} <= seen


def test_each_field_of_an_own_kind_without_examples_is_valid_when_it_is_let_in() -> None:
    fields: dict[str, Value] = {
        "text": {"type": "string"},
        "mood": {"enum": ["calm", "bright"]},
        "age": {"type": ["null", "integer"]},
        "is_kind": {"type": "boolean"},
        "names": {"type": "array"},
        "more": {"type": "object"},
        "speaks": {"$ref": "defs.json#/$defs/reference", "x-plm-ref": ["Prompt"]},
    }
    kinds = Kinds(own={"Persona": with_spec({"properties": fields})})
    registry = Registry(settings=Settings(folder="", name="acme", kinds=kinds), manifests={})
    text = outline("Persona", "first", registry)
    spec = text.partition("spec:\n")[2]
    assert [line for line in spec.splitlines() if not line.startswith("  # ")] == [
        '  text: "..."',
        "  #mood: calm",
        "  #age: 0",
        "  #is_kind: false",
        "  #names: []",
        "  #more: {}",
        "  #speaks: prompt/name",
    ]
    whole = text.replace(spec, re.sub("(?m)^  #(?! )", "  ", spec))
    document = read_document("first.yaml", whole.encode())
    assert isinstance(document, Document)
    assert (document.findings, findings_of(document, "Persona", kinds)) == ((), ())


def test_a_new_environment_pins_a_version_that_a_first_release_has(folder: Folder) -> None:
    with opened(folder) as repo:
        new(repo, NewOptions(kind="application", name="desk"))
        new(repo, NewOptions(kind="environment", name="production"))
    text = (folder.path / "environments/production.yaml").read_text(encoding="utf-8")
    assert "  pins: {application/desk: ^1.0" in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_the_schema_is_there(kind: str) -> None:
    text = outline(kind, "first", EMPTY)
    spec = BUILT_IN.schema_of(kind).property("spec")
    assert spec is not None
    for name in spec.properties():
        assert f"\n  {name}:" in text or f"\n  #{name}:" in text


@pytest.mark.parametrize("word", ["ContextPolicy", "contextpolicy", "context-policy", "CONTEXT_POLICY"])
def test_a_kind_is_accepted_however_it_is_written(folder: Folder, word: str) -> None:
    with opened(folder) as repo:
        report = new(repo, NewOptions(kind=word, name="chat"))
    assert report.done == ("wrote contexts/chat.yaml: contextpolicy/chat",)


def test_a_folder_of_the_registry_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    folder = folder_at(tmp_path / "r")
    folder.git("init", "-q", "-b", "main")
    folder.commit({f"llm/{name}": text for name, text in FILES.items()})
    with opened(folder) as repo:
        report = new(repo, NewOptions(kind="prompt", name="bye", folder="prompts/support"))
    assert report.done == ("wrote llm/prompts/support/bye.yaml: prompt/bye",)


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        (NewOptions(kind="promt", name="a"), "'promt' is not a kind", "did you mean 'prompt'?"),
        (NewOptions(kind="zzz", name="a"), "'zzz' is not a kind", f"the kinds are {', '.join(KINDS)}"),
        (
            NewOptions(kind="prompt", name="Support/Triage"),
            "'Support/Triage' cannot be a name",
            "a name is lower case letters and digits, with '-' and '_' inside, in segments divided by '/'",
        ),
        (
            NewOptions(kind="prompt", name="a" * 101),
            "the name has 101 characters",
            "at most 100 are allowed",
        ),
        (
            NewOptions(kind="prompt", name="prompt/triage"),
            "the name 'prompt/triage' begins with a kind",
            "leave it out: 'triage'",
        ),
        (
            NewOptions(kind="environment", name="eu/staging"),
            "the name of an environment has no '/': 'eu/staging'",
            "try 'eu-staging'",
        ),
        (
            NewOptions(kind="prompt", name="greet"),
            "there is prompt/greet already: prompts/greet.yaml",
            "run 'plmctl show prompt/greet' to see it, or choose another name",
        ),
        (
            NewOptions(kind="prompt", name="a", folder="../elsewhere"),
            "the path '../elsewhere/a.yaml' leaves the repository",
            "keep the file in this repository",
        ),
        (
            NewOptions(kind="prompt", name="a", folder="src"),
            "no manifest would be looked for at src/a.yaml",
            "name another folder, or widen 'manifests' in plmctl.yaml",
        ),
    ],
)
def test_what_cannot_be_is_refused(folder: Folder, options: NewOptions, message: str, hint: str) -> None:
    assert refused(folder, options) == (message, hint)


def test_a_file_that_is_there_is_not_overwritten(folder: Folder) -> None:
    folder.write("prompts/bye.yaml", "kind: other\n")
    assert refused(folder, NewOptions(kind="prompt", name="bye")) == (
        "there is a file already: prompts/bye.yaml",
        "choose another name, or another folder",
    )
    assert (folder.path / "prompts" / "bye.yaml").read_text(encoding="utf-8") == "kind: other\n"


def test_a_name_that_an_artifact_had_stays_reserved(folder: Folder) -> None:
    text = FILES["prompts/greet.yaml"].replace("  name: greet\n", "  name: greet\n  formerly: [hello]\n")
    folder.write("prompts/greet.yaml", text)
    assert refused(folder, NewOptions(kind="prompt", name="hello")) == (
        "prompt/greet was prompt/hello before, the name stays reserved",
        "choose another name",
    )


def test_it_says_when_git_ignores_the_new_file(folder: Folder) -> None:
    folder.write(".gitignore", "/tools/\n")
    with opened(folder) as repo:
        report = new(repo, NewOptions(kind="tool", name="search"))
    assert report.notes == (
        "Git ignores tools/search.yaml: it is no part of the registry until '.gitignore' lets it in",
    )
    assert report.next == ("fill in tools/search.yaml", "plmctl validate")


def test_another_plmctl_than_the_registry_asks_for_writes_nothing(folder: Folder) -> None:
    folder.write("plmctl.yaml", f'{REGISTRY}spec:\n  requiredVersion: ">=99"\n')
    message, _ = refused(folder, NewOptions(kind="prompt", name="bye"))
    assert message.startswith("plmctl.yaml requires plmctl >=99, this is ")
