"""The page of a diff in Chromium: operated by the keyboard alone, without the network, in any light."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from plmctl.render.html import html
from tests.render.attacks import ATTACKS, attacked_by_all
from tests.render.browser import ENTER, ESCAPE, RIGHT, SPACE, TAB, Browser, browsing
from tests.render.diffs import SMALL
from tests.render.elements import outline

# One worker starts the browser, once.
pytestmark = pytest.mark.xdist_group("browser")

FOCUS = """
const at = document.activeElement;
const artifact = at.closest("details");
return at.id || at.getAttribute("href") || (artifact ? "summary " + artifact.id : at.tagName);
"""
OPEN = "return [...document.querySelectorAll('details.artifact')].filter(d => d.open).map(d => d.id)"
VISIBLE = "return document.querySelector(arguments[0]).checkVisibility({contentVisibilityAuto: true})"
# `model/0`, `model/2` ... `model/10` are the same six in every attack; each has an artifact of its own.
HOSTILE_ARTIFACTS = 6 + len(ATTACKS)
# What is seen of a text: WCAG 2.2, 1.4.3, by the colours that are computed.
CONTRAST = """
const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
const shade = (part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
const luminance = ([r, g, b]) => [r, g, b].map(c => shade(c / 255))
  .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const colour = numbers(getComputedStyle(at).backgroundColor);
    if (colour.length < 4 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
const poor = [];
for (const element of document.querySelectorAll("body *")) {
  const isText = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  if (!isText || !element.checkVisibility() || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
  const both = [numbers(getComputedStyle(element).color), behind(element)].map(luminance);
  const ratio = (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
  if (ratio < 4.5) poor.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)}`);
}
return poor;
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser for all tests here."""
    with browsing(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pages."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "small.html").write_text(html(SMALL), encoding="utf-8")
    (folder / "hostile.html").write_text(html(attacked_by_all()), encoding="utf-8")
    plain = html(SMALL)
    script = plain.partition("<script>")[2].partition("</script>")[0]
    (folder / "scriptless.html").write_text(plain.replace(script, ""), encoding="utf-8")
    return folder


@pytest.fixture
def page(browser: Browser, pages: Path) -> Iterator[Browser]:
    """The browser with a small diff, on a wide screen in daylight, that complains of nothing."""
    browser.resize(1280, 900)
    browser.emulate()
    browser.open(pages / "small.html")
    yield browser
    assert browser.logged() == []


def focus(page: Browser, *keys: str) -> str:
    """What has the focus after some keys."""
    page.press(*keys)
    return str(page.run(FOCUS))


def test_everything_is_reached_with_the_tab_key_in_the_order_of_the_page(page: Browser) -> None:
    assert [focus(page, TAB) for _ in range(13)] == [
        "#changes",
        "inline",
        "auto",
        "expand",
        "collapse",
        "ask",
        "#a1",
        "#a2",
        "#a3",
        "summary a1",
        "summary a2",
        "summary a3",
        "BODY",
    ]


def test_the_first_link_skips_to_the_changes(page: Browser) -> None:
    assert focus(page, TAB, ENTER) == "changes"
    assert focus(page, TAB) == "summary a1"


def test_a_link_of_the_list_opens_its_artifact(page: Browser) -> None:
    page.press("c")
    assert page.run(OPEN) == []
    assert focus(page, "s") == "#a1"
    assert focus(page, TAB, ENTER) == "summary a2"
    assert page.run(OPEN) == ["a2"]
    assert page.run("return location.hash") == "#a2"
    # The same link again, after the artifact was closed.
    assert focus(page, ENTER, "s", TAB, ENTER) == "summary a2"
    assert page.run(OPEN) == ["a2"]


def test_a_link_of_the_list_moves_the_focus_before_the_next_key_is_read(page: Browser) -> None:
    page.press("c")
    second = "const link = document.querySelectorAll('nav a')[1];"
    assert page.run(f"{second} link.click(); {FOCUS}") == "summary a2"
    assert page.run(OPEN) == ["a2"]
    # A link that is to open elsewhere is left to the browser.
    left = """
    let left = null;
    const last = (event) => { left = !event.defaultPrevented; event.preventDefault(); };
    window.addEventListener("click", last, {once: true});
    link.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true, [arguments[0]]: true}));
    return left;
    """
    kinds = ("ctrlKey", "metaKey", "shiftKey", "button")
    assert [page.run(second + left, kind) for kind in kinds] == [True, True, True, False]


def test_letters_go_from_artifact_to_artifact_and_keys_open_and_close_them(page: Browser) -> None:
    steps = [focus(page, key) for key in ("j", "n", "j", "j", "k", "p")]
    assert steps == ["summary a1", "summary a2", "summary a3", "summary a3", "summary a2", "summary a1"]
    page.press(ENTER)
    assert page.run(OPEN) == ["a2", "a3"]
    page.press(SPACE)
    assert page.run(OPEN) == ["a1", "a2", "a3"]
    page.press("c")
    assert page.run(OPEN) == []
    page.press("e")
    assert page.run(OPEN) == ["a1", "a2", "a3"]


def test_the_arrangement_is_chosen_by_keys(page: Browser) -> None:
    assert [page.run(VISIBLE, name) for name in (".split", ".split + .inline")] == [False, True]
    page.press("v")
    assert [page.run(VISIBLE, name) for name in (".split", ".split + .inline")] == [True, False]
    left, right = page.run(
        "return [...document.querySelectorAll('.split > div:nth-child(2) > div')]"
        ".map(d => d.getBoundingClientRect()).map(r => [r.left, r.top, r.width])"
    )
    assert (left[1], left[2]) == (right[1], right[2])
    assert left[0] + left[2] == right[0]
    page.press("v")
    assert [page.run(VISIBLE, name) for name in (".split", ".split + .inline")] == [False, True]
    # The buttons do the same.
    page.press(TAB, TAB, RIGHT)
    assert page.run(VISIBLE, ".split") is True


def test_the_theme_follows_the_system_until_one_is_chosen(page: Browser) -> None:
    colours = (
        "return [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    light, dark = ["rgb(255, 255, 255)", "rgb(28, 33, 40)"], ["rgb(20, 23, 28)", "rgb(228, 231, 235)"]
    seen = [page.run(colours)]
    page.emulate(scheme="dark")
    seen.append(page.run(colours))
    for _ in range(3):
        page.press("t")
        seen.append(page.run(colours))
    assert seen == [light, dark, light, dark, dark]
    page.emulate(scheme="light")
    assert page.run(colours) == light


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(page: Browser, scheme: str) -> None:
    page.emulate(scheme=scheme)
    assert page.run(CONTRAST) == []
    page.press("v", "?")
    assert page.run(CONTRAST) == []


def test_help_opens_and_closes_and_letters_can_be_switched_off(page: Browser) -> None:
    is_open = "return document.getElementById('keys').open"
    assert focus(page, "?") == "single"
    assert page.run(is_open) is True
    # Behind the help no letter does anything.
    assert focus(page, "j") == "single"
    page.press(SPACE, ESCAPE)
    assert page.run(is_open) is False
    page.press("c")
    assert page.run(OPEN) == ["a1", "a2", "a3"]
    page.press("?", SPACE, TAB, ENTER)
    assert page.run(is_open) is False
    page.press("c")
    assert page.run(OPEN) == []


def test_on_paper_all_is_open_and_there_are_no_controls(page: Browser) -> None:
    page.press("c", "t", "t")
    page.emulate(medium="print", scheme="dark")
    assert page.run(VISIBLE, "#a1 .judgements") is True
    assert page.run("return document.querySelector('#a3 li').getBoundingClientRect().height") > 0
    assert [page.run(VISIBLE, name) for name in (".tools", ".skip", "nav")] == [False, False, True]
    assert page.run("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [320, 400, 900, 1280, 2000])
def test_no_screen_is_too_narrow(page: Browser, width: int) -> None:
    page.resize(width, 900)
    page.press("v")
    assert page.run("return document.documentElement.scrollWidth") <= width


def test_nothing_is_loaded(page: Browser) -> None:
    assert page.run("return performance.getEntriesByType('resource').map(e => e.name)") == []


def test_what_is_not_ours_would_not_run_or_load(browser: Browser, pages: Path) -> None:
    browser.open(pages / "small.html")
    browser.run(
        "const s = document.createElement('script'); s.textContent = 'window.ran = true';"
        "const i = new Image(); i.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';"
        "document.body.append(s, i);"
    )
    assert browser.run("return window.ran === true") is False
    refused = browser.logged()
    assert len(refused) == 2
    assert all("Content Security Policy" in line for line in refused)


def test_without_scripts_it_is_read_and_operated_too(browser: Browser, pages: Path) -> None:
    browser.open(pages / "scriptless.html")
    assert browser.run(VISIBLE, ".buttons") is False
    assert focus(browser, TAB, TAB, RIGHT) == "split"
    assert browser.run(VISIBLE, ".split") is True
    # Tab goes to the theme, three links, and the first artifact.
    assert focus(browser, *[TAB] * 5, ENTER) == "summary a1"
    assert browser.run(OPEN) == ["a2", "a3"]
    assert browser.logged() == []


def test_no_text_of_a_stranger_becomes_an_element_or_runs(browser: Browser, pages: Path) -> None:
    # An alert would make the next command fail.
    browser.open(pages / "hostile.html")
    names, handlers, resources = browser.run(
        """
        const all = [...document.querySelectorAll("*")], names = {};
        for (const element of all) names[element.localName] = (names[element.localName] || 0) + 1;
        const handlers = all.flatMap(e => [...e.attributes]).filter(a => a.name.startsWith("on"));
        return [names, handlers.length, performance.getEntriesByType("resource").length];
        """
    )
    assert browser.logged() == []
    assert (handlers, resources) == (0, 0)
    # The oracle that knows no browser counts the same elements; it knows which of them are ours.
    assert names == outline((pages / "hostile.html").read_text(encoding="utf-8")).elements
    assert browser.run("return document.querySelectorAll('details.artifact').length") == HOSTILE_ARTIFACTS
