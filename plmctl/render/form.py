"""The formats of a report by name; each is loaded when it is asked for."""

from typing import Literal

from plmctl.core.finding import Level
from plmctl.core.report import Report
from plmctl.render.line import Paper

Form = Literal["text", "concise", "json", "markdown", "github", "sarif", "junit", "html"]


def written(report: Report, form: Form, paper: Paper, fail_on: Level = Level.ERROR) -> str:
    """A report in a format; `paper` matters to text alone, the level that fails the command to junit."""
    if form == "text":
        from plmctl.render.text import text

        return text(report, paper)
    if form == "junit":
        from plmctl.render.junit import junit

        return junit(report, fail_on)
    if form == "concise":
        from plmctl.render.concise import concise as renderer
    elif form == "json":
        from plmctl.render.json import json_text as renderer
    elif form == "markdown":
        from plmctl.render.markdown import markdown as renderer
    elif form == "html":
        from plmctl.render.html import html as renderer
    elif form == "github":
        from plmctl.render.github import github as renderer
    else:
        from plmctl.render.sarif import sarif as renderer
    return renderer(report)
