"""The YAML language server that editors start, spoken to over its standard streams."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Thread
from typing import NamedTuple

from plmctl.core.value import Value

SECONDS = 60


class Diagnostic(NamedTuple):
    """A line of a file, counted from 1, and what is wrong there."""

    line: int
    message: str


def _diagnostic(said: dict[str, Value]) -> Diagnostic:
    line = as_object(as_object(said["range"])["start"])["line"]
    assert isinstance(line, int)
    return Diagnostic(line=line + 1, message=str(said["message"]))


def as_object(value: Value) -> dict[str, Value]:
    """The object that a value is."""
    assert isinstance(value, dict), value
    return value


def as_list(value: Value) -> list[Value]:
    """The list that a value is."""
    assert isinstance(value, list), value
    return value


class Server:
    """A language server with a folder open; `schemas` are VS Code's `yaml.schemas`. End it with `stop`."""

    def __init__(self, node: str, script: Path, root: Path, schemas: Mapping[str, Value]):
        self._root = root
        self._settings: dict[str, Value] = {
            "yaml": {
                "schemas": {(root / path).resolve().as_uri(): globs for path, globs in schemas.items()},
                "schemaStore": {"enable": False},
                "validate": True,
                "hover": True,
                "completion": True,
            }
        }
        self._last = 0
        self._process = subprocess.Popen(
            [node, str(script), "--stdio"],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": root.as_uri(),
                "workspaceFolders": [{"uri": root.as_uri(), "name": "registry"}],
                "capabilities": {
                    "workspace": {"configuration": True, "workspaceFolders": True},
                    "textDocument": {"hover": {"contentFormat": ["markdown"]}},
                },
            },
        )
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": self._settings})

    def diagnostics(self, paths: Iterable[str]) -> dict[str, list[Diagnostic]]:
        """What it says of files, which it opens all at once: it waits a moment before it looks at any."""
        uris = {(self._root / path).as_uri(): path for path in paths}
        for uri, path in uris.items():
            text = (self._root / path).read_text(encoding="utf-8")
            document: Value = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
            self._tell("textDocument/didOpen", {"textDocument": document})
        found: dict[str, list[Diagnostic]] = {}
        while len(found) < len(uris):
            message = self._received()
            if message.get("method") == "textDocument/publishDiagnostics":
                params = as_object(message["params"])
                said = [_diagnostic(as_object(one)) for one in as_list(params["diagnostics"])]
                found[uris[str(params["uri"])]] = sorted(said)
        return found

    def at(self, method: str, path: str, line: int, character: int) -> Value:
        """The answer to a request about a place, counted from 0, in a file that is open."""
        where: Value = {
            "textDocument": {"uri": (self._root / path).as_uri()},
            "position": {"line": line, "character": character},
        }
        return self.ask(f"textDocument/{method}", where)

    def ask(self, method: str, params: Value) -> Value:
        """The result of a request."""
        self._last += 1
        wanted = self._last
        self._send({"jsonrpc": "2.0", "id": wanted, "method": method, "params": params})
        while True:
            message = self._received()
            if message.get("id") == wanted and "method" not in message:
                assert "error" not in message, message["error"]
                return message.get("result")

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.communicate()

    def _tell(self, method: str, params: Value) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def _send(self, message: dict[str, Value]) -> None:
        assert self._process.stdin is not None
        body = json.dumps(message).encode()
        self._process.stdin.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self._process.stdin.flush()

    def _received(self) -> dict[str, Value]:
        """The next message; the server's own questions are answered on the way."""
        found: list[dict[str, Value]] = []
        # A thread, so that a server that says nothing fails a test instead of holding it.
        reading = Thread(target=lambda: found.append(self._read()), daemon=True)
        reading.start()
        reading.join(SECONDS)
        assert found, f"the server said nothing for {SECONDS} seconds"
        message = found[0]
        if "method" in message and "id" in message:
            self._send({"jsonrpc": "2.0", "id": message["id"], "result": self._answer(message)})
        return message

    def _read(self) -> dict[str, Value]:
        assert self._process.stdout is not None
        size = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        loaded: Value = json.loads(self._process.stdout.read(size))
        return as_object(loaded)

    def _answer(self, message: dict[str, Value]) -> Value:
        if message["method"] != "workspace/configuration":
            return None
        items = as_list(as_object(message["params"])["items"])
        return [self._settings.get(str(as_object(item).get("section"))) for item in items]
