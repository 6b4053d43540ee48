"""Kinds of a registry's own: the schemas in the folders that plmctl.yaml names, read and checked."""

import json
import posixpath
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from plmctl.core.document import Document, read_document, too_large
from plmctl.core.escape import with_characters
from plmctl.core.finding import ConfigurationError, Finding, Level, Location, Rule, sorted_findings
from plmctl.core.include import LINK_REFUSED, NO_SUCH_FILE, NOT_A_FILE, PATH_REFUSED, UNREADABLE_FILE
from plmctl.core.kinds import BUILT_IN, Kinds
from plmctl.core.limits import LIMITS
from plmctl.core.ownschema import compiled_findings, kind_findings, whole_findings, word_of
from plmctl.core.path import BadPath, name_problem, resolved_path
from plmctl.core.ports import EntryKind, TooLarge, Tree, Unreadable
from plmctl.core.schema import shape_findings
from plmctl.core.settings import Settings
from plmctl.core.value import as_mapping
from plmctl.core.yml import SYNTAX


def kinds_of(configuration: Document, settings: Settings, tree: Tree, paths: Iterable[str]) -> Kinds:
    """The kinds of a registry, its own included. Raises ConfigurationError with what is wrong with them."""
    if not settings.schemas:
        return BUILT_IN
    reading = _Reading(tree, tuple(paths))
    found = [reading.folder(configuration, settings, index) for index in range(len(settings.schemas))]
    wanted = sorted({path for inside in found for path in inside})
    tree.prefetch(wanted)
    files = tuple((path, reading.file(path)) for path in wanted)
    _refuse(reading.findings)
    return _kinds(files)


class _Reading:
    """The files of schema folders, and what is wrong with them."""

    def __init__(self, tree: Tree, paths: tuple[str, ...]):
        self.findings: list[Finding] = []
        self._tree = tree
        self._paths = paths

    def folder(self, document: Document, settings: Settings, index: int) -> tuple[str, ...]:
        """The paths of the schemas in a folder that plmctl.yaml names."""
        written, place = settings.schemas[index], document.location(("spec", "schemas", index))
        folder = resolved_path(settings.folder, written)
        if isinstance(folder, BadPath):
            self.findings.append(document.finding(PATH_REFUSED, folder.message, place, folder.help))
            return ()
        only = replace(settings, schemas=(written,))
        inside = tuple(path for path in self._paths if only.is_schema(path))
        if not inside and self._tree.kind(folder) is EntryKind.LINK:
            message = f"'{written}' is a symbolic link or leads through one"
            self.findings.append(
                document.finding(LINK_REFUSED, message, place, "name the folder that it leads to")
            )
        elif not inside:
            message = f"no schema is in the folder '{written}'"
            mend = f"add a file such as {posixpath.join(folder, 'persona.json')}, or leave the folder out"
            self.findings.append(document.finding(NO_SUCH_FILE, message, place, mend))
        return inside

    def file(self, path: str) -> bytes:
        """The bytes of a schema, empty where they cannot be read."""
        problem, kind = name_problem(path), self._tree.kind(path)
        if problem is not None:
            self._find(PATH_REFUSED, path, problem.message, problem.help)
        elif kind is EntryKind.LINK:
            self._find(
                LINK_REFUSED, path, "a schema is a file, this is a symbolic link", "commit the file itself"
            )
        elif kind is not EntryKind.FILE:
            named = kind.value if kind else "nothing"
            self._find(NOT_A_FILE, path, f"a schema is a file, this is a {named}", None)
        else:
            return self._bytes(path)
        return b""

    def _bytes(self, path: str) -> bytes:
        try:
            return self._tree.read(path, limit=LIMITS.file_bytes)
        except TooLarge as error:
            self.findings.extend(too_large(path, error.size).findings)
        except Unreadable as error:
            self._find(UNREADABLE_FILE, path, f"it cannot be read: {error}", None)
        return b""

    def _find(self, rule: Rule, path: str, message: str, mend: str | None) -> None:
        self.findings.append(
            Finding(rule=rule, message=message, location=Location(path=path), level=rule.level, help=mend)
        )


# Of a registry's history most moments have the same kinds; they are then the same object.
@lru_cache(maxsize=16)
def _kinds(files: tuple[tuple[str, bytes], ...]) -> Kinds:
    # JSON is YAML, and the one reader knows the place of everything.
    read = [read_document(path, with_characters(data)) for path, data in files]
    documents = [document for document in read if isinstance(document, Document)]
    _refuse(finding for document in read for finding in document.findings)
    _refuse(finding for document in documents for finding in _json_findings(document))
    shape = BUILT_IN.shape_of("Kind")
    _refuse(finding for document in documents for finding in shape_findings(document, shape))
    _refuse(whole_findings(documents))
    known = (*BUILT_IN.names, *(word_of(document) for document in documents))
    _refuse(finding for document in documents for finding in kind_findings(document, known))
    own = {word_of(document): dict(as_mapping(document.value)) for document in documents}
    kinds = Kinds(own=dict(sorted(own.items())))
    _refuse(finding for document in documents for finding in compiled_findings(document, kinds))
    return kinds


def _json_findings(document: Document) -> Iterable[Finding]:
    try:
        json.loads(document.text)
    except json.JSONDecodeError as error:
        place = Location(path=document.path, line=error.lineno, column=error.colno)
        mend = "write it as JSON, as other tools read it"
        yield document.finding(SYNTAX, f"a schema is JSON, this is YAML: {error.msg}", place, mend)


def _refuse(findings: Iterable[Finding]) -> None:
    """Raises ConfigurationError where one of the findings is an error."""
    errors = sorted_findings(finding for finding in findings if finding.level is Level.ERROR)
    if errors:
        raise ConfigurationError(errors)
