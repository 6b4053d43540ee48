from plmctl.core.finding import Finding
from plmctl.core.settings import Settings, settings_document, settings_of
from plmctl.rules.overrides import changed_rules, expired_overrides, idle_overrides

HEAD = "apiVersion: plmctl/v1\nkind: Registry\nmetadata: {name: test}\n"
TEXT = "{code: PRM040, level: info, reason: drafts, artifacts: [prompt/a], until: '2026-05-31'}"
OFF = "{code: PRM011, level: 'off', bump: minor, reason: nobody calls}"
BARE = Settings(folder="", name="test")


def settings(*rules: str, profile: str = "default") -> Settings:
    written = "".join(f"    - {rule}\n" for rule in rules)
    text = f"{HEAD}spec:\n  profile: {profile}\n" + (f"  rules:\n{written}" if rules else "")
    return settings_of(settings_document("plmctl.yaml", text.encode()))


def told(found: list[Finding]) -> list[str]:
    return [f"{f.code} {f.level.value} {f.location}: {f.message} ({f.help})" for f in found]


def test_an_override_is_expired_on_the_day_after_its_last() -> None:
    both = settings(TEXT, OFF)
    assert list(expired_overrides(both, "2026-05-31")) == []
    assert list(expired_overrides(both, None)) == []
    said = "the override of PRM040 ended on 2026-05-31 (delete it, or write a later day)"
    assert told([*expired_overrides(both, "2026-06-01")]) == [f"REG011 warning plmctl.yaml:7:81: {said}"]
    assert list(expired_overrides(BARE, "2026-06-01")) == []


def test_an_override_that_no_rule_hears_is_idle() -> None:
    slip, unknown, fixed = (OFF.replace("PRM011", code) for code in ("PRM404", "ZZZ999", "REG009"))
    assert told([*idle_overrides(settings(OFF, slip, unknown, fixed), ("PRM011", "PRM040", "REG009"))]) == [
        "REG021 warning plmctl.yaml:8:14: no rule has the code PRM404 (did you mean 'PRM040'?)",
        "REG021 warning plmctl.yaml:9:14: no rule has the code ZZZ999 ('plmctl rules' lists the codes)",
        "REG021 warning plmctl.yaml:10:14: nothing overrides REG009: a release is what it was (delete it)",
    ]
    assert list(idle_overrides(BARE, ())) == []
    retired = settings(OFF.replace("PRM011", "TPL007"))
    assert told([*idle_overrides(retired, ("TPL001",))]) == [
        (
            "REG021 warning plmctl.yaml:7:14: no rule has the code TPL007 (delete it: the rule is retired, "
            "because jinja2 texts are checked now: TPL003, TPL011 and the rules of names)"
        )
    ]


def test_what_came_and_went_between_two_moments_is_told() -> None:
    help_ = "(diff judges by the older side where that is stricter, until it has this too)"
    went = "PRM040 info for prompt/a until 2026-05-31: drafts"
    assert told([*changed_rules(settings(TEXT), settings(OFF, profile="lenient"))]) == [
        f"REG020 warning plmctl.yaml:5:12: the profile changed from 'default' to 'lenient' {help_}",
        f"REG020 warning plmctl.yaml:7:5: an override went: {went} {help_}",
        f"REG020 warning plmctl.yaml:7:14: an override came: PRM011 off, bump minor: nobody calls {help_}",
    ]


def test_the_order_of_overrides_is_none() -> None:
    assert list(changed_rules(settings(TEXT, OFF), settings(OFF, TEXT))) == []
    assert list(changed_rules(settings(TEXT), BARE)) == []
