"""Sizes: that fallbacks, context policies and retrievers fit the models that they name."""

from collections.abc import Iterator

from plmctl.core.finding import Level
from plmctl.core.manifest import Manifest
from plmctl.core.registry import Registry
from plmctl.core.value import as_mapping
from plmctl.rules.calling import aims, answering, limit_of
from plmctl.rules.rule import CheckRule, Fault, check_rule, manifest_rule

_TOKENS = "contextTokens"
_FOR_LENGTH = "contextWindowFallbacks"
_FALLBACKS = ("fallbacks", _FOR_LENGTH)


@manifest_rule("LNT007", "fallback-to-itself", Level.ERROR, kind="Route")
def fallback_to_itself(registry: Registry, manifest: Manifest) -> Iterator[Fault]:
    """A fallback of a route leads back to what has failed: it is the only target, or the next one already.

    When the target fails nothing else is tried, and nobody is told that the fallback is none. Name another
    model. Where a route picks among several targets by weight, latency, cost or load, one of them may well
    be the fallback of the others; and of several targets a larger one may take the calls that are too long.
    """
    targets = {aim.target.id for aim in aims(registry, manifest, "targets")}
    is_only = len(targets) == 1
    is_next = manifest.spec.get("strategy") == "failover"
    for aim in aims(registry, manifest, *_FALLBACKS):
        is_for_length = aim.reference.pointer[1] == _FOR_LENGTH
        if aim.target.id in targets and (is_only or (is_next and not is_for_length)):
            how = "the only target" if is_only else "a target already"
            yield Fault(
                manifest=manifest,
                location=manifest.location_of(aim.reference),
                message=f"the fallback '{aim.reference.written}' is {how}",
                help="name another model, or take it away",
            )


@manifest_rule("LNT008", "smaller-fallback-context", Level.WARNING, kind="Route")
def smaller_fallback_context(registry: Registry, manifest: Manifest) -> Iterator[Fault]:
    """A fallback takes fewer tokens than every target; or a context window fallback no more than a target.

    Long calls that a target would have answered are refused just when it fails; a context window fallback
    that is no larger refuses what the target refused. Name a model with a larger window. Models that do not
    state `limits.contextTokens` are not judged.
    """
    targets = {aim.target.id: aim.target for aim in aims(registry, manifest, "targets")}
    known = [(size, model) for model in targets.values() if (size := limit_of(model, _TOKENS)) is not None]
    if not known:
        return
    smallest, largest = min(known, key=lambda one: one[0]), max(known, key=lambda one: one[0])
    for aim in aims(registry, manifest, *_FALLBACKS):
        size = limit_of(aim.target, _TOKENS)
        if size is None or aim.target.id in targets:
            continue
        is_for_length = aim.reference.pointer[1] == _FOR_LENGTH
        limit, target = largest if is_for_length else smallest
        is_all_known = len(known) == len(targets)
        if size <= limit if is_for_length else size < limit and is_all_known:
            how = "not more than" if is_for_length else "fewer than"
            yield Fault(
                manifest=manifest,
                location=manifest.location_of(aim.reference),
                message=f"'{aim.target.id}' takes {size} tokens, {how} the {limit} of '{target.id}'",
                help="name a model with a larger context window",
            )


@check_rule("LNT009", "window-too-large", Level.ERROR)
def window_too_large(registry: Registry) -> Iterator[Fault]:
    """A context policy fills more tokens than a model takes, or keeps them all for the answer.

    The provider refuses the call as soon as a conversation is long enough. Lower `window.maxTokens`, or name
    a model with a larger window. All models are looked at that a prompt under the policy calls, and every
    target of its route.
    """
    for policy in registry.judged("ContextPolicy"):
        window = as_mapping(policy.spec.get("window"))
        most, reserve = window.get("maxTokens"), window.get("reserveForOutput")
        if isinstance(most, int):
            for model, prompt in _calls(registry, policy).values():
                yield from _over_limit(policy, most, model, prompt)
            if isinstance(reserve, int) and reserve >= most:
                yield Fault(
                    manifest=policy,
                    location=policy.document.location(("spec", "window", "reserveForOutput")),
                    message=f"{reserve} of {most} tokens are kept for the answer: none are left",
                    help="keep fewer, or raise 'maxTokens'",
                )


@manifest_rule("LNT010", "dimensions-disagree", Level.ERROR, kind="Retriever")
def dimensions_disagree(registry: Registry, manifest: Manifest) -> Iterator[Fault]:
    """A retriever expects vectors of another length than its embedding model makes.

    An index refuses such vectors, or compares what cannot be compared. Write the model's
    `limits.dimensions`; for a model that is asked for shorter vectors, make a Model that says so.
    """
    stated = as_mapping(manifest.spec.get("embedding")).get("dimensions")
    for aim in aims(registry, manifest, "embedding"):
        made = limit_of(aim.target, "dimensions")
        if isinstance(stated, int) and made is not None and stated != made:
            yield Fault(
                manifest=manifest,
                location=manifest.document.location(("spec", "embedding", "dimensions")),
                message=f"the vectors of '{aim.target.id}' have {made} dimensions, not {stated}",
                help=f"write {made}, or name another model",
            )


WINDOW_RULES: tuple[CheckRule, ...] = (
    fallback_to_itself,
    smaller_fallback_context,
    window_too_large,
    dimensions_disagree,
)


def _over_limit(policy: Manifest, most: int, model: Manifest, prompt: str) -> Iterator[Fault]:
    limit = limit_of(model, _TOKENS)
    if limit is not None and most > limit:
        yield Fault(
            manifest=policy,
            location=policy.document.location(("spec", "window", "maxTokens")),
            message=f"{most} tokens are more than the {limit} of '{model.id}', which '{prompt}' calls",
            help=f"write at most {limit}, or name a model with a larger context window",
        )


def _calls(registry: Registry, policy: Manifest) -> dict[str, tuple[Manifest, str]]:
    """The models that are called under a context policy, and the first prompt that does it."""
    models: dict[str, tuple[Manifest, str]] = {}
    for prompt in registry.referrers.of(policy.id):
        if prompt.kind == "Prompt":
            for model in answering(registry, prompt):
                models.setdefault(model.id, (model, prompt.id))
    return models
