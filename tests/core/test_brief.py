"""What is known of manifests without their documents."""

import pytest

from plmctl.core.briefs import KIND, RECENT, Briefs
from plmctl.core.cache import MemoryCache
from plmctl.core.finding import PlmctlError
from plmctl.core.form import identity_of
from plmctl.core.known_identities import KIND as DIGESTS
from plmctl.core.manifest import Manifest
from plmctl.core.ports import MemoryTree
from plmctl.core.registry import Registry, load
from plmctl.core.shape import Node
from plmctl.core.stock import KIND as STOCK
from tests.commands.remembering import LastingCache, memo
from tests.core.own_schemas import KIND as KIND_FILE
from tests.core.own_schemas import text, with_spec
from tests.rules.registries import MODEL, SETTINGS, manifest

PROMPT = """\
model: m
messages:
  - {role: user, content: "{{> voice}} Hi {{name}}."}
  - {role: user, contentFile: more.md}
"""
DATASET = manifest("Dataset", "d", "purpose: [few-shot]\ndata: {dvc: d.csv.dvc}\n")
POINTER = "outs:\n- md5: d8e8fca2dc0f896fd7cb4cb0031ba249\n  size: 5\n  hash: md5\n  path: d.csv\n"
FILES = {
    "plmctl.yaml": SETTINGS + "spec: {}\n",
    "models/m.yaml": MODEL,
    "partials/voice.yaml": manifest("Partial", "voice", "content: Be kind.\n", ", formerly: [tone]"),
    "prompts/p.yaml": manifest("Prompt", "p", PROMPT, ", owners: [me@example.com]"),
    "prompts/more.md": "And {{more}}.\n",
    "datasets/d.yaml": DATASET,
    "datasets/d.csv.dvc": POINTER,
    "prompts/broken.yaml": "apiVersion: plmctl/v1\nkind: [\n",
    "prompts/other.yaml": "kind: Deployment\n",
}


def known(cache: MemoryCache, files: dict[str, str]) -> Registry:
    """The registry of a run that knows what a cache has."""
    run = memo(cache)
    registry = load(MemoryTree(files), briefs=run.briefs)
    run.keep()
    return registry


def told(found: Manifest) -> tuple[object, ...]:
    """All that a summary says."""
    summary = found.summary
    return (
        found.id,
        found.kind,
        found.path,
        found.sha256,
        found.stability,
        found.formerly,
        summary.links,
        summary.references,
        tuple(map(found.location_of, summary.references)),
        dict(summary.metadata),
        summary.outs,
        summary.origins,
        summary.findings,
    )


def test_what_is_known_of_a_manifest_is_what_is_read_of_it() -> None:
    cache, plain = LastingCache(), load(MemoryTree(FILES))
    assert known(cache, FILES) == plain
    again = known(cache, FILES)
    assert {a: told(m) for a, m in again.manifests.items()} == {
        a: told(m) for a, m in plain.manifests.items()
    }
    assert (again.findings, again.broken, again.skipped) == (plain.findings, plain.broken, plain.skipped)
    # The content too, which is read for it.
    assert again == plain


def test_what_is_known_is_read_only_where_its_content_is_asked_for() -> None:
    cache = LastingCache()
    known(cache, FILES)
    gone = MemoryTree(FILES)
    run = memo(cache)
    registry = load(gone, briefs=run.briefs)
    gone._files["prompts/p.yaml"] = b"something else\n"
    assert registry.manifests["prompt/p"].owners == ("me@example.com",)
    with pytest.raises(PlmctlError, match=r"prompts/p\.yaml was changed meanwhile") as error:
        _ = registry.manifests["prompt/p"].spec
    assert error.value.hint == "run it again"


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("prompts/more.md", "And {{others}}.\n"),
        ("prompts/p.yaml", manifest("Prompt", "p", PROMPT + "tags: [x]\n")),
        ("datasets/d.csv.dvc", POINTER.replace("size: 5", "size: 6")),
        ("partials/voice.yaml", "kind: [\n"),
    ],
)
def test_of_another_file_nothing_is_known(path: str, other: str) -> None:
    cache = LastingCache()
    known(cache, FILES)
    files = FILES | {path: other}
    assert known(cache, files) == load(MemoryTree(files))
    # Both are known from now on.
    assert known(cache, FILES) == load(MemoryTree(FILES))


