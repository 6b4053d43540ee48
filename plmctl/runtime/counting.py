"""Tokens as the models of a lock count them, where their vocabularies are here."""

from collections.abc import Collection

from plmctl.core.call.situation import Counters
from plmctl.core.tokenizer import Estimate, Tokenizers


def counters_of(models: Collection[str], tokenizers: Tokenizers | None = None) -> Counters:
    """What counts for these models: tiktoken where it and a vocabulary are installed, else the estimate.

    All of it is read now: after loading nothing is opened.
    """
    if tokenizers is None:
        from plmctl.store.tokenizer import Installed

        tokenizers = Installed().of
    known = {model: tokenizers(model).count for model in models}
    estimate = Estimate().count
    return lambda model: known.get(model, estimate)
