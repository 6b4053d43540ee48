"""Sorts a file of tickets, one JSON object a line, with the prompt that a bundle holds.

python examples/batch/batch.py desk.plmz tickets.jsonl answers.jsonl
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from openai import OpenAI, OpenAIError

from plmctl.runtime import AnswerError, InputError, Prompt, load

AT_ONCE = 8


def sorted_ticket(prompt: Prompt, client: OpenAI, line: str) -> dict[str, object]:
    """A line of answers: the ticket's id, and what the model says or why it says nothing."""
    ticket = json.loads(line)
    try:
        call = prompt.render(ticket=ticket["text"])
        completion = client.chat.completions.create(**call.as_openai())
        answer = call.parse(completion.choices[0].message.content or "").value
    except (InputError, AnswerError) as error:
        # Without its hint, and without what the customer or the model wrote.
        return {"id": ticket["id"], "error": error.message}
    except OpenAIError as error:
        return {"id": ticket["id"], "error": str(error)}
    return {"id": ticket["id"], "answer": answer, "prompt": f"{prompt.id}@{prompt.version}"}


def main(bundle: str, tickets: str, answers: str) -> int:
    """The exit code: 1 where a ticket could not be sorted."""
    prompt, client = load(source=bundle).prompt("triage"), OpenAI()
    lines = Path(tickets).read_text(encoding="utf-8").splitlines()
    # One prompt for all threads: it is compiled once, and nothing of it changes.
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda line: sorted_ticket(prompt, client, line), lines))
    text = "".join(f"{json.dumps(answer)}\n" for answer in found)
    Path(answers).write_text(text, encoding="utf-8")
    failed = sum("error" in answer for answer in found)
    print(f"{len(found) - failed} sorted, {failed} not")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
