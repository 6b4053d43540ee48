"""The mutants of `make mutants`: each is what it says, is brought about in place, and is killed by a test."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from plmctl.commands.verify import VerifyOptions
from plmctl.core.document import Document, read_document
from tests.mutation.__main__ import given_of
from tests.mutation.fresh import path_of
from tests.mutation.operators import mutants
from tests.mutation.patch import NotInPlace, become
from tests.mutation.patterns import changed_patterns
from tests.mutation.targets import TARGETS, survivors
from tests.programs import REPOSITORY

SOURCE = """\
import re
from functools import cached_property

LIMIT = 3
TWICE = LIMIT * 2
WORD = re.compile("[a-z]+")


def fits(text: str, least: int = 1) -> bool:
    if not text:
        raise ValueError("nothing")
    return least <= len(text) and WORD.fullmatch(text) is not None


class Shelf:
    books = 1

    def __init__(self, names, limit=LIMIT):
        self.names = sorted(names)[:limit]

    @cached_property
    def first(self):
        return self.names[0]
"""
MUTANTS = """\
module: 3 -> 4
module: 3 -> 2
module: LIMIT * 2 -> LIMIT // 2
module: 2 -> 3
module: 2 -> 1
module: '[a-z]+' -> '[^a-z]+'
module: '[a-z]+' -> '[a-z]*'
fits: 1 -> 2
fits: 1 -> 0
fits: not text -> text
fits: raise ValueError('nothing') -> pass
fits: 'nothing' -> 'XXnothing'
fits: return least <= len(text) and WORD.fullmatch(text) is not None -> return None
fits: least <= len(text) and WORD.fullmatch(text) is not None -> \
least <= len(text) or WORD.fullmatch(text) is not None
fits: least <= len(text) and WORD.fullmatch(text) is not None -> WORD.fullmatch(text) is not None
fits: least <= len(text) and WORD.fullmatch(text) is not None -> least <= len(text)
fits: least <= len(text) -> least < len(text)
fits: least <= len(text) -> least > len(text)
fits: WORD.fullmatch(text) is not None -> WORD.fullmatch(text) is None
fits: WORD.fullmatch -> WORD.match
Shelf: 1 -> 2
Shelf: 1 -> 0
Shelf.__init__: self.names = sorted(names)[:limit] -> pass
Shelf.__init__: sorted -> list
Shelf.__init__: :limit -> :
Shelf.first: return self.names[0] -> return None
Shelf.first: 0 -> 1
Shelf.first: 0 -> -1
"""


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[ModuleType]:
    """A module that was imported, and whose names another one has imported."""
    module, other = ModuleType("tests.shelf"), ModuleType("tests.reader")
    module.__file__ = str(tmp_path / "shelf.py")
    exec(SOURCE, module.__dict__)
    other.__dict__.update(LIMIT=module.LIMIT, TWICE=module.TWICE, fits=module.fits)
    sys.modules.update({"tests.shelf": module, "tests.reader": other})
    yield other
    del sys.modules["tests.shelf"], sys.modules["tests.reader"]


def mutate(name: str) -> ModuleType:
    """The module, made its mutant of this name."""
    tree = ast.parse(SOURCE)
    module = sys.modules["tests.shelf"]
    become(module, tree, next(mutant for mutant in mutants(tree) if mutant.name == name))
    assert ast.unparse(tree) == ast.unparse(ast.parse(SOURCE))
    return module


def test_mutants_are_those_that_a_hand_wrote_down() -> None:
    found = [mutant.name for mutant in mutants(ast.parse(SOURCE))]
    assert found == MUTANTS.splitlines()


@pytest.mark.parametrize(
    ("pattern", "changed"),
    [
        ("^a|b$", ["a|b$", "^|b$", "^ab$", "^a|$", "^a|b"]),
        (r"\.[^\n]*+", [r"[^\n]*+", r"\.[\n]*+", r"\.[^\n]++"]),
        ("x{2,3}?", ["{2,3}?", "x{3,3}?", "x{2,4}?", "x{2,3}"]),
        ("[a-z_]", ["[^a-z_]", "[_]", "[a-z]"]),
    ],
)
def test_patterns_are_changed_in_one_part_each(pattern: str, changed: list[str]) -> None:
    assert list(changed_patterns(pattern)) == changed


def test_a_function_changes_wherever_it_was_imported(shelf: ModuleType) -> None:
    assert not shelf.fits("a1")
    mutate("fits: WORD.fullmatch -> WORD.match")
    assert shelf.fits("a1")


def test_a_default_changes_with_its_function(shelf: ModuleType) -> None:
    mutate("fits: 1 -> 2")
    assert not shelf.fits("a")


def test_a_constant_changes_wherever_it_was_imported_and_what_comes_of_it(shelf: ModuleType) -> None:
    module = mutate("module: 3 -> 4")
    assert (module.LIMIT, module.TWICE, shelf.LIMIT, shelf.TWICE) == (4, 8, 4, 8)
    assert module.Shelf("edcba").names == ["a", "b", "c", "d"]


def test_a_pattern_changes_for_the_functions_that_use_it(shelf: ModuleType) -> None:
    mutate("module: '[a-z]+' -> '[^a-z]+'")
    assert shelf.fits("1")


def test_a_method_and_a_property_change_of_objects_that_are_there(shelf: ModuleType) -> None:
    there = sys.modules["tests.shelf"].Shelf(["b", "a"])
    module = mutate("Shelf.first: 0 -> 1")
    assert (there.first, module.Shelf(["b", "a"]).first) == ("b", "b")


def test_a_default_of_a_value_changes_in_place() -> None:
    tree = ast.parse(path_of("plmctl.commands.verify").read_text(encoding="utf-8"))
    wanted = [mutant for mutant in mutants(tree) if mutant.name.startswith("VerifyOptions: False -> True")]
    assert VerifyOptions() == VerifyOptions(asks_signatures=False, asks_remote=False, asks_data=False)
    module = import_module("plmctl.commands.verify")
    known = dict(VerifyOptions.__init__.__kwdefaults__ or {})
    for mutant in wanted:
        become(module, tree, mutant)
        found = VerifyOptions()
        VerifyOptions.__init__.__kwdefaults__ = dict(known)
        asked = [found.asks_signatures, found.asks_remote, found.asks_data]
        assert asked == [mutant is each for each in wanted]
    assert VerifyOptions() == VerifyOptions(asks_signatures=False, asks_remote=False, asks_data=False)


def test_what_a_class_was_made_of_does_not_change_in_place(shelf: ModuleType) -> None:
    with pytest.raises(NotInPlace):
        mutate("Shelf: 1 -> 2")


def test_what_a_field_says_but_for_its_default_does_not_change_in_place() -> None:
    tree = ast.parse(path_of("plmctl.core.spot").read_text(encoding="utf-8"))
    wanted = [mutant for mutant in mutants(tree) if mutant.name.startswith("Document: ")]
    # As in a run of tests, where there was one before.
    assert isinstance(read_document("f.yaml", b"a: 1\n"), Document)
    assert [mutant.name.rpartition(": ")[2] for mutant in wanted] == [
        "field(repr=False, compare=False) -> field(compare=False)",
        "field(repr=False, compare=False) -> field(repr=False)",
        "False -> True",
        "False -> True #1",
    ]
    for mutant in wanted:
        with pytest.raises(NotInPlace):
            become(import_module("plmctl.core.spot"), tree, mutant)


def test_survivors_that_are_listed_are_mutants_of_what_is_looked_at() -> None:
    modules = {module for target in TARGETS for module in target.modules}
    assert survivors().keys() <= modules
    for module, listed in survivors().items():
        tree = ast.parse(path_of(module).read_text(encoding="utf-8"))
        assert listed.keys() <= {mutant.name for mutant in mutants(tree)}, module
        assert all(len(reason) > 10 for reason in listed.values())


@pytest.mark.parametrize("words", [("-kone or two",), ("-k", "one or two"), ("-k=one or two",)])
def test_the_tests_that_are_to_kill_may_be_chosen_as_for_pytest(words: tuple[str, ...]) -> None:
    given, options = given_of(["plmctl.commands.site", "verify", *words, "-x"])
    assert (given.names, options) == (["plmctl.commands.site", "verify"], ["-x", "-k", "one or two"])


def test_what_is_no_target_and_no_module_of_one_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        given_of(["plmctl.commands.sight"])
    assert "no target and no module of one: plmctl.commands.sight" in capsys.readouterr().err


SCRIPT = """\
import ast, pytest
from plmctl.commands.verify import VerifyOptions
from plmctl.core.document import Document, read_document
from tests.mutation.fresh import path_of
from tests.mutation.loop import Mutating
from tests.mutation.operators import mutants

