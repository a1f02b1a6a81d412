"""Asking a bot: what it is told of a chat, and the form its answer must have.

A bot is somebody else's code or model. What it says is cut to the limits of any line, and what it
says after the chat has gone on without it is dropped by the rules.
"""

from typing import Any

from . import conversation
from .errors import DeliveryError
from .ports import Answer, Bot, Turn

MOST_LINES = 10
MOST_CHOICES = 12
MOST_CHARACTERS = 4_000
CHOICE_CHARACTERS = 100
NAME_CHARACTERS = 200
EMAIL_CHARACTERS = 254
MEMORY_CHARACTERS = 4_096
"""What a bot keeps between its turns is recorded with each of them."""


def turn_of(key: str, state: conversation.State, available: str) -> Turn | None:
    """Return what a bot is told now; none if it is not its turn any more."""
    serving = state.serving
    if serving is None or serving.asked_at is None:
        return None
    return Turn(
        key=key,
        number=serving.turn,
        text=serving.text,
        memory=serving.memory,
        nobody=serving.nobody,
        available=available,
        site=state.site,
        queue=state.queue,
        language=state.language,
        name=state.name,
        email=state.email,
        signed_in=state.signed_in,
    )


async def ask(bot: Bot, turn: Turn) -> dict[str, Any]:
    """Ask a bot and return its answer as plain values.

    Raises:
        DeliveryError: It failed, or wants to remember too much (``bot_memory_too_large``).
    """
    answer = await bot.answer(turn)
    memory = {str(key): str(value) for key, value in answer.memory.items()}
    if sum(map(len, (*memory, *memory.values()))) > MEMORY_CHARACTERS:
        raise DeliveryError("bot_memory_too_large", permanent=True)
    return {
        "says": _lines(answer),
        "then": str(answer.then),
        "memory": memory,
        "queue": answer.queue,
        "note": answer.note[:MOST_CHARACTERS],
        "name": answer.name[:NAME_CHARACTERS],
        "email": answer.email[:EMAIL_CHARACTERS],
        "phone": answer.phone[:NAME_CHARACTERS],
    }


def _lines(answer: Answer) -> list[dict[str, Any]]:
    return [
        {
            "text": line.text[:MOST_CHARACTERS],
            "choices": [choice[:CHOICE_CHARACTERS] for choice in line.choices[:MOST_CHOICES]],
        }
        for line in answer.says[:MOST_LINES]
        if line.text.strip()
    ]
