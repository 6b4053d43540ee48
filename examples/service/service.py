"""Sorts tickets over HTTP, with the prompt that a bundle holds.

BUNDLE=desk.plmz uvicorn --app-dir examples/service service:app
"""

import logging
import os

from fastapi import FastAPI, HTTPException
from openai import AsyncOpenAI, OpenAIError
from pydantic import BaseModel

from plmctl.runtime import AnswerError, InputError, load

log = logging.getLogger("uvicorn.error")
# Loaded once, when the service starts: what is not as it was locked keeps it from starting.
registry = load(source=os.environ["BUNDLE"])
client = AsyncOpenAI()
app = FastAPI()


class Ticket(BaseModel):
    """What a customer wrote."""

    ticket: str


@app.post("/triage")
async def triage(ticket: Ticket) -> dict[str, object]:
    """Who takes a ticket, and which prompt says so."""
    try:
        # Opens and sends nothing: no other request waits for it.
        call = registry.prompt("triage").render(ticket=ticket.ticket)
        completion = await client.chat.completions.create(**call.as_openai())
        answer = call.parse(completion.choices[0].message.content or "")
    except InputError as error:
        raise HTTPException(422, [problem.message for problem in error.problems]) from error
    except AnswerError as error:
        log.warning("%s: %s", call.identity, error)
        raise HTTPException(502, "the model did not answer as it was asked") from error
    except OpenAIError as error:
        log.warning("%s: %s", call.identity, error)
        raise HTTPException(502, "the model cannot be asked") from error
    log.info("%s", call.identity)
    return {"answer": answer.value, "prompt": f"{call.identity.artifact}@{call.identity.version}"}


@app.post("/refresh")
def refresh() -> dict[str, object]:
    """Take the bundle that is there now, if all of it is true; else the one in use stays."""
    return {"refreshed": registry.refresh(), **health()}


@app.get("/health")
def health() -> dict[str, object]:
    """Which lock is served, why not a newer one, and what of it should not run any more."""
    return {"release": registry.lock.source.release, "stale": registry.stale, "warnings": registry.warnings}
