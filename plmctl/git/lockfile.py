"""Lock files of Git: one that stays was left by a run that was killed."""

import os
import time

from plmctl.git.discovery import Place
from plmctl.git.process import locked

PATIENCE = 1.0
"""Seconds for which a lock file may be a running Git's: as long as Git itself waits for packed refs."""

_PAUSE = 0.05


def refuse_locked(place: Place) -> None:
    """Raises PlmctlError for a lock file of HEAD or of the index that stays.

    A `git pull --rebase` that meets the lock of HEAD stops with its files here, and leaves them as changes.
    """
    for name in ("HEAD.lock", "index.lock"):
        path = os.path.join(place.git_dir, name)
        ends = time.monotonic() + PATIENCE
        while os.path.lexists(path):
            if time.monotonic() > ends:
                raise locked(path)
            time.sleep(_PAUSE)
