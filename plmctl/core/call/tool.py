"""The tools that a prompt offers: its own, and shared ones with the arguments that a service fills in."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from plmctl.core.call.artifact import Artifact, Artifacts
from plmctl.core.call.refusal import PromptError, named
from plmctl.core.call.request import OfferedTool
from plmctl.core.dataclass import dataclass
from plmctl.core.value import Value, as_items, as_mapping, as_text, as_texts

_NO_ARGUMENTS: Mapping[str, Value] = {"type": "object", "properties": {}}


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundTool:
    """A tool without its values, and the inputs that fill its bound arguments."""

    offered: OfferedTool
    arguments: Mapping[str, str]

    def filled(self, inputs: Mapping[str, Value]) -> OfferedTool:
        """The tool for a call; an argument whose input is absent has no value, and is hidden all the same."""
        bound = {name: inputs[given] for name, given in self.arguments.items() if given in inputs}
        return replace(self.offered, bound=bound) if bound else self.offered


def tools_of(prompt: Artifact, artifacts: Artifacts) -> Iterator[BoundTool]:
    """The tools of a prompt; raises PlmctlError for one that cannot be offered."""
    for entry in map(as_mapping, as_items(prompt.spec.get("tools"))):
        reference = as_text(entry.get("ref"))
        if reference is None:
            yield BoundTool(offered=_own(entry), arguments={})
        else:
            arguments = {name: str(given) for name, given in as_mapping(entry.get("with")).items()}
            name = as_text(entry.get("as")) or reference.rpartition("/")[2]
            yield BoundTool(
                offered=_shared(prompt, artifacts(reference), name, arguments), arguments=arguments
            )


def _own(entry: Mapping[str, Value]) -> OfferedTool:
    return OfferedTool(
        name=as_text(entry.get("name")) or "",
        artifact=None,
        description=as_text(entry.get("description")),
        parameters=as_mapping(entry.get("parameters")) or _NO_ARGUMENTS,
        strict=_strict(entry),
        bound={},
    )


def _shared(prompt: Artifact, tool: Artifact, name: str, arguments: Mapping[str, str]) -> OfferedTool:
    spec = tool.spec
    if "openapi" in spec:
        raise PromptError(
            f"{named(prompt)}: {named(tool)} is an OpenAPI description, which no model can be offered",
            hint="make a Tool with 'parameters' of each operation that the model may call",
        )
    if arguments and "parameters" not in spec:
        raise PromptError(
            f"{named(prompt)}: {named(tool)} is run by the provider, which cannot be given bound arguments",
            hint="leave 'with' out",
        )
    return OfferedTool(
        name=name,
        artifact=tool.id,
        description=as_text(spec.get("description")),
        parameters=_unbound(as_mapping(spec["parameters"]), arguments) if "parameters" in spec else None,
        strict=_strict(spec),
        bound={},
        builtin=spec.get("builtin"),
        mcp=spec.get("mcp"),
        approval=as_text(spec.get("approval")),
    )


def _strict(spec: Mapping[str, Value]) -> bool | None:
    strict = spec.get("strict")
    return strict if isinstance(strict, bool) else None


def _unbound(parameters: Mapping[str, Value], arguments: Mapping[str, str]) -> Mapping[str, Value]:
    """The arguments that the model is to give."""
    if not arguments:
        return parameters
    left = dict(parameters)
    if "properties" in left:
        left["properties"] = {n: p for n, p in as_mapping(left["properties"]).items() if n not in arguments}
    required: list[Value] = [name for name in as_texts(left.pop("required", [])) if name not in arguments]
    return {**left, "required": required} if required else left
