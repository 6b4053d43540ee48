from plmctl.commands.diff_driver import Version, diff_driver
from plmctl.render.line import Paper
from plmctl.render.text import text

TODAY = "2026-01-15"
PATH = "models/small.yaml"
MODEL = """\
apiVersion: plmctl/v1
kind: Model
metadata: {name: small}
spec:
  provider: openai
  model: gpt-4o-mini
  parameters: {temperature: 0.2}
"""
ABSENT = Version(path=PATH, data=b"", mode=".")


def version(content: str | bytes | None, path: str = PATH, mode: str = "100644") -> Version:
    return Version(path=path, data=content.encode() if isinstance(content, str) else content, mode=mode)


def shown(old: Version, new: Version) -> str:
    return "".join(text(report, Paper()) for report in diff_driver(old, new, TODAY))


def test_a_changed_manifest_is_judged() -> None:
    assert shown(version(MODEL), version(MODEL.replace("0.2", "0.3"))) == (
        "models/small.yaml\n"
        "model/small  behavioural, needs minor\n"
        "└─ MDL022 sampling-changed: 'parameters.temperature' changed from 0.2 to 0.3\n\n"
    )


def test_one_that_came_or_went_is_told() -> None:
    assert shown(ABSENT, version(MODEL)).startswith("models/small.yaml\nmodel/small  ")
    assert "MDL001 removed" in shown(version(MODEL), ABSENT)


def test_a_move_is_told_with_what_changed() -> None:
    moved = version(MODEL, "models/openai/small.yaml")
    assert shown(version(MODEL), moved) == (
        "models/openai/small.yaml\n"
        "model/small  moved\n"
        "└─ moved: models/small.yaml -> models/openai/small.yaml\n\n"
    )
    changed = version(MODEL.replace("0.2", "0.3"), "models/openai/small.yaml")
    assert shown(version(MODEL), changed).splitlines()[2:4] == [
        "├─ MDL022 sampling-changed: 'parameters.temperature' changed from 0.2 to 0.3",
        "└─ moved: models/small.yaml -> models/openai/small.yaml",
    ]


def test_a_reference_that_only_became_a_full_id_is_no_change_of_meaning() -> None:
    suite = "apiVersion: plmctl/v1\nkind: Application\nmetadata: {name: desk}\nspec:\n  uses: [prompt/a]\n"
    prompt = (
        "apiVersion: plmctl/v1\nkind: Prompt\nmetadata: {name: a}\n"
        "spec:\n  model: model/b\n  retrieval: {ref: c, query: q, into: d}\n"
        "  messages: [{role: user, content: Hi.}]\n"
    )
    assert "means what it meant" in shown(
        version(suite), version(suite.replace("[prompt/a]", "['prompt/a']"))
    )
    assert "means what it meant" in shown(
        version(prompt), version(prompt.replace("ref: c", "ref: retriever/c"))
    )


def test_what_changes_no_meaning_is_shown_by_its_lines() -> None:
    assert shown(version(MODEL), version(MODEL.replace("openai", '"openai"  # hosted'))) == (
        "models/small.yaml: means what it meant; its lines:\n"
        "--- a/models/small.yaml\n"
        "+++ b/models/small.yaml\n"
        "@@ -2,6 +2,6 @@\n"
        " kind: Model\n"
        " metadata: {name: small}\n"
        " spec:\n"
        "-  provider: openai\n"
        '+  provider: "openai"  # hosted\n'
        "   model: gpt-4o-mini\n"
        "   parameters: {temperature: 0.2}\n"
    )


def test_what_is_no_readable_manifest_is_shown_by_its_lines_made_visible() -> None:
    hostile = b"kind: [\n\x1b]8;;evil\x07\n::error::x\n\xff\n"
    assert shown(version(MODEL), version(hostile)).splitlines()[-4:] == [
        "+kind: [",
        r"+\x1b]8;;evil\x07",
        "+::error::x",
        r"+\xff",
    ]
    assert shown(version("a: 1\n"), version("a: 2\n")).splitlines()[0] == (
        "models/small.yaml: not a manifest that plmctl can read; its lines:"
    )


def test_no_line_of_a_path_is_a_command() -> None:
    path = "models/a\n::error::x.yaml"
    lines = shown(version("a: 1\n", path), version("a: 2\n", path)).splitlines()
    assert lines[0] == r"models/a\x0a::error::x.yaml: not a manifest that plmctl can read; its lines:"
    assert not any(line.startswith("::") for line in lines)


def test_a_link_a_registry_and_a_strange_name_are_no_manifests() -> None:
    for old in (
        version(MODEL, mode="120000"),
        version(MODEL, "plmctl.yaml"),
        version(MODEL, "models/-x.yaml"),
    ):
        new = Version(path=old.path, data=(old.data or b"").replace(b"0.2", b"0.3"), mode=old.mode)
        assert "its lines:\n--- a/" in shown(old, new)


def test_a_credential_is_not_shown() -> None:
    provider = (
        "apiVersion: plmctl/v1\nkind: Provider\nmetadata: {name: main}\n"
        "spec:\n  type: openai\n  credential: {env: sk-%s}  # one\n"
    )
    secret = provider % ("a1B2" * 8)
    assert "a1B2" not in shown(version(secret), version(secret.replace("one", "two")))
    assert "a1B2" not in shown(version(secret), version(secret.replace("a1B2", "c3D4")))


def test_what_is_too_large_or_no_file_is_not_shown() -> None:
    assert shown(version(None), version(MODEL)) == (
        "models/small.yaml: not shown, it is no file or too large\n"
    )
    long = version("- a\n" * 20_001)
    assert shown(version("a"), long) == "models/small.yaml: not shown, it has too many lines\n"
