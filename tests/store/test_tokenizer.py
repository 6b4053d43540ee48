import hashlib
import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plmctl.core.tokenizer import Estimate, Tokenizer
from plmctl.store.tokenizer import Installed

O200K = "fb374d419588a4632f3f557e76b4b70aebbca790"
# As tiktoken does it: a vocabulary that it does not find, or not whole, it fetches.
TIKTOKEN = """\
__version__ = "{version}"
_FAMILIES = {{"gpt-4o": "o200k_base", "gpt-4": "cl100k_base", "odd": "odd_base"}}


def encoding_name_for_model(model):
    return _FAMILIES[model]


class Words:
    def encode_ordinary(self, text):
        return text.split()


def get_encoding(name):
    if name not in {kept}:
        import requests

        requests.get(name)
    return Words()
"""

REQUESTS = """\
def get(name):
    raise AssertionError(f"{name} was fetched")
"""

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Puts a tiktoken of some version on the path, which has some vocabularies."""

    def made(version: str = "0.14.0", kept: tuple[str, ...] = ()) -> None:
        text = TIKTOKEN.format(version=version, kept=repr(kept))
        (tmp_path / "tiktoken.py").write_text(text, encoding="utf-8")
        (tmp_path / "requests.py").write_text(REQUESTS, encoding="utf-8")
        importlib.invalidate_caches()
        monkeypatch.syspath_prepend(str(tmp_path))

    forget()
    yield made
    forget()


def forget() -> None:
    for name in ("tiktoken", "requests"):
        sys.modules.pop(name, None)


def found(folder: Path | str, model: str | None = "gpt-4o", name: str = "TIKTOKEN_CACHE_DIR") -> Tokenizer:
    return Installed({name: str(folder)}).of(model)


def test_without_tiktoken_tokens_are_estimated(tmp_path: Path) -> None:
    assert isinstance(found(tmp_path), Estimate)


def test_a_vocabulary_that_is_not_on_the_disk_is_not_fetched(install: Install, tmp_path: Path) -> None:
    install()
    assert isinstance(found(tmp_path), Estimate)
    # What lies there is another file: tiktoken would remove it, and fetch the right one.
    (tmp_path / O200K).write_bytes(b"another")
    assert isinstance(found(tmp_path), Estimate)
    assert (tmp_path / O200K).read_bytes() == b"another"
    assert isinstance(found(tmp_path / "nowhere"), Estimate)


@pytest.mark.parametrize("model", ["gpt-4", "odd", "claude-sonnet-4-5", "", None])
def test_a_model_of_another_family_is_estimated(model: str | None, install: Install, tmp_path: Path) -> None:
    install()
    assert isinstance(found(tmp_path, model), Estimate)


@pytest.mark.parametrize("version", ["0.6.9", "0.15.0", "1.0", "dev", ""])
def test_a_release_whose_ways_are_not_known_is_not_asked(
    version: str, install: Install, tmp_path: Path
) -> None:
    install(version, kept=("o200k_base",))
    assert isinstance(found(tmp_path), Estimate)


def test_told_to_keep_nothing_tiktoken_would_fetch_all(install: Install) -> None:
    install()
    assert isinstance(found(""), Estimate)


def test_a_folder_of_its_own_is_where_nothing_is_stated(install: Install) -> None:
    install()
    assert isinstance(Installed({}).of("odd"), Estimate)


@pytest.mark.parametrize("name", ["TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"])
def test_a_vocabulary_on_the_disk_counts(name: str, install: Install, tmp_path: Path) -> None:
    install(kept=("o200k_base",))
    data = b"a small vocabulary"
    (tmp_path / O200K).write_bytes(data)
    wanted = {"o200k_base": (O200K, hashlib.sha256(data).hexdigest())}
    installed = Installed({name: str(tmp_path)}, wanted)
    for model in ("gpt-4o", "openai/gpt-4o"):
        tokenizer = installed.of(model)
        assert (tokenizer.name, tokenizer.count("one two <|endoftext|>")) == ("o200k_base", 3)
    assert installed.of("gpt-4o") is installed.of("gpt-4o")


@pytest.mark.parametrize("is_known", [True, False])
def test_what_is_gone_at_the_last_moment_is_not_fetched(
    is_known: bool, install: Install, tmp_path: Path
) -> None:
    install()
    if is_known:
        importlib.import_module("requests")
    (tmp_path / O200K).write_bytes(b"")
    wanted = {"o200k_base": (O200K, hashlib.sha256(b"").hexdigest())}
    assert isinstance(Installed({"TIKTOKEN_CACHE_DIR": str(tmp_path)}, wanted).of("gpt-4o"), Estimate)
    assert ("requests" in sys.modules) is is_known
