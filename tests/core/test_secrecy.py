import pytest

from plmctl.core.document import BrokenDocument, Document, read_document
from plmctl.core.finding import ConfigurationError, Finding
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import load
from plmctl.core.secrecy import covered, exposed, hidden, masked, visible_line

# Put together here, so that no scanner takes this file for a leak.
OPENAI = "sk-" + "proj-Ab12Cd34Ef56Gh78Ij90"
AWS = "AKIA" + "IOSFODNN7EXAMPLE"
GITHUB = "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a"
TOKEN = "eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJ" + "zdWIiOiIxIn0.abc"
HEAD = "apiVersion: plmctl/v1\nkind: Provider\nmetadata: {name: p}\nspec:\n  type: openai\n"


def document(spec: str) -> Document:
    read = read_document("providers/p.yaml", (HEAD + spec).encode())
    assert isinstance(read, Document)
    return read


def findings(spec: str, head: str = HEAD) -> tuple[Finding, ...]:
    settings = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: test}\nspec: {}\n"
    return load(MemoryTree({"plmctl.yaml": settings, "providers/p.yaml": head + spec})).findings


@pytest.mark.parametrize("key", [OPENAI, AWS, GITHUB, TOKEN, "sk_live_" + "4eC39HqLyjWD", "hf_" + "aB1" * 12])
def test_a_known_key_is_masked_wherever_it_stands(key: str) -> None:
    assert masked(f"spec.x is '{key}': no") == f"spec.x is '{key[:4]}***': no"
    assert covered(f"a: {key} # b") == f"a: {key[:4]}{'*' * (len(key) - 4)} # b"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("https://user:pass@host/x", "https://***@host/x"),
        ("https://token@host/x", "https://***@host/x"),
        ("https://user:p@ss@host", "https://***@host"),
        ("postgres://me:pass@host", "postgres://***@host"),
        ("ssh://git@host/x", "ssh://git@host/x"),
        ("git@host:x", "git@host:x"),
        ("https://host:8080/a@b", "https://host:8080/a@b"),
        ("'https://user:pass-that-was-cut...: no", "'https://***...: no"),
        ("risk-sk-task sk-short", "risk-sk-task sk-short"),
    ],
)
def test_the_user_of_a_url_is_masked(text: str, seen: str) -> None:
    assert masked(text) == seen


@pytest.mark.parametrize(
    ("credential", "problem"),
    [
        ("{env: OPENAI_API_KEY}", None),
        ("{env: OpenAI_Key_For_Production_2024_Eu2}", None),
        ("{env: my-key}", "is not the name of an environment variable"),
        (f"{{env: {AWS}}}", "looks like a key, not like the name of an environment variable"),
        ("{env: aB3dE5fG7hJ9kL1mN3pQ}", "looks like a key, not like the name of an environment variable"),
        (
            "{env: a0b1c2d3e4f5a0b1c2d3e4f5a0b1c2d3}",
            "looks like a key, not like the name of an environment variable",
        ),
        ("{secret: vault://kv/openai#api-key}", None),
        ("{secret: 'https://vault.example.com/kv?version=2'}", None),
        ("{secret: hunter2}", "is not the URI of a secret"),
        ("{secret: 'vault://me:pass@kv/x'}", "carries a password"),
        (f"{{secret: 'vault://kv/{OPENAI}'}}", "carries a key"),
        ("{secret: 'vault://kv/x?token=aB3dE5fG7hJ9kL1mN3pQ'}", "carries a key"),
        ("{secret: 'vault://kv/aB3dE5fG7hJ9kL1mN3pQ'}", None),
        ("{identity: support-bot}", None),
        (f"{{identity: {OPENAI}}}", "looks like a key"),
        ("{env: A, x-note: rotated monthly}", None),
        (f"{{env: A, x-old: {OPENAI}}}", "looks like a key"),
        ("{value: abc}", "is a value, not the name of one"),
        ("{env: [abc]}", "is a value, not the name of one"),
        ("{env: 12345678}", "is a value, not the name of one"),
        ("{env: }", None),
        ("true", None),
        ("abc", "is a value, not the name of one"),
    ],
)
def test_a_credential_is_a_name(credential: str, problem: str | None) -> None:
    found = exposed(document(f"  credential: {credential}\n").value)
    assert [why for _, why in found] == ([problem] if problem else [])


