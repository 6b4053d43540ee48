from plmctl.core.data import is_restricted
from plmctl.core.value import Value


def test_not_everybody_may_see_what_is_confidential_or_of_persons() -> None:
    specs: list[dict[str, Value]] = [
        {},
        {"sensitivity": "internal", "personalData": {"present": False}},
        {"sensitivity": "confidential"},
        {"sensitivity": "restricted"},
        {"personalData": {"present": True}},
    ]
    assert [is_restricted(spec) for spec in specs] == [False, False, True, True, True]