def test_an_unlike_registry_of_the_same_files_is_read_by_its_own_schemas() -> None:
    cache = LastingCache()
    files = {
        "plmctl.yaml": SETTINGS + "spec: {schemas: [kinds]}\n",
        "personas/p.yaml": manifest("Persona", "p", "{}\n"),
    }
    specs: tuple[Node, ...] = ({}, {"required": ["x"]})
    for spec in specs:
        own = files | {KIND_FILE: text(with_spec(spec))}
        assert known(cache, own) == load(MemoryTree(own))


PARTS = ("head", "names 0", "page 0", "recent")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("value", [b"", b"\x1f", b"prompts/p.yaml\x1fx\x1fy", b"\xff\xfe\n\n", b"\0\0" * 5])
def test_a_value_that_is_no_brief_is_none(value: bytes, part: str) -> None:
    cache = LastingCache()
    files = FILES | {"models/m.yaml": f"{MODEL}# more\n"}
    known(cache, FILES)
    known(cache, files)
    kept = {**cache.every(STOCK), **cache.every(KIND)}
    assert set(kept) == set(PARTS)
    cache.keep(KIND if part == "recent" else STOCK, {part: (kept[part][0], value)})
    assert known(cache, files) == load(MemoryTree(files))


@pytest.mark.parametrize("part", ["page 0", "recent"])
def test_a_brief_that_is_cut_off_is_none(part: str) -> None:
    cache = LastingCache()
    files = FILES | {"models/m.yaml": f"{MODEL}# more\n"}
    known(cache, FILES)
    known(cache, files)
    kind = KIND if part == "recent" else STOCK
    stamp, value = cache.every(kind)[part]
    cut = (line.rpartition(b"\x1f")[0] for line in value.split(b"\n"))
    cache.keep(kind, {part: (stamp, b"\n".join(cut))})
    assert known(cache, files) == load(MemoryTree(files))


@pytest.mark.parametrize("field", range(13))
def test_a_brief_with_another_field_is_none_or_says_what_stands_there(field: int) -> None:
    cache = LastingCache()
    known(cache, FILES)
    stamp, value = cache.every(STOCK)["page 0"]
    lines = [line.split("\x1f") for line in value.decode().split("\n")]
    for fields in lines:
        fields[field] = "{"
    cache.keep(STOCK, {"page 0": (stamp, "\n".join("\x1f".join(fields) for fields in lines).encode())})
    found = known(cache, FILES)
    plain = load(MemoryTree(FILES))
    if field in (0, 2, 5, 10):
        # The files that it includes, whose it is, and what is wrong with any: it is read at once.
        assert found == plain
    assert set(found.files) == set(plain.files)
    if field in (7, 8):
        with pytest.raises(PlmctlError, match=r"what was kept of prompts/p\.yaml is damaged"):
            told(found.manifests["prompt/p"])


def test_where_nothing_lasts_nothing_is_written() -> None:
    cache = MemoryCache()
    known(cache, FILES)
    assert cache.every(KIND) == {}
    Briefs(cache, "it").keep()
    assert cache.every(DIGESTS) == {}


def test_of_what_changed_only_that_is_written_again() -> None:
    cache = LastingCache()
    many = FILES | {f"prompts/p{n}.yaml": manifest("Prompt", f"p{n}", PROMPT) for n in range(100)}
    known(cache, many)
    before = dict(cache.every(STOCK))
    assert set(before) == {"head", "names 0", "names 1", "page 0", "page 1"}
    assert cache.every(KIND) == {}
    many["prompts/p7.yaml"] = manifest("Prompt", "p7", PROMPT.replace("Hi", "Ho"))
    known(cache, many)
    assert cache.every(STOCK) == before
    ((_, value),) = cache.every(KIND).values()
    assert [line.split(b"\x1f")[0] for line in value.split(b"\n")] == [b"prompts/p7.yaml"]
    assert known(cache, many) == load(MemoryTree(many))


def test_of_what_was_needed_last_so_much_is_kept() -> None:
    cache = LastingCache()
    known(cache, FILES)
    for number in range(3):
        known(cache, FILES | {"models/m.yaml": f"{MODEL}# {number}\n"})
    ((stamp, value),) = cache.every(KIND).values()
    assert value.count(b"\n") == 2
    # As many lines as there may be, and the oldest goes.
    many = b"\n".join(b"models/%d.yaml\x1ffile %d\x1f" % (n, n) for n in range(RECENT))
    cache.keep(KIND, {"recent": (stamp, many)})
    known(cache, FILES | {"models/m.yaml": f"{MODEL}# more\n"})
    ((_, value),) = cache.every(KIND).values()
    lines = value.split(b"\n")
    assert (len(lines), lines[0][:13], lines[-1][:13]) == (RECENT, b"models/1.yaml", b"models/m.yaml")


