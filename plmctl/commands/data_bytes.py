"""The bytes of data behind locks, hashed where they are here, as `verify --data` asks."""

from collections.abc import Iterator
from dataclasses import replace

from plmctl.commands.archive import Archive
from plmctl.commands.cached import cached, digits_of
from plmctl.commands.data_past import DataPast, Then
from plmctl.commands.nightly import pointer_at
from plmctl.commands.nights import pointer_commit
from plmctl.commands.provenance import Claim
from plmctl.core.dataclass import dataclass
from plmctl.core.few import few
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.inventory import Inventory, Measured, compared
from plmctl.core.lock import DataEntry
from plmctl.core.pointer import Pointer
from plmctl.core.report import Check, State, unchecked
from plmctl.core.store import Store

_SHOWN = 3


class Unread:
    """Reads no data, and says so."""

    def checks(self, claim: Claim) -> Iterator[Check]:
        """That the bytes of data were not read."""
        if any(entry.data for entry in claim.lock.artifacts.values()):
            yield unchecked(claim.subject, "data", "the pointers match, the bytes were not read")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What came of looking at one place for data, and why; `is_absent` is what could be fetched.

    `is_behind`: other data is there, that of an earlier moment. `commit` is where the pointer to it is, None
    where the work tree has the same.
    """

    state: State
    detail: str
    is_absent: bool = False
    is_behind: bool = False
    commit: str | None = None


class DataBytes:
    """Hashes the data of each lock, in the work tree and in the cache; what lies elsewhere is not fetched.

    `store` is that of the registry that the locks are of, None where there is none here.
    """

    def __init__(self, archive: Archive, store: Store | None):
        self._archive = archive
        self._store = store
        self._known: dict[tuple[DataEntry, str], _Answer] = {}

    def checks(self, claim: Claim) -> Iterator[Check]:
        """One for each entry of data: ok, FAILED with the names of files, or not checked."""
        for artifact, entry in sorted(claim.lock.artifacts.items()):
            for data in entry.data:
                yield self._check(claim, artifact, data)

    def _check(self, claim: Claim, artifact: str, entry: DataEntry) -> Check:
        commit = pointer_commit(self._archive, claim, artifact, entry)
        if (entry, commit) not in self._known:
            self._known[entry, commit] = self._answer(artifact, commit, entry)
        answer = self._known[entry, commit]
        # Without a revision a pull brings what the work tree's pointer says, which can be another version.
        moment = "" if answer.commit is None else f" --rev {answer.commit[:12]} --to DIR"
        pulling = f": 'plmctl data pull {artifact}{moment}' fetches it" if answer.is_absent else ""
        where = entry.path if entry.out is None else f"{entry.out} of {entry.path}"
        return Check(
            subject=claim.subject,
            name="data",
            state=answer.state,
            detail=f"{answer.detail}{pulling}",
            artifact=artifact,
            field=where,
            is_asked=True,
        )

    def _answer(self, artifact: str, commit: str, entry: DataEntry) -> _Answer:
        try:
            pointer = pointer_at(self._archive.repo.commit_tree(commit), entry.path, entry.out)
        except IntegrityError:
            raise
        except PlmctlError as error:
            return _Answer(state=State.NOT_CHECKED, detail=error.message)
        if not isinstance(pointer, Pointer) or not _is_of(pointer, entry):
            return _Answer(state=State.FAILED, detail=f"at {commit} there is no such pointer to this data")
        if self._store is None:
            return _Answer(state=State.NOT_CHECKED, detail="no data of its registry is here")
        own = self._own(pointer, entry)
        found = [
            *self._in_work_tree(self._store, artifact, own, entry),
            *_in_cache(self._store, pointer, entry),
        ]
        wrong = [answer.detail for answer in found if answer.state is State.FAILED]
        if wrong:
            return _Answer(state=State.FAILED, detail="; ".join(wrong))
        right = next((answer for answer in found if answer.state is State.OK), None)
        # Whoever reads the work tree gets other data, whatever the cache has.
        if right is not None and not any(answer.is_behind for answer in found):
            return right
        rest = [answer for answer in found if answer.state is State.NOT_CHECKED]
        details = "; ".join(answer.detail for answer in rest)
        return replace(rest[-1], detail=details, commit=commit if own is None else None)

    def _own(self, pointer: Pointer, entry: DataEntry) -> Pointer | None:
        """The work tree's own pointer, where it is to this very data."""
        repo = self._archive.repo
        own = pointer_at(repo.work_tree(), entry.path, entry.out) if not repo.is_bare else None
        return own if isinstance(own, Pointer) and own.md5 == pointer.md5 else None

    def _in_work_tree(
        self, store: Store, artifact: str, own: Pointer | None, entry: DataEntry
    ) -> Iterator[_Answer]:
        """What the work tree has at a pointer of its own."""
        if own is None:
            return
        has_sha256 = entry.sha256 is not None
        try:
            found = store.measured(own.out_path, is_legacy=own.is_legacy, with_sha256=has_sha256)
            # Folders that Git left behind are not there: they were never pulled, or were taken away whole.
            if found is None or not (found.nfiles or not own.nfiles):
                return
            then = self._then(artifact, own, found.md5) if found.md5 != own.md5 else None
            if then is not None:
                detail = f"in the work tree is the data of {then.told}, and not this"
                yield _Answer(state=State.NOT_CHECKED, detail=detail, is_absent=True, is_behind=True)
                return
            wrong = _wrong_files(store, own, found) if found.md5 != own.md5 else ""
            yield _judged(entry, digits_of(found), wrong, "the work tree", found.nfiles)
        except PlmctlError as error:
            yield _Answer(state=State.NOT_CHECKED, detail=error.message)

    def _then(self, artifact: str, own: Pointer, md5: str) -> Then | None:
        """When the pointer said this other data."""
        archive = self._archive
        past = DataPast(repo=archive.repo, registry=archive.registry, past=archive.past)
        return next((then for then in past.thens(artifact, own) if then.pointer.md5 == md5), None)


