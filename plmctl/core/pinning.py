"""What a promotion and a rollback write into an environment's manifest: a pin, and a hold."""

from plmctl.core.deferred import deferred
from plmctl.core.document import BrokenDocument
from plmctl.core.edit import Draft
from plmctl.core.layout import formatted
from plmctl.core.schema import Schema
from plmctl.core.value import Pointer, Value, as_mapping, value_at
from plmctl.core.version import Version, parsed_range

_ONE_BOUND = deferred(r"(?P<operator>[\^~])\s*(?P<version>[0-9]+(?:\.[0-9]+){0,2})(?:-[0-9a-z.]+)?")

PINS: Pointer = ("spec", "pins")
HOLDS: Pointer = ("spec", "hold")


def range_with(written: str, version: Version) -> str:
    """The range that a pin becomes to have a version: of the same form if it is `^` or `~`, else exact.

    A pre-release is named whole, for a range has only the pre-releases of the version that it names one of.
    """
    known = parsed_range(written)
    if known is not None and known.allows(version):
        return written
    found = _ONE_BOUND.fullmatch(written.strip())
    if found is None:
        return str(version)
    if not version.is_final:
        return f"{found['operator']}{version}"
    numbers = found["version"].count(".") + 1
    return found["operator"] + ".".join(str(version).split(".")[:numbers])


def with_pin(draft: Draft, application: str, text: str) -> Draft:
    """A manifest with one more pin."""
    pins = as_mapping(value_at(draft.document.value, PINS))
    return draft.with_field(PINS, application, text, after=list(pins)[-1] if pins else None)


def with_hold(draft: Draft, application: str, reason: str, until: str | None) -> Draft:
    """A manifest that keeps an application at its version, over the hold that it has."""
    held: Value = {"reason": reason, **({"until": until} if until is not None else {})}
    draft = without_hold(draft, application)
    spec = as_mapping(value_at(draft.document.value, ("spec",)))
    holds = as_mapping(spec.get("hold"))
    if holds:
        return draft.with_field(HOLDS, application, held, after=list(holds)[-1])
    if "hold" in spec:
        return draft.with_field(HOLDS, application, held, after=None)
    return draft.with_field(("spec",), "hold", {application: held}, after=list(spec)[-1])


def without_hold(draft: Draft, application: str) -> Draft:
    """A manifest that does not hold an application."""
    holds = as_mapping(as_mapping(value_at(draft.document.value, ("spec",))).get("hold"))
    if application not in holds:
        return draft
    return draft.without_field((*HOLDS, application) if len(holds) > 1 else HOLDS)


def laid_out(before: Draft, after: Draft, schema: Schema) -> bytes:
    """The bytes of an edited manifest: in the canonical layout if it was, else as it is edited."""
    if formatted(before.document, schema).encode() != before.data:
        return after.data
    again = Draft.of(after.document.path, formatted(after.document, schema).encode())
    return after.data if isinstance(again, BrokenDocument) else again.data
