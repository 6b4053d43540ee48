"""A stand-in for a provider: speaks as much of OpenAI's chat API as the examples need, and thinks little.

python examples/provider.py 8021
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def answer(body: dict) -> str:
    """What a model might say to the last message."""
    ticket = body["messages"][-1]["content"]
    if not any(character.isalpha() for character in ticket):
        return "I cannot tell."
    team = "billing" if "charged" in ticket or "invoice" in ticket else "tech"
    return json.dumps({"team": team, "urgent": "now" in ticket})


class Provider(BaseHTTPRequestHandler):
    """Answers POST /v1/chat/completions."""

    def do_POST(self) -> None:
        """One answer to one request."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = {"role": "assistant", "content": answer(body)}
        choice = {"index": 0, "message": said, "finish_reason": "stop"}
        completion = {"id": "c-1", "object": "chat.completion", "created": 0, "model": body["model"]}
        data = json.dumps({**completion, "choices": [choice]}).encode()
        self.send_response(200 if self.path == "/v1/chat/completions" else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Provider).serve_forever()
