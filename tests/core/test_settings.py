"""plmctl.yaml."""

import pytest

from plmctl import __version__
from plmctl.core.configuration import read_settings_of
from plmctl.core.finding import Bump, ConfigurationError, Level, UsageError
from plmctl.core.ports import MemoryTree
from plmctl.core.settings import (
    Override,
    Settings,
    require_this_version,
)
from plmctl.core.version import parsed_version


def read_settings(path: str, data: bytes) -> Settings:
    return read_settings_of(MemoryTree({path: data}), (path,))


HEAD = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: acme}\n"
FULL = """\
spec:
  git: https://git.example.com/acme/registry.git
  manifests:
    include: ["**/*.plm.yaml"]
    exclude: [drafts/**]
  release:
    tag: "release-{version}"
    branches: [main, stable]
    commit: false
    sign: registry
  rules:
    - {code: PRM040, level: info, bump: patch, reason: words, artifacts: [prompt/x/*], until: "2027-01-01"}
    - {code: LNT001, level: error, reason: we mean it}
  requiredVersion: ">=0.1"
"""


def test_nothing_said_means_the_defaults() -> None:
    assert read_settings("plmctl.yaml", (HEAD + "spec: {}\n").encode()) == Settings(folder="", name="acme")


def test_everything_said_is_kept() -> None:
    assert read_settings("registry/plmctl.yaml", (HEAD + FULL).encode()) == Settings(
        folder="registry",
        name="acme",
        git="https://git.example.com/acme/registry.git",
        include=("**/*.plm.yaml",),
        exclude=("drafts/**",),
        tag="release-{version}",
        branches=("main", "stable"),
        is_committed=False,
        sign="registry",
        overrides=(
            Override(
                code="PRM040",
                reason="words",
                level=Level.INFO,
                bump=Bump.PATCH,
                artifacts=("prompt/x/*",),
                until="2027-01-01",
            ),
            Override(code="LNT001", reason="we mean it", level=Level.ERROR),
        ),
        required_version=">=0.1",
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [(HEAD + "spec: [\n", 5), (HEAD + "spec: {unknown: 1}\n", 4), ("a: 1\na: 2\n", 2)],
)
def test_a_broken_file_raises_its_first_finding(text: str, line: int) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_settings("plmctl.yaml", text.encode())
    assert caught.value.findings[0].location.path == "plmctl.yaml"
    assert caught.value.location == caught.value.findings[0].location
    assert caught.value.findings[0].location.line == line


def test_manifests_are_found_below_the_folder_of_the_registry() -> None:
    settings = Settings(folder="registry", name="acme")
    assert settings.path == "registry/plmctl.yaml"
    assert settings.is_manifest("registry/prompts/a/b.yaml")
    assert settings.is_manifest("registry/models/m.yml")
    assert not settings.is_manifest("prompts/a.yaml")
    assert not settings.is_manifest("registry/docs/a.yaml")
    assert not settings.is_manifest("registry/prompts/a.md")


def test_what_is_excluded_is_no_manifest() -> None:
    settings = Settings(folder="", name="acme", include=("**/*.yaml",), exclude=("drafts/**",))
    assert settings.is_manifest("a.yaml")
    assert not settings.is_manifest("plmctl.yaml")
    assert not settings.is_manifest("drafts/a.yaml")


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("release-1.2.0-x", "1.2.0"),
        ("release-1.2.0-rc.1-x", "1.2.0-rc.1"),
        ("release-1.2.0", None),
        ("1.2.0-x", None),
        ("release-x", None),
        ("release--x", None),
    ],
)
def test_a_registry_tag_says_its_version(tag: str, version: str | None) -> None:
    settings = Settings(folder="", name="acme", tag="release-{version}-x")
    found = settings.registry_version(tag)
    assert (None if found is None else str(found)) == version
    assert found is None or settings.registry_tag(found) == tag


def test_a_tag_shorter_than_what_is_around_the_version_is_none() -> None:
    assert Settings(folder="", name="acme", tag="aa{version}aa").registry_version("aaa") is None


def test_an_override_speaks_of_its_code_and_artifacts() -> None:
    everywhere = Override(code="PRM040", reason="r")
    some = Override(code="PRM040", reason="r", artifacts=("prompt/a/*", "tool/*"))
    assert everywhere.applies_to("PRM040", None)
    assert not everywhere.applies_to("PRM041", "prompt/a/b")
    assert some.applies_to("PRM040", "prompt/a/b")
    assert not some.applies_to("PRM040", "prompt/b")
    assert not some.applies_to("PRM040", None)


@pytest.mark.parametrize("wanted", [None, __version__, ">=0.1", f"^{__version__}"])
def test_this_version_is_taken_where_it_fits(wanted: str | None) -> None:
    assert parsed_version(__version__) is not None
    require_this_version(Settings(folder="", name="acme", required_version=wanted))


@pytest.mark.parametrize(
    ("wanted", "specifier"),
    [("99.0.0", "==99.0.0"), ("^99.1", ">=99.1"), ("~99.1.0", ">=99.1.0"), (">= 99, <100", ">=99,<100")],
)
def test_another_version_is_told_with_the_line_that_installs_it(wanted: str, specifier: str) -> None:
    with pytest.raises(UsageError) as caught:
        require_this_version(Settings(folder="", name="acme", required_version=wanted))
    assert caught.value.message == f"plmctl.yaml requires plmctl {wanted}, this is {__version__}"
    assert caught.value.hint == f"run: pip install 'plmctl{specifier}'"


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("-{version}", "'-1.0.0' cannot be the name of a tag"),
        ("a..{version}", "'a..1.0.0' cannot be the name of a tag"),
        ("x.lock/{version}", "'x.lock/1.0.0' cannot be the name of a tag"),
        ("{version}.lock", "'1.0.0.lock' cannot be the name of a tag"),
        ("a//{version}", "'a//1.0.0' cannot be the name of a tag"),
        (".{version}", "'.1.0.0' cannot be the name of a tag"),
        ("prompt/p@v{version}", "'prompt/p@v1.0.0' would be taken for the tag of an artifact"),
        ("model/{version}", "'model/1.0.0' would be taken for the tag of an artifact"),
    ],
)
def test_a_form_of_tags_that_git_or_artifacts_have_is_refused(tag: str, message: str) -> None:
    head = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: shop}\n"
    data = f"{head}spec: {{release: {{tag: '{tag}'}}}}\n"
    with pytest.raises(ConfigurationError) as caught:
        read_settings("plmctl.yaml", data.encode())
    assert [(f.code, str(f.location), f.message) for f in caught.value.findings] == [
        ("SCH006", "plmctl.yaml:4:23", message)
    ]
