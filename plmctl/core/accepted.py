"""The files that accept breaking changes: what they say, and what is wrong with them."""

from collections.abc import Iterable, Mapping
from dataclasses import field

from plmctl.core.dataclass import dataclass
from plmctl.core.document import BrokenDocument, Document
from plmctl.core.file import file_document
from plmctl.core.finding import Finding, Level, Rule
from plmctl.core.kinds import BUILT_IN
from plmctl.core.ports import Tree
from plmctl.core.quoting import escaped_text, inline_text, is_hidden
from plmctl.core.schema import shape_findings
from plmctl.core.settings import ACCEPTED_FOLDER, Settings
from plmctl.core.shape import API_VERSION
from plmctl.core.value import as_mapping

MISNAMED = Rule(
    code="REG022",
    name="acceptance-misnamed",
    level=Level.ERROR,
    meaning="A file in `.plmctl/accepted` is not named after the fingerprint that it holds, so it accepts "
    "nothing.\n\n"
    "Each accepted change has a file of its own, and its name says which. `plmctl accept` writes it; "
    "rename this one to `FINGERPRINT.yaml`, or delete it.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What a file says: a breaking change of an artifact is meant, why, and who says so.

    `document` is the file itself, where it was read from one.
    """

    fingerprint: str
    rule: str
    artifact: str
    pointer: str
    reason: str
    by: str
    document: Document | None = field(default=None, repr=False, compare=False)


Accepteds = Mapping[str, Accepted]
"""What is accepted at a moment, by fingerprint."""


def path_of(settings: Settings, fingerprint: str) -> str:
    """The repository's path of the file that accepts a change."""
    return f"{settings.at(ACCEPTED_FOLDER)}/{fingerprint}.yaml"


def accepted_files(
    tree: Tree, settings: Settings, paths: Iterable[str]
) -> tuple[Accepteds, tuple[Finding, ...]]:
    """What is accepted in a tree, and what is wrong with the files that say so."""
    found: dict[str, Accepted] = {}
    findings: list[Finding] = []
    for path in paths:
        document = file_document(tree, path, "an acceptance")
        wrong = _findings(document, settings)
        findings.extend(wrong)
        if isinstance(document, Document) and not any(f.level is Level.ERROR for f in wrong):
            accepted = _accepted(document)
            found[accepted.fingerprint] = accepted
    return found, tuple(findings)


def _findings(document: Document | BrokenDocument, settings: Settings) -> tuple[Finding, ...]:
    if isinstance(document, BrokenDocument):
        return document.findings
    found = (*document.findings, *shape_findings(document, BUILT_IN.shape_of("Acceptance")))
    if any(finding.level is Level.ERROR for finding in found):
        return found
    wanted = path_of(settings, _accepted(document).fingerprint)
    if document.path == wanted:
        return found
    message = f"a file with this fingerprint is {wanted}"
    place = document.location(("fingerprint",))
    return (*found, document.finding(MISNAMED, message, place, f"rename it to {wanted}, or delete it"))


def _accepted(document: Document) -> Accepted:
    said = as_mapping(document.value)
    return Accepted(
        fingerprint=str(said["fingerprint"]),
        rule=str(said["rule"]),
        artifact=str(said["artifact"]),
        pointer=str(said["pointer"]),
        reason=str(said["reason"]),
        by=str(said["by"]),
        document=document,
    )


def accepted_text(accepted: Accepted) -> str:
    """The file that says so."""
    said = {
        "apiVersion": API_VERSION,
        "kind": "Acceptance",
        # Quoted where it is no word: twelve digits are a number to YAML.
        "fingerprint": accepted.fingerprint,
        "rule": accepted.rule,
        "artifact": accepted.artifact,
        "pointer": accepted.pointer,
        "reason": accepted.reason,
        "by": accepted.by,
    }
    return "".join(f"{key}: {_written(text)}\n" for key, text in said.items())


def _written(text: str) -> str:
    return escaped_text(text) if any(map(is_hidden, text)) else inline_text(text)
