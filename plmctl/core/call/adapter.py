"""A request on its way into the shape of one API, and all that the API cannot express of it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field

from plmctl.core.call.artifact import versioned
from plmctl.core.call.refusal import named
from plmctl.core.call.request import OfferedTool, Request
from plmctl.core.call.ways import ways_of
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.phrase import listed, one_line
from plmctl.core.value import Value, as_mapping, as_text

# What an adapter itself decides, or the caller: a field of `extra` never does.
_NOT_EXTRA = ("messages", "model", "stream")


class AdapterError(PlmctlError):
    """A request that an API cannot express, with all of it that it cannot.

    `ways` are the clients that ask a model of this provider, where this one does not.
    """

    def __init__(self, prompt: str, api: str, problems: Sequence[str], ways: Sequence[str] = ()):
        self.ways = tuple(ways)
        self.subject = f"{prompt} cannot be put to {api} as it is"
        self.problems = tuple(one_line(problem) for problem in problems)
        hint = f"take {listed([f'as_{way}()' for way in ways])}" if ways else None
        super().__init__("\n  ".join([f"{self.subject}:", *self.problems]), hint=hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A request for an API; `environment` has the variables that `{env: NAME}` may name."""

    request: Request
    api: str
    environment: Mapping[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def refuse(self, place: str, why: str) -> None:
        """Note something that the API cannot express, by its place in the manifest."""
        self.problems.append(f"{place}: {why}")

    def settle(self) -> None:
        """Raise AdapterError where anything was refused."""
        if self.problems:
            raise self._error(tuple(dict.fromkeys(self.problems)))

    def stranger(self) -> AdapterError:
        """The error for a model whose provider is not asked in this way, whatever else there is."""
        kind = self.request.target.provider_type
        problem = f"model: a model of '{kind}' is not asked in this way"
        return self._error([problem], ways_of(self.request.target))

    def _error(self, problems: Sequence[str], ways: Sequence[str] = ()) -> AdapterError:
        identity = self.request.identity
        prompt = versioned(identity.artifact, identity.version)
        asked = f"{prompt} with {named(self.request.target.artifact)}"
        return AdapterError(asked, self.api, problems, ways)

    def text(self, value: Value, place: str) -> str | None:
        """A text, or the value of the variable that it names."""
        name = as_text(as_mapping(value).get("env"))
        if name is None:
            return as_text(value)
        if not self.environment.get(name):
            why = f"the variable {name} was not handed over: pass os.environ, as plmctl reads none"
            self.refuse(place, why)
        return self.environment.get(name)

    def provider(self, name: str) -> Value:
        """A field of the Provider, None without one."""
        provider = self.request.target.provider
        return None if provider is None else provider.spec.get(name)

    def placed(self, name: str) -> str | None:
        """A field of the Provider that is a text or a variable."""
        provider = self.request.target.provider
        return None if provider is None else self.text(provider.spec.get(name), f"{named(provider)} {name}")

    def extra(self) -> Iterator[tuple[str, Mapping[str, Value]]]:
        """The settings that only this provider knows, each with its place."""
        stated = as_mapping(self.request.parameters.get("extra"))
        target = self.request.target
        provider = () if target.provider is None else (target.provider.name, target.provider.id)
        for name in (target.provider_type, *provider):
            if name in stated:
                yield f"parameters.extra.{name}", as_mapping(stated[name])

    def with_extra(self, body: Mapping[str, Value]) -> dict[str, Value]:
        """The body with the provider's own settings: they add to it and replace nothing."""
        whole = dict(body)
        for place, settings in self.extra():
            for name in (name for name in settings if name in _NOT_EXTRA):
                self.refuse(f"{place}.{name}", "this is not for a manifest's extra settings to say")
            whole = self._joined(whole, {n: v for n, v in settings.items() if n not in _NOT_EXTRA}, place)
        return whole

    def _joined(self, body: dict[str, Value], more: Mapping[str, Value], place: str) -> dict[str, Value]:
        whole = dict(body)
        for name, value in more.items():
            there = whole.get(name)
            if name not in whole:
                whole[name] = value
            elif isinstance(there, dict) and isinstance(value, dict):
                whole[name] = self._joined(there, value, f"{place}.{name}")
            elif there != value:
                self.refuse(f"{place}.{name}", "the request has another value there already")
        return whole

    def refuse_tool(self, tool: OfferedTool, why: str) -> None:
        """Note a tool that the API does not offer."""
        self.refuse(f"tool '{tool.name}'", why)

    def refuse_server(self, tool: OfferedTool, where: str) -> None:
        """Note an MCP server, which the API does not run; `where` says which does."""
        why = f"the API runs no MCP servers{where}: offer each tool of it as a Tool with 'parameters'"
        self.refuse_tool(tool, f"{why}, and let the service call the server")

    def hands_over(self, tool: OfferedTool) -> bool:
        """Whether the provider may run a tool, which it does without asking anybody; else it is refused."""
        if tool.approval == "always":
            self.refuse_tool(tool, "the provider runs it and asks nobody, and its 'approval' is 'always'")
            return False
        return True

    def offers(self, tools: Sequence[OfferedTool], choice: Value) -> bool:
        """Whether `toolChoice` names one of these tools; otherwise it is refused."""
        if any(tool.name == choice for tool in tools):
            return True
        self.refuse("parameters.toolChoice", f"'{choice}' is not a tool that the prompt offers")
        return False


def arguments(
    body: Mapping[str, Value], known: Collection[str], beside_them: Mapping[str, Value] | None = None
) -> dict[str, Value]:
    """A body as a client takes it: what it knows by name, and all else in the body beside that."""
    said = {name: value for name, value in body.items() if name in known}
    rest = {name: value for name, value in body.items() if name not in known}
    return {**said, **(beside_them or {}), **({"extra_body": rest} if rest else {})}
