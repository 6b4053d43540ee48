"""A provider that answers anything, and what the real clients send it.

`python -m tests.core.call.clients NAME` reads the arguments of calls, a list in JSON, and writes the bodies
that were sent. It is a program of its own: importing LiteLLM takes seconds, and warns.
"""

import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Body = dict[str, Any]
CHAT: Body = {
    "id": "1",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "{}"}}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}
MESSAGE: Body = {
    "id": "1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [{"type": "text", "text": "{}"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 1},
}


@contextmanager
def provider(bodies: list[Body]) -> Iterator[str]:
    """The address of a server that keeps the bodies that it is sent."""

    class Provider(BaseHTTPRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Nothing is logged."""

        def do_POST(self) -> None:
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            answer = json.dumps(MESSAGE if self.path.endswith("/messages") else CHAT).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def openai(address: str) -> Callable[..., object]:
    """How the OpenAI client is called."""
    client = importlib.import_module("openai").OpenAI(api_key="none", base_url=f"{address}/v1", max_retries=0)
    create: Callable[..., object] = client.chat.completions.create
    return create


def anthropic(address: str) -> Callable[..., object]:
    """How the Anthropic client is called."""
    client = importlib.import_module("anthropic").Anthropic(api_key="none", base_url=address, max_retries=0)
    create: Callable[..., object] = client.messages.create
    return create


def litellm(address: str) -> Callable[..., object]:
    """How LiteLLM is called: it adds to the address what each provider's API has."""
    # Otherwise it fetches a list of prices.
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    completion = importlib.import_module("litellm").completion

    def call(**arguments: object) -> object:
        base = address if str(arguments["model"]).startswith("anthropic/") else f"{address}/v1"
        return completion(**{"api_base": base, "api_key": "none", "max_retries": 0, **arguments})

    return call


CLIENTS: Mapping[str, Callable[[str], Callable[..., object]]] = {
    "openai": openai,
    "anthropic": anthropic,
    "litellm": litellm,
}


def main(name: str) -> None:
    """Make the calls, one after the other."""
    bodies: list[Body] = []
    with provider(bodies) as address:
        call = CLIENTS[name](address)
        for arguments in json.load(sys.stdin):
            call(**arguments)
    json.dump(bodies, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
