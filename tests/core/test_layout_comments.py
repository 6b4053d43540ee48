import pytest

from plmctl.core.comments import comments_of
from plmctl.core.value import Pointer
from tests.core.test_layout import document, laid_out


def places(text: str) -> dict[str, Pointer]:
    """The pointer of each comment."""
    return {comment.removeprefix("# "): pointer for pointer, comment in comments_of(document(text)).pairs()}


EVERYWHERE = """\
# head

# above a
a:  # beside a
  # above b
  b: 1  # beside b
  # below a
# above c
c: |  # header
  text # no comment
# below c, above d
d:
  # above d0
  -  # beside d0
    # above e
    e: "# no comment"  # beside e
    # below d0
  # above d1
  - x#y  # beside d1
  # below d
# below all
"""


def test_each_comment_has_the_pointer_of_what_it_speaks_of() -> None:
    assert places(EVERYWHERE) == {
        "head": (),
        "above a": ("a",),
        "beside a": ("a",),
        "above b": ("a", "b"),
        "beside b": ("a", "b"),
        "below a": ("a",),
        "above c": ("c",),
        "header": ("c",),
        "below c, above d": ("d",),
        "above d0": ("d", 0),
        "beside d0": ("d", 0),
        "above e": ("d", 0, "e"),
        "beside e": ("d", 0, "e"),
        "below d0": ("d", 0),
        "above d1": ("d", 1),
        "beside d1": ("d", 1),
        "below d": ("d",),
        "below all": (),
    }


def test_comments_that_stand_where_they_belong_stay_there() -> None:
    assert laid_out(EVERYWHERE) == EVERYWHERE


def test_comments_move_with_the_keys_that_they_belong_to() -> None:
    before = """\
# What this is.

# Which kind?
kind: Prompt  # this one
spec:
  # The texts.
  messages: []
  # The model.
  model: small  # cheap
  # model: large
apiVersion: plmctl/v1
# The end.
"""
    after = """\
# What this is.

apiVersion: plmctl/v1
# Which kind?
kind: Prompt  # this one
spec:
  # The model.
  model: small  # cheap
  # The texts.
  messages: []
  # model: large
# The end.
"""
    assert laid_out(before, "Prompt") == after


def test_what_is_above_the_key_that_becomes_the_first_stays_with_it() -> None:
    before = "kind: Prompt\n\n# one\n\n# two\n\napiVersion: plmctl/v1\n"
    after = "# one\n# two\napiVersion: plmctl/v1\nkind: Prompt\n"
    assert laid_out(before, "Prompt") == after
    head = "# head\n\n# more\n\n"
    assert laid_out(head + before, "Prompt") == head + after


def test_a_comment_without_a_blank_line_behind_it_is_the_first_keys() -> None:
    before = "# yes\nkind: Prompt\napiVersion: plmctl/v1\n"
    assert laid_out(before, "Prompt") == "apiVersion: plmctl/v1\n# yes\nkind: Prompt\n"


def test_brackets_with_comments_inside_become_lines() -> None:
    before = """\
a: [ # of a
  # above 0
  x, # beside 0
  {b: 1 # beside b
   # below 1
  }, # beside 1

  # above 2
  y
  # below a
] # of a too
c: {  # of c
  d: # of d
    1 } # of c too
"""
    after = """\
# of a too
a:  # of a
  # above 0
  - x  # beside 0
  -  # beside 1
    b: 1  # beside b
    # below 1

  # above 2
  - "y"
  # below a
# of c too
c:  # of c
  d: 1  # of d
"""
    assert laid_out(before) == after


def test_comments_of_empty_brackets_stand_behind_them() -> None:
    before = "a: [\n  # one\n\n  # two\n]\nb: {c: {\n  # three\n}}\n"
    after = "\n# two\na: []  # one\nb:\n  c: {}  # three\n".removeprefix("\n")
    assert laid_out(before) == after


def test_comments_between_a_key_and_its_value_go_above_the_key() -> None:
    before = "a:\n  # one\n  1\nb:\n  # two\n  [x]\nc:\n  -\n    # three\n    z\n"
    assert laid_out(before) == "# one\na: 1\n# two\nb: [x]\nc:\n  # three\n  - z\n"


def test_comments_around_explicit_keys_are_kept() -> None:
    before = "? # one\n  # two\n  a # three\n# four\n: # five\n  1\nb:\n  ? # six\n    c\n  : 2\n"
    after = "# two\n# four\n# five\na: 1  # three\nb:  # six\n  c: 2\n"
    assert laid_out(before) == "# one\n\n" + after


def test_markers_leave_their_comments() -> None:
    assert (
        laid_out("--- # one\n# two\na: 1\n... # three\n# four\n") == "# one\n# two\na: 1\n# three\n# four\n"
    )


def test_a_document_in_brackets_keeps_its_comments() -> None:
    before = "# one\n\n{ # two\n  # three\n  a: 1, # four\n  # five\n} # six\n# seven\n"
    places_before = {
        "one": (),
        "two": (),
        "three": ("a",),
        "four": ("a",),
        "five": (),
        "six": (),
        "seven": (),
    }
    assert places(before) == places_before
    assert laid_out(before) == "# one\n# two\n\n# three\na: 1  # four\n# five\n# six\n# seven\n"


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        ("# c", ("next",)),
        (" # c", ("next",)),
        ("  # c", ("a",)),
        ("   # c", ("a",)),
        ("    # c", ("a", "b")),
        ("      # c", ("a", "b", 0)),
        ("        # c", ("a", "b", 0)),
    ],
)
def test_a_comment_behind_the_last_member_belongs_to_what_its_column_says(
    line: str, pointer: Pointer
) -> None:
    assert places(f"a:\n  b:\n    - c: 1\n{line}\nnext: 1\n") == {"c": pointer}


def test_a_comment_below_one_further_left_is_no_further_right() -> None:
    before = "a:\n  b:\n    c: 1\n  # one\n    # two\n# three\n  # four\nnext: 1\n"
    assert places(before) == {"one": ("a",), "two": ("a",), "three": ("next",), "four": ("next",)}


def test_a_list_in_the_column_of_its_key_has_no_comments_below_it() -> None:
    assert places("a:\n- b\n# c\nnext: 1\n") == {"c": ("next",)}
    assert places("a:\n- b\n# c\n") == {"c": ()}
    assert places("a:\n- b: 1\n  # c\nnext: 1\n") == {"c": ("a", 0)}


def test_a_second_comment_on_a_line_goes_above_it() -> None:
    before = "a: # one\n  | # two\n  x\n  y\n"
    assert laid_out(before) == "# two\na: |  # one\n  x\n  y\n"


def test_blank_lines_before_and_behind_comments_stay() -> None:
    text = "a:\n  # one\n\n  # two\n\n  b: 1\n\n  # three\n\nc: 1\n\n# four\n"
    assert laid_out(text) == text


def test_a_comment_is_kept_to_the_letter() -> None:
    assert laid_out("a: 1 #:no space\t😀 {{x}} \t\n#\n") == "a: 1  #:no space\t😀 {{x}}\n#\n"


def test_what_looks_like_a_comment_in_a_text_is_none() -> None:
    text = 'a: "x # y"\nb: x#y\nc: >-\n  # z\n\n  w\nd: |\n  # v\n  #u\n'
    assert laid_out(text) == text
    assert places(text) == {}
