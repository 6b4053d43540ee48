import re
import time

import pytest

from plmctl.core.secret import is_secret, known_key, may_have_secrets, secrets_in, unspeakable

# Put together here, so that no scanner takes this file for a leak.
BODY = "Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0"
HEX = "1f2e3d4c5b6a79880918273645546372"
LINE = "Ab1Cd2Ef3Gh4Ij5K" * 4


def told(text: str) -> list[tuple[str, str]]:
    return [(text[each.start : each.end], each.what) for each in secrets_in(text)]


@pytest.mark.parametrize(
    ("secret", "what"),
    [
        ("AKIA" + "QWERTZUIOPASDFGH", "an access key of AWS"),
        ("sk-" + f"ant-{BODY}", "a key of Anthropic, OpenAI or their like"),
        ("gho_" + BODY, "a token of GitHub"),
        ("glpat-" + BODY, "a token of GitLab"),
        ("xapp-1-" + BODY, "a token of Slack"),
        ("hooks." + f"slack.com/services/T0AB/B0CD/{BODY}", "a webhook of Slack"),
        ("rk_" + f"live_{BODY}", "a key of Stripe"),
        ("AIza" + BODY, "a key of Google"),
        ("AccountKey=" + BODY * 2 + "==", "a key of Azure"),
        ("abc8Q~" + BODY + "Uv", "a secret of Azure"),
        ("hf_" + BODY, "a token of Hugging Face"),
        ("npm_" + BODY, "a token of npm"),
        ("pypi-" + BODY * 2, "a token of PyPI"),
        ("SG." + f"{BODY}.{BODY}", "a key of SendGrid"),
        ("SK" + HEX, "a key of Twilio"),
        ("key-" + HEX, "a key of Mailgun"),
        (HEX + "-us12", "a key of Mailchimp"),
        ("dapi" + HEX, "a token of Databricks"),
        ("dop_v1_" + HEX * 2, "a token of DigitalOcean"),
        ("987650123:AA" + BODY + "uvw", "a token of Telegram"),
        ("M" + f"{BODY[:23]}.{BODY[:6]}.{BODY}", "a token of Discord"),
        (f"{BODY[:14]}.atlasv1.{BODY}{BODY}", "a token of Terraform"),
        ("discord.com/api/webhooks/1234/" + BODY * 2, "a webhook of Discord"),
        ("xai-" + BODY, "a key of a provider of models"),
        ("shpat_" + HEX, "a token of Shopify"),
        ("hvs." + BODY, "a token of Vault"),
        ("eyJ" + f"{BODY}.eyJ{BODY}.{BODY}", "a token that is signed (JWT)"),
        ("AGE-" + f"SECRET-KEY-1{BODY.upper()}", "a key of age or PuTTY"),
    ],
)
def test_a_secret_is_known_by_its_format(secret: str, what: str) -> None:
    assert told(f"'{secret}'") == [(secret, what)]
    assert known_key(f"x {secret}") is True
    assert re.search(may_have_secrets().replace("(?i:", "(?:"), f"'{secret}'") is not None


BEGINS = """
AKIA ASIA ABIA ACCA sk- sk_live_ sk_ rk_test_ gho_ ghp_ ghr_ ghs_ ghu_ github_pat_ glpat- gldt-
glrt- glptt- glcbt- glsoat- glft- glagent- glimt- glffct- gloas- xoxa- xoxb- xoxe- xoxp- xoxr- xoxs-
xapp- hooks.slack.com/services/ whsec_ AIza GOCSPX- ya29. AccountKey= hf_ api_org_ npm_ pypi-
rubygems_ dckr_pat_ dckr_oat_ SG.Ab1Cd2Ef3Gh4Ij5Kl. SK key- dapi doo_v1_ dop_v1_ dor_v1_
discord.com/api/webhooks/1/ discordapp.com/api/webhooks/1/ gsk_ xai- pplx- r8_ fw_ nvapi- pcsk_
tvly- lsv2_pt_ lsv2_sk_ csk- shpat_ shpca_ shppa_ shpss_ ATATT3 lin_api_ ntn_ figd_ PMAK- sntrys_
sntryu_ NRAK- glsa_ glc_ hvs. hvb. sbp_ pscale_tkn_ HRKU- FlyV1 dp.pt. dp.st. dp.ct.
eyJAb1Cd2Ef3G.eyJ AGE-SECRET-KEY-1
"""
TAILS = ("QWERTZUIOPASDFGH", BODY * 2, HEX, HEX * 2, HEX[:16] * 3, BODY.upper(), " fm1_" + BODY)


def test_each_way_in_which_formats_begin_is_known() -> None:
    assert [begin for begin in BEGINS.split() if not any(known_key(begin + tail) for tail in TAILS)] == []


def test_a_private_key_is_all_of_its_lines() -> None:
    begin, end = ("-----" + f"{word} RSA PRIVATE KEY-----" for word in ("BEGIN", "END"))
    text = f"a: |\n  {begin}\n  {LINE}\n  {LINE}\n  Ab1=\n  {end}\nb: {LINE}\n"
    assert told(text) == [(f"{begin}\n  {LINE}\n  {LINE}\n  Ab1=", "a private key")]
    assert told(f'"{begin}\\n{LINE}\\nAb1=\\n{end}"') == [(f"{begin}\\n{LINE}\\nAb1=", "a private key")]
    # A text that speaks of one has none.
    assert told(f"It begins with {begin} and a line.") == []


