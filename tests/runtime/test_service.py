"""What a process that serves prompts has imported, opened and started: nothing that it does not need."""

import subprocess
import sys
from pathlib import Path

import pytest

from plmctl.core.value import Value
from tests.programs import REPOSITORY
from tests.runtime.bundles import bundle_of, prompt, write_bundle

INPUTS: dict[str, Value] = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}},
}
OUTPUTS: dict[str, Value] = {"format": "json", "schema": {"type": "object"}}
STRANGERS = (
    "yaml",
    "ruamel",
    "typer",
    "click",
    "rich",
    "git",
    "dvc",
    "jinja2",
    "jsonschema",
    "deepdiff",
    "re2",
)


def output(code: str, *arguments: str) -> str:
    """What a Python of its own prints; no site packages but ours are begun before."""
    command = (sys.executable, "-c", code, *arguments)
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=REPOSITORY, text=True, timeout=60)
    return done.stdout


SPECS: dict[str, dict[str, Value]] = {
    "prompt/declared": prompt("{{name}}{{> p}}", inputs=INPUTS, outputs=OUTPUTS),
    "prompt/inferred": prompt("{{#names}}{{.}}{{/names}}"),
    "partial/p": {"content": "!"},
}


def bundle(folder: Path, specs: dict[str, dict[str, Value]]) -> str:
    """The path of a bundle."""
    return str(write_bundle(folder / "b.plmz", bundle_of(specs)))


def test_what_a_service_imports_is_the_standard_library_and_plmctl() -> None:
    code = """
import sys
before = set(sys.modules)
import plmctl.runtime
new = set(sys.modules) - before
print(sorted({name.partition(".")[0] for name in new} - sys.stdlib_module_names))
print(sorted(name for name in new if name.startswith("plmctl.")))
"""
    assert output(code).splitlines() == ["['plmctl']", "['plmctl.runtime', 'plmctl.runtime.loading']"]


def test_who_renders_from_a_bundle_has_neither_yaml_nor_typer_nor_rich_nor_git(
    tmp_path: Path,
) -> None:
    code = f"""
import sys
before = set(sys.modules)
from plmctl.runtime import load
registry = load(source=sys.argv[1])
print(registry.prompt("declared").render(name="Ada").messages[0].text)
print(sorted({{name.partition(".")[0] for name in set(sys.modules) - before}} & {set(STRANGERS)}))
print(sorted(name for name in sys.modules if name.startswith(("plmctl.git", "plmctl.core.document"))))
"""
    assert output(code, bundle(tmp_path, SPECS)).splitlines() == ["Ada!", "[]", "[]"]


PLAIN: dict[str, dict[str, Value]] = {
    "prompt/plain": prompt("{{name}}: {{#names}}{{.}}{{/names}}{{> p}}", outputs={"format": "text"}),
    "partial/p": {"content": "!"},
}


@pytest.mark.parametrize(
    ("specs", "has_engine"),
    [
        (PLAIN, [False, False, False, False]),
        # Once it is loaded no file is opened: what is to be checked by the engine brings it at once.
        ({**PLAIN, "prompt/declared": prompt("{{name}}", inputs=INPUTS)}, [False, True, True, True]),
        ({**PLAIN, "prompt/promised": prompt("", outputs=OUTPUTS)}, [False, True, True, True]),
        ({**PLAIN, "retriever/docs": {"returns": {"type": "object"}}}, [False, True, True, True]),
        ({**PLAIN, "contextpolicy/c": {"session": {"type": "object"}}}, [False, True, True, True]),
    ],
    ids=["inferred inputs", "inputs", "outputs", "passages", "a session"],
)
def test_the_engine_of_schemas_is_imported_where_a_manifest_has_a_schema(
    tmp_path: Path, specs: dict[str, dict[str, Value]], has_engine: list[bool]
) -> None:
    code = """
import sys
from plmctl.runtime import InputError, load
has_engine = ["jsonschema_rs" in sys.modules]
registry = load(source=sys.argv[1])
has_engine.append("jsonschema_rs" in sys.modules)
plain = registry.prompt("plain")
assert plain.render(name="Ada", names=["a", "b"]).messages[0].text == "Ada: ab!"
has_engine.append("jsonschema_rs" in sys.modules)
try:
    plain.render(name=1)
except InputError as error:
    print(error.message)
has_engine.append("jsonschema_rs" in sys.modules)
print(has_engine)
"""
    assert output(code, bundle(tmp_path, specs)).splitlines() == [
        "prompt/plain@1.0.0: inputs.name must be text, not a number",
        str(has_engine),
    ]


