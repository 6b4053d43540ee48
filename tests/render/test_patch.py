from plmctl.core.patch import patch
from plmctl.core.report import Report
from plmctl.render.line import Paper, Style
from plmctl.render.patch import patch_lines
from plmctl.render.text import text

CHANGE = patch("a.yaml", "one\n-- two\nthree\n", "one\n++ 2\nthree\n")


def test_a_patch_is_printed_as_it_is() -> None:
    report = Report(command="fmt", patches=(CHANGE,), done=("end",))
    assert text(report, Paper()) == f"{CHANGE.text}end\n"


def test_the_lines_of_a_patch_have_the_colours_of_git() -> None:
    styles = [line.pieces[0][0] for line in patch_lines((CHANGE,))]
    assert styles == [
        *(Style.STRONG, Style.STRONG, Style.INFO),
        *(Style.PLAIN, Style.OLD, Style.NEW, Style.PLAIN),
    ]
