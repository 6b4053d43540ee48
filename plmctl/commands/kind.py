"""The word for a kind, as people write it."""

from collections.abc import Collection

from plmctl.core.finding import UsageError
from plmctl.core.slip import nearest


def kind_named(word: str, among: Collection[str]) -> str:
    """The kind that a word means, in any case, '-' and '_' left out. Raises UsageError for none."""
    folded = word.lower().replace("-", "").replace("_", "")
    found = next((kind for kind in among if kind.lower() == folded), None)
    if found is not None:
        return found
    near = nearest(word, among)
    hint = f"did you mean '{near.lower()}'?" if near else f"the kinds are {', '.join(among)}"
    raise UsageError(f"'{word}' is not a kind", hint=hint)
