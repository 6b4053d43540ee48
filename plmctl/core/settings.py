"""plmctl.yaml: the registry's name and its settings, with the defaults filled in."""

import json
import posixpath
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from fnmatch import fnmatchcase
from functools import cached_property

from plmctl import __version__
from plmctl.core.canonical import sha256_of
from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.document import BrokenDocument, Document
from plmctl.core.finding import Bump, ConfigurationError, Level, UsageError
from plmctl.core.kinds import BUILT_IN, Kinds
from plmctl.core.limits import LIMITS, NAMES, Limits
from plmctl.core.path import glob_pattern
from plmctl.core.profile import Profile
from plmctl.core.sch import BAD_PATTERN
from plmctl.core.schema import findings_of
from plmctl.core.tree import Tree, bytes_at
from plmctl.core.value import Value, as_items, as_mapping, as_text, as_texts
from plmctl.core.values import NO_VALUES, Values
from plmctl.core.version import Version, parsed_range, parsed_version

FILE_NAME = "plmctl.yaml"
LIMIT = 1024 * 1024
"""Bytes of one."""
ACCEPTED_FOLDER = ".plmctl/accepted"
"""Where the files lie that accept breaking changes, relative to plmctl.yaml."""
_ANY, _WILD = "*", deferred("[*?]")
# What git-check-ref-format refuses, beyond the characters that the schema refuses.
_NO_REF = deferred(r"\.\.|//|@\{|^/|/$|\.$|(^|/)\.|\.lock(/|$)|[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Another level or bump of a rule, for some artifacts, with its reason."""

    code: str
    reason: str
    level: Level | None = None
    bump: Bump | None = None
    artifacts: tuple[str, ...] = ()
    until: str | None = None

    def applies_to(self, code: str, artifact: str | None) -> bool:
        """Whether it speaks of this rule and this artifact."""
        if code != self.code:
            return False
        return not self.artifacts or any(fnmatchcase(artifact or "", glob) for glob in self.artifacts)

    @property
    def said(self) -> str:
        """What it sets, for whom and until when, in words."""
        parts = [self.level.value] if self.level is not None else []
        parts += [f"bump {self.bump.label}"] if self.bump is not None else []
        whom = f" for {', '.join(self.artifacts)}" if self.artifacts else ""
        end = "" if self.until is None else f" until {self.until}"
        return f"{', '.join(parts)}{whom}{end}"

    def is_over(self, today: str | None) -> bool:
        """Whether its last day has passed; where nobody knows the day, it has not."""
        return self.until is not None and today is not None and self.until < today


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What plmctl.yaml says; `folder` is its folder in the repository, empty at the top.

    `document` is the file itself, for the places of what it says. It asks for the
    limits `asked`, and has `limits`.
    """

    folder: str
    name: str
    git: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    tag: str = "v{version}"
    branches: tuple[str, ...] = ("main",)
    is_committed: bool = True
    sign: str | None = None
    changelog: str | None = None
    profile: Profile = Profile.DEFAULT
    overrides: tuple[Override, ...] = ()
    schemas: tuple[str, ...] = ()
    required_version: str | None = None
    allowed_licenses: tuple[str, ...] = ()
    kinds: Kinds = BUILT_IN
    asked: Limits = LIMITS
    limits: Limits = LIMITS
    document: Document | None = field(default=None, repr=False, compare=False)

    @cached_property
    def path(self) -> str:
        """The repository's path of plmctl.yaml."""
        return self.at(FILE_NAME)

    def at(self, path: str) -> str:
        """The repository's path of one that is relative to plmctl.yaml."""
        return posixpath.join(self.folder, path)

    @property
    def globs(self) -> tuple[str, ...]:
        """What manifests are found by, relative to plmctl.yaml."""
        return self.include or tuple(
            f"{f}/**/*.{end}" for f in self.kinds.folders.values() for end in ("yaml", "yml")
        )

    @property
    def finds(self) -> str:
        """By what it finds manifests."""
        return json.dumps([self.path, *self.globs, "", *self.exclude])

    @cached_property
    def _included(self) -> Mapping[str, re.Pattern[str]]:
        """One pattern for all globs of a folder, for there may be many paths; `*` is for those of any."""
        found: dict[str, list[str]] = {}
        for glob in self.globs:
            first, slash, _ = glob.partition("/")
            folder = first if slash and not _WILD.search(first) else _ANY
            found.setdefault(folder, []).append(f"(?s:{glob_pattern(self.at(glob)).pattern})")
        return {folder: re.compile("|".join(each)) for folder, each in found.items()}

    @cached_property
    def _start(self) -> str:
        return self.at("")

    @cached_property
    def acceptances(self) -> str:
        """The repository's folder of files that accept breaking changes, with a slash."""
        return self.at(f"{ACCEPTED_FOLDER}/")

    @cached_property
    def _excluded(self) -> tuple[re.Pattern[str], ...]:
        return tuple(glob_pattern(self.at(glob)) for glob in self.exclude)

    def is_manifest(self, path: str) -> bool:
        """Whether a file of the repository is to be read as a manifest."""
        if not path.startswith(self._start):
            return False
        one = self._included.get(path[len(self._start) :].partition("/")[0])
        if one is None or not one.fullmatch(path):
            some = self._included.get(_ANY)
            if some is None or not some.fullmatch(path):
                return False
        return not (path == self.path or self.is_acceptance(path) or self.is_excluded(path))

    def is_acceptance(self, path: str) -> bool:
        """Whether a file of the repository accepts a breaking change."""
        return path.startswith(self.acceptances) and path.endswith((".yaml", ".yml"))

    def is_excluded(self, path: str) -> bool:
        """Whether plmctl.yaml says that a file is not to be read."""
        return any(glob.fullmatch(path) for glob in self._excluded)

    def is_schema(self, path: str) -> bool:
        """Whether a file of the repository is the schema of a kind of the registry's own."""
        folders = {posixpath.normpath(self.at(written)) for written in self.schemas}
        return path.endswith(".json") and (posixpath.dirname(path) or ".") in folders

    def registry_tag(self, version: Version) -> str:
        """The name of the tag of a registry version."""
        return self.tag.replace("{version}", str(version))

    def registry_version(self, tag: str) -> Version | None:
        """The version that a tag's name says, None when it is no registry tag's name."""
        head, _, tail = self.tag.partition("{version}")
        if not tag.startswith(head) or not tag.endswith(tail) or len(tag) < len(head) + len(tail):
            return None
        return parsed_version(tag[len(head) : len(tag) - len(tail)])


def settings_document(path: str, data: bytes, values: Values = NO_VALUES) -> Document:
    """A plmctl.yaml that its schema accepts. Raises ConfigurationError with every finding in it."""
    sha256 = sha256_of(data)
    document = values.document(path, data, sha256, LIMITS)
    if isinstance(document, BrokenDocument):
        raise ConfigurationError(document.findings)
    if values.is_accepted(sha256):
        return document
    findings = tuple(f for f in findings_of(document, "Registry", BUILT_IN) if f.level is Level.ERROR)
    if findings:
        raise ConfigurationError(findings)
    values.accept(sha256)
    return document


def refuse_tag(settings: Settings, document: Document) -> None:
    """Raises ConfigurationError where `release.tag` cannot name the releases of a registry of these kinds."""
    problem = _tag_problem(settings.tag, settings.kinds.by_prefix)
    if problem is not None:
        place = document.location(("spec", "release", "tag"))
        mend = "'v{version}' and 'registry-v{version}' are good ones"
        raise ConfigurationError((document.finding(BAD_PATTERN, problem, place, mend),))


def _tag_problem(tag: str, words: Collection[str]) -> str | None:
    """Why a pattern cannot name registry tags: Git refuses it, or it reads as an artifact's tag."""
    name = tag.replace("{version}", "1.0.0")
    if name.startswith("-") or _NO_REF.search(name):
        return f"'{name}' cannot be the name of a tag"
    if "@" in name or name.partition("/")[0] in words:
        return f"'{name}' would be taken for the tag of an artifact"
    return None


def settings_in(paths: Iterable[str]) -> list[str]:
    """The plmctl.yaml files among some paths: one where all is well."""
    return [path for path in paths if path.endswith(FILE_NAME) and posixpath.basename(path) == FILE_NAME]


def asked_limits(tree: Tree) -> Limits:
    """What the plmctl.yaml of a tree asks for; of a tree without a sound one, nothing."""
    found = settings_in(tree.paths())
    data = bytes_at(tree, found[0], limit=LIMIT) if len(found) == 1 else None
    try:
        return settings_of(settings_document(found[0], data)).asked if data is not None else LIMITS
    except ConfigurationError:
        return LIMITS


def settings_of(document: Document) -> Settings:
    """What a plmctl.yaml says, of a registry that knows the built-in kinds."""
    value = as_mapping(document.value)
    spec = as_mapping(value.get("spec"))
    release = as_mapping(spec.get("release"))
    manifests = as_mapping(spec.get("manifests"))
    branches = as_texts(release.get("branches"))
    return Settings(
        folder=posixpath.dirname(document.path),
        name=str(as_mapping(value["metadata"])["name"]),
        git=as_text(spec.get("git")),
        include=as_texts(manifests.get("include")),
        exclude=as_texts(manifests.get("exclude")),
        tag=as_text(release.get("tag")) or Settings.tag,
        branches=branches or Settings.branches,
        is_committed=release.get("commit") is not False,
        sign=as_text(release.get("sign")),
        changelog=as_text(release.get("changelog")),
        profile=Profile(as_text(spec.get("profile")) or "default"),
        overrides=tuple(_override(as_mapping(rule)) for rule in as_items(spec.get("rules"))),
        schemas=as_texts(spec.get("schemas")),
        required_version=as_text(spec.get("requiredVersion")),
        asked=_limits(as_mapping(spec.get("limits"))),
        allowed_licenses=as_texts(as_mapping(spec.get("licenses")).get("allow")),
        document=document,
    )


def _limits(said: Mapping[str, Value]) -> Limits:
    stated = {field: value for name, field in NAMES.items() if isinstance(value := said.get(name), int)}
    return Limits(**stated)


def _override(rule: Mapping[str, Value]) -> Override:
    level, bump = as_text(rule.get("level")), as_text(rule.get("bump"))
    return Override(
        code=str(rule["code"]),
        reason=str(rule["reason"]),
        level=Level(level) if level else None,
        bump=Bump[bump.upper()] if bump else None,
        artifacts=as_texts(rule.get("artifacts")),
        until=as_text(rule.get("until")),
    )


def require_this_version(settings: Settings) -> None:
    """Raises UsageError where the registry asks for another plmctl than this one."""
    if settings.required_version is None:
        return
    wanted, own = parsed_range(settings.required_version), parsed_version(__version__)
    if wanted is not None and own is not None and wanted.allows(own):
        return
    raise UsageError(
        f"{settings.path} requires plmctl {settings.required_version}, this is {__version__}",
        hint=f"run: pip install 'plmctl{_specifier(settings.required_version)}'",
    )


def _specifier(wanted: str) -> str:
    # pip has no caret, and its tilde is another: the lower bound is what both understand.
    exact = parsed_version(wanted.strip())
    return f"=={exact}" if exact else wanted.replace(" ", "").replace("^", ">=").replace("~", ">=")
