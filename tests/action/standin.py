"""A server that answers as GitHub and GitLab do, as far as a comment is concerned."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

TOKEN = "secret-0123456789"
READ_ONLY = "secret-read-only"
BOT = "github-actions[bot]"
# As the API of GitHub has it for the token of a pull request from a fork.
NOT_ALLOWED = {"message": "Resource not accessible by integration"}
# Smaller than any page that is asked for: whoever reads on until a page is not full misses the rest.
PAGE = 2


@dataclass(slots=True, kw_only=True)
class Service:
    """The comments of request 7, what was asked, and what goes wrong next."""

    url: str = ""
    comments: list[dict[str, object]] = field(default_factory=list)
    pulls: list[dict[str, object]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    faults: list[tuple[str, int, dict[str, str]]] = field(default_factory=list)
    writer: str = BOT
    is_lost: bool = False

    def add(self, body: str, author: str) -> None:
        """A comment of somebody."""
        self.comments.append(self._comment(body, author))

    def _comment(self, body: str, author: str) -> dict[str, object]:
        number = 100 + len(self.comments)
        ids = {BOT: 1, "mallory": 2}
        return {"id": number, "body": body, "user": {"login": author}, "author": {"id": ids.get(author, 3)}}

    @property
    def bodies(self) -> list[str]:
        """The texts of the comments, oldest first."""
        return [str(comment["body"]) for comment in self.comments]

    @property
    def methods(self) -> list[str]:
        """The methods that were used, but for those that only read."""
        return [line.split()[0] for line in self.asked if not line.startswith("GET")]

    def answer(self, method: str, target: str, token: str, body: str) -> tuple[int, object, dict[str, str]]:
        """Status, content and headers."""
        self.asked.append(f"{method} {target}")
        if self.faults and self.faults[0][0] == method:
            _, status, headers = self.faults.pop(0)
            if not self.is_lost:
                return status, {"message": "trouble"}, headers
            # It was done all the same: what is lost is the answer.
            self._done(method, target, token, body)
            return status, {"message": "trouble"}, headers
        return (*self._done(method, target, token, body), {})

    def _done(self, method: str, target: str, token: str, body: str) -> tuple[int, object]:
        if token not in (TOKEN, READ_ONLY):
            return 401, {"message": "Bad credentials"}
        if method != "GET" and token == READ_ONLY:
            return 403, NOT_ALLOWED
        url = urlsplit(target)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        for verb, pattern, done in self._routes():
            if verb == method and (found := re.fullmatch(pattern, url.path)):
                return done(query, body, *found.groups())
        return 404, {"message": "Not Found"}

    def _routes(self) -> Iterator[tuple[str, str, Callable[..., tuple[int, object]]]]:
        for listed, one, changed in (
            ("/repos/acme/shop/issues/7/comments", r"/repos/acme/shop/issues/comments/(\d+)", "PATCH"),
            (
                "/projects/5/merge_requests/7/notes",
                r"/projects/5/merge_requests/7/notes/(\d+)",
                "PUT",
            ),
        ):
            yield "GET", listed, self._list
            yield "POST", listed, self._create
            yield changed, one, self._change
        yield "GET", "/user", lambda query, body: (200, {"id": 1})
        yield "GET", "/repos/acme/shop/pulls", self._pulls

    def _list(self, query: dict[str, str], body: str) -> tuple[int, object]:
        page, size = int(query["page"]), min(PAGE, int(query["per_page"]))
        return 200, self.comments[(page - 1) * size : page * size]

    def _create(self, query: dict[str, str], body: str) -> tuple[int, object]:
        text = json.loads(body)["body"]
        if len(text) > 65_536:
            return 422, {"message": "Validation Failed"}
        self.add(text, self.writer)
        return 201, self.comments[-1]

    def _change(self, query: dict[str, str], body: str, number: str) -> tuple[int, object]:
        comment = next(c for c in self.comments if c["id"] == int(number))
        comment["body"] = json.loads(body)["body"]
        return 200, comment

    def _pulls(self, query: dict[str, str], body: str) -> tuple[int, object]:
        return 200, [pull for pull in self.pulls if pull["label"] == query["head"]]


@contextmanager
def serving() -> Iterator[Service]:
    """A service that listens on this machine alone, while it lasts."""
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode()
            token = self.headers.get("PRIVATE-TOKEN") or ""
            token = token or (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            status, content, headers = service.answer(self.command, self.path, token, body)
            data = json.dumps(content).encode()
            self.send_response(status)
            for key, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(data)

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return self._handle
            raise AttributeError(name)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    listening = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    listening.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        listening.join()