def _in_cache(store: Store, pointer: Pointer, entry: DataEntry) -> Iterator[_Answer]:
    try:
        found = cached(store, pointer)
    except IntegrityError as error:
        yield _Answer(state=State.FAILED, detail=error.message)
        return
    if found.wrong or not found.missing:
        wrong = f"changed: {few(found.wrong, _SHOWN)}" if found.wrong else ""
        yield _judged(
            entry, found.sha256, wrong, "the cache", len(found.sound) if pointer.is_folder else None
        )
    else:
        many = len(found.sound)
        right = f"of {many} files the hashes are right" if many > 1 else "of 1 file the hash is right"
        some = f", {right}" if many else ""
        detail = f"{few(found.missing, _SHOWN)} not in the cache{some}"
        yield _Answer(state=State.NOT_CHECKED, detail=detail, is_absent=True)


def _judged(entry: DataEntry, sha256: str | None, wrong: str, where: str, nfiles: int | None) -> _Answer:
    """What data is that has been read: by the sha256 where one was recorded, else by the md5."""
    if wrong:
        return _Answer(state=State.FAILED, detail=f"in {where} {wrong}")
    if entry.sha256 is not None and sha256 != entry.sha256:
        detail = f"in {where} it has the md5 of the lock and another sha256, {sha256}: somebody forged it"
        return _Answer(state=State.FAILED, detail=detail)
    count = "" if nfiles is None else f"{nfiles} file{'s' if nfiles != 1 else ''}, "
    by = "sha256" if entry.sha256 is not None else "md5 alone, no release recorded a sha256"
    return _Answer(state=State.OK, detail=f"{count}{by}")


def _wrong_files(store: Store, pointer: Pointer, found: Measured) -> str:
    """What differs from the pointer's data, by the names of files where its listing is here."""
    listing = store.listing(pointer)
    if found.inventory is None or not isinstance(listing, Inventory):
        return f"changed: {pointer.out_path}"
    difference = compared(listing, found.inventory)
    told = {
        "changed": [new.relpath for _, new in difference.changed],
        "gone": [row.relpath for row in (*difference.removed, *(r.old for r in difference.renamed))],
        "added": [row.relpath for row in (*difference.added, *(r.new for r in difference.renamed))],
    }
    return "; ".join(
        f"{what}: {few([f'{pointer.out_path}/{name}' for name in sorted(names)], _SHOWN)}"
        for what, names in told.items()
        if names
    )


def _is_of(pointer: Pointer, entry: DataEntry) -> bool:
    said = (pointer.md5, pointer.size, pointer.nfiles)
    return said == (entry.md5, entry.size, entry.nfiles)