@pytest.mark.parametrize(
    "line",
    [
        "apiKey: SECRET",
        '{"api_key": "SECRET"}',
        "x_key = 'SECRET'",
        "export DD_API_KEY=SECRET",
        "client-secret := SECRET",
        "Authorization: Bearer SECRET",
        "Bearer SECRET.",
        "curl --api-key SECRET",
        "--token=SECRET",
        "secret: |-\n    SECRET\n",
        "- name: OPENAI_API_KEY\n  credentials,\n  value: SECRET",
        "access_token => SECRET;",
        "connection_string: SECRET",
    ],
)
def test_a_random_value_behind_a_name_is_a_secret(line: str) -> None:
    assert told(line.replace("SECRET", BODY)) == [(BODY, "the value of a credential")]


@pytest.mark.parametrize(
    "text",
    [
        "key: SECRET",
        "a string: SECRET",
        "publicKey: SECRET",
        "the token SECRET",
        "tokens: SECRET",
        "tokenizer: SECRET",
        "id: SECRET",
    ],
)
def test_the_same_behind_another_name_is_none(text: str) -> None:
    assert told(text.replace("SECRET", BODY)) == []


@pytest.mark.parametrize(
    "text",
    [
        "sk-" + "x" * 30,
        "sk-" + "aaaaaaaaaaaaaaaaaaaaaaaa",
        "AKIA" + "IOSFODNN7EXAMPLE",
        "sk-" + "estimators-are-great-things-to-have",
        "hf_your_token_goes_here_please",
        "apiKey: YOUR_API_KEY_GOES_HERE",
        "apiKey: ${OPENAI_API_KEY}",
        "apiKey: {{apiKey}}",
        "apiKey: <your-key-1A2b3C4d5E6f>",
        "secret: vault://kv/openai#api-key",
        "secret: projects/acme-prod-12/secrets/openai-key-2/versions/3",
        "secret: arn:aws:secretsmanager:eu-west-1:123456789012:secret:openai-AbCdEf",
        "token: OPENAI_API_KEY_2",
        "accessKey: env.OPENAI_KEY_1A2b",
        "apiKey: OpenaiKeyForProduction2024",
        "password: hunter2",
        "password: correct-horse-battery",
        "password: changeme-Now1",
        "postgres://user:password@host/db",
        "postgres://user:{{password}}@host/db",
        "postgres://user:<pass>@host/db",
        "postgres://user@host/db",
        "maxTokens: 4096",
        "sha256: " + HEX * 2,
    ],
)
def test_what_stands_for_a_secret_is_none(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("value", "is_password", "expected"),
    [
        (HEX, False, True),
        (HEX.upper(), False, True),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", False, True),
        ("aGhhbGxvd2VsdAzQpLmWxYtRvBnKj", False, True),
        ("Xy7/" + BODY, False, True),
        ("Tr0ub4dor&3x", True, True),
        ("Tr0ub4dor&3x", False, False),
        ("abcdefgh1", True, False),
        ("Aa1Aa1Aa1", True, False),
        ("k3j5h2g8f1d9s4a7q6w0", False, True),
        ("k3j5h2g8f1d9s4a7", False, False),
        ("a/b1/c2/d3/e4/f5/G6/h7", False, False),
        ("part:" + BODY, False, True),
    ],
)
def test_what_is_random_is_a_secret(value: str, is_password: bool, expected: bool) -> None:
    assert is_secret(value, is_password=is_password) is expected


def test_what_is_not_told_is_more_than_what_is_found() -> None:
    text = "sk-" + "x" * 20 + " https://bob@host db://a:password@host"
    assert told(text) == []
    assert [text[each.start : each.end] for each in unspeakable(text)] == [
        "sk-" + "x" * 20,
        "bob",
        "a:password",
    ]


def test_secrets_do_not_overlap() -> None:
    secret = "sk-" + BODY
    assert told(f"apiKey: {secret}") == [(secret, "a key of Anthropic, OpenAI or their like")]


@pytest.mark.parametrize(
    ("part", "count"),
    [
        ("eyJ" + "a" * 10 + "-", 70_000),
        ("eyJaaaaaaaaaa.eyJ-", 50_000),
        ("://" + "a:" * 10, 40_000),
        ("a:", 400_000),
        ("https://a:", 90_000),
        ("-----BEGIN A PRIVATE KEY-----", 30_000),
        ("-----BEGIN " + "A" * 40, 15_000),
        ("-----BEGIN PRIVATE KEY-----\n" + ("A" * 16 + "\n") * 10, 4_000),
        ("sk-", 300_000),
        ("token: aaaaaaaa ", 60_000),
        ("token:        ", 70_000),
        ("secret,\n\n\n\n\n\n\n\n\n\n", 60_000),
        ("--token-", 120_000),
        ("Maaaaaaaaaaaaaaaaaaaaaaaaaaa.", 35_000),
        ("apiKey: Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8 ", 30_000),
    ],
)
def test_a_megabyte_of_anything_is_read_at_once(part: str, count: int) -> None:
    text = "https://" + part * count
    begin = time.process_time()
    list(secrets_in(text))
    list(unspeakable(text))
    # The limit of a file is a second; a machine may be slow, and measure branches.
    assert time.process_time() - begin < 8
