"""render: what a prompt asks a model, for inputs."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from plmctl.commands.artifact import parted
from plmctl.commands.standing import moment
from plmctl.commands.subject import Subject, known_ids, subject
from plmctl.core.call.artifact import Artifact, Artifacts, artifact_of
from plmctl.core.call.assembly import prompt_of
from plmctl.core.call.intake import SESSION
from plmctl.core.call.prompt import Prompt
from plmctl.core.call.refusal import InputError
from plmctl.core.call.refusal import Problem as Wrong
from plmctl.core.call.route import WEIGHTED
from plmctl.core.call.situation import Situation
from plmctl.core.dataclass import dataclass
from plmctl.core.few import few
from plmctl.core.finding import Finding, Level, PlmctlError, UsageError
from plmctl.core.form import texts_of
from plmctl.core.graph import reachable
from plmctl.core.ports import Repo
from plmctl.core.remedy import first_options, remedy, takes
from plmctl.core.rendering import rendering_of, value_of_rendering
from plmctl.core.report import Problem, Report
from plmctl.core.slip import nearest
from plmctl.core.tokenizer import Tokenizers, estimated
from plmctl.core.value import Value, as_items, as_mapping, as_text

_KIND = "prompt/"
_MOST_SAMPLES = 8


@dataclass(frozen=True, kw_only=True)
class RenderOptions:
    """What is rendered, and when; `inputs` are what fills it, over those of the prompt's `sample`.

    `select` chooses a variant, `model` or `key` one model of a route.
    """

    prompt: str
    revision: str | None = None
    is_staged: bool = False
    sample: str | None = None
    inputs: Mapping[str, Value]
    select: Mapping[str, Value]
    model: str | None = None
    key: str | None = None
    tokenizers: Tokenizers = estimated


def render(repo: Repo, options: RenderOptions) -> Report:
    """The request that a prompt makes of inputs; or all that is wrong with them."""
    found = _subject(repo, options)
    findings = _findings(found)
    if findings:
        return Report(command="render", findings=findings)
    artifacts = _artifacts(found)
    artifact = artifacts(found.artifact)
    prompt = prompt_of(artifact, artifacts)
    given = {**_sample(artifact, options.sample), **options.inputs}
    situation = Situation(select=options.select, model=options.model, key=options.key)
    situation, notes = _settled(prompt, situation)
    try:
        request = prompt.render(given, situation)
    except InputError as error:
        taken = _taken(prompt)
        if not given:
            return _nothing(prompt, taken)
        problems = tuple(_problem(problem, taken, given) for problem in error.problems)
        return Report(command="render", problems=problems)
    version = str(found.tag.version) if found.tag is not None else found.standing.version
    rendering = rendering_of(request, version, options.tokenizers)
    return Report(command="render", rendering=rendering, data=value_of_rendering(rendering), notes=notes)


def _subject(repo: Repo, options: RenderOptions) -> Subject:
    now = moment(repo, options.revision, is_staged=options.is_staged)
    word, version = parted(options.prompt)
    if version is not None and (options.revision is not None or options.is_staged):
        raise UsageError(
            f"'{options.prompt}' is a version, and --rev or --staged names another moment",
            hint="give one of them",
        )
    known = known_ids(now)
    prompts = frozenset(name for name in known if name.startswith(_KIND))
    if word in known - prompts:
        raise UsageError(f"{word} is no prompt", hint="run 'plmctl list prompt' to see all that are")
    return subject(repo, now, options.prompt, prompts)


def _findings(found: Subject) -> tuple[Finding, ...]:
    """What makes the prompt, or something that it depends on, no manifest that could be rendered."""
    registry = found.at.registry
    parts = [registry.manifests[id_] for id_ in reachable(registry.dependencies, found.artifact)]
    paths = {part.path for part in parts}
    paths |= {path for part in parts for file in part.included.values() for path, _ in file.hashes}
    return tuple(f for f in registry.findings if f.level is Level.ERROR and f.location.path in paths)


def _artifacts(found: Subject) -> Artifacts:
    """The artifacts of a moment, as a lock of it would have them."""
    registry = found.at.registry

    @cache
    def artifact(id_: str) -> Artifact:
        if id_ not in registry.manifests:
            raise PlmctlError(
                f"{found.artifact} needs {id_}, which is not in the registry", hint="run 'plmctl validate'"
            )
        standing = found.at.standing(id_)
        is_released = standing.newest is not None and not standing.is_changed and standing.locked is None
        if standing.identity is None:
            raise UsageError(f"{id_} has no versions, and no prompt can need it")
        return artifact_of(
            id_,
            texts_of(standing.manifest, registry),
            version=str(standing.newest.version) if is_released and standing.newest is not None else None,
            digest=standing.identity.digest,
            metadata_digest=standing.identity.metadata_digest,
            closure=standing.closure or "",
        )

    return artifact


def _sample(prompt: Artifact, name: str | None) -> Mapping[str, Value]:
    """The inputs of one of the prompt's samples. Raises UsageError for one that it does not have."""
    if name is None:
        return {}
    samples = {as_text(s.get("name")) or "": as_mapping(s.get("input")) for s in _stated_samples(prompt)}
    if name in samples:
        return samples[name]
    if not samples:
        raise UsageError(f"{prompt.id} has no samples", hint="give its inputs: --input NAME=TEXT")
    near = nearest(name, samples)
    hint = f"did you mean '{near}'?" if near else f"its samples are {few(list(samples), _MOST_SAMPLES)}"
    raise UsageError(f"{prompt.id} has no sample '{name}'", hint=hint)


