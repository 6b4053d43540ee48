import json
import re

from docs.generate import PAGE, page
from plmctl.commands.catalogue import change_tables, tables
from plmctl.core.canonical import canonical_json, closure_of, digest_of
from plmctl.core.form import forms_of
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import load
from tests.programs import REPOSITORY

DOCS = REPOSITORY / "docs"
SCHEMAS = REPOSITORY / "schemas"
SETTINGS = b"apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: docs}\n"


def test_the_page_of_rules_is_the_one_that_the_rules_make() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run 'python -m docs.generate'"


def test_the_page_of_rules_has_every_rule() -> None:
    text = PAGE.read_text(encoding="utf-8")
    headings = re.findall(r"^### (\S+) (\S+)$", text, re.MULTILINE)
    assert len(headings) == len(set(headings))
    # What every kind has stands there once, under the letters "...".
    known = {(code, name) for code, name in headings if not code.startswith("...")}
    known |= {(f"{kind}{code[3:]}", name) for kind in _letters() for code, name in headings if code[0] == "."}
    assert {(rule.code, rule.name) for _, rules in tables() for rule in rules} == known
    said = " ".join(text.split())
    meanings = {rule.code: " ".join(rule.meaning.split()) for _, rules in tables() for rule in rules}
    assert [code for code, meaning in meanings.items() if meaning not in said] == []


def _letters() -> set[str]:
    return {rules[0].code[:3] for _, rules in change_tables()}


def test_a_code_is_three_letters_and_three_digits() -> None:
    found = {rule.code for _, rules in tables() for rule in rules}
    assert [code for code in sorted(found) if not re.fullmatch("[A-Z]{3}[0-9]{3}", code)] == []


def test_a_code_has_one_name_and_stands_in_one_table() -> None:
    places: dict[str, set[tuple[str, str]]] = {}
    for about, rules in tables():
        # A Partial is judged by the rules of a Prompt.
        table = "Prompt" if about == "Partial" else about
        for rule in rules:
            places.setdefault(rule.code, set()).add((table, rule.name))
    assert {code: sorted(found) for code, found in places.items() if len(found) > 1} == {}


def test_every_rule_says_what_it_means_in_a_sentence() -> None:
    silent = [r.code for _, rules in tables() for r in rules if not re.match(r"\S.*\S", r.meaning)]
    assert silent == []


def test_the_example_of_identity_is_as_plmctl_computes_it() -> None:
    page = (DOCS / "identity.md").read_text(encoding="utf-8")
    manifest = re.search(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert manifest is not None
    registry = load(MemoryTree({"plmctl.yaml": SETTINGS, "models/small.yaml": manifest[1].encode()}))
    forms = forms_of(registry.manifests["model/small"], registry)
    digest = digest_of(forms.digest_form)
    hashed = (
        ("digest", canonical_json(forms.digest_form).decode(), digest),
        ("metadataDigest", canonical_json(forms.metadata_form).decode(), digest_of(forms.metadata_form)),
        ("closure", f'[["model/small","{digest}"]]', closure_of({"model/small": digest})),
    )
    assert "```\n" + "\n".join("\n".join((*lines, "")) for lines in hashed) + "```\n" in page


def test_the_page_of_schemas_names_every_keyword_of_the_subset() -> None:
    page = (DOCS / "schemas.md").read_text(encoding="utf-8")
    table = page.partition("| keywords |\n")[2].partition("\n\n")[0]
    keywords = json.loads((SCHEMAS / "defs.json").read_bytes())["$defs"]["jsonSchemaKeywords"]["properties"]
    assert sorted(re.findall(r"`([^`]+)`", table)) == sorted(keywords)


def test_the_page_of_schemas_names_every_annotation() -> None:
    page = (DOCS / "schemas.md").read_text(encoding="utf-8")
    used = {name for path in SCHEMAS.glob("*.json") for name in re.findall("x-plm-[a-z-]+", path.read_text())}
    assert sorted(set(re.findall(r"^\| `(x-plm-[a-z-]+)", page, re.MULTILINE))) == sorted(used)


def test_every_page_shows_one_digest_of_a_lock() -> None:
    # Each run makes another, as tags hold a random number: a page keeps what it shows, and all show the same.
    made = re.compile(r"^wrote \S+: (.*)\nnote: the lock in it is (sha256:[0-9a-f]{64}):", re.MULTILINE)
    files = [*DOCS.rglob("*.md"), *(REPOSITORY / "examples").rglob("*.md")]
    digests: dict[str, set[str]] = {}
    for file in files:
        for held, digest in made.findall(file.read_text(encoding="utf-8")):
            digests.setdefault(held, set()).add(digest)
    bot = next(found for held, found in digests.items() if held.startswith("application/support-bot 1.3.0"))
    assert [held for held, found in digests.items() if len(found) > 1] == []
    inspected = (DOCS / "commands" / "bundle.md").read_text(encoding="utf-8")
    shown = re.findall(r"^  ok           lock: (\S+)$", inspected, re.MULTILINE)
    short = re.findall(r'digest="(sha256:[0-9a-f]+)\.\.\."', (DOCS / "bundle.md").read_text(encoding="utf-8"))
    assert {*shown, *(digest for digest in bot if digest.startswith(short[0]))} == bot
