"""Repositories served by Git's own smart HTTP (git-http-backend), and a server that fails as it is told."""

import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

# A server that begins its answer and dies in the middle of it.
CUT = 0


class Server(ThreadingHTTPServer):
    """The repositories below a folder; `trouble` is a status, or CUT, for requests whose path ends so."""

    daemon_threads = True

    def __init__(self, root: Path, environment: Mapping[str, str]):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.root = root
        self.environment = environment
        self.trouble: tuple[str, int] | None = None
        self.hanging = threading.Event()

    def address(self, name: str) -> str:
        """Where a repository is."""
        return f"http://127.0.0.1:{self.server_port}/{name}"


@contextmanager
def serving(root: Path, environment: Mapping[str, str]) -> Iterator[Server]:
    """A server of a folder, until the end of the body."""
    with Server(root, environment) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.hanging.set()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        trouble = self.server.trouble
        if trouble is not None and path.endswith(trouble[0]):
            self._fail(trouble[1])
            return
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=self._variables(path, query), stdout=-1, check=True
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        rows = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(rows.pop("Status", "200").split(" ")[0]))
        for key, value in {**rows, "Content-Length": str(len(content))}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(content)

    def _variables(self, path: str, query: str) -> dict[str, str]:
        headers = self.headers
        return {
            "PATH": os.environ["PATH"],
            **{key: value for key, value in self.server.environment.items() if key.startswith("GIT_")},
            "GIT_PROJECT_ROOT": str(self.server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": headers.get("Git-Protocol") or "",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": headers.get("Content-Type") or "",
            "CONTENT_LENGTH": headers.get("Content-Length") or "",
            "HTTP_CONTENT_ENCODING": headers.get("Content-Encoding") or "",
            "REMOTE_ADDR": "127.0.0.1",
        }

    def _fail(self, status: int) -> None:
        if status < 0:
            self.server.hanging.wait(60)
        self.send_response(status if status > 0 else 200)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="r"')
        self.send_header("Content-Length", "0" if status > 0 else "1000")
        self.end_headers()
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nobody reads it."""
