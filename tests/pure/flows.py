"""What the tests of flows share: small flows, and talks with them."""

from collections.abc import Mapping
from typing import Any

import attrs

from livechat_core import flow
from livechat_core.flow import Flow, Heard, Outcome, Reply

PERSON: dict[str, Any] = {"say": "Somebody comes.", "end": "hand_off"}
BYE: dict[str, Any] = {"say": "Bye.", "end": "close"}


def tables(first: Mapping[str, Any], /, **more: Any) -> dict[str, Any]:
    """Return tables of a flow that begins with this step; keys of `more` are further steps."""
    return {
        "start": "first",
        "person": "person",
        "steps": {"first": first, "person": PERSON, **more},
    }


def small(first: Mapping[str, Any], /, top: Mapping[str, Any] | None = None, **more: Any) -> Flow:
    """Return a flow that has passed its check."""
    return flow.load({**tables(first, **more), **(top or {})})


def codes(tables: Mapping[str, Any], **known: Any) -> list[tuple[str, str]]:
    """Return place and code of everything that is wrong."""
    return [(one.place, one.code) for one in flow.examine(tables, **known)[1]]


class Talk:
    """A visitor who talks to a bot; keeps what the desk would keep.

    Args:
        played: The flow.
        question: What he begins with.
        facts: Other fields of `Heard`.
    """

    def __init__(self, played: Flow, question: str = "", **facts: Any) -> None:
        self.flow = played
        self.heard = Heard(text=question, **facts)
        self.reply = self._next()

    def says(self, *lines: str) -> "Talk":
        for line in lines:
            assert self.reply.outcome is None, "it has ended"
            self.heard = attrs.evolve(self.heard, text=line, nobody=False)
            self.reply = self._next()
        return self

    def finds_nobody(self) -> "Talk":
        assert self.reply.outcome is Outcome.HAND_OFF
        self.heard = attrs.evolve(self.heard, text="", nobody=True)
        self.reply = self._next()
        return self

    @property
    def lines(self) -> list[str]:
        return [line.text for line in self.reply.says]

    @property
    def choices(self) -> tuple[str, ...]:
        return self.reply.says[-1].choices

    @property
    def outcome(self) -> Outcome | None:
        return self.reply.outcome

    @property
    def answers(self) -> dict[str, str]:
        return flow.answers(self.reply.memory)

    def _next(self) -> Reply:
        reply = flow.play(self.flow, self.heard)
        assert flow.play(self.flow, self.heard) == reply, "the same turn gives the same reply"
        self.heard = attrs.evolve(self.heard, memory=reply.memory)
        return reply
