"""Lifecycles: that nothing settled rests on what is going away, or was never settled."""

from collections.abc import Iterator
from datetime import date

from plmctl.core.finding import Level
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.value import Value, as_mapping
from plmctl.rules.pin import pin_of
from plmctl.rules.rule import CheckRule, Fault, check_rule, dated_rule, manifest_rule

SOON = 60
"""Days before a model retires that are too few to move what uses it without haste."""
_STATE = "write 'pin: fixed' if it never changes"
_ACCEPT = "set the level of LNT014 for it in plmctl.yaml"


@check_rule("LNT011", "depends-on-retired", Level.ERROR, is_of_all=True)
def depends_on_retired(registry: Registry) -> Iterator[Fault]:
    """A stable artifact depends on a retired one, directly or through others that are not stable.

    What is retired is kept for the record and no longer looked after. Refer to its replacement, or mark the
    dependent deprecated. References that say only what something is about are no dependencies; experimental
    and deprecated artifacts may still depend on what is retired.
    """
    yield from _resting_on(registry, "retired", "deprecated")


@check_rule("LNT012", "depends-on-experimental", Level.WARNING, is_of_all=True)
def depends_on_experimental(registry: Registry) -> Iterator[Fault]:
    """A stable artifact depends on an experimental one, directly or through others that are not stable.

    Experiments change without notice: whoever trusts the stable artifact is exposed to them. Settle the
    experiment first, or mark the dependent experimental too.
    """
    yield from _resting_on(registry, "experimental", "experimental")


@manifest_rule("LNT013", "no-replacement-named", Level.WARNING)
def no_replacement_named(_registry: Registry, manifest: Manifest) -> Iterator[Fault]:
    """A deprecated artifact does not say what to use instead.

    Whoever depends on it is told to move, and not where to. Write `metadata.deprecation.replacedBy`.
    """
    deprecation = manifest.metadata.get("deprecation", {})
    if manifest.stability != "deprecated" or not isinstance(deprecation, dict) or "replacedBy" in deprecation:
        return
    is_begun = "deprecation" in manifest.metadata
    at = manifest.document.key_location if is_begun else manifest.document.location
    yield Fault(
        manifest=manifest,
        location=at(("metadata", "deprecation" if is_begun else "stability")),
        message=f"'{manifest.id}' is deprecated and names no replacement",
        help="name it: deprecation: {replacedBy: NAME}",
    )


@manifest_rule("LNT014", "floating-model", Level.WARNING, kind="Model")
def floating_model(_registry: Registry, manifest: Manifest) -> Iterator[Fault]:
    """A model's id means whatever the provider puts behind it: answers change while nothing changes here.

    Name a dated id. Where `pin` is not stated, the id's shape tells: a date (`-2024-08-06`, `-20241022`,
    `-0613`, `-2411`, `-08-2024`, `-05-20`), a version (`-001`, `-v1:0`, `-v0.3`), a revision (`@001`,
    `@` and a commit), and a model with `revision`, `deployment` or `weights`, are bound. State `pin: fixed`
    where an id never changes its meaning, though it does not show.
    """
    model = manifest.spec.get("model")
    if pin_of(manifest.spec) != "floating" or not isinstance(model, str):
        return
    is_stated = "pin" in manifest.spec
    yield Fault(
        manifest=manifest,
        location=manifest.document.location(("spec", "pin" if is_stated else "model")),
        message=f"the provider may change what '{model}' means",
        help=f"name a dated id, or {_ACCEPT if is_stated else _STATE}",
    )


@dated_rule("LNT015", "model-retires-soon", Level.WARNING)
def model_retires_soon(registry: Registry, today: str) -> Iterator[Fault]:
    """The provider stops serving a model within 60 days, or has stopped.

    From that day every call fails. Move what uses it to another model. `--as-of` judges by another day than
    today.
    """
    day = date.fromisoformat(today)
    for manifest in registry.judged("Model"):
        retires = _day(manifest.spec.get("retires"))
        if retires is not None and (retires - day).days <= SOON:
            yield Fault(
                manifest=manifest,
                location=manifest.document.location(("spec", "retires")),
                message=f"the provider {_told(retires, (retires - day).days)}",
                help="move what uses the model to another one",
            )


LIFECYCLE_RULES: tuple[CheckRule, ...] = (
    depends_on_retired,
    depends_on_experimental,
    no_replacement_named,
    floating_model,
    model_retires_soon,
)


def _resting_on(registry: Registry, stability: str, instead: str) -> Iterator[Fault]:
    """Where stable artifacts depend on those of a stability."""
    if not any(m.stability == stability for m in registry.manifests.values()):
        return
    stable = {m.id for m in registry.versioned if m.stability == "stable"}
    known: dict[str, str | None] = {}
    for edge in registry.edges:
        if edge.source not in stable or not edge.is_dependency:
            continue
        if edge.target not in known:
            known[edge.target] = _led_to(registry, edge.target, stability)
        found = known[edge.target]
        if found is not None:
            through = "" if found == edge.target else f" through '{edge.target}'"
            yield Fault(
                manifest=registry.manifests[edge.source],
                location=edge.manifest.location_of(edge.reference),
                message=f"'{edge.source}' is stable and depends{through} on '{found}', which is {stability}",
                help=f"refer to {_instead_of(registry.manifests[found])}, or mark this artifact as {instead}",
            )


def _led_to(registry: Registry, start: str, stability: str) -> str | None:
    """The nearest artifact of a stability from here; what is stable, or retired, answers for itself."""
    waiting, seen = [start], {start}
    for artifact in waiting:
        found = registry.manifests[artifact].stability
        if found == stability:
            return artifact
        if found in ("experimental", "deprecated"):
            following = sorted(registry.dependencies[artifact] - seen)
            waiting.extend(following)
            seen.update(following)
    return None


def _instead_of(manifest: Manifest) -> str:
    replacement = as_mapping(manifest.metadata.get("deprecation")).get("replacedBy")
    return f"'{replacement}'" if isinstance(replacement, str) else "another"


def _day(written: Value) -> date | None:
    try:
        return date.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None


def _told(retires: date, left: int) -> str:
    if left < 0:
        return f"stopped serving it on {retires}"
    when = {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")
    return f"stops serving it on {retires}, {when}"
