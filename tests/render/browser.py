"""Chromium without a window, driven by the WebDriver protocol of W3C over HTTP on this machine."""

import json
import socket
import subprocess
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.programs import OUTSIDE, require

# https://www.w3.org/TR/webdriver2/#keyboard-actions
ENTER, TAB, ESCAPE, SPACE, RIGHT = "\ue007", "\ue004", "\ue00c", " ", "\ue014"
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """A session of the browser: one window."""

    port: int
    session: str

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """The value that the driver answers."""
        return _asked(self.port, method, f"/session/{self.session}/{path}", body)

    def open(self, page: Path) -> None:
        """Loads a file."""
        self.ask("POST", "url", {"url": page.as_uri()})

    def run(self, script: str, *arguments: object) -> Any:
        """What a script returns in the page."""
        return self.ask("POST", "execute/sync", {"script": script, "args": list(arguments)})

    def press(self, *keys: str) -> None:
        """Presses keys, one after the other, wherever the focus is."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.ask("POST", "actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})
        self._settle()

    def tell(self, command: str, **parameters: object) -> Any:
        """What a command of the DevTools protocol answers."""
        return self.ask("POST", "goog/cdp/execute", {"cmd": command, "params": parameters})

    def resize(self, width: int, height: int) -> None:
        """Makes the page as large, in pixels."""
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def emulate(self, *, scheme: str = "light", medium: str = "screen") -> None:
        """Prefers a colour scheme, and shows the page on a screen or on paper."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.tell("Emulation.setEmulatedMedia", media=medium, features=features)
        self._settle()

    def _settle(self) -> None:
        # What is seen follows with the next frame, on a busy machine after what is asked next.
        self.run("return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def logged(self) -> list[str]:
        """What the console says: errors and warnings, since it was asked last."""
        entries = self.ask("POST", "se/log", {"type": "browser"})
        return [f"{entry['level']}: {entry['message']}" for entry in entries]

    def screenshot(self) -> bytes:
        """What is seen, as a PNG."""
        return b64decode(self.ask("GET", "screenshot"))


@contextmanager
def browsing(profile: Path) -> Iterator[Browser]:
    """A browser with an empty profile, ended with everything it started."""
    driver = require("chromedriver", "chromium-driver")
    chromium = require("chromium", "chromium")
    port = _free_port()
    process = subprocess.Popen(
        [driver, f"--port={port}", "--silent"],
        env={**OUTSIDE, "HOME": str(profile)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        session = _session(port, chromium, profile)
        browser = Browser(port=port, session=session)
        try:
            yield browser
        finally:
            _asked(port, "DELETE", f"/session/{session}")
    finally:
        process.terminate()
        process.wait(10)


def _session(port: int, chromium: str, profile: Path) -> str:
    options = {"binary": chromium, "args": [*_FLAGS, f"--user-data-dir={profile / 'chromium'}"]}
    wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
    deadline = time.monotonic() + 30
    while True:
        try:
            answer = _asked(port, "POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        except ConnectionRefusedError:
            # The driver needs a moment to listen.
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return str(answer["sessionId"])


def _asked(port: int, method: str, path: str, body: object = None) -> Any:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        data = json.dumps({} if body is None else body) if method == "POST" else None
        connection.request(method, path, data, {"Content-Type": "application/json"})
        response = connection.getresponse()
        value = json.loads(response.read())["value"]
        assert response.status == 200, value
        return value
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
