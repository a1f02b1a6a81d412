"""Conversations to begin a case with."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import attrs

from livechat_core import conversation
from livechat_core.conversation import Offer, Origin, Seat, Start, State
from livechat_core.rules import Rules
from tests.pure.play import ANA, MARIA, RULES, Story

Chat: TypeAlias = Story[State]

ANA_SEAT = Seat(agent="ana", name="Ana", presence="presence/ana.1")
BEN_SEAT = Seat(agent="ben", name="Ben", presence="presence/ben.1")


def ruled(
    *, sales: Mapping[str, Any] | None = None, events: Mapping[str, Any] | None = None, **desk: Any
) -> Rules:
    """Return the usual rules with changes to the two queues and to the desk."""
    queues = {
        "sales": attrs.evolve(RULES.queues["sales"], **(sales or {})),
        "events": attrs.evolve(RULES.queues["events"], **(events or {})),
    }
    return attrs.evolve(RULES, queues=queues, **desk)


def chat(rules: Rules = RULES) -> Chat:
    """Return a conversation that has not begun."""
    return Story(conversation.DECIDER, rules)


def origin(**changes: Any) -> Origin:
    """Return what the desk knows of Maria."""
    return Origin(**{"visitor": "maria", "availability": "online"} | changes)


def start(**changes: Any) -> Start:
    """Return Maria's wish to chat."""
    command = Start(
        by=MARIA, site="drumstory", name="Maria", email="maria@example.org", origin=origin()
    )
    return attrs.evolve(command, **changes)


def waiting(rules: Rules = RULES, **changes: Any) -> Chat:
    """Return a chat that waits."""
    story = chat(rules)
    story.when(start(**changes))
    return story


def offered(rules: Rules = RULES, **changes: Any) -> Chat:
    """Return a chat that Ana is asked to take."""
    story = waiting(rules, **changes)
    story.when(Offer(offer="first", seat=ANA_SEAT))
    return story


def active(rules: Rules = RULES, **changes: Any) -> Chat:
    """Return a chat that Ana has."""
    story = offered(rules, **changes)
    story.when(conversation.Accept(by=ANA, offer="first"))
    return story
