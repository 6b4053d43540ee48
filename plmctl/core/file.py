"""The files of a tree that plmctl reads by itself, or why one is not read."""

from plmctl.core.document import BrokenDocument, Document, read_document, too_large
from plmctl.core.finding import Finding, Location, Rule
from plmctl.core.include import LINK_REFUSED, NOT_A_FILE, PATH_REFUSED, UNREADABLE_FILE
from plmctl.core.limits import LIMITS, Limits
from plmctl.core.path import name_problem
from plmctl.core.ports import EntryKind, TooLarge, Tree, Unreadable


def file_data(tree: Tree, path: str, noun: str, limits: Limits = LIMITS) -> bytes | BrokenDocument:
    """The bytes of a file, through no link; `noun` says what it should have been, as 'a manifest'."""
    problem = name_problem(path)
    if problem is not None:
        return unread(path, PATH_REFUSED, problem.message, problem.help)
    kind = tree.kind(path)
    if kind is EntryKind.LINK:
        message = f"{noun} is a file, this is a symbolic link"
        return unread(path, LINK_REFUSED, message, "commit the file itself")
    if kind is not EntryKind.FILE:
        named = kind.value if kind else "nothing"
        return unread(path, NOT_A_FILE, f"{noun} is a file, this is a {named}", None)
    try:
        return tree.read(path, limit=limits.file_bytes)
    except TooLarge as error:
        return too_large(path, error.size, limits)
    except Unreadable as error:
        return unread(path, UNREADABLE_FILE, f"it cannot be read: {error}", None)


def file_document(tree: Tree, path: str, noun: str, limits: Limits = LIMITS) -> Document | BrokenDocument:
    """A file, read as YAML."""
    data = file_data(tree, path, noun, limits)
    return data if isinstance(data, BrokenDocument) else read_document(path, data, limits)


def unread(path: str, rule: Rule, message: str, mend: str | None) -> BrokenDocument:
    """A file that was not even opened, and why."""
    location = Location(path=path)
    finding = Finding(rule=rule, message=message, location=location, level=rule.level, help=mend)
    return BrokenDocument(path=path, findings=(finding,))
