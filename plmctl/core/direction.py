"""Languages that are written from right to left, by their tags (BCP 47)."""

from plmctl.core.deferred import deferred
from plmctl.core.manifest import Manifest
from plmctl.core.value import Value, as_items, as_mapping, as_texts

# Of CLDR, the languages whose likely script is one of these, and the scripts.
_LANGUAGE = deferred(
    "ae|ar|arc|ars|arz|azb|bal|bej|bgn|ckb|dv|fa|glk|he|iw|ji|khw|ks|lrc|mzn|nqo|pnb|prs|ps|rhg|sd|sdh|skr|syr"
    "|trw|ug|ur|yi"
)
_SCRIPTS = ("adlm", "arab", "aran", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa")
_SCRIPT = deferred(r"[a-z]{4}")


def is_right_to_left(tag: str) -> bool:
    """Whether a language is written from right to left, as the script of its tag says, or else usually."""
    language, *rest = tag.strip().lower().replace("_", "-").split("-")
    scripts = [part for part in rest[:2] if _SCRIPT.fullmatch(part)]
    return scripts[0] in _SCRIPTS if scripts else _LANGUAGE.fullmatch(language) is not None


def speaks_right_to_left(manifest: Manifest) -> bool:
    """Whether an artifact says that its language, or that of one of its variants, is written so."""
    labels, variants = as_mapping(manifest.metadata.get("labels")), as_items(manifest.spec.get("variants"))
    cases = (as_mapping(as_mapping(variant).get("when")) for variant in variants)
    stated = (labels.get("language"), *(case.get("locale") for case in cases))
    return any(is_right_to_left(tag) for tags in stated for tag in _texts(tags))


def _texts(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else as_texts(value)
