"""Conversations to begin a case with."""

from typing import Any, TypeAlias

import attrs

from livechat_core import conversation
from livechat_core.conversation import Offer, Origin, Seat, Start, State
from tests.pure.play import ANA, MARIA, Story

Chat: TypeAlias = Story[State]

ANA_SEAT = Seat(agent="ana", name="Ana", presence="presence/ana.1")
BEN_SEAT = Seat(agent="ben", name="Ben", presence="presence/ben.1")


def chat() -> Chat:
    """Return a conversation that has not begun."""
    return Story(conversation.DECIDER)


def origin(**changes: Any) -> Origin:
    """Return what the desk knows of Maria."""
    return Origin(**{"visitor": "maria", "availability": "online"} | changes)


def start(**changes: Any) -> Start:
    """Return Maria's wish to chat."""
    command = Start(
        by=MARIA, site="drumstory", name="Maria", email="maria@example.org", origin=origin()
    )
    return attrs.evolve(command, **changes)


def waiting(**changes: Any) -> Chat:
    """Return a chat that waits."""
    story = chat()
    story.when(start(**changes))
    return story


def offered() -> Chat:
    """Return a chat that Ana is asked to take."""
    story = waiting()
    story.when(Offer(offer="first", seat=ANA_SEAT))
    return story


def active() -> Chat:
    """Return a chat that Ana has."""
    story = offered()
    story.when(conversation.Accept(by=ANA, offer="first"))
    return story
