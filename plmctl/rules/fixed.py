"""The codes whose level and bump no setting changes."""

NEVER_OVERRIDDEN = frozenset({"REG005", "REG009"})
"""Codes that no setting changes: a release is what it was."""
