"""Identities by the design's text alone, without plmctl; fields.json is written by hand. Run to write."""

import hashlib
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HERE = Path(__file__).parent
FIELDS = json.loads((HERE / "fields.json").read_text(encoding="utf-8"))
NAMED = FIELDS["depends"] | FIELDS["about"]
TEMPLATE = re.compile(r"(prompt|partial)(/variants/\*)?(/messages/\*)?/content(/\*/text)?")


def text(path: Path) -> str:
    return unicodedata.normalize("NFC", path.read_text(encoding="utf-8-sig"))


def plain(v: Any) -> Any:  # keys sorted by UTF-16 code units, whole floats as integers
    if isinstance(v, dict):
        return {k: plain(v[k]) for k in sorted(v, key=lambda k: str(k).encode("utf-16-be"))}
    if isinstance(v, list):
        return [plain(item) for item in v]
    return int(v) if isinstance(v, float) and v == int(v) else v


def sha256(value: Any) -> str:
    data = json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(data.encode()).hexdigest()


def expanded(value: Any, at: str, folder: Path, known: dict[str, Any], needs: set[str]) -> Any:
    if isinstance(value, list):
        return [expanded(item, f"{at}/*", folder, known, needs) for item in value]
    if isinstance(value, dict):
        if "contentFile" in value:
            value = {"content": text(folder / value.pop("contentFile"))} | value
        return {k: expanded(v, f"{at}/{k}", folder, known, needs) for k, v in value.items()}
    if at in NAMED and (at != "model/provider" or "/" in value):  # there a bare word is the type
        ids = {f"{kind}/{value.removeprefix(kind + '/')}" for kind in NAMED[at]} & {*known}
        needs |= ids if at in FIELDS["depends"] else set()
        return ids.pop()
    if TEMPLATE.fullmatch(at):
        needs |= {f"partial/{name}" for name in re.findall(r"{{>\s*([^\s}]+)\s*}}", value)}
        return value.removesuffix("\n")
    if at in FIELDS["pointers"]:
        output = YAML(typ="safe", pure=True).load(text(folder / value))["outs"][0]
        return {key: output[key] for key in ("md5", "size", "nfiles") if key in output}
    if at in FIELDS["files"]:
        return "sha256:" + hashlib.sha256(text(folder / value).encode()).hexdigest()
    return value


def vectors(registry: Path) -> dict[str, dict[str, str]]:
    read = [(YAML(typ="safe", pure=True).load(text(p)), p.parent) for p in registry.glob("[!.]*/**/*.yaml")]
    known = {f"{m['kind'].lower()}/{m['metadata']['name']}": (m, folder) for m, folder in read}
    found: dict[str, dict[str, str]] = {}
    needs = {artifact: {artifact} for artifact in known}
    for artifact, (m, folder) in sorted(known.items()):
        kind, name = m["kind"].lower(), m["metadata"].pop("name")
        spec = expanded(m["spec"], kind, folder, known, needs[artifact])
        unhashed = {key: spec.pop(key) for key in FIELDS["unhashed"].get(kind, ()) if key in spec}
        digest = sha256({"apiVersion": "plmctl/v1", "kind": m["kind"], "name": name, "spec": spec})
        metadata = sha256({"metadata": m["metadata"], "spec": unhashed})
        found[artifact] = {"digest": digest, "metadataDigest": metadata}
    for _ in known:  # once for each link that a chain can have
        needs = {a: members.union(*(needs[member] for member in members)) for a, members in needs.items()}
    for artifact, members in needs.items():
        found[artifact]["closure"] = sha256(sorted([member, found[member]["digest"]] for member in members))
    return {artifact: found[artifact] for artifact in found if not artifact.startswith("environment/")}


if __name__ == "__main__":
    found = vectors(HERE.parents[1] / "example-registry")
    rows = ",\n".join(f'"{artifact}": {json.dumps(vector)}' for artifact, vector in found.items())
    (HERE / "identity.json").write_text("{\n" + rows + "\n}\n", encoding="utf-8", newline="\n")
