"""The reference graph, drawn: a tree for a reader, Mermaid and DOT for other programs."""

from collections.abc import Iterator, Sequence

from plmctl.core.deferred import deferred
from plmctl.core.picture import Branch, Mark, Picture
from plmctl.render.line import Line, Paper, Style, line
from plmctl.render.visible import cut_middle, visible, width

_STYLES = {Mark.MISSING: Style.ERROR, Mark.AMBIGUOUS: Style.ERROR, Mark.CYCLE: Style.WARNING}
# A name that is cut further says nothing.
_NARROWEST = 12
_PLAIN = deferred(r"[^A-Za-z0-9 _./-]")


def branch_lines(branches: Sequence[Branch], paper: Paper) -> Iterator[Line]:
    """A tree: each artifact below what refers to it, by a broken guide where it is only about it."""
    for branch, guide in zip(branches, _guides(branches), strict=True):
        said = _said(branch)
        name = visible(branch.artifact)
        detail = f"  {visible(branch.detail)}" if branch.detail else ""
        if paper.is_terminal:
            room = paper.width - width(guide) - width(said)
            name = cut_middle(name, max(room, _NARROWEST))
            detail = detail if width(name) + width(detail) <= room else ""
        style = Style.STRONG if branch.depth == 0 else Style.PLAIN
        mark = (_STYLES.get(branch.mark, Style.FAINT), said)
        yield line((Style.FAINT, guide), (style, name), mark, (Style.FAINT, detail))


def _said(branch: Branch) -> str:
    about = " (about)" if branch.is_about else ""
    return f"{about} ({branch.mark.value})" if branch.mark is not Mark.NONE else about


def _guides(branches: Sequence[Branch]) -> list[str]:
    """What stands before each row; from the last row up, so that it is known whether more follows below."""
    guides: list[str] = []
    is_open: list[bool] = []
    for branch in reversed(branches):
        depth = branch.depth
        is_open[depth + 1 :] = []
        is_open.extend([False] * (depth + 1 - len(is_open)))
        above = "".join("│  " if level else "   " for level in is_open[1:depth])
        end = "├" if is_open[depth] else "└"
        guides.append(f"{above}{end}{'╌' if branch.is_about else '─'} " if depth else "")
        is_open[depth] = True
    return guides[::-1]


def mermaid(picture: Picture) -> str:
    """The picture as a Mermaid flowchart, which GitHub and GitLab draw in Markdown."""
    names = {node: f"n{index}" for index, node in enumerate(picture.nodes)}
    rows = ["flowchart LR"]
    for node, mark in picture.nodes.items():
        rows.append(f'  {names[node]}["{_mermaid_text(node)}"]{"" if mark is Mark.NONE else ":::missing"}')
    rows.extend(
        f"  {names[arrow.source]} {'-.->' if arrow.is_about else '-->'} {names[arrow.target]}"
        for arrow in picture.arrows
    )
    if any(mark is not Mark.NONE for mark in picture.nodes.values()):
        rows.append("  classDef missing stroke:#c00,stroke-dasharray:4")
    return "".join(f"{row}\n" for row in rows)


def _mermaid_text(text: str) -> str:
    # Mermaid's own entities: `#` and the number of the character. Nothing is left that ends the label.
    return _PLAIN.sub(lambda found: f"#{ord(found[0])};", visible(text))


def dot(picture: Picture) -> str:
    """The picture in Graphviz' language."""
    rows = ["digraph plmctl {", "  rankdir=LR;", "  node [shape=box];"]
    for node, mark in picture.nodes.items():
        rows.append(f"  {_dot_text(node)}{'' if mark is Mark.NONE else ' [color=red, style=dashed]'};")
    for arrow in picture.arrows:
        style = " [style=dashed]" if arrow.is_about else ""
        rows.append(f"  {_dot_text(arrow.source)} -> {_dot_text(arrow.target)}{style};")
    return "".join(f"{row}\n" for row in (*rows, "}"))


def _dot_text(text: str) -> str:
    # In a quoted string of DOT only the quote is escaped; a backslash is a label's escape, so it is doubled.
    return '"' + visible(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
