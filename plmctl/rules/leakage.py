"""Evaluation data that a model has seen: the pairs of datasets that an application must keep apart."""

from collections.abc import Iterator, Mapping

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Level
from plmctl.core.manifest import Manifest, Reference
from plmctl.core.registry import Registry
from plmctl.core.value import as_text
from plmctl.rules.calling import Aim, aims
from plmctl.rules.rule import CheckRule, Fault, check_rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Exam:
    """Data that an application is judged by, and data that a model which it uses was fine-tuned on.

    `reference` is the suite's to its dataset.
    """

    application: str
    suite: Manifest
    reference: Reference
    dataset: Manifest
    model: str
    training: Manifest

    @property
    def split(self) -> str | None:
        """The part of its dataset that the suite takes, None for all."""
        return as_text(self.suite.spec.get("split"))


def exams(registry: Registry) -> Iterator[Exam]:
    """Every such pair, once for each suite and model; applications, suites and models sorted by id."""
    seen: set[tuple[str, str, str]] = set()
    targets, bases = _targets(registry), dict[str, frozenset[str]]()
    for application in registry.of_kind("Application"):
        used = _used(registry, application.id, bases)
        trainings = [(model, aim.target) for model in sorted(used) for aim in _trainings(registry, model)]
        registry.let_go(used)
        if not trainings:
            continue
        for suite in _suites(registry, application, used, targets):
            for aim in aims(registry, suite, "dataset"):
                for model, training in trainings:
                    pair = (suite.id, model, training.id)
                    if pair not in seen:
                        seen.add(pair)
                        yield Exam(
                            application=application.id,
                            suite=suite,
                            reference=aim.reference,
                            dataset=aim.target,
                            model=model,
                            training=training,
                        )


def _used(registry: Registry, application: str, bases: dict[str, frozenset[str]]) -> frozenset[str]:
    """What an application depends on, itself among it, and the models from which its models began.

    `bases` are these models, of each artifact that an application before it uses.
    """
    waiting, seen = [application], {application}
    for artifact in waiting:
        if artifact not in bases:
            found = aims(registry, registry.manifests[artifact], "fineTuning")
            bases[artifact] = frozenset(aim.target.id for aim in found if _is_base(aim))
        following = sorted((registry.dependencies[artifact] | bases[artifact]) - seen)
        waiting.extend(following)
        seen.update(following)
    return frozenset(seen)


def _trainings(registry: Registry, artifact: str) -> Iterator[Aim]:
    manifest = registry.manifests[artifact]
    if manifest.kind == "Model":
        yield from (aim for aim in aims(registry, manifest, "fineTuning") if not _is_base(aim))


def _is_base(aim: Aim) -> bool:
    return aim.reference.pointer[2] == "base"


def _targets(registry: Registry) -> Mapping[str, frozenset[str]]:
    """The suites that evaluate an artifact, by its id."""
    found: dict[str, set[str]] = {}
    for suite in registry.of_kind("EvalSuite"):
        for aim in aims(registry, suite, "target"):
            found.setdefault(aim.target.id, set()).add(suite.id)
    return {target: frozenset(suites) for target, suites in found.items()}


def _suites(
    registry: Registry, application: Manifest, used: frozenset[str], targets: Mapping[str, frozenset[str]]
) -> Iterator[Manifest]:
    """The suites that an application names, and those of something that it uses; sorted by id."""
    named = {aim.target.id for aim in aims(registry, application, "evals")}
    for suite in sorted(named.union(*(targets[artifact] for artifact in used if artifact in targets))):
        yield registry.manifests[suite]


@check_rule("LNT020", "evaluation-data-trained-on", Level.ERROR, is_of_all=True)
def evaluation_data_trained_on(registry: Registry) -> Iterator[Fault]:
    """A suite evaluates with data that went into what a model of the same application was fine-tuned on.

    The model has seen the answers: its scores say nothing of questions that it has not.
    `lineage.derivedFrom` is followed. Evaluate with data that was kept apart. A suite that takes one
    `split` of the very dataset is not told: `plmctl validate` looks at the records of the splits where the
    data is at hand.
    """
    ways: dict[tuple[str, str], tuple[str, ...] | None] = {}
    for exam in exams(registry):
        pair = exam.training.id, exam.dataset.id
        if pair not in ways:
            ways[pair] = _way(registry, exam.training, exam.dataset)
        way = ways[pair]
        if way is None or (len(way) == 1 and exam.split is not None):
            continue
        through = f" ({' <- '.join(way)})" if len(way) > 1 else ""
        yield Fault(
            manifest=exam.suite,
            location=exam.suite.location_of(exam.reference),
            message=f"'{exam.dataset.id}' is in what '{exam.model}' was fine-tuned on{through}, and "
            f"'{exam.application}' uses both",
            help="evaluate with data that no model of the application was fine-tuned on",
        )


def _way(registry: Registry, training: Manifest, dataset: Manifest) -> tuple[str, ...] | None:
    """From an evaluation dataset to the training data that was derived from it; None where it was not."""
    waiting: list[tuple[str, ...]] = [(training.id,)]
    seen = {training.id}
    for way in waiting:
        if way[0] == dataset.id:
            return way
        for aim in aims(registry, registry.manifests[way[0]], "lineage"):
            if aim.target.id not in seen:
                seen.add(aim.target.id)
                waiting.append((aim.target.id, *way))
    return None


LEAKAGE_RULES: tuple[CheckRule, ...] = (evaluation_data_trained_on,)
