"""JSON Schemas that values of a call are held to, compiled when the first value comes."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from plmctl.core.call.refusal import Problem, PromptError
from plmctl.core.dataclass import dataclass
from plmctl.core.value import Value, as_mapping

if TYPE_CHECKING:
    from plmctl.core.instance import Contract, Misfit, PlainContract

_UNCHECKED = "'plmctl validate' says where it is wrong: release it anew"

# The engine takes longer to import than everything else: what has no value to check does without.


@dataclass(frozen=True, kw_only=True)
class Pledge:
    """A schema of a manifest, as a check of values; an empty one takes anything. `owner` is whose it is.

    One that a text tells `is_inferred`: it needs no engine.
    """

    owner: str
    schema: Mapping[str, Value]
    is_inferred: bool = False

    def defaulted(self, value: Value) -> Value:
        """The value with the defaults of what it leaves out."""
        if not self._fills:
            return value
        from plmctl.core.instance import with_defaults

        return with_defaults(value, self.schema)

    def misfits(self, value: Value, name: str, *, is_private: bool = False) -> Iterator["Misfit"]:
        """All in the value that does not fit; messages call it by the name, and show nothing private.

        Raises PromptError for a schema that is none.
        """
        if self.schema:
            try:
                contract = self._contract
            except ValueError as error:
                reason = str(error).partition("\n")[0]
                told = f"{self.owner}: the schema of {name} is none: {reason}"
                raise PromptError(told, hint=_UNCHECKED) from error
            yield from contract.misfits(value, name, is_private=is_private)

    def problems(self, value: Value, name: str) -> Iterator[Problem]:
        """The same as problems with the field that is wrong, and without its value: services log them."""
        for misfit in self.misfits(value, name, is_private=True):
            steps = (*misfit.pointer[:1], misfit.lacks or misfit.key or name)
            yield Problem(
                input=str(steps[0]),
                rule=misfit.rule or "size",
                message=misfit.message,
                help=misfit.help,
            )

    @cached_property
    def _fills(self) -> bool:
        return _has_default(self.schema)

    @cached_property
    def _contract(self) -> "Contract | PlainContract":
        from plmctl.core.instance import PlainContract, contract

        return PlainContract(schema=self.schema) if self.is_inferred else contract(self.schema)


def _has_default(schema: Mapping[str, Value]) -> bool:
    fields = map(as_mapping, as_mapping(schema.get("properties")).values())
    return any("default" in field or _has_default(field) for field in fields)
