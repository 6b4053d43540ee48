"""`hostile.md` X: secrets in the formats of their issuers, made at random when they are asked for."""

import base64
import json
import string
from collections.abc import Callable
from random import Random

ALNUM = string.ascii_letters + string.digits
HEX = string.digits + "abcdef"
UPPER = string.ascii_uppercase + "234567"
URL = ALNUM + "-_"
BASE64 = ALNUM + "+/"

Maker = Callable[[Random], str]


def some(random: Random, letters: str, count: int) -> str:
    """So many letters by chance."""
    return "".join(random.choice(letters) for _ in range(count))


def _joined(*parts: str | tuple[str, int]) -> Maker:
    def made(random: Random) -> str:
        return "".join(part if isinstance(part, str) else some(random, *part) for part in parts)

    return made


def _jwt(random: Random) -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": some(random, string.digits, 10), "iat": 1700000000})
    texts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return f"{texts[0]}.{texts[1]}.{some(random, URL, 43)}"


def _private_key(kind: str, lines: int) -> Maker:
    def made(random: Random) -> str:
        body = "\\n".join(some(random, BASE64, 64) for _ in range(lines))
        return f"-----BEGIN {kind}PRIVATE KEY-----\\n{body}\\n-----END {kind}PRIVATE KEY-----"

    return made


# By issuer: how a secret is written, and the line of a file that it stands in.
FORMATS: dict[str, tuple[str, Maker]] = {
    "aws-access": ("  x-aws: SECRET", _joined("AKIA", (UPPER, 16))),
    "aws-secret": ("  x-aws: {aws_secret_access_key: SECRET}", _joined((BASE64, 40))),
    "github": ("  x-note: clone with SECRET", _joined("ghp_", (ALNUM, 36))),
    "github-fine": ("  x-note: 'token SECRET'", _joined("github_pat_", (ALNUM, 22), "_", (ALNUM, 59))),
    "gitlab": ("  x-ci: SECRET", _joined("glpat-", (URL, 20))),
    "slack": (
        "  x-slack: SECRET",
        _joined("xoxb-", (string.digits, 12), "-", (string.digits, 12), "-", (ALNUM, 24)),
    ),
    "stripe": ("  x-pay: SECRET", _joined("sk_live_", (ALNUM, 24))),
    "openai": ("  x-key: SECRET", _joined("sk-proj-", (URL, 48), "T3BlbkFJ", (URL, 48))),
    "anthropic": ("  x-key: SECRET", _joined("sk-ant-api03-", (URL, 93), "AA")),
    "google": ("  x-maps: SECRET", _joined("AIza", (URL, 35))),
    "gcp-account": ('  x-gcp: {private_key: "SECRET"}', _private_key("", 26)),
    "azure-storage": (
        "  x-az: 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=SECRET'",
        _joined((BASE64, 86), "=="),
    ),
    "azure-openai": ("  x-az: {azure_openai_key: SECRET}", _joined((HEX, 32))),
    "hugging-face": ("  x-hub: SECRET", _joined("hf_", (string.ascii_letters, 34))),
    "npm": ("  x-npm: //registry/:_authToken=SECRET", _joined("npm_", (ALNUM, 36))),
    "pypi": ("  x-pypi: SECRET", _joined("pypi-AgEIcHlwaS5vcmc", (URL, 70))),
    "sendgrid": ("  x-mail: SECRET", _joined("SG.", (URL, 22), ".", (URL, 43))),
    "twilio": ("  x-phone: SECRET", _joined("SK", (HEX, 32))),
    "mailgun": ("  x-mail: SECRET", _joined("key-", (HEX, 32))),
    "jwt": ("  x-session: SECRET", _jwt),
    "ssh": ('  x-ssh: "SECRET"', _private_key("OPENSSH ", 6)),
    "database": ("  x-db: postgres://app:SECRET@db.internal:5432/app", _joined((ALNUM, 16))),
    "basic-auth": ("  x-url: https://robot:SECRET@ci.internal/job", _joined((ALNUM, 20))),
    "databricks": ("  x-lake: SECRET", _joined("dapi", (HEX, 32))),
    "digitalocean": ("  x-host: SECRET", _joined("dop_v1_", (HEX, 64))),
    "telegram": ("  x-bot: '100SECRET'", _joined((string.digits, 7), ":AA", (URL, 33))),
    "discord": ("  x-bot: SECRET", _joined("M", (URL, 23), ".", (URL, 6), ".", (URL, 38))),
    "datadog": ("  x-env: DD_API_KEY=SECRET", _joined((HEX, 32))),
    "generic-token": ("  x-service: {accessToken: SECRET}", _joined((ALNUM, 32))),
    "generic-header": ("  x-call: 'curl -H \"Authorization: Bearer SECRET\"'", _joined((ALNUM, 40))),
    "password": (
        "  x-login: {user: ada, password: 'SECRET'}",
        _joined((string.ascii_lowercase, 5), (UPPER[:26], 3), (string.digits[1:], 3), "!%"),
    ),
}
