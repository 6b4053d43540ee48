from plmctl.core.picture import Arrow, Branch, Mark, Picture
from plmctl.core.report import Report
from plmctl.render.graph import dot, mermaid
from plmctl.render.line import Paper
from plmctl.render.text import text

BRANCHES = (
    Branch(depth=0, artifact="environment/prod"),
    Branch(depth=1, artifact="application/desk", is_about=True),
    Branch(depth=2, artifact="prompt/one"),
    Branch(depth=3, artifact="gpt-5", mark=Mark.MISSING),
    Branch(depth=2, artifact="prompt/two", mark=Mark.REPEATED),
    Branch(depth=2, artifact="evalsuite/e", is_about=True),
    Branch(depth=1, artifact="environment/stage"),
    Branch(depth=0, artifact="partial/x"),
    Branch(depth=1, artifact="partial/y"),
    Branch(depth=2, artifact="partial/x", mark=Mark.CYCLE),
)
REPORT = Report(command="graph", branches=BRANCHES)


def arrow(source: str, target: str, *, is_about: bool = False) -> Arrow:
    return Arrow(source=source, target=target, is_about=is_about, is_followed=not is_about, pointers=())


STRANGE = 'a"]; b\\ #1 \x1b<漢>'
PICTURE = Picture(
    nodes={STRANGE: Mark.MISSING, "evalsuite/e": Mark.NONE, "prompt/one": Mark.NONE},
    arrows=(arrow("evalsuite/e", "prompt/one", is_about=True), arrow("prompt/one", STRANGE)),
)


def test_a_tree_has_guides_and_marks() -> None:
    assert (
        text(REPORT, Paper())
        == """\
environment/prod
├╌ application/desk (about)
│  ├─ prompt/one
│  │  └─ gpt-5 (missing)
│  ├─ prompt/two (*)
│  └╌ evalsuite/e (about)
└─ environment/stage
partial/x
└─ partial/y
   └─ partial/x (cycle)
"""
    )


def test_what_is_worth_knowing_of_an_artifact_stands_behind_it_where_there_is_room() -> None:
    sized = Branch(depth=1, artifact="dataset/faq", is_about=True, detail="2 files, 7 bytes")
    report = Report(command="graph", branches=(Branch(depth=0, artifact="retriever/docs"), sized))
    whole = "retriever/docs\n└╌ dataset/faq (about)  2 files, 7 bytes\n"
    assert text(report, Paper()) == whole
    assert text(report, Paper(width=40, is_terminal=True)) == whole
    assert text(report, Paper(width=39, is_terminal=True)) == "retriever/docs\n└╌ dataset/faq (about)\n"


def test_at_a_narrow_terminal_names_are_cut_in_the_middle() -> None:
    assert (
        text(REPORT, Paper(width=20, is_terminal=True))
        == """\
environment/prod
├╌ applic…/desk (about)
│  ├─ prompt/one
│  │  └─ gpt-5 (missing)
│  ├─ prompt/two (*)
│  └╌ evalsuite/e (about)
└─ environment/stage
partial/x
└─ partial/y
   └─ partial/x (cycle)
"""
    )
    assert text(REPORT, Paper(width=160, is_terminal=True)) == text(REPORT, Paper())


def test_what_is_wrong_is_coloured() -> None:
    shown = text(REPORT, Paper(is_coloured=True))
    assert "\x1b[1mpartial/x\x1b[0m" in shown
    assert "\x1b[1;31m (missing)\x1b[0m" in shown
    assert "\x1b[1;33m (cycle)\x1b[0m" in shown
    assert "\x1b[2m (about)\x1b[0m" in shown


def test_a_name_that_hides_something_is_shown() -> None:
    report = Report(
        command="graph", branches=(Branch(depth=0, artifact="a\x1b[2J\u202e", mark=Mark.MISSING),)
    )
    assert text(report, Paper()) == "a\\x1b[2J\\u202e (missing)\n"


def test_mermaid_has_a_line_for_each_node_and_arrow() -> None:
    assert (
        mermaid(PICTURE)
        == """\
flowchart LR
  n0["a#34;#93;#59; b#92; #35;1 #92;x1b#60;#28450;#62;"]:::missing
  n1["evalsuite/e"]
  n2["prompt/one"]
  n1 -.-> n2
  n2 --> n0
  classDef missing stroke:#c00,stroke-dasharray:4
"""
    )


def test_where_nothing_is_missing_mermaid_needs_no_class() -> None:
    assert mermaid(Picture(nodes={"model/m": Mark.NONE}, arrows=())) == 'flowchart LR\n  n0["model/m"]\n'


def test_dot_has_a_line_for_each_node_and_arrow() -> None:
    assert (
        dot(PICTURE)
        == """\
digraph plmctl {
  rankdir=LR;
  node [shape=box];
  "a\\"]; b\\\\ #1 \\\\x1b<漢>" [color=red, style=dashed];
  "evalsuite/e";
  "prompt/one";
  "evalsuite/e" -> "prompt/one" [style=dashed];
  "prompt/one" -> "a\\"]; b\\\\ #1 \\\\x1b<漢>";
}
"""
    )
