import pytest

from plmctl.core.value import Value
from plmctl.rules.pin import family, pin_of


@pytest.mark.parametrize(
    ("model", "pin"),
    [
        ("gpt-4o-2024-08-06", "dated"),
        ("gpt-4o-mini-2024-07-18", "dated"),
        ("gpt-4-0613", "dated"),
        ("gpt-4-1106-preview", "dated"),
        ("claude-3-5-sonnet-20241022", "dated"),
        ("claude-3-5-sonnet-v2@20241022", "dated"),
        ("anthropic.claude-3-haiku-20240307-v1:0", "dated"),
        ("ft:gpt-4o-mini-2024-07-18:acme::B7kQ2xLd", "dated"),
        ("command-r-08-2024", "dated"),
        ("mistral-large-2411", "dated"),
        ("gemini-2.5-flash-preview-05-20", "dated"),
        ("deepseek-chat-v3-0324:free", "dated"),
        ("gemini-1.5-pro-001", "fixed"),
        ("text-embedding-004", "fixed"),
        ("textembedding-gecko@003", "fixed"),
        ("amazon.titan-embed-text-v2:0", "fixed"),
        ("mistralai/Mistral-7B-Instruct-v0.3", "fixed"),
        ("org/model@5f0b02c75b57c5855da9ae460ce51323ea669d8a", "fixed"),
        (f"model@sha256:{'a' * 64}", "fixed"),
        ("gpt-4o", "floating"),
        ("gpt-4.1", "floating"),
        ("gpt-4-32k", "floating"),
        ("claude-sonnet-4-5", "floating"),
        ("claude-3-5-sonnet-latest", "floating"),
        ("model@latest", "floating"),
        ("llama3-70b-8192", "floating"),
        ("llama-3.1-405b", "floating"),
        ("text-embedding-3-small", "floating"),
        ("llama3.1:8b", "floating"),
    ],
)
def test_the_shape_of_an_id_tells_how_firmly_it_is_bound(model: str, pin: str) -> None:
    assert pin_of({"model": model}) == pin


@pytest.mark.parametrize(
    ("spec", "pin"),
    [
        ({"pin": "floating"}, "floating"),
        ({"pin": "fixed"}, "fixed"),
        ({"pin": 1}, "floating"),
        ({"revision": "5f0b02c"}, "fixed"),
        ({"deployment": "chat-prod"}, "fixed"),
        ({"deployment": {"env": "DEPLOYMENT"}}, "floating"),
        ({"weights": {"dvc": "triage.dvc"}}, "fixed"),
        ({"weights": None}, "floating"),
        ({"revision": "5f0b02c", "pin": "dated"}, "dated"),
    ],
)
def test_what_is_stated_goes_before_the_shape(spec: dict[str, Value], pin: str) -> None:
    assert pin_of({"model": "llama", **spec}) == pin


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("gpt-4o-2024-08-06", "gpt-4o"),
        ("gpt-4-1106-preview", "gpt-4-preview"),
        ("anthropic.claude-3-haiku-20240307-v1:0", "anthropic.claude-3-haiku-v1:0"),
        ("gpt-4o", "gpt-4o"),
    ],
)
def test_a_family_has_no_date(model: str, name: str) -> None:
    assert family(model) == name
