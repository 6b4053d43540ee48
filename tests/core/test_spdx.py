import time

import pytest
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from plmctl.core.spdx import Expression, License, NotSpdx, expression, is_allowed
from plmctl.core.spdx_ids import EXCEPTIONS, LICENSES

MIT, BY = License(id="MIT"), License(id="CC-BY-4.0")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MIT", MIT),
        (" cc-by-4.0 ", BY),
        ("LicenseRef-Acme.Internal", License(id="LicenseRef-Acme.Internal")),
        ("DocumentRef-a:LicenseRef-b", License(id="DocumentRef-a:LicenseRef-b")),
        ("Apache-1.0+", License(id="Apache-1.0", or_later=True)),
        (
            "GPL-2.0-or-later WITH classpath-exception-2.0",
            License(id="GPL-2.0-or-later", exception="Classpath-exception-2.0"),
        ),
        ("MIT OR CC-BY-4.0", Expression(word="OR", parts=(MIT, BY))),
        ("((MIT))", MIT),
        (
            "MIT OR CC-BY-4.0 AND(MIT OR CC-BY-4.0)OR MIT",
            Expression(
                word="OR",
                parts=(
                    MIT,
                    Expression(word="AND", parts=(BY, Expression(word="OR", parts=(MIT, BY)))),
                    MIT,
                ),
            ),
        ),
    ],
)
def test_what_an_expression_says(text: str, expected: License | Expression) -> None:
    assert expression(text) == expected


OWN = "write LicenseRef- and a name of your own for a license that is not in the list"
NAME = "name one: MIT OR CC-BY-4.0"


@pytest.mark.parametrize(
    ("text", "message", "help_"),
    [
        ("proprietary", "'proprietary' is no license of the SPDX list", OWN),
        ("CC-BY", "'CC-BY' is no license of the SPDX list", f"did you mean 'CC-BY-4.0'? Else {OWN}"),
        ("", "a license is missing from the expression", NAME),
        ("MIT OR", "a license is missing from the expression", NAME),
        ("MIT AND )", "a license is missing from the expression", NAME),
        ("WITH x", "a license is missing from the expression", NAME),
        ("(MIT", "a parenthesis is not closed", "write ')' after the licenses in it"),
        ("MIT)", "')' cannot stand there", "join licenses with OR or AND: MIT OR CC-BY-4.0"),
        ("MIT X11", "'X11' cannot stand there", "join licenses with OR or AND: MIT OR CC-BY-4.0"),
        ("MIT or X11", "'or' cannot stand there", "write OR: the words of an expression are upper case"),
        (
            "MIT/X11",
            "'/' cannot stand in a license expression",
            "write an id of the SPDX list, such as CC-BY-4.0",
        ),
        (
            "MIT WITH llvm",
            "'llvm' is no exception of the SPDX list",
            "name one of the list after WITH",
        ),
        ("MIT WITH", "'' is no exception of the SPDX list", "name one of the list after WITH"),
        (
            "(" * 21 + "MIT" + ")" * 21,
            "parentheses are nested over 20 levels deep",
            "write it flatter",
        ),
        ("M" * 1001, "a license expression of over 1000 characters", "name the license"),
    ],
)
def test_what_is_no_expression(text: str, message: str, help_: str) -> None:
    assert expression(text) == NotSpdx(message=message, help=help_)


@pytest.mark.parametrize(
    ("text", "allowed", "expected"),
    [
        ("MIT", ("MIT",), True),
        ("mit", ("Mit",), True),
        ("MIT", (), False),
        ("MIT OR GPL-3.0-only", ("MIT",), True),
        ("MIT AND GPL-3.0-only", ("MIT",), False),
        ("MIT AND GPL-3.0-only", ("GPL-3.0-only", "MIT"), True),
        ("(MIT OR X11) AND CC-BY-4.0", ("X11", "CC-BY-4.0"), True),
        ("Apache-1.0+", ("Apache-1.0",), True),
        ("Apache-1.0", ("Apache-1.0+",), False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", ("GPL-2.0-only",), True),
        (
            "GPL-2.0-only WITH Classpath-exception-2.0",
            ("GPL-2.0-only with Classpath-exception-2.0",),
            True,
        ),
        ("GPL-2.0-only", ("GPL-2.0-only WITH Classpath-exception-2.0",), False),
        ("LicenseRef-Acme", ("LicenseRef-Other",), False),
    ],
)
def test_a_list_allows_one_part_of_or_and_each_of_and(
    text: str, allowed: tuple[str, ...], expected: bool
) -> None:
    said = expression(text)
    assert not isinstance(said, NotSpdx)
    assert is_allowed(said, allowed) is expected


def test_the_lists_are_those_that_packaging_knows_too() -> None:
    assert (len(LICENSES), len(EXCEPTIONS)) == (734, 67)
    for name in sorted(LICENSES):
        try:
            assert canonicalize_license_expression(name.lower()) == name
        except InvalidLicenseExpression:
            # What the list of this packaging is too old for.
            assert name not in (
                "MIT",
                "Apache-2.0",
                "CC-BY-4.0",
                "CC0-1.0",
                "ODbL-1.0",
                "CDLA-Permissive-2.0",
            )


@pytest.mark.parametrize(
    "text",
    [
        "mit AND (apache-2.0 OR 0BSD)",
        "gpl-2.0-only WITH LLVM-exception",
        "(MIT",
        "MIT MIT",
        "nope",
        "LicenseRef-x",
    ],
)
def test_packaging_reads_an_expression_or_refuses_it_likewise(text: str) -> None:
    try:
        canonicalize_license_expression(text)
        is_read = True
    except InvalidLicenseExpression:
        is_read = False
    assert isinstance(expression(text), NotSpdx) is not is_read


def test_a_hostile_expression_takes_no_time() -> None:
    begun = time.process_time()
    assert isinstance(expression("(MIT OR " * 120), NotSpdx)
    assert time.process_time() - begun < 1