def test_nothing_is_opened_sent_or_started_once_it_is_loaded(tmp_path: Path) -> None:
    code = """
import sys
from plmctl.runtime import AdapterError, AnswerError, InputError, NotLockedError, load

def failing(what, *arguments, **more):
    try:
        what(*arguments, **more)
    except (AdapterError, AnswerError, InputError, NotLockedError) as error:
        return type(error).__name__

registry = load(source=sys.argv[1])
seen = []
INNER = ("object.", "code.", "exec", "compile", "sys._getframe", "builtins.id", "cpython.")
sys.addaudithook(lambda event, arguments: event.startswith(INNER) or seen.append((event, arguments)))
call = registry.prompt("declared").render(name="Ada")
registry.prompt("inferred").render(names=["a", "b"])
registry.prompt("other").render(name="Ada")
registry.prompt("counted").render(history=[{"role": "user", "content": "Hello"}])
call.parse("{}"), call.attributes, registry.warnings, registry.model("small")
wrong = [
    failing(registry.prompt("declared").render, nmae=1),
    failing(call.parse, "["),
    failing(registry.prompt, "decalred"),
    failing(call.as_anthropic),
]
call.as_openai(), call.as_litellm()
print(wrong, seen)
"""
    other = prompt("{{ name | upper }}", templateFormat="jinja2")
    counted: dict[str, Value] = {
        "model": "model/small",
        "context": "contextpolicy/short",
        "messages": [{"placeholder": "history"}, {"role": "user", "content": "Go on."}],
    }
    short: dict[str, Value] = {"window": {"maxTokens": 1000}, "history": {"strategy": "token-window"}}
    more = {"prompt/other": other, "prompt/counted": counted, "contextpolicy/short": short}
    path = bundle(tmp_path, {**SPECS, **more})
    assert output(code, path) == "['InputError', 'AnswerError', 'NotLockedError', 'AdapterError'] []\n"


TYPED = '''\
from plmctl.runtime import AnswerError, Call, InputError, Message, PlmctlError, Registry, load

registry: Registry = load("production.lock", source="support.plmz", fallback="last.plmz")


def asked(ticket: str) -> Call:
    """The call for a ticket."""
    prompt = registry.prompt("support/triage")
    return prompt.render(ticket=ticket, select={"locale": "de"}, key="user-7", count=len)


def told(call: Call) -> str:
    """What is logged of it."""
    first: Message = call.messages[0]
    return f"{call.identity.artifact}@{call.identity.version} {first.role} {call.attributes}"


def answered(call: Call, text: str) -> object:
    """What the model says."""
    try:
        return call.parse(text).value
    except (AnswerError, InputError) as error:
        return [flaw.pointer for flaw in error.flaws] if isinstance(error, AnswerError) else error.problems


def reloaded() -> str | None:
    """Why there is nothing new."""
    is_new: bool = registry.refresh()
    return None if is_new else registry.stale or ", ".join(registry.warnings)


def wrong(error: PlmctlError) -> str:
    """What to tell."""
    return f"{error.message}: {error.hint}"
'''
NO_INT = (
    "Incompatible types in assignment "
    '(expression has type "tuple[Message, ...]", variable has type "int")  [assignment]'
)


@pytest.mark.slow
def test_a_typed_service_is_checked_and_its_slips_are_found(tmp_path: Path) -> None:
    slips = 'reveal: int = registry.prompt("a").render().messages\nfrom plmctl.runtime import lode\n'
    (tmp_path / "good.py").write_text(TYPED, encoding="utf-8")
    (tmp_path / "slips.py").write_text(TYPED + slips, encoding="utf-8")
    # Not the cache of `make check`: with other options each would undo what the other did.
    cache = REPOSITORY / ".mypy_cache" / "service"
    options = ("--strict", "--config-file=", "--no-error-summary", f"--cache-dir={cache}")
    command = (sys.executable, "-m", "mypy", *options, "good.py", "slips.py")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    line = TYPED.count("\n") + 1
    assert done.stdout.splitlines() == [
        f"slips.py:{line}: error: {NO_INT}",
        f'slips.py:{line + 1}: error: Module "plmctl.runtime" has no attribute "lode"  [attr-defined]',
    ]
