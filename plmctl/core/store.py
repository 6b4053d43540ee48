"""Where data is kept, as the core asks it: the work tree, DVC's cache, DVC's remotes."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

# Whoever asks for a Tree of the ports has not yet need of what reads pointers.
if TYPE_CHECKING:
    from plmctl.core.inventory import BrokenListing, Counted, Inventory, Measured
    from plmctl.core.pointer import Pointer


class Kept(Protocol):
    """The part of a Store that only looks into the local cache."""

    def listing(self, pointer: "Pointer") -> "Inventory | BrokenListing | None":
        """The inventory of a folder from the local cache, with the sizes of the files that are there.

        None where the cache has it not, and for a pointer to a file. Its md5 is the pointer's: else, and
        for one that leads out of its folder, it is broken.
        """
        ...

    def content(self, pointer: "Pointer", md5: str) -> Iterator[bytes] | None:
        """The bytes of one file of a pointer's data from the local cache, in pieces; None for none there.

        `md5` is the file's: of a pointer to a file the pointer's, of one to a folder that of a row.

        Raises IntegrityError after the last piece when the whole has another md5.
        """
        ...

    def not_in_cache(self, pointers: "Sequence[Pointer]") -> "tuple[Pointer, ...]":
        """Those of which the local cache has not every file, in its size; nothing is hashed."""
        ...


class Store(Kept, Protocol):
    """The data of a repository. Paths are the repository's, POSIX; only what says so opens a connection.

    What names a remote takes DVC's name of it; None for the pointer's own, else the default one.
    """

    def counted(self, path: str) -> "Counted | None":
        """How much data lies at a path of the work tree, None for nothing; no file is opened.

        Raises PlmctlError for what is no data: a link that leaves the repository, a special file.
        """
        ...

    def measured(self, path: str, *, is_legacy: bool = False, with_sha256: bool = False) -> "Measured | None":
        """The hashes of the data at a path of the work tree, None for nothing; as DVC computes them.

        `is_legacy`: as DVC 2 did, which is what a legacy pointer says. Every file is read. Raises
        PlmctlError as `counted` does, and for a file that changes while it is read.
        """
        ...

    def passed_over(self, path: str) -> tuple[str, ...]:
        """The files of a folder of the work tree that are in no hash of it, as paths of the repository.

        DVC passes over what a `.dvcignore` leaves out, over links to folders, and over folders with a
        `.dvc`. Of data that is one file there are none.
        """
        ...

    def md5(self, path: str, *, is_legacy: bool = False) -> str | None:
        """The md5 of the data at a path of the work tree, None for nothing; likewise, but it is no proof.

        Where there is a Cache, a file is not read again that is by its stamp the one that was read before.
        """
        ...

    def remote_of(self, pointer: "Pointer", remote: str | None = None) -> str | None:
        """DVC's name of the remote that a pointer's data goes to; None where none is configured."""
        ...

    def is_remote_here(self, pointer: "Pointer", remote: str | None = None) -> bool:
        """Whether that remote is a folder of this machine, which is asked without a connection."""
        ...

    def not_in_remote(
        self, pointers: "Sequence[Pointer]", remote: str | None = None
    ) -> "tuple[Pointer, ...]":
        """Those of which the remote has not every file, asked now: it opens a connection.

        Raises PlmctlError where there is no remote, or it cannot be reached.
        """
        ...

    def check_cache(self, pointers: "Sequence[Pointer]") -> None:
        """Read what the local cache has of data. Raises IntegrityError for other bytes than those of its md5.

        What is not there is no damage. Raises PlmctlError for what is no file.
        """
        ...

    def check_remote(self, pointer: "Pointer", remote: str | None = None) -> None:
        """The same of a remote that is a folder of this machine; of any other nothing is read."""
        ...

    def pull(self, pointers: "Sequence[Pointer]", remote: str | None = None) -> None:
        """Bring data from the remote into cache and work tree: it opens a connection.

        A folder whose listing is refused is not written. Raises PlmctlError where some could not be had.
        """
        ...

    def push(self, pointers: "Sequence[Pointer]", remote: str | None = None) -> None:
        """Bring data from the cache to the remote: it opens a connection. Raises PlmctlError."""
        ...

    def add(self, path: str) -> str:
        """Track a file or folder of the work tree; the path of its pointer. Raises PlmctlError."""
        ...

    def restore(self, pointers: "Sequence[Pointer]", folder: str, remote: str | None = None) -> None:
        """Write data of any revision into a folder of the file system, which must not exist or be empty.

        Each goes to the path that it has in the repository, whose work tree and index stay as they are. What
        the cache has not comes from the remote, and then it opens a connection. What is written is hashed:
        raises IntegrityError for other content than the pointer's, PlmctlError for what cannot be had.
        """
        ...
