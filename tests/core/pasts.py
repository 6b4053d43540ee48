"""The past of an environment in memory: commits, and what they did to files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from plmctl.core.event import Event
from plmctl.core.events import Scene, events
from plmctl.core.past import FileChange, LineCommit

ADA, BOB, EVE = "Ada <ada@example.com>", "Bob <bob@example.com>", "Eve <eve@example.com>"
WHEN = "2026-03-04T05:06:07+02:00"


def lock_text(
    version: str,
    release: str = "v1.0.0",
    want: str = "^1.0",
    bind: Mapping[str, str] | None = None,
    root: str = "application/desk",
    data: Mapping[str, tuple[str, int | None]] | None = None,
) -> str:
    """A lock that says so; `data` is md5 and number of files (None: a file) by dataset."""
    lock = {
        "source": {"release": release},
        "root": root,
        "want": want,
        "artifacts": {
            root: {"version": version},
            **{name: {"data": [{"md5": md5, "nfiles": n}]} for name, (md5, n) in (data or {}).items()},
        },
        "bind": dict(bind or {}),
    }
    return json.dumps(lock)


def manifest_text(*lines: str, pin: str = "^1.0") -> str:
    """The manifest of the environment production."""
    spec = "".join(f"  {line}\n" for line in lines)
    return (
        "apiVersion: plmctl/v1\nkind: Environment\nmetadata: {name: production}\n"
        f'spec:\n  pins: {{desk: "{pin}"}}\n{spec}'
    )


@dataclass(slots=True, kw_only=True)
class PastFiles:
    """A line of commits that grows."""

    former: Mapping[str, str] = field(default_factory=dict)
    line: list[LineCommit] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    def commit(
        self,
        files: Mapping[str, str | None],
        subject: str = "change",
        author: str = ADA,
        parents: int = 1,
        brought: tuple[LineCommit, ...] = (),
    ) -> str:
        """The id of a commit that gives files another content, or takes them away (None)."""
        changes = []
        for path, text in sorted(files.items()):
            changes.append(FileChange(path=path, old=self.files.get(path), new=text))
            self.files.pop(path, None)
            self.files.update({path: text} if text is not None else {})
        commit = commit_of(f"c{len(self.line)}", tuple(changes), subject, author, parents, brought)
        self.line.append(commit)
        return commit.commit

    def events(self) -> tuple[Event, ...]:
        """What happened in production; a text is its own blob's id."""
        texts = {c.new for commit in self.line for c in commit.files if c.new is not None}
        blobs = {text: text.encode() if text != "large" else None for text in texts}
        scene = Scene(environment="production", folder="environments/production", former=self.former)
        return events(self.line, blobs, scene)

    def told(self) -> list[str]:
        """The events as `application kind versions: details`."""
        return [
            f"{e.name or '-'} {e.kind.value} {e.versions}{': ' if e.details else ''}{'; '.join(e.details)}"
            for e in self.events()
        ]


def commit_of(
    name: str,
    files: tuple[FileChange, ...],
    subject: str = "change",
    author: str = ADA,
    parents: int = 1,
    brought: tuple[LineCommit, ...] = (),
) -> LineCommit:
    """A commit on a line."""
    return LineCommit(
        commit=name,
        parents=("p",) * parents,
        author=author,
        authored=WHEN,
        committer=author,
        committed=WHEN,
        subject=subject,
        files=files,
        brought=brought,
    )