def test_a_tree_of_which_much_is_another_is_kept_instead() -> None:
    cache = LastingCache()
    many = FILES | {f"prompts/p{n}.yaml": manifest("Prompt", f"p{n}", PROMPT) for n in range(100)}
    known(cache, many)
    before = dict(cache.every(STOCK))
    changed = [f"prompts/p{n}.yaml" for n in range(40)]
    many |= {path: many[path].replace("Hi", "Ho") for path in changed[:14]}
    known(cache, many)
    assert cache.every(STOCK) == before
    many |= {path: many[path].replace("Hi", "Ho") for path in changed}
    known(cache, many)
    assert cache.every(STOCK)["head"] != before["head"]
    # Of what is no more no page is left, and where most is another all of it is looked at.
    few = {path: text for path, text in many.items() if path not in changed[:39]}
    known(cache, few)
    assert set(cache.every(STOCK)) == {"head", "names 0", "names 1", "page 0", "page 1"}
    known(cache, FILES)
    assert set(cache.every(STOCK)) == {"head", "names 0", "page 0"}
    for files in (many, few, FILES, many):
        assert known(cache, files) == load(MemoryTree(files))


def test_what_has_two_manifests_of_one_name_is_seen_as_a_whole() -> None:
    cache = LastingCache()
    known(cache, FILES)
    before = dict(cache.every(STOCK))
    double = FILES | {"models/second.yaml": MODEL}
    assert known(cache, double) == load(MemoryTree(double))
    assert known(cache, double).view is None
    assert cache.every(STOCK) == before
    moved = {p: t for p, t in double.items() if p != "models/m.yaml"}
    found = known(cache, moved)
    assert (found, found.view is None) == (load(MemoryTree(moved)), False)
    assert found.manifests["model/m"].path == "models/second.yaml"


def test_other_globs_find_other_manifests() -> None:
    cache = LastingCache()
    known(cache, FILES)
    odd = MODEL.replace("name: m", "name: n")
    for spec in ("{manifests: {include: ['**/*.yaml']}}", "{manifests: {exclude: ['partials/**']}}", "{}"):
        files = FILES | {"plmctl.yaml": f"{SETTINGS}spec: {spec}\n", "odd/place.yaml": odd}
        assert known(cache, files) == load(MemoryTree(files))
        assert known(cache, files) == load(MemoryTree(files))


def test_what_holds_a_whole_folder_is_read_each_time() -> None:
    files = {
        "plmctl.yaml": SETTINGS,
        "applications/a.yaml": manifest("Application", "a", "uses: []\nfiles: [graph]\n"),
        "applications/graph/a.json": "{}",
    }
    cache = LastingCache()
    registry = known(cache, files)
    assert cache.every(KIND) == {}
    identity = identity_of(registry.manifests["application/a"], registry)
    files["applications/graph/b.json"] = "{}"
    other = known(cache, files)
    assert identity_of(other.manifests["application/a"], other) != identity


def test_digests_are_kept_by_all_that_they_are_made_of() -> None:
    cache, run = LastingCache(), memo(LastingCache())
    plain = load(MemoryTree(FILES))
    expected = {a: identity_of(m, plain) for a, m in plain.manifests.items()}
    for _ in range(2):
        run = memo(cache)
        registry = load(MemoryTree(FILES), briefs=run.briefs)
        assert {a: identity_of(m, registry) for a, m in registry.manifests.items()} == expected
        run.keep()
    ((_, value),) = cache.every(DIGESTS).values()
    assert len(value.split(b"\n")) == len(expected)
    files = FILES | {"prompts/more.md": "Less.\n", "models/voice.yaml": manifest("Model", "voice", "{}\n")}
    plain, registry = load(MemoryTree(files)), known(cache, files)
    for artifact, found in registry.manifests.items():
        assert identity_of(found, registry) == identity_of(plain.manifests[artifact], plain)


def test_a_manifest_is_no_other_thing() -> None:
    assert load(MemoryTree(FILES)).manifests["model/m"] != "model/m"
