from pathlib import Path

from tests.cli.running import Done, plmctl


def retiring(registry: Path) -> None:
    model = registry / "models" / "gpt-4o.yaml"
    model.write_text(model.read_text("utf-8") + '  retires: "2050-01-31"\n', "utf-8")


def test_validate_judges_by_the_day_that_is_stated(registry: Path) -> None:
    retiring(registry)
    before = plmctl("validate", "--as-of", "2049-12-01", "--format", "concise", at=registry)
    after = plmctl("validate", "--as-of", "2049-12-02", "--format", "concise", at=registry)
    assert before == Done(code=0, out="", err="")
    assert (after.code, after.err) == (0, "")
    assert after.out.startswith("models/gpt-4o.yaml:23:12: LNT015 warning the provider stops serving it on ")
    assert plmctl("validate", "--format", "concise", at=registry) == before


def test_a_day_that_is_none_is_refused(registry: Path) -> None:
    done = plmctl("validate", "--as-of", "31.1.2050", at=registry)
    assert done == Done(
        code=2,
        out="",
        err="error: no such day: 31.1.2050\nhint: write it as YYYY-MM-DD, for example 2026-10-01\n",
    )
