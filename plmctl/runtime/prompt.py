"""A prompt of a registry, as a service calls it."""

from collections.abc import Mapping

from plmctl.core.call.prompt import Prompt as Compiled
from plmctl.core.call.prompt import Retrieval
from plmctl.core.call.refusal import InputError, Problem
from plmctl.core.call.situation import Counter, Counters, Situation, Summarizer
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError
from plmctl.core.value import Value
from plmctl.runtime.call import Call


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt of one lock, compiled; threads may share it."""

    _compiled: Compiled
    _counters: Counters | None = None

    @property
    def id(self) -> str:
        """The full id, as `prompt/support/triage`."""
        return self._compiled.artifact.id

    @property
    def version(self) -> str | None:
        """The version that the lock has."""
        return self._compiled.artifact.version

    @property
    def retrieval(self) -> Retrieval | None:
        """What is to be looked up before a call: by which retriever, for which input, into which variable."""
        return self._compiled.retrieval

    def render(
        self,
        inputs: Mapping[str, object] | None = None,
        /,
        *,
        select: Mapping[str, Value] | None = None,
        model: str | None = None,
        key: str | None = None,
        count: Counter | None = None,
        summarize: Summarizer | None = None,
        **more: object,
    ) -> Call:
        """The call for what is given by name: inputs, passages, `session`, `history`, `memory`.

        A name that is one of the options goes into the mapping. `select` chooses a variant (locale, tenant
        and the like), `model` or `key` one model of a route; `count` counts tokens (else tiktoken where
        it is installed, else they are estimated), and `summarize` sums up messages, where the context needs
        it. Raises InputError with all that is wrong, and PlmctlError.
        """
        _refuse_unnamed(self.id, inputs, select)
        given = {**(inputs or {}), **more}
        twice = sorted((inputs or {}).keys() & more.keys())
        if twice:
            problems = [Problem(input=n, rule="twice", message=f"input '{n}' was given twice") for n in twice]
            raise InputError(self.id, problems)
        situation = Situation(
            select=select or {},
            model=model,
            key=key,
            count=count,
            counters=self._counters,
            summarize=summarize,
        )
        return Call(self._compiled.render(given, situation), self._compiled.promise)


def _refuse_unnamed(prompt: str, inputs: object, select: object) -> None:
    """Raises UsageError for what is not given by name, as callers without a type checker may write it."""
    if not (inputs is None or isinstance(inputs, Mapping)):
        raise UsageError(
            f"{prompt}: inputs are given by name, and this is a value of the type {type(inputs).__name__}",
            hint="""write render(NAME=VALUE), or render({"NAME": VALUE})""",
        )
    if not (select is None or isinstance(select, Mapping)):
        raise UsageError(
            f"{prompt}: select is a mapping, and not a value of the type {type(select).__name__}",
            hint="""write select={"locale": "de"}, by what the variants and routes choose""",
        )
