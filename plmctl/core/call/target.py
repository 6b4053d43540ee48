"""Who is asked: the Model that a prompt names, or one of those that its Route picks from."""

from collections.abc import Mapping

from plmctl.core.call.artifact import Artifact, Artifacts
from plmctl.core.call.match import Facts
from plmctl.core.call.refusal import PromptError, named
from plmctl.core.call.request import Target
from plmctl.core.call.route import Route, route_of
from plmctl.core.call.situation import Situation
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError
from plmctl.core.value import as_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The models that a prompt can ask, by their ids; `first` is the one without a choice."""

    prompt: str
    targets: Mapping[str, Target]
    route: Route | None

    def target(self, situation: Situation) -> Target:
        """The one for a call: what the caller wants, else what the route picks."""
        if situation.model is not None:
            return self._wanted(situation.model)
        if self.route is None:
            return next(iter(self.targets.values()))
        return self.targets[self.route.pick(situation.select, situation.key).model]

    def _wanted(self, model: str) -> Target:
        found = self.targets.get(model) or self.targets.get(f"model/{model}")
        if found is None:
            choices = ", ".join(self.targets)
            raise UsageError(
                f"{self.prompt}: '{model}' is not a model that it asks", hint=f"there is {choices}"
            )
        return found


def asked_of(prompt: Artifact, artifacts: Artifacts) -> Asked:
    """The models of a prompt; raises PlmctlError for one that the lock does not have."""
    reference = as_text(prompt.spec.get("model")) or ""
    artifact = artifacts(reference)
    if artifact.kind == "model":
        return Asked(prompt=named(prompt), targets={artifact.id: target_of(artifact, artifacts)}, route=None)
    if artifact.kind != "route":
        raise PromptError(f"{named(prompt)}: '{reference}' is neither a Model nor a Route")
    route = route_of(artifact)
    targets = {model: target_of(artifacts(model), artifacts, artifact.id) for model in route.models}
    return Asked(prompt=named(prompt), targets=targets, route=route)


def target_of(model: Artifact, artifacts: Artifacts, route: str | None = None) -> Target:
    """A Model as a target, with its Provider where it names one."""
    stated = as_text(model.spec.get("provider")) or ""
    provider = artifacts(stated) if stated.startswith("provider/") else None
    kind = stated if provider is None else as_text(provider.spec.get("type")) or ""
    return Target(
        artifact=model,
        provider=provider,
        provider_type=kind,
        model=as_text(model.spec.get("model")) or "",
        route=route,
    )


def facts_of(target: Target) -> Facts:
    """What a variant can ask of a target: the model and the provider, by any of their names."""
    model = (target.artifact.name, target.artifact.id, target.model)
    provider = () if target.provider is None else (target.provider.name, target.provider.id)
    return {"model": model, "provider": (target.provider_type, *provider)}
