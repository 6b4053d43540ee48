import ast
from fnmatch import fnmatchcase

from tests.house.sources import imported, sources

# One library, one room (house.md). ruff's banned-api says the same in the editor, but can only exempt a file
# from all its bans at once; this table is exact.
SCHEMA = (
    "plmctl/core/schema.py",
    "plmctl/core/explanation.py",
    "plmctl/core/fault.py",
    "plmctl/core/instance.py",
    "plmctl/core/kinds.py",
    "plmctl/core/shape.py",
    "plmctl/core/subset.py",
)
# Behind jinja.py, which imports them when a text is written in it.
JINJA2 = tuple(
    f"plmctl/core/template/{name}.py"
    for name in ("cost", "lexeme", "reading", "run", "sandbox", "tree", "words")
)
ROOMS: dict[str, tuple[str, ...]] = {
    "typer": ("plmctl/cli/*",),
    "click": ("plmctl/cli/*",),
    "rich": ("plmctl/render/text.py", "plmctl/cli/progress.py"),
    "git": ("plmctl/git/*",),
    "gitdb": (),
    "dvc": ("plmctl/store/*",),
    "pathspec": ("plmctl/store/*",),
    "yaml": ("plmctl/core/libyaml.py",),
    "ruamel": ("plmctl/core/document.py",),
    "jsonschema": SCHEMA,
    "jsonschema_rs": SCHEMA,
    "referencing": SCHEMA,
    "deepdiff": ("plmctl/core/diff.py",),
    "jinja2": JINJA2,
    "markupsafe": (),
    "cryptography": ("plmctl/runtime/trust.py",),
    "tiktoken": ("plmctl/store/*",),
    "rfc8785": (),
    "subprocess": ("plmctl/git/*", "plmctl/store/*"),
    "multiprocessing": (),
    "asyncio": (),
    "pydantic": (),
    "unittest": (),
}
STARTERS = frozenset({"system", "popen", "fork", "forkpty", "posix_spawn", "posix_spawnp", "startfile"})
# The others in plmctl/git name the module only for the type of a process that was started here.
STARTS_PROCESSES = frozenset({"plmctl/git/process.py", "plmctl/store/process.py"})
RUNNERS = frozenset({"Popen", "run", "call", "check_call", "check_output", "getoutput", "getstatusoutput"})
NO_PURPOSE = frozenset({"utils", "util", "helpers", "helper", "common", "misc"})


def test_each_library_stays_in_its_room() -> None:
    strays = [
        f"{source.path}:{line}: {name}"
        for source in sources("plmctl")
        for line, name in imported(source)
        if (rooms := ROOMS.get(name.partition(".")[0])) is not None
        and not any(fnmatchcase(source.path, room) for room in rooms)
    ]
    assert strays == []


def test_only_two_files_start_programs() -> None:
    strays = []
    for source in sources("plmctl"):
        for node in ast.walk(source.tree):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="os"), attr=name)):
                    if name in STARTERS or name.startswith(("exec", "spawn")):
                        strays.append(f"{source.path}:{node.lineno}: os.{name}")
                case ast.Call(func=ast.Attribute(value=ast.Name(id="subprocess"), attr=name)):
                    if name in RUNNERS and source.path not in STARTS_PROCESSES:
                        strays.append(f"{source.path}:{node.lineno}: subprocess.{name}")
    assert strays == []


def test_no_file_is_named_for_having_no_purpose() -> None:
    names = [
        s.path for s in sources("plmctl", "tests") if s.path.removesuffix(".py").rsplit("/")[-1] in NO_PURPOSE
    ]
    assert names == []


def test_tests_pass_fakes_and_patch_nothing() -> None:
    patches = [
        f"{source.path}:{line}: {name}"
        for source in sources("tests")
        for line, name in imported(source)
        if name.startswith(("unittest.mock", "mock", "pytest_mock"))
    ]
    for source in sources("tests"):
        for node in ast.walk(source.tree):
            match node:
                case ast.Attribute(value=ast.Name(id=owner), attr="setattr" | "delattr" | "setitem"):
                    if "patch" in owner.lower():
                        patches.append(f"{source.path}:{node.lineno}: {owner}.{node.attr}")
    assert patches == []
