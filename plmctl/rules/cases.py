"""Examples and samples: that they are what the prompt takes and answers."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Level, Location
from plmctl.core.inputs import inputs_of
from plmctl.core.instance import Misfit, contract, with_defaults
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.value import Pointer, Value, as_mapping
from plmctl.rules.filling import entries
from plmctl.rules.rule import CheckRule, Fault, check_rule


@check_rule("LNT004", "example-input-invalid", Level.ERROR)
def example_input_invalid(registry: Registry) -> Iterator[Fault]:
    """The input of a few-shot example is none that the prompt takes.

    The model is shown a call that cannot happen, and a render of the example fails. Correct the example, or
    `inputs`. Defaults are filled in first; formats are not checked.
    """
    yield from _misfits(registry, _Side(list="examples", key="input", noun="example", schema=inputs_of))


@check_rule("LNT005", "example-output-invalid", Level.ERROR)
def example_output_invalid(registry: Registry) -> Iterator[Fault]:
    """The output of a few-shot example is none that `outputs.schema` allows.

    Models follow examples rather than schemas: answers come out that consumers refuse. Correct the example,
    or `outputs.schema`. Where the format is json the output is the value itself, not text that holds it.
    """
    yield from _misfits(registry, _Side(list="examples", key="output", noun="example", schema=_outputs_of))


@check_rule("LNT006", "sample-input-invalid", Level.ERROR)
def sample_input_invalid(registry: Registry) -> Iterator[Fault]:
    """The input of a sample is none that the prompt takes.

    Tests and docs that render it fail. Correct the sample, or `inputs`. Defaults are filled in first;
    formats are not checked.
    """
    yield from _misfits(registry, _Side(list="samples", key="input", noun="sample", schema=inputs_of))


CASE_RULES: tuple[CheckRule, ...] = (example_input_invalid, example_output_invalid, sample_input_invalid)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """A field of the items of a list, and the schema that it must satisfy; empty where nobody knows one."""

    list: str
    key: str
    noun: str
    schema: Callable[[Manifest], Mapping[str, Value]]


def _outputs_of(manifest: Manifest) -> Mapping[str, Value]:
    return as_mapping(as_mapping(manifest.spec.get("outputs")).get("schema"))


def _misfits(registry: Registry, side: _Side) -> Iterator[Fault]:
    # A schema that is wrong itself says nothing; its own findings are told already.
    unsound = {f.location.path for f in registry.findings if f.code.startswith("SCH")}
    for manifest in registry.judged("Prompt"):
        if side.list in manifest.spec and manifest.path not in unsound:
            yield from islice(_misfits_of(manifest, side), registry.settings.limits.findings)


def _misfits_of(manifest: Manifest, side: _Side) -> Iterator[Fault]:
    schema = side.schema(manifest)
    if not schema:
        return
    asked = contract(schema)
    for at, case in entries(manifest.spec.get(side.list), ("spec", side.list)):
        is_output = side.key == "output"
        value = case[side.key] if is_output else with_defaults(case[side.key], schema)
        for misfit in asked.misfits(value, side.key):
            yield Fault(
                manifest=manifest,
                location=_place(manifest, (*at, side.key), misfit),
                message=f"{side.noun} '{case['name']}': {misfit.message}",
                help=misfit.help or _cure(manifest, value, side),
            )


def _place(manifest: Manifest, pointer: Pointer, misfit: Misfit) -> Location:
    document, at = manifest.document, (*pointer, *misfit.pointer)
    if misfit.key is not None:
        return document.key_location((*at, misfit.key))
    return document.key_location(at) if misfit.is_absence else document.location(at)


def _cure(manifest: Manifest, value: Value, side: _Side) -> str:
    if side.key == "input":
        where = "spec.inputs" if "inputs" in manifest.spec else "the text, from which the inputs are inferred"
        return f"correct the {side.noun}, or {where}"
    is_json = as_mapping(manifest.spec.get("outputs")).get("format") == "json"
    if is_json and isinstance(value, str):
        return "the format is json: write the value itself, not text that holds it"
    return "correct the example, or outputs.schema"
