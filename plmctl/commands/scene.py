"""An environment as a promotion or a rollback finds it, at the commit that it builds on."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Self

from plmctl.commands.artifact import named, renamed
from plmctl.commands.locking import Locking
from plmctl.commands.moment import current
from plmctl.commands.pins import Pin, address_of, lock_paths, named_environment, names_in, pins_of
from plmctl.commands.ran import Order, steps
from plmctl.core.course import Step
from plmctl.core.dataclass import dataclass
from plmctl.core.document import BrokenDocument
from plmctl.core.edit import Draft
from plmctl.core.finding import Finding, Level, PlmctlError, UsageError
from plmctl.core.limits import UTMOST
from plmctl.core.lock import LOCK_LIMIT, stated_version
from plmctl.core.manifest import Manifest
from plmctl.core.overlay import Overlay
from plmctl.core.pinning import laid_out
from plmctl.core.ports import Repo, Start
from plmctl.core.ref import BRANCHES
from plmctl.core.registry import Registry
from plmctl.core.report import Problem
from plmctl.core.slip import nearest
from plmctl.core.tag import History
from plmctl.core.tree import Tree, bytes_at
from plmctl.rules.checks import findings


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The registry of a commit, an environment in it, and the locks that its tags allow."""

    repo: Repo
    start: Start
    tree: Tree
    registry: Registry
    locking: Locking
    environment: Manifest

    @classmethod
    def at(cls, repo: Repo, start: Start, environment: str) -> Self:
        """The scene at the commit that is built on. Raises UsageError where it is none."""
        return cls._of(repo, start, repo.commit_tree(start.parent), environment)

    @classmethod
    def _of(cls, repo: Repo, start: Start, tree: Tree, environment: str) -> Self:
        registry = current(tree)
        return cls(
            repo=repo,
            start=start,
            tree=tree,
            registry=registry,
            locking=Locking(repo, registry, tree),
            environment=named_environment(registry, environment),
        )

    @property
    def past(self) -> History:
        """The versions that the tags hold."""
        return self.locking.past

    @property
    def path(self) -> str:
        """The environment's manifest."""
        return self.environment.path

    @property
    def manifest(self) -> bytes:
        """The bytes of the environment's manifest."""
        return self.tree.read(self.path, limit=UTMOST.file_bytes)

    @property
    def address(self) -> str | None:
        """Where the registry of its applications is, None for the one around it."""
        return address_of(self.environment)

    def application(self, written: str) -> str:
        """The id of an application; of a registry elsewhere as it is written. Raises PlmctlError for none."""
        if self.address is not None:
            return f"application/{written.removeprefix('application/')}"
        known = {manifest.id for manifest in self.registry.of_kind("Application")}
        old = {former for former, now in self.registry.former.items() if now in known}
        found = named(written, known | old).artifact
        if found in old:
            raise renamed(found, self.registry)
        self._refuse_ambiguous(found)
        return found

    def _refuse_ambiguous(self, application: str) -> None:
        """Raises PlmctlError where two artifacts claim the same past."""
        for name in self.registry.manifests[application].formerly:
            claimants = self.registry.claimants(name)
            if len(claimants) > 1:
                raise PlmctlError(
                    f"{' and '.join(claimants)} both say that they were {name}: what ran as that is nobody's",
                    hint="delete it from 'formerly' in one of them; 'plmctl validate' shows where it stands",
                )

    def pin(self, application: str, arm: str | None) -> Pin | None:
        """The pin of an application here, or an arm's. Raises UsageError for an arm that is not there."""
        pins = [p for p in pins_of(self.registry, self.environment) if p.application == application]
        found = next((pin for pin in pins if pin.arm == arm), None)
        if found is None and arm is not None:
            arms = [pin.arm for pin in pins if pin.arm is not None]
            near = nearest(arm, arms)
            hint = f"did you mean '{near}'?" if near else f"its arms are {', '.join(arms) or 'none'}"
            raise UsageError(f"{self.environment.name} has no arm '{arm}' of {application}", hint=hint)
        return found

    def pinned(self, application: str, arm: str | None) -> Pin:
        """The pin of an application here, or an arm's. Raises UsageError where there is none."""
        pin = self.pin(application, arm)
        if pin is None:
            raise UsageError(
                f"{self.environment.name} pins no {application}", hint=f"its pins stand in {self.path}"
            )
        return pin

    def locked(self, pin: Pin) -> str | None:
        """The version that the lock of a pin has here, None for none."""
        locks = map(self.locking.bytes_of, (pin.path, *pin.former))
        return next((stated_version(data, pin.names) for data in locks if data is not None), None)

    def running(self, environment: Manifest, application: str) -> str | None:
        """The version of an application that another environment runs here, None for none."""
        names = names_in(self.registry, environment, application)
        locks = map(self.locking.bytes_of, lock_paths(self.registry, environment, application))
        return next((stated_version(data, names) for data in locks if data is not None), None)

    @cached_property
    def order(self) -> Order:
        """What ran where, as of the commit that is built on."""
        return Order(self.repo, self.registry, self.start.parent)

    def steps(self, pin: Pin) -> tuple[Step, ...]:
        """What the lock of a pin held, from its first version to the one now."""
        return steps(self.repo, self.start.parent, (pin.path, *pin.former), pin.names)

    def draft(self) -> Draft:
        """The environment's manifest, to be edited."""
        found = Draft.of(self.path, self.manifest)
        if isinstance(found, BrokenDocument):
            raise PlmctlError(f"{self.path} cannot be read", hint="run 'plmctl validate'")
        return found

    def edited(self, after: Draft) -> Self:
        """The scene with another manifest of the environment, in its layout."""
        schema = self.registry.kinds.schema_of("Environment")
        data = laid_out(self.draft(), after, schema)
        return self._of(self.repo, self.start, Overlay(self.tree, {self.path: data}), self.environment.name)

    def errors(self, today: str) -> tuple[Finding, ...]:
        """What is wrong with the environment's manifest."""
        found = findings(self.registry, today)
        return tuple(f for f in found if f.level is Level.ERROR and f.location.path == self.path)

    def changed(self, files: Mapping[str, bytes], pin: Pin) -> dict[str, bytes | None]:
        """Those files that the commit does not have yet as they are to be; None for one that goes.

        A lock goes that lies where it lay before its application was renamed.
        """
        wanted = {**files, **dict.fromkeys(self.locking.former(pin))}
        return {
            path: data for path, data in wanted.items() if bytes_at(self.tree, path, limit=LOCK_LIMIT) != data
        }

    def dirty(self, files: Mapping[str, bytes | None]) -> Iterator[Problem]:
        """The files that somebody has changed and not committed, where they are checked out."""
        head = self.repo.head()
        if (f"{BRANCHES}{head.branch}", head.commit) != (self.start.branch, self.start.parent):
            return
        sides = (self.repo.index(), self.repo.work_tree())
        for path, data in sorted(files.items()):
            known = (bytes_at(self.tree, path, limit=LOCK_LIMIT), data)
            if any(bytes_at(side, path, limit=LOCK_LIMIT) not in known for side in sides):
                undo = f"git restore --staged --worktree {path}"
                yield Problem(
                    message=f"{path} was changed and not committed",
                    hint=f"commit it, or run '{undo}'",
                    exit_code=1,
                )
