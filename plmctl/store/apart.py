"""A DVC repository that is made for one fetch, so that data of another revision touches nothing here."""

import json
import os
import posixpath
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from plmctl.core.pointer import Pointer
from plmctl.core.value import Value
from plmctl.store.premises import Premises


@contextmanager
def apart(premises: Premises, pointers: Sequence[Pointer]) -> Iterator[tuple[Premises, list[Pointer]]]:
    """A DVC repository with the same cache and remotes, and pointers there to this data; then it is gone.

    DVC fetches what the pointers of a work tree say, and those here may say something else.
    """
    # Only its owner reads it: a configuration may have credentials.
    with tempfile.TemporaryDirectory(prefix="plmctl-") as folder:
        top = os.path.realpath(folder)
        elsewhere = premises.apart(top)
        there = [replace(pointer, path=f"{pointer.out_path}.dvc") for pointer in pointers]
        for pointer in there:
            place = os.path.join(top, pointer.path)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "w", encoding="utf-8") as file:
                json.dump(_file(pointer), file)
        yield elsewhere, there


def _file(pointer: Pointer) -> Value:
    output: dict[str, Value] = {"md5": pointer.md5, "size": pointer.size}
    if pointer.nfiles is not None:
        output["nfiles"] = pointer.nfiles
    if not pointer.is_legacy:
        output["hash"] = "md5"
    return {"outs": [{**output, "path": posixpath.basename(pointer.out_path)}]}
