"""data index-built: record what the index of a retriever was just built from."""

from collections.abc import Iterator, Mapping

from plmctl.commands.artifact import present
from plmctl.commands.moment import current
from plmctl.commands.writing import on_disk
from plmctl.core.build import BUILD, build_value, recorded_closures, source_closures
from plmctl.core.dataclass import dataclass
from plmctl.core.document import BrokenDocument
from plmctl.core.edit import Draft
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.manifest import Manifest
from plmctl.core.pinning import laid_out
from plmctl.core.ports import Repo
from plmctl.core.report import Report
from plmctl.core.value import Value, as_mapping, value_at


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexBuiltOptions:
    """Which retriever, and the name of the build (None: the one that it has)."""

    retriever: str
    name: str | None = None


def index_built(repo: Repo, options: IndexBuiltOptions) -> Report:
    """Write the closures of datasets and embedder into `index.build`, comments kept."""
    registry = current(repo.work_tree())
    manifest = registry.manifests[present(options.retriever, registry)]
    if manifest.kind != "Retriever":
        raise UsageError(f"'{manifest.id}' is no retriever", hint="run 'plmctl list retriever'")
    index = as_mapping(manifest.spec.get("index"))
    if not index.keys() - {"build"}:
        raise PlmctlError(
            f"{manifest.id} does not say which index it has", hint=f"run 'plmctl validate {manifest.path}'"
        )
    closures = source_closures(registry, manifest)
    if closures is None:
        raise PlmctlError(
            f"{manifest.id} names what is not there", hint=f"run 'plmctl validate {manifest.path}'"
        )
    built = build_value(manifest, options.name, closures)
    data: dict[str, Value] = {"retriever": manifest.id, "path": manifest.path, "build": built}
    before = on_disk(repo, manifest.path)
    after = _edited(manifest, before, built)
    if after == before:
        return Report(command="data index-built", data=data, notes=(f"{manifest.path} says so already",))
    repo.put(manifest.path, after)
    return Report(
        command="data index-built",
        data=data,
        notes=tuple(_changes(recorded_closures(manifest) or {}, closures)),
        done=(f"wrote {manifest.path}: what the index of {manifest.id} was built from",),
    )


def _edited(manifest: Manifest, data: bytes, built: Mapping[str, Value]) -> bytes:
    draft = Draft.of(manifest.path, data)
    if isinstance(draft, BrokenDocument):
        raise PlmctlError(f"{manifest.path} cannot be read", hint="run 'plmctl validate'")
    index = as_mapping(value_at(draft.document.value, BUILD[:-1]))
    if index.get("build") == built:
        return data
    emptied = draft.without_field(BUILD) if "build" in index else draft
    others = [key for key in index if key != "build"]
    edited = emptied.with_field(BUILD[:-1], "build", dict(built), after=others[-1])
    return laid_out(draft, edited, manifest.schema)


def _changes(old: Mapping[str, Value], new: Mapping[str, str]) -> Iterator[str]:
    """What is recorded otherwise than before, a line for each artifact."""
    for artifact in sorted({*old, *new}):
        if artifact not in old:
            yield f"{artifact} is new in it"
        elif artifact not in new:
            yield f"{artifact} is not in it any more"
        elif old[artifact] != new[artifact]:
            yield f"{artifact} is another version"
