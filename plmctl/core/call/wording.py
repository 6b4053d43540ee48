"""The texts of a prompt, ready to be filled, with the partials that its lock has."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from plmctl.core.call.artifact import Artifact, Artifacts
from plmctl.core.call.refusal import PromptError, named
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError
from plmctl.core.template import jinja, mustache
from plmctl.core.template.language import JINJA2, MUSTACHE, RAW
from plmctl.core.template.program import Template
from plmctl.core.template.rendering import compiled
from plmctl.core.template.uses import partials
from plmctl.core.value import Value, as_text

if TYPE_CHECKING:
    from plmctl.core.template.run import Program

Printer = Callable[[Mapping[str, Value], Mapping[str, Value]], str]
"""The text that inputs make, and the variables that are no inputs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A text of an artifact in its language; `place` is what errors call it."""

    text: str
    language: str
    place: str

    @property
    def template(self) -> Template | None:
        """It parsed, None for a language in which nothing has a name."""
        if self.language == MUSTACHE:
            return mustache.parse(self.text)
        return jinja.parse(self.text) if self.language == JINJA2 else None

    def printer(self, artifacts: Artifacts) -> Printer:
        """How it is filled; raises PlmctlError for one that nothing can fill."""
        if self.language == RAW:
            return lambda _inputs, _extra: self.text
        if self.language == MUSTACHE:
            template = mustache.parse(self.text)
            return compiled(template, dict(_included(template, artifacts)), name=self.place).render
        if self.language == JINJA2:
            return self._jinja().render
        raise PromptError(f"{self.place}: this version cannot render {self.language}")

    def _jinja(self) -> "Program":
        try:
            return jinja.compiled(self.text, name=self.place)
        except UsageError as error:
            raise UsageError(f"{self.place}: {error.message}", hint=error.hint) from None


def _included(template: Template, artifacts: Artifacts) -> Iterator[tuple[str, Template]]:
    """The partials that a text includes, and those that they do."""
    waiting, seen = [template], set[str]()
    while waiting:
        for inclusion in partials(waiting.pop()):
            if inclusion.name not in seen:
                seen.add(inclusion.name)
                found = _partial(artifacts(f"partial/{inclusion.name}"))
                waiting.append(found)
                yield inclusion.name, found


def _partial(partial: Artifact) -> Template:
    text, language = as_text(partial.spec.get("content")) or "", partial.spec.get("templateFormat", MUSTACHE)
    if language == MUSTACHE:
        return mustache.parse(text)
    if language != RAW:
        raise PromptError(f"{named(partial)} is written in {language}: mustache cannot include it")
    return mustache.parse(text.replace("{{", r"\{{"))