def _stated_samples(prompt: Artifact) -> Iterator[Mapping[str, Value]]:
    return map(as_mapping, as_items(prompt.unhashed.get("samples")))


def _settled(prompt: Prompt, situation: Situation) -> tuple[Situation, tuple[str, ...]]:
    """Of a weighted route the model that takes most calls, where nobody chose; and that it did so."""
    route = prompt.asked.route
    if route is None or route.strategy != WEIGHTED or (situation.model or situation.key) is not None:
        return situation, ()
    arms = route.offered(situation.select)
    if len(arms) == 1:
        return situation, ()
    most = max(arms, key=lambda arm: arm.weight).model
    note = f"{route.label} is weighted: {most} takes most calls; name another by --model, or a user by --key"
    return replace(situation, model=most), (note,)


def _problem(problem: Wrong, taken: Mapping[str, Value], given: Mapping[str, Value]) -> Problem:
    """A problem with the option that mends it."""
    mend = remedy(problem, taken, given)
    hints = [problem.help, f"give {mend}" if mend is not None else None]
    return Problem(
        message=f"{problem.message} (rule '{problem.rule}')",
        hint="\n".join(filter(None, hints)) or None,
        exit_code=UsageError.exit_code,
    )


def _taken(prompt: Prompt) -> Mapping[str, Value]:
    """The schema of all that can be given by name: the inputs, and a session where the context has one."""
    schema, session = prompt.intake.inputs.schema, prompt.intake.session
    if session is None or SESSION in as_mapping(schema.get("properties")):
        return schema
    fields = {**as_mapping(schema.get("properties")), SESSION: dict(session.schema)}
    is_needed = any(session.problems(session.defaulted({}), SESSION))
    required = [*as_items(schema.get("required")), *([SESSION] if is_needed else [])]
    return {**schema, "properties": fields, "required": required}


def _nothing(prompt: Prompt, taken: Mapping[str, Value]) -> Report:
    """Where nothing was given: what can be."""
    id_ = prompt.artifact.id
    samples = [as_text(sample.get("name")) or "" for sample in _stated_samples(prompt.artifact)]
    needed = tuple(first_options(taken))
    beside = tuple(one for one in needed if one.startswith(f"--input '{SESSION}:="))
    ways = [("--sample", samples[0], *beside)] if samples else []
    problem = Problem(
        message=f"{id_} takes inputs, and none was given",
        hint="\n".join(takes(taken)) or None,
        exit_code=UsageError.exit_code,
    )
    return Report(
        command="render",
        problems=(problem,),
        next=tuple(f"plmctl render {id_} {' '.join(way)}" for way in (*ways, needed)),
    )
