"""Which datasets are looked into, and what was found in them."""

from collections.abc import Callable, Collection

from plmctl.core.dataclass import dataclass
from plmctl.core.manifest import Manifest
from plmctl.core.records import FORMATS
from plmctl.core.registry import Registry
from plmctl.core.survey import DataFile, Extent, Survey, question_of, survey
from plmctl.rules.records import Surveys, compared_datasets

TOTAL = 64 * 1024 * 1024
"""Bytes that are looked through in all datasets together, when nobody asked for all records."""

Files = Callable[[Manifest], tuple[DataFile, ...] | None]
"""The files of a dataset that are at hand, None for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found, by dataset. `absent`: the data is not here; `left`: too much of others was."""

    surveys: Surveys
    absent: tuple[str, ...]
    left: tuple[str, ...]


def looked_into(
    registry: Registry, files: Files, extent: Extent | None, only: Collection[str] | None = None
) -> Looked:
    """The surveys of all datasets that have records, or of some; sorted by id."""
    unsound = {f.location.path for f in registry.findings if f.code.startswith("SCH")}
    compared = compared_datasets(registry)
    registry.let_go()
    surveys: dict[str, Survey] = {}
    absent, left = [], []
    size = 0
    for manifest in registry.one_by_one("Dataset"):
        if manifest.spec.get("format") not in FORMATS or (only is not None and manifest.id not in only):
            continue
        found = files(manifest)
        if found is None:
            absent.append(manifest.id)
        elif extent is not None and size > TOTAL:
            left.append(manifest.id)
        else:
            question = question_of(
                manifest.spec,
                manifest.id,
                has_schema=manifest.path not in unsound,
                has_identities=manifest.id in compared,
            )
            surveys[manifest.id] = survey(found, question, extent)
            size += surveys[manifest.id].size
    return Looked(surveys=surveys, absent=tuple(absent), left=tuple(left))
