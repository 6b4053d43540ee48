"""Versions, bumps and ranges: Semver 2.0.0 without build metadata."""

from dataclasses import replace
from functools import lru_cache, total_ordering

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import Bump

_VERSION = deferred(
    r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})"
    r"(?:-([0-9a-z]+(?:\.[0-9a-z]+)*))?"
)
_PART = deferred(r"(\^|~|>=|<)\s*(0|[1-9][0-9]{0,8})(?:\.(0|[1-9][0-9]{0,8})(?:\.(.+))?)?")


@total_ordering
@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of an artifact or the registry; pre-releases come before their release (Semver 2.0.0, 11)."""

    major: int
    minor: int
    patch: int
    pre: tuple[str, ...] = ()

    def __str__(self) -> str:
        core = f"{self.major}.{self.minor}.{self.patch}"
        return f"{core}-{'.'.join(self.pre)}" if self.pre else core

    @property
    def is_final(self) -> bool:
        """Whether it is no pre-release."""
        return not self.pre

    @property
    def final(self) -> "Version":
        """The version that it is a pre-release of; a final one is its own."""
        return replace(self, pre=())

    @property
    def _precedence(self) -> tuple[int, int, int, bool, tuple[tuple[int, int, str], ...]]:
        identifiers = tuple((0, int(i), "") if i.isdigit() else (1, 0, i) for i in self.pre)
        return (self.major, self.minor, self.patch, self.is_final, identifiers)

    def __lt__(self, other: "Version") -> bool:
        return self._precedence < other._precedence

    def bumped(self, bump: Bump) -> "Version":
        """The next final version after this one that the bump demands."""
        if bump is Bump.MAJOR:
            return Version(major=self.major + 1, minor=0, patch=0)
        if bump is Bump.MINOR:
            return Version(major=self.major, minor=self.minor + 1, patch=0)
        return Version(major=self.major, minor=self.minor, patch=self.patch + bump)


FIRST = Version(major=1, minor=0, patch=0)
FIRST_EXPERIMENTAL = Version(major=0, minor=1, patch=0)


# Of thousands of tags most have one of a few versions.
@lru_cache(maxsize=1024)
def parsed_version(text: str) -> Version | None:
    """The version a text is, None when it is none."""
    match = _VERSION.fullmatch(text)
    if match is None:
        return None
    pre = tuple(match[4].split(".")) if match[4] else ()
    if any(len(i) > 1 and i.isdigit() and i[0] == "0" for i in pre):
        return None  # Semver 2.0.0, 9: numeric identifiers have no leading zeroes
    return Version(major=int(match[1]), minor=int(match[2]), patch=int(match[3]), pre=pre)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bound:
    """One comparison, as npm takes it apart: `named` is the version that was written."""

    named: Version
    low: Version
    high: Version | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The versions that a pin allows: exact, or `^ ~ >= <` as npm has them, a comma meaning *and*."""

    text: str
    bounds: tuple[_Bound, ...]
    exact: Version | None = None

    def __str__(self) -> str:
        return self.text

    def allows(self, version: Version) -> bool:
        """Whether the range has the version; a pre-release only when a bound names one of that version."""
        if self.exact is not None:
            return version == self.exact
        if not version.is_final and not any(_names(bound, version) for bound in self.bounds):
            return False
        return all(b.low <= version and (b.high is None or version < b.high) for b in self.bounds)


ANY = Range(text="", bounds=())
"""Every final version."""


def _names(bound: _Bound, version: Version) -> bool:
    return bool(bound.named.pre) and _core(bound.named) == _core(version)


def _lowest(major: int, minor: int, patch: int) -> Version:
    # The lowest pre-release of a version: `<2` and `^1` leave out 2.0.0-rc.1 too, as npm does.
    return Version(major=major, minor=minor, patch=patch, pre=("0",))


def _bound(operator: str, version: Version, given: int) -> _Bound:
    match operator:
        case ">=":
            return _Bound(named=version, low=version, high=None)
        case "<":
            high = version if given == 3 else _lowest(*_core(version))
            return _Bound(named=version, low=_lowest(0, 0, 0), high=high)
        case "~":
            after = (version.major + 1, 0, 0) if given == 1 else (version.major, version.minor + 1, 0)
            return _Bound(named=version, low=version, high=_lowest(*after))
    return _Bound(named=version, low=version, high=_lowest(*_caret(version, given)))


def _core(version: Version) -> tuple[int, int, int]:
    return (version.major, version.minor, version.patch)


def _caret(version: Version, given: int) -> tuple[int, int, int]:
    # The left-most number that is not zero stays; of `^0.0` and `^0` the last one given.
    if version.major > 0 or given == 1:
        return (version.major + 1, 0, 0)
    if version.minor > 0 or given == 2:
        return (0, version.minor + 1, 0)
    return (0, 0, version.patch + 1)


def parsed_range(text: str) -> Range | None:
    """The range a text is, None when it is none; a plain version is exact."""
    exact = parsed_version(text.strip())
    if exact is not None:
        return Range(text=text, bounds=(), exact=exact)
    bounds: list[_Bound] = []
    for part in text.split(","):
        match = _PART.fullmatch(part.strip())
        if match is None:
            return None
        given = 1 + (match[3] is not None) + (match[4] is not None)
        version = parsed_version(f"{match[2]}.{match[3] or 0}.{match[4] or 0}")
        if version is None:
            return None
        bounds.append(_bound(match[1], version, given))
    return Range(text=text, bounds=tuple(bounds))
