"""What no output may have, whatever stands in a manifest: oracles that know nothing of plmctl."""

import re
import unicodedata


def hidden(output: str) -> set[str]:
    """The characters that hide, turn the text, move the cursor or break a line."""
    return {
        f"U+{ord(character):04X}"
        for before, character in zip(f" {output}", output, strict=False)
        if character != "\n"
        and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        and not (character in "\u200c\u200d" and not before.isascii())
    }


def commands(output: str) -> list[str]:
    """The lines in which a CI service reads a command: GitHub's after any blanks, its older ones anywhere."""
    lines = output.split("\n")
    return [line for line in lines if re.match(r"\s*(::|##\w+\[)|.*##\[", line)]
