"""A clone's own settings: Git's configuration and attributes that nobody else gets."""

import os
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from plmctl.core.finding import PlmctlError
from plmctl.core.ports import TooLarge, Tree, Unreadable
from plmctl.git.discovery import Place, discovered
from plmctl.git.disk import file_bytes
from plmctl.git.files import put_file
from plmctl.git.repository import Repository

ATTRIBUTES = "info/attributes"
LIMIT = 1 << 20


class Clone:
    """One clone, all its work trees: they share what is written here."""

    def __init__(self, place: Place, environment: Mapping[str, str]):
        self._place = place
        self._repository = Repository(place, environment)

    @classmethod
    def discover(cls, start: str, environment: Mapping[str, str] = os.environ) -> "Clone":
        """The clone that a folder belongs to. Raises PlmctlError when there is none, or it is bare."""
        place = discovered(start, environment)
        if place.is_bare:
            raise PlmctlError(
                "a bare repository shows and merges nothing", hint="run it in a clone with files"
            )
        return cls(place, environment)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._repository.close()

    def work_tree(self) -> Tree:
        """Its files as they are on disk."""
        return self._repository.work_tree()

    def setting(self, key: str) -> str | None:
        """A value of its own configuration; section and name in lower case."""
        found = self._place.git.run("config", "--local", "--get", key, accept=(0, 1))
        return found.lines[-1] if found.lines else None

    def put_setting(self, key: str, value: str | None) -> None:
        """Write a value into its own configuration, or take it out (None)."""
        change = ("--unset-all", key) if value is None else ("--replace-all", key, value)
        self._place.git.run("config", "--local", *change)

    def attributes(self) -> bytes:
        """Its own attributes, nothing where there is no file. Raises PlmctlError where it cannot be read."""
        if not os.path.lexists(os.path.join(self._place.common_dir, ATTRIBUTES)):
            return b""
        try:
            return file_bytes(self._place.common_dir, ATTRIBUTES, LIMIT)
        except (TooLarge, Unreadable) as error:
            raise PlmctlError(f"cannot read {ATTRIBUTES} of Git's folder: {error}") from None

    def put_attributes(self, data: bytes) -> None:
        """Write its own attributes."""
        put_file(self._place.common_dir, ATTRIBUTES, data)
