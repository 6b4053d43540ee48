from plmctl.core.patch import patch


def test_a_patch_is_a_unified_diff() -> None:
    found = patch("a/b.yaml", "one\ntwo\nthree\n", "one\n2\nthree\n")
    assert found.path == "a/b.yaml"
    assert found.text == "--- a/a/b.yaml\n+++ b/a/b.yaml\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"


def test_a_patch_says_where_no_newline_ends_a_file() -> None:
    found = patch("a", "one", "one\n")
    assert found.lines[3:] == ("-one", "\\ No newline at end of file", "+one")


def test_a_patch_knows_no_line_ends_but_lf() -> None:
    assert patch("a", "one\x85\r\n", "one\x85\n").lines[3:] == ("-one\x85\r", "+one\x85")


def test_equal_texts_have_an_empty_patch() -> None:
    assert patch("a", "one\n", "one\n").text == ""


def test_lines_of_a_patch_are_shown_as_they_may_be_told() -> None:
    found = patch("s", "\ufeffs\rs\n--\n", "s\nx\n").masked({"s": "*", "-": "!"})
    assert found.text == "--- a/s\n+++ b/s\n@@ -1,2 +1,2 @@\n-\ufeff*\r*\n---\n+*\n+x\n"
