"""What looks like a key, a token or a password in a text: by how it begins, or by the name before it.

The formats are those that scanners of secrets know (gitleaks, trufflehog, GitHub's). Each begins with letters
of its own, and what it repeats is bounded or never given back: time grows with the text alone.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice, pairwise
from math import log2
from typing import NamedTuple

from plmctl.core.deferred import deferred

_LINES = r"(?:[ \t\r\n]|\\[rn]){0,80}"
_PRIVATE = "a private key"
_SHORTEST_PRIVATE = 80
_PRIVATE_KEY = (
    rf"-----BEGIN[A-Z ]{{0,40}} PRIVATE KEY(?: BLOCK)?-----(?:{_LINES}[A-Za-z0-9+/=]{{16,}}){{0,500}}"
    rf"(?:{_LINES}[A-Za-z0-9+/=]{{1,15}})?"
)
# What it is, and how it is written, as Python's engine and a linear one read it alike.
FORMATS: tuple[tuple[str, str], ...] = (
    ("an access key of AWS", r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"),
    ("a key of Anthropic, OpenAI or their like", r"sk-[A-Za-z0-9_-]{16,}"),
    ("a token of GitHub", r"(?:gh[oprsu]_\w{20,}|github_pat_\w{20,})"),
    ("a token of GitLab", r"gl(?:pat|dt|rt|ptt|cbt|soat|ft|agent|imt|ffct|oas)-[\w-]{20,}"),
    ("a token of Slack", r"(?:xox[abeprs]-[\w-]{10,}|xapp-[\w-]{20,})"),
    ("a webhook of Slack", r"hooks\.slack\.com/services/[A-Za-z0-9/]{20,}"),
    ("a key of Stripe", r"(?:[rs]k_(?:live|test|prod)_\w{10,}|whsec_[A-Za-z0-9+/=]{20,})"),
    ("a key of Google", r"(?:AIza[\w-]{30,}|GOCSPX-[\w-]{20,}|ya29\.[\w.-]{20,})"),
    ("a key of Azure", r"AccountKey=[A-Za-z0-9+/]{40,}={0,2}"),
    ("a token of Hugging Face", r"(?:hf_\w{20,}|api_org_\w{20,})"),
    ("a token of npm", r"npm_[A-Za-z0-9]{30,}"),
    ("a token of PyPI", r"pypi-[\w-]{50,}"),
    ("a token of a registry of packages", r"(?:rubygems_[0-9a-f]{48}|dckr_(?:pat|oat)_[\w-]{20,})"),
    ("a key of SendGrid", r"SG\.[\w-]{16,64}\.[\w-]{16,}"),
    ("a key of Twilio", r"SK[0-9a-f]{32}"),
    ("a key of Mailgun", r"key-[0-9a-f]{32}"),
    ("a token of Databricks", r"dapi[0-9a-f]{32}"),
    ("a token of DigitalOcean", r"do[opr]_v1_[0-9a-f]{64}"),
    ("a webhook of Discord", r"discord(?:app)?\.com/api/webhooks/[0-9]{1,24}/[\w-]{40,}"),
    (
        "a key of a provider of models",
        r"(?:gsk_|xai-|pplx-|r8_|fw_|nvapi-|pcsk_|tvly-|lsv2_(?:pt|sk)_|csk-)\w{20,}",
    ),
    ("a key of ElevenLabs", r"sk_[0-9a-f]{40,}"),
    ("a token of Shopify", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    ("a token of Atlassian", r"ATATT3[\w=-]{40,}"),
    ("a token of a tool of teams", r"(?:lin_api_|ntn_|figd_|PMAK-|sntry[su]_|NRAK-|glsa_|glc_)[\w.=-]{20,}"),
    ("a token of Vault", r"hv[bs]\.[\w-]{20,}"),
    ("a token of a host", r"(?:sbp_|pscale_\w{2,5}_|HRKU-|FlyV1 fm\w_|dp\.(?:pt|st|ct)\.)[\w.=-]{20,}"),
    ("a token that is signed (JWT)", r"eyJ[\w-]{10,500}\.eyJ[\w-]{0,4000}(?:\.[\w-]{0,4000})?"),
    (_PRIVATE, _PRIVATE_KEY),
    ("a key of age or PuTTY", r"(?:AGE-SECRET-KEY-1[A-Z0-9]{20,}|PuTTY-User-Key-File-[0-9]: \w)"),
)
# Those that begin as any word may, each with what is always in it.
_ODD: tuple[tuple[str, str, str], ...] = (
    ("a secret of Azure", "8Q~", r"\w{3}8Q~[\w~.-]{30,}"),
    ("a token of Terraform", ".atlasv1.", r"\w{14}\.atlasv1\.[\w-]{40,}"),
    ("a key of Mailchimp", "-us", r"[0-9a-f]{32}-us[0-9]{1,2}"),
    ("a token of Telegram", ":AA", r"[0-9]{8,10}:AA[\w-]{33}"),
    ("a token of Discord", ".", r"[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}"),
)
# How the formats begin: quick to search for, and then one of them is asked at the place alone.
_BEGINS = (
    r"(?<![A-Za-z0-9])(?:A(?:KIA|SIA|BIA|CCA)|sk[-_]|rk_|gh[oprsu]_|github_pat_|gl[a-z]{2,5}-|xox|xapp-|hooks\.|whsec_"
    r"|AIza|GOCSPX-|ya29\.|AccountKey=|hf_|api_org_|npm_|pypi-|rubygems_|dckr_|SG\.|SK[0-9a-f]|key-|dapi"
    r"|do[opr]_v1_|discord|gsk_|xai-|pplx-|r8_|fw_|nvapi-|pcsk_|tvly-|lsv2_|csk-"
    r"|shp[acps]|ATATT|lin_api_|ntn_|figd_|PMAK-|sntry|NRAK-|gl(?:sa|c)_|hv[bs]\.|sbp_|pscale_|HRKU-"
    r"|FlyV1|dp\.|eyJ|-----BEGIN|AGE-SECRET|PuTTY-User)"
)
# One of these is in each of them: what has none needs no search, which takes ten times as long.
_SIGNS = (
    *(
        "AKIA",
        "ASIA",
        "ABIA",
        "ACCA",
        "sk-",
        "sk_",
        "rk_",
        "gho_",
        "ghp_",
        "ghr_",
        "ghs_",
        "ghu_",
        "github_pat_",
    ),
    *("gl", "xox", "xapp-", "hooks.", "whsec_", "AIza", "GOCSPX-", "ya29.", "AccountKey=", "hf_", "api_org_"),
    *("npm_", "pypi-", "rubygems_", "dckr_", "SG.", "SK", "key-", "dapi", "_v1_", "discord", "gsk_", "xai-"),
    *("pplx-", "r8_", "fw_", "nvapi-", "pcsk_", "tvly-", "lsv2_", "csk-", "shp", "ATATT", "lin_api_", "ntn_"),
    *("figd_", "PMAK-", "sntry", "NRAK-", "hvb.", "hvs.", "sbp_", "pscale_", "HRKU-", "FlyV1", "dp.", "eyJ"),
    *("-----BEGIN", "AGE-SECRET", "PuTTY-User"),
)
_WORDS = ("key", "secret", "token", "pass", "pwd", "credential", "authorization", "string", "bearer")
# What stands before `key` where a key of a map is meant by it, or something else.
_OF_KEY = deferred(
    r"(?i)(?:[a-z0-9]_|api|access|secret|private|auth|account|signing|encryption|app|service|subscription|master"
    r"|admin|session|shared|azure|openai)[_-]?$"
)
_CONNECTION = deferred(r"(?i)connection[_-]?$")
_OPTION = deferred(r"--?(?:[a-z]{1,20}-){0,3}$")
# What stands between a name and a value: in YAML, JSON, a shell, and in lists of names and values.
_BETWEEN = (
    r"[\"']?(?:[ \t]{0,8}(?::=|=>|[:=])[ \t]{0,8}|,?\s{1,40}[\"']?value[\"']?[ \t]{0,8}[:=][ \t]{0,8})"
    r"(?:[|>][-+]?[ \t]{0,8}\n[ \t]{1,80})?[\"']?(?:(?:bearer|basic|token|bot)[ \t]+)?"
)
_NAME = r"(?:key(?:[_-]?id)?|secret|token|pass(?:word|wd|phrase)|pwd|credentials?|authorization|string)"
_VALUE = r"[^\s\"'`<>{}\[\](),;|\\]{8,500}"
_NAMED = deferred(rf"(?i:{_NAME}{_BETWEEN}(?P<value>{_VALUE}))")
_PASSED = deferred(rf"(?i:(?:key|token|secret|password)[ \t=]{{1,8}}[\"']?(?P<value>{_VALUE}))")
_BEARER = deferred(rf"(?i:bearer[ \t]{{1,8}}(?P<value>{_VALUE}))")
# A text that was cut may have lost the '@' that told a password from a host.
_USER = r"(?:(?<=https://)|(?<=http://)|(?<=://)(?=[^/\s?#:]*:[^/\s?#]))[^/\s?#]+(?=@|\.\.\.)"
USER = "who uses a URL"
# A password that stands between the user of a URL and its host.
_IN_URL = r"://[^/\s?#@:\"'<>]{0,100}:([^/\s?#\"'<>]{1,200})@"

_PLACEHOLDER = deferred(
    r"(?i)example|x{4}|\*{3}|\.\.\.|your|\bmy[_-]|placeholder|change[_-]?me|redacted|dummy|sample|fake|todo"
    r"|insert|replace|0{8}|1234567|abcdefg|foobar|not[_-]a|passw[0o]rd|hunter2|\$"
)
# So many places of a text are looked at: nobody who hides a secret is looked for, but who forgot one.
_MOST = 10_000
_DIGITS = deferred("[0-9]+")
_HEX = deferred(r"(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{32,}|(?=[0-9]*[A-F])(?=[A-F]*[0-9])[0-9A-F]{32,}")
_REFERENCE = deferred(r"[A-Z][A-Z0-9_]*|env[.:].*|.*://.*")
_SHORTEST_RUN = 16
_RUN = deferred(r"[A-Za-z0-9+/_=.~-]{16,}")


class Secret(NamedTuple):
    """Where something that looks like a secret stands in a text, and what it is."""

    start: int
    end: int
    what: str


def secrets_in(text: str) -> Iterator[Secret]:
    """All that looks like a secret, in the order of their places; what was put in for one is none."""
    known = (found for found in _known(text) if _is_real(found, text))
    return _apart((*known, *_named(text), *_in_urls(text)))


def unspeakable(text: str) -> Iterator[Secret]:
    """What is not told of a text: whatever is written as a secret is, and who a URL is used by."""
    urls = _ANY_USER.finditer(text) if "://" in text else ()
    users = (Secret(match.start(), match.end(), USER) for match in urls)
    return _apart((*_known(text), *_named(text), *users))


def _apart(found: tuple[Secret, ...]) -> Iterator[Secret]:
    last = 0
    for each in sorted(found):
        if each.start >= last:
            last = each.end
            yield each


def may_have_secrets() -> str:
    """A pattern for a linear engine: a text that it is not in has none."""
    formats = "|".join((*(pattern for _, pattern in FORMATS), *(pattern for *_, pattern in _ODD)))
    names = rf"(?i:{_NAME}{_BETWEEN}|(?:key|token|secret|password|bearer)[ \t=]{{1,8}}[\"']?){_VALUE}"
    # Engines that are linear take no large counts, and need none.
    return re.sub(r"\{(\d+),\d{2,}\}", r"{\1,}", rf"(?:^|[^A-Za-z0-9])(?:{formats})|{names}|{_IN_URL}")


_ANY_FORMAT = deferred("|".join(f"({pattern})" for _, pattern in FORMATS))
_EACH_ODD = tuple(deferred(rf"(?<![A-Za-z0-9]){pattern}") for *_, pattern in _ODD)
_BEGIN = deferred(_BEGINS)
# Both cases written out: a search that ignores them takes ten times as long.
_ANY_WORD = deferred("|".join("".join(f"[{c}{c.upper()}]" for c in word) for word in _WORDS))
_ANY_USER = deferred(_USER)
_ANY_URL = deferred(_IN_URL)


def known_key(text: str) -> bool:
    """Whether something in a text is written as keys of a provider are."""
    return next(_known(text), None) is not None


def _known(text: str) -> Iterator[Secret]:
    """What is written as a format says, placeholders too."""
    last = 0
    begins = _BEGIN.finditer(text) if any(map(text.__contains__, _SIGNS)) else ()
    for begin in islice(begins, _MOST):
        match = _ANY_FORMAT.match(text, begin.start()) if begin.start() >= last else None
        if match:
            last = match.end()
            yield Secret(match.start(), match.end(), FORMATS[(match.lastindex or 1) - 1][0])
    for (what, sign, _), pattern in zip(_ODD, _EACH_ODD, strict=True):
        if sign in text:
            yield from (Secret(match.start(), match.end(), what) for match in pattern.finditer(text))


def _named(text: str) -> Iterator[Secret]:
    """What stands behind a name of a credential, and is no name itself."""
    is_named = any(map(text.lower().__contains__, _WORDS))
    for word in islice(_ANY_WORD.finditer(text) if is_named else (), _MOST):
        match = _value_behind(text, word)
        if match is not None:
            value = match["value"].rstrip(".:!?")
            if is_secret(value, is_password=word[0].lower() in ("pass", "pwd")):
                start = match.start("value")
                yield Secret(start, start + len(value), "the value of a credential")


def _value_behind(text: str, word: re.Match[str]) -> re.Match[str] | None:
    start, name = word.start(), word[0].lower()
    before = text[max(start - 60, 0) : start]
    if name == "bearer":
        return _BEARER.match(text, start)
    if _OPTION.search(before) and (passed := _PASSED.match(text, start)):
        return passed
    wanted = {"key": _OF_KEY, "string": _CONNECTION}.get(name)
    return _NAMED.match(text, start) if wanted is None or wanted.search(before) else None


def _in_urls(text: str) -> Iterator[Secret]:
    for match in _ANY_URL.finditer(text) if "://" in text else ():
        if not _PLACEHOLDER.search(match[1]) and not match[1].startswith(("<", "{")):
            yield Secret(match.start(1), match.end(1), "a password in a URL")


def is_secret(value: str, *, is_password: bool = False) -> bool:
    """Whether a value of something that is named like a credential is one, and no name of one."""
    if _PLACEHOLDER.search(value) or _REFERENCE.fullmatch(value):
        return False
    if is_password and _is_strong(value):
        return True
    return any(_is_random(run) for run in _RUN.findall(value)) or any(
        len(part) >= _SHORTEST_RUN and _is_random(part) for part in re.split("[/:#?&=]", value)
    )


def _is_strong(value: str) -> bool:
    """Whether it has what rules for passwords ask for."""
    classes = (str.islower, str.isupper, str.isdigit)
    kinds = sum(any(map(is_of, value)) for is_of in classes) + (not value.isalnum())
    return len(value) >= 8 and any(map(str.isdigit, value)) and kinds >= 3 and _entropy(value) >= 2.75


def _is_random(run: str) -> bool:
    if _HEX.search(run):
        return True
    if "/" in run and run.count("/") > len(run) // 12:
        return False
    groups, is_mixed = len(_DIGITS.findall(run)), run.upper() != run and run.lower() != run
    if is_mixed:
        return _entropy(run) >= 3.4 and (groups > 1 or _changes(run) * 2 >= len(run))
    return groups > 3 and len(run) >= 20 and _entropy(run) >= 3.2


def _changes(run: str) -> int:
    """How often a letter is followed by one of another case, or by a digit, and so on: seldom in words."""
    kinds = [0 if c.islower() else 1 if c.isupper() else 2 for c in run]
    return sum(a != b for a, b in pairwise(kinds))


def _is_real(found: Secret, text: str) -> bool:
    written = text[found.start : found.end]
    if found.what == _PRIVATE:
        return len(written) >= _SHORTEST_PRIVATE
    return _is_chosen_by_chance(written)


def _is_chosen_by_chance(text: str) -> bool:
    """Whether nobody would have written it by hand."""
    body = re.sub(r"^[A-Za-z]+[_-]", "", text)
    has_case = body.upper() != body and body.lower() != body
    is_varied = any(map(str.isdigit, body)) or has_case or body.isupper()
    return is_varied and _PLACEHOLDER.search(text) is None and _entropy(body) >= 2.5


def _entropy(text: str) -> float:
    """Bits a character, by how often each stands in it (Shannon)."""
    counts = Counter(text).values()
    return -sum(n / len(text) * log2(n / len(text)) for n in counts)
