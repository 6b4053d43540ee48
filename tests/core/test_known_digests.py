"""The digests and closures of all artifacts, as a run before computed them."""

import pytest

from plmctl.core.cache import MemoryCache
from plmctl.core.known_digests import known_digests
from plmctl.core.known_identities import KIND
from plmctl.core.locking import Now, now_of
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import load
from plmctl.core.whole import retired
from tests.commands.remembering import LastingCache, memo
from tests.rules.registries import MODEL, SETTINGS, manifest

ABOUT = "spec: {}\n"
PROMPT = "model: {}\nmessages:\n  - {{role: user, content: {}}}\n"
ENVIRONMENT = "apiVersion: plmctl/v1\nkind: Environment\nmetadata: {name: production}\nspec: {pins: {}}\n"
FILES = {
    "plmctl.yaml": SETTINGS + ABOUT,
    "models/m.yaml": MODEL,
    "models/old.yaml": MODEL.replace("{name: m", "{name: old, stability: retired"),
    "partials/voice.yaml": manifest("Partial", "voice", "content: Be kind.\n"),
    "prompts/p.yaml": manifest("Prompt", "p", PROMPT.format("m", '"{{> voice}} Hi."')),
    "prompts/q.yaml": manifest("Prompt", "q", PROMPT.format("n", "Hi.")),
    "prompts/broken.yaml": "apiVersion: plmctl/v1\nkind: [\n",
    "applications/a.yaml": manifest("Application", "a", "uses: {p: prompt/p}\n"),
    "environments/production.yaml": ENVIRONMENT,
}
EDITS: dict[str, dict[str, str | None]] = {
    "nothing": {},
    "what others depend on": {"partials/voice.yaml": manifest("Partial", "voice", "content: Be brief.\n")},
    "what comes, and is meant already": {"models/n.yaml": MODEL.replace("{name: m", "{name: n")},
    "what goes, and is meant": {"models/m.yaml": None},
    "what retires": {"models/m.yaml": MODEL.replace("{name: m", "{name: m, stability: retired")},
    "what retires no more": {"models/old.yaml": MODEL.replace("{name: m", "{name: old")},
}


def edited(edit: dict[str, str | None]) -> dict[str, str]:
    """The files with some others in their place, or without."""
    return {path: text for path, text in (FILES | edit).items() if text is not None}


def said(now: Now) -> tuple[object, ...]:
    """All that is computed of a registry, and what of it is retired."""
    graph = {artifact: now.graph[artifact] for artifact in now.registry.manifests}
    gone = [manifest.id for manifest in retired(now.registry)]
    return dict(now.identities), dict(now.closures), graph, gone, len(now.identities), len(now.closures)


def run(cache: MemoryCache, files: dict[str, str]) -> tuple[tuple[object, ...], bool]:
    """What a run says that knows what a cache has, and whether it knew all at once."""
    here = memo(cache)
    registry = load(MemoryTree(files), briefs=here.briefs)
    is_known = known_digests(registry) is not None
    found = said(now_of(registry))
    here.keep()
    return found, is_known


def warm() -> LastingCache:
    """A cache that knows all of the files."""
    cache = LastingCache()
    assert [run(cache, FILES)[1] for _ in range(3)] == [False, False, True]
    return cache


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_what_is_known_is_what_is_computed(edit: dict[str, str | None]) -> None:
    files = edited(edit)
    assert run(warm(), files) == (said(now_of(load(MemoryTree(files)))), True)


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_what_is_not_the_stocks_is_not_kept_as_its(edit: dict[str, str | None]) -> None:
    cache, files = LastingCache(), edited(edit)
    assert [run(cache, each)[1] for each in (FILES, files)] == [False, False]
    for each in (FILES, files):
        assert run(cache, each) == (said(now_of(load(MemoryTree(each)))), True)


def test_of_what_is_known_no_document_is_read() -> None:
    class Unread(MemoryTree):
        def read(self, path: str, *, limit: int) -> bytes:
            assert path == "plmctl.yaml"
            return super().read(path, limit=limit)

    registry = load(Unread(FILES), briefs=memo(warm()).briefs)
    assert registry.view is not None
    before = {*registry.view.stock.made}
    now = now_of(registry)
    assert (len(dict(now.identities)), len(dict(now.closures))) == (6, 6)
    assert {*registry.view.stock.made} == before


@pytest.mark.parametrize("value", [b"", b"\0" * 97])
def test_what_does_not_fit_is_nothing(value: bytes) -> None:
    cache = warm()
    stamp, _ = cache.every(KIND)["stock"]
    cache.keep(KIND, {"stock": (stamp, value)})
    assert run(cache, FILES) == (said(now_of(load(MemoryTree(FILES)))), False)


def test_of_another_stock_nothing_is_known() -> None:
    cache = warm()
    _, value = cache.every(KIND)["stock"]
    cache.keep(KIND, {"stock": (b"another", value)})
    assert run(cache, FILES)[1] is False


def test_what_has_no_versions_has_no_digests() -> None:
    now = now_of(load(MemoryTree(FILES), briefs=memo(warm()).briefs))
    assert ("model/m" in now.identities, "environment/production" in now.identities) == (True, False)
    for found in (now.identities, now.closures):
        with pytest.raises(KeyError):
            found["environment/production"]