def test_what_is_exposed_is_told_by_its_pointer() -> None:
    read = document("  credential: {env: [A, {b: c}]}\n")
    assert [at for at, _ in exposed(read.value)] == [
        ("spec", "credential", "env", 0),
        ("spec", "credential", "env", 1, "b"),
    ]
    assert [*exposed("text")] == []


def test_a_part_of_a_credential_is_hidden_where_it_is_no_name() -> None:
    at = ("spec", "credential")
    assert hidden({"env": "A", "value": ["b", None]}, at) == {"env": "A", "value": ["***", None]}
    assert hidden("my-key", (*at, "env")) == "***"
    assert hidden("my-key", ("spec", "region")) == "my-key"


def test_a_line_is_as_long_as_it_was() -> None:
    read = document("  credential: {env: my-key, secret: vault://kv/x} # note\n  region: my-key\n")
    assert visible_line(read, 6) == "  credential: {env: ******, secret: vault://kv/x} # note"
    assert visible_line(read, 7) == "  region: my-key"


def test_a_slip_of_a_field_is_told_and_is_none_among_over_a_hundred_keys() -> None:
    few = "  credential:\n    envv: KEY\n"
    many = few + "".join(f"    k{number}: x\n" for number in range(100))
    assert visible_line(document(few), 7) == "    envv: ***"
    assert visible_line(document(many), 7) == "    ****: ***"


def test_another_document_with_the_same_text_is_looked_at_by_itself() -> None:
    first, second = (document("  credential: {env: my-key}\n") for _ in range(2))
    assert [visible_line(each, 6) for each in (first, second)] == ["  credential: {env: ******}"] * 2


def test_every_line_of_a_block_is_masked() -> None:
    read = document("  credential: |\n    one\n    two\n  region: eu\n")
    lines = [visible_line(read, number) for number in range(6, 10)]
    assert lines == ["  credential: *", "*******", "*******", "  region: eu"]


@pytest.mark.parametrize(
    "credential",
    [
        "my-secret-value",
        '"my-secret-value"',
        "{env: my-secret-value}",
        "{secret: my-secret-value}",
        "{value: my-secret-value}",
        "[my-secret-value]",
        "{env: A, secret: [my-secret-value]}",
        "{identity: {a: my-secret-value}}",
        f"{{env: {'my-secret-value' * 20}}}",
        "{env: 6161616161}",
        "6161616161",
        f"{{env: {OPENAI}, {GITHUB}: 1}}",
        "\n    env: my-secret-value\n    other: my-secret-value",
    ],
)
def test_no_finding_of_a_schema_prints_a_credential(credential: str) -> None:
    for head in (HEAD, HEAD.replace("name: p", "name: Not A Name")):
        found = findings(f"  credential: {credential}\n", head)
        printed = repr([(f.message, f.help, f.source, f.fix) for f in found])
        assert found
        assert not any(part in printed for part in ("my-secret", "6161", OPENAI, GITHUB))


@pytest.mark.parametrize(
    "credential",
    [
        f"{OPENAI}: {GITHUB}: x",
        f"{{{GITHUB}: 1, {GITHUB}: 2}}",
        f"&{GITHUB} {OPENAI}",
        f"[{OPENAI}, *{GITHUB}]",
    ],
)
def test_no_finding_of_the_reader_prints_a_key(credential: str) -> None:
    broken = read_document("providers/p.yaml", f"{HEAD}  credential: {credential}\n".encode())
    assert isinstance(broken, BrokenDocument)
    assert not any(key in repr(broken.findings) for key in (OPENAI, GITHUB))


@pytest.mark.parametrize("user", ["me:hunter2", "hunter2", f"x-access-token:{'hunter2' * 12}"])
def test_no_finding_prints_the_password_of_a_url(user: str) -> None:
    data = f"apiVersion: plmctl/v1\nkind: Registry\nmetadata: {{name: r}}\nspec: {{git: 'https://{user}@host/x'}}\n"
    with pytest.raises(ConfigurationError) as refused:
        load(MemoryTree({"plmctl.yaml": data}))
    error = refused.value
    assert "***" in error.message
    assert "hunter2" not in repr((error.message, error.hint, error.findings))
