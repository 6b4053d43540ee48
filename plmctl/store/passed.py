"""What lies in a folder of data, and DVC passes over."""

import os
import stat
from collections.abc import Iterator

from plmctl.store.grounds import Grounds
from plmctl.store.ignore import KEPT_OUT
from plmctl.store.walk import files_in


def passed_over(grounds: Grounds, folder: str) -> tuple[str, ...]:
    """The files of a folder of data that are in no hash of it, as paths of the repository, sorted.

    A `.dvcignore` leaves them out, they are links to folders, or a DVC repository of their own has them.
    Raises PlmctlError as `files_in` does.
    """
    mode = grounds.kind(folder)
    if mode is None or not stat.S_ISDIR(mode) or grounds.leaves_out(folder, is_folder=True):
        return ()
    taken = {f"{folder}/{relpath}" for relpath, _, _ in files_in(grounds, folder)}
    return tuple(sorted(path for path in _all(grounds.top, folder) if path not in taken))


def _all(top: str, folder: str) -> Iterator[str]:
    """All that lies in a folder and is none itself, and no link is followed."""
    for place, names, files in os.walk(os.path.join(top, folder)):
        # What is DVC's own, or Git's, nobody takes for data.
        names[:] = [name for name in names if name not in KEPT_OUT]
        links = (name for name in names if os.path.islink(os.path.join(place, name)))
        for name in (*files, *links):
            if name not in KEPT_OUT:
                yield os.path.relpath(os.path.join(place, name), top).replace(os.sep, "/")
