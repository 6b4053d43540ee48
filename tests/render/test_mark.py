from plmctl.core.diff import compare
from plmctl.core.finding import Bump, Level, Location, Rule
from plmctl.core.judgement import Judgement
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import load
from plmctl.core.report import Report
from plmctl.render.mark import marks

RULE = Rule(code="MDL001", name="changed", level=Level.WARNING, meaning="It is another.")
REGISTRY = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: acme}\nspec: {}\n"
OLD = """\
apiVersion: plmctl/v1
kind: Model
metadata:
  name: small
  labels: {size: s, speed: fast}
spec:
  model: small-1
"""


def places(before: dict[str, str], after: dict[str, str]) -> list[tuple[str, Location | None]]:
    """The pointers of what changed between two registries, and where a report puts them."""
    older, newer = (load(MemoryTree({"plmctl.yaml": REGISTRY, **files})) for files in (before, after))
    changes = compare(older, newer)
    judged = tuple(
        Judgement(rule=RULE, change=c, level=RULE.level, bump=Bump.MINOR, message="m") for c in changes
    )
    return [(mark.lasting[3], mark.location) for mark in marks(Report(command="diff", judgements=judged))]


def test_a_change_stands_in_the_newer_manifest() -> None:
    new = OLD.replace("small-1", "small-2")
    assert places({"models/small.yaml": OLD}, {"models/small.yaml": new}) == [
        ("/spec/model", Location(path="models/small.yaml", line=7, column=10, end_column=17))
    ]


def test_what_was_removed_stands_where_it_was_in() -> None:
    new = OLD.replace(", speed: fast", "")
    assert places({"models/small.yaml": OLD}, {"models/small.yaml": new}) == [
        ("/metadata/labels/speed", Location(path="models/small.yaml", line=5, column=11, end_column=20))
    ]


def test_a_removed_artifact_stands_in_the_file_that_is_gone() -> None:
    assert places({"models/small.yaml": OLD}, {}) == [("", Location(path="models/small.yaml"))]
