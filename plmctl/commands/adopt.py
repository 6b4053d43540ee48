"""new --from: prompts from the text files that people have."""

import posixpath
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Protocol

from plmctl.commands.naming import checked_name, manifest_path, modeline, refuse_double, slug
from plmctl.commands.new import lacking
from plmctl.core.adoption import Adoption, Wanted, adopted
from plmctl.core.dataclass import dataclass
from plmctl.core.draft import Draft, NoDraft, Stray, read_draft
from plmctl.core.few import few
from plmctl.core.finding import Level, UsageError
from plmctl.core.overlay import Overlay
from plmctl.core.placeholder import Syntax
from plmctl.core.ports import Repo, Tree
from plmctl.core.registry import Registry, load
from plmctl.core.report import Problem, Report
from plmctl.core.settings import LIMIT, require_this_version
from plmctl.core.value import Value, as_text

ENDINGS = (".md", ".txt", ".prompt")
_MODELS = ("Model", "Route")
# So many of a kind are told at the terminal.
_LINES = 20


class Source(Protocol):
    """What the user named: one file, or a folder of them."""

    @property
    def named(self) -> str:
        """Its path as it was written."""
        ...

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        ...

    def strays(self, endings: Collection[str], limit: int) -> Iterator[Stray]:
        """Its files, sorted; those of a folder that end otherwise are passed over."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptOptions:
    """How to make prompts: a name or what names begin with, a model, who speaks, how variables are marked.

    `kept` is the repository's path of the one file, when the manifest is to point at it.
    """

    name: str | None = None
    folder: str | None = None
    model: str | None = None
    role: str = "user"
    syntax: Syntax = Syntax.MUSTACHE
    kept: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """A manifest that is to be written."""

    origin: str
    name: str
    path: str
    adoption: Adoption
    asides: tuple[str, ...]
    """What is other than in the file, and loses nothing."""

    @property
    def id(self) -> str:
        return f"prompt/{self.name}"


def adopt(repo: Repo, source: Source, options: AdoptOptions) -> Report:
    """Write a prompt for a text file, or for each of a folder: all of them or none, and never over a file."""
    tree = repo.work_tree()
    registry = load(tree)
    require_this_version(registry.settings)
    strays = tuple(source.strays(ENDINGS, LIMIT))
    desk = _Desk(registry, tree, source, options)
    for stray in strays:
        if not stray.passed_over:
            desk.take(stray)
    if not desk.planned and not desk.problems:
        desk.problems.append(_problem(f"no {', '.join(ENDINGS)} file in {source.named}"))
    if desk.lacks_model:
        raise UsageError("which model are the prompts for?", hint=_choice(registry))
    after = load(Overlay(tree, {p.path: p.adoption.text.encode() for p in desk.planned}))
    problems = (*desk.problems, *_mistakes(after, desk.planned))
    if problems:
        return Report(command="new", problems=tuple(_hinted_once(problems)))
    _write(repo, desk.planned)
    return _report(repo, source, strays, desk.planned)


class _Desk:
    """Files as they become manifests, and what stands in the way."""

    def __init__(self, registry: Registry, tree: Tree, source: Source, options: AdoptOptions):
        self.planned: list[_Planned] = []
        self.problems: list[Problem] = []
        self.lacks_model = False
        self._registry = registry
        self._tree = tree
        self._source = source
        self._options = options

    def take(self, stray: Stray) -> None:
        """Plan the prompt of a file, or say why it cannot be one."""
        try:
            planned = self._planned(stray)
        except NoDraft as error:
            self.problems.append(_problem(f"{stray.path} cannot be a prompt: {error}"))
        except UsageError as error:
            self.problems.append(_problem(f"{stray.path}: {error.message}", error.hint))
        else:
            self._add(planned)

    def _add(self, planned: _Planned) -> None:
        double = next((p for p in self.planned if p.id == planned.id), None)
        if double is None:
            self.planned.append(planned)
            return
        both = f"{double.origin} and {planned.origin} would both be {planned.id}"
        self.problems.append(_problem(both, "rename one of the files"))

    def _planned(self, stray: Stray) -> _Planned:
        if stray.reason is not None:
            raise NoDraft(stray.reason)
        options, registry = self._options, self._registry
        draft = read_draft(stray.path, stray.data, options.role)
        name = checked_name(self._name(stray.path, draft), "Prompt", registry.kinds)
        refuse_double(f"prompt/{name}", registry)
        path = manifest_path(registry.settings, options.folder or registry.kinds.folders["Prompt"], name)
        if self._tree.kind(path) is not None:
            raise UsageError(
                f"there is a file already: {path}", hint="choose another name, or another folder"
            )
        wanted = Wanted(
            name=name,
            model=self._model(draft),
            syntax=options.syntax,
            schema=registry.kinds.schema_of("Prompt"),
            content_file=options.kept and posixpath.relpath(options.kept, posixpath.dirname(path) or "."),
            modeline=modeline("Prompt", path, registry.settings, self._tree),
        )
        return _Planned(
            origin=stray.path,
            name=name,
            path=path,
            adoption=adopted(draft, wanted),
            asides=tuple(self._asides(stray, draft, name)),
        )

    def _asides(self, stray: Stray, draft: Draft, name: str) -> Iterator[str]:
        if b"\r" in stray.data and self._options.kept is None:
            yield "its line breaks became LF"
        if self._stated_name(draft) is None and not name.endswith(self._own_name(stray.path)):
            yield f"its name became {name}"

    def _name(self, path: str, draft: Draft) -> str:
        made = "/".join(map(slug, self._own_name(path).split("/")))
        prefix = f"{self._options.name}/" if self._source.is_folder and self._options.name else ""
        return self._stated_name(draft) or f"{prefix}{made}"

    def _stated_name(self, draft: Draft) -> str | None:
        """The name that somebody gave to the one file; those of a folder are named by their paths."""
        if self._source.is_folder:
            return None
        return self._options.name or as_text(draft.front.get("name"))

    def _own_name(self, path: str) -> str:
        stem = posixpath.splitext(path)[0]
        return stem if self._source.is_folder else posixpath.basename(stem)

    def _model(self, draft: Draft) -> str:
        """The model as the options name it, or the front matter, or the only one of the registry."""
        models = self._registry.of_kind("Model")
        written = self._options.model or as_text(draft.front.get("model"))
        if written is None:
            self.lacks_model = self.lacks_model or len(models) != 1
            return models[0].name if models else ""
        found = self._registry.candidates_of(written, _MODELS)
        found = found or tuple(model.id for model in models if model.spec.get("model") == written)
        if len(found) != 1:
            few = "more than one" if found else "no"
            raise UsageError(f"'{written}' is {few} model of this registry", hint=_choice(self._registry))
        bare = found[0].partition("/")[2]
        return bare if len(self._registry.candidates_of(bare, _MODELS)) == 1 else found[0]


def _choice(registry: Registry) -> str:
    models = registry.of_kind("Model")
    if not models:
        return "run 'plmctl new model NAME' first"
    return f"choose with --model: {few([model.name for model in models], _LINES)}"


def _problem(message: str, hint: str | None = None) -> Problem:
    return Problem(message=message, hint=hint, exit_code=UsageError.exit_code)


def _hinted_once(problems: tuple[Problem, ...]) -> Iterator[Problem]:
    """The problems, a hint that several have at the last of them only."""
    last = {problem.hint: number for number, problem in enumerate(problems)}
    for number, problem in enumerate(problems):
        yield problem if last[problem.hint] == number else replace(problem, hint=None)


def _mistakes(after: Registry, planned: list[_Planned]) -> Iterator[Problem]:
    """What would be wrong with the manifests if they were there: values of the front matter, mostly."""
    origins = {p.path: p.origin for p in planned}
    for finding in after.findings:
        origin = origins.get(finding.location.path)
        if origin is not None and finding.level is Level.ERROR:
            yield _problem(f"{origin} cannot be a prompt: {finding.message}", finding.help)


def _write(repo: Repo, planned: list[_Planned]) -> None:
    """Write the manifests; when one cannot be, those before it are taken back."""
    written: list[str] = []
    try:
        for one in planned:
            if not repo.create(one.path, one.adoption.text.encode()):
                raise UsageError(f"there is a file already: {one.path}", hint="run the command again")
            written.append(one.path)
    except BaseException:
        for path in written:
            repo.remove(path)
        raise


def _report(repo: Repo, source: Source, strays: tuple[Stray, ...], planned: list[_Planned]) -> Report:
    now = load(repo.work_tree())
    there = [manifest for one in planned if (manifest := now.manifests.get(one.id)) is not None]
    ignored = [one.path for one in planned if one.id not in now.manifests]
    return Report(
        command="new",
        done=tuple(_done(planned)),
        data={
            "written": [_value(one) for one in planned],
            "passedOver": [_passed(s) for s in strays if s.reason],
        },
        notes=(*_notes(source, strays, planned), *_ignored(ignored)),
        next=(
            *(line for manifest in there for line in lacking(manifest, now)),
            f"plmctl show {planned[0].id}",
            "plmctl validate",
        ),
    )


def _done(planned: list[_Planned]) -> Iterator[str]:
    for one in planned[:_LINES]:
        inputs = one.adoption.inputs
        few = f", inputs {', '.join(inputs)}" if inputs else ""
        yield f"wrote {one.path}: {one.id}{few}"
    if len(planned) > _LINES:
        yield f"wrote {len(planned) - _LINES} more, {len(planned)} in all"


def _notes(source: Source, strays: tuple[Stray, ...], planned: list[_Planned]) -> Iterator[str]:
    passed = [f"{stray.path}: {stray.reason}" for stray in strays if stray.passed_over]
    if passed:
        yield f"{len(passed)} passed over in {source.named}"
    remarks = [f"{one.origin}: {remark}" for one in planned for remark in one.adoption.remarks]
    asides = [f"{one.origin}: {aside}" for one in planned for aside in one.asides]
    for lines in (passed, remarks, asides):
        yield from lines[:_LINES]
        if len(lines) > _LINES:
            yield f"and {len(lines) - _LINES} more; --format json has all"


def _ignored(paths: list[str]) -> Iterator[str]:
    if paths:
        yield f"Git ignores {', '.join(paths)}: no part of the registry until '.gitignore' lets them in"


def _value(one: _Planned) -> Value:
    return {
        "id": one.id,
        "path": one.path,
        "from": one.origin,
        "templateFormat": "raw" if one.adoption.is_raw else "mustache",
        "inputs": list(one.adoption.inputs),
        "remarks": [*one.adoption.remarks, *one.asides],
    }


def _passed(stray: Stray) -> Value:
    return {"path": stray.path, "reason": stray.reason}
