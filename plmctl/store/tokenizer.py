"""Tokenizers that are installed here: tiktoken, where its vocabulary lies on the disk already."""

import hashlib
import importlib
import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from plmctl.core.dataclass import dataclass
from plmctl.core.tokenizer import Estimate, Tokenizer

KEPT: Mapping[str, tuple[str, str]] = {
    "o200k_base": (
        "fb374d419588a4632f3f557e76b4b70aebbca790",
        "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    ),
    "cl100k_base": (
        "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
}
"""The names under which tiktoken keeps vocabularies (the SHA-1 of their addresses), and their SHA-256.

With anything else in that place tiktoken would fetch another, and plmctl opens no socket.
"""

# Releases whose way to look for a vocabulary is known here.
_KNOWN = ((0, 7), (0, 15))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Encoding:
    """A vocabulary of tiktoken; a Tokenizer."""

    name: str
    encoding: Any

    def count(self, text: str) -> int:
        """How many tokens a text has; what looks like a special token is text."""
        return len(self.encoding.encode_ordinary(text))


class Installed:
    """The tokenizers of models, each looked for once; the estimate for a model that has none here."""

    def __init__(
        self, environment: Mapping[str, str] = os.environ, kept: Mapping[str, tuple[str, str]] = KEPT
    ):
        self._folder = _folder(environment)
        self._kept = kept
        self.of = cache(self._of)

    def _of(self, model: str | None) -> Tokenizer:
        tiktoken = _module("tiktoken") if model is not None and self._folder is not None else None
        if tiktoken is None or not _is_known(tiktoken):
            return Estimate()
        try:
            # A model may be written with its provider before it: `openai/gpt-4o`.
            name = tiktoken.encoding_name_for_model(str(model).rpartition("/")[2])
        except KeyError:
            return Estimate()
        return _loaded(tiktoken, name) if self._is_kept(name) else Estimate()

    def _is_kept(self, name: str) -> bool:
        """Whether a vocabulary lies where tiktoken looks first, whole."""
        key, wanted = self._kept.get(name, ("", ""))
        if self._folder is None or not key:
            return False
        try:
            data = (self._folder / key).read_bytes()
        except OSError:
            return False
        return hashlib.sha256(data).hexdigest() == wanted


def _loaded(tiktoken: ModuleType, name: str) -> Tokenizer:
    """A vocabulary of which the file is here; should it be gone by now, none."""
    modules = cast(dict[str, object], sys.modules)
    known = modules.get("requests")
    # What tiktoken would fetch it with: while this says so, an import of it fails.
    modules["requests"] = None
    try:
        return _Encoding(name=name, encoding=tiktoken.get_encoding(name))
    except ImportError:
        return Estimate()
    finally:
        modules.pop("requests")
        modules.update({"requests": known} if known is not None else {})


def _folder(environment: Mapping[str, str]) -> Path | None:
    """Where tiktoken keeps vocabularies; None when it is told to keep none."""
    stated = environment.get("TIKTOKEN_CACHE_DIR", environment.get("DATA_GYM_CACHE_DIR"))
    if stated is None:
        # As tempfile says it, which makes a file there to try: a diff writes nothing.
        named = (environment[name] for name in ("TMPDIR", "TEMP", "TMP") if environment.get(name))
        return Path(next(named, f"{os.sep}tmp"), "data-gym-cache")
    return Path(stated) if stated else None


def _module(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _is_known(tiktoken: ModuleType) -> bool:
    parts = str(getattr(tiktoken, "__version__", "")).split(".")
    first, last = _KNOWN
    return all(part.isdecimal() for part in parts[:2]) and first <= tuple(map(int, parts[:2])) < last