WANTED = ["module: 18 -> 19", "module: 18 -> 17", "_integer: 8 -> 9", "_integer: number > LARGEST_INTEGER -> "
          "number >= LARGEST_INTEGER", "_finite: math.isinf(number) -> not math.isinf(number)"]
tree = ast.parse(path_of("plmctl.core.scalar").read_text())
others = {mutant.name: None for mutant in mutants(tree) if mutant.name not in WANTED}
results = []
files = ["tests/core/test_scalar.py"]
mutating = Mutating(["plmctl.core.scalar"], files, 2, 60, {"plmctl.core.scalar": others}, results.append)
pytest.main(["-q", "-p", "no:cacheprovider", "-k", "not linear", *files], plugins=[mutating])
assert not mutating.trouble, mutating.trouble
print({result.mutant.name: (result.killer or "").partition("::")[0] for result in results})
"""


def test_mutants_are_killed_by_tests_and_what_is_no_other_program_is_not() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=REPOSITORY, capture_output=True, text=True)
    file = "tests/core/test_scalar.py"
    assert ast.literal_eval(done.stdout.splitlines()[-1]) == {
        # One digit more is looked at, and is as much beyond 2^53 as it was.
        "module: 18 -> 19": "",
        "module: 18 -> 17": file,
        "_integer: 8 -> 9": file,
        "_integer: number > LARGEST_INTEGER -> number >= LARGEST_INTEGER": file,
        "_finite: math.isinf(number) -> not math.isinf(number)": file,
    }, done.stderr
