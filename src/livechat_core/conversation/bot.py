"""The bot that serves a chat first, and how people take over from it (S3-1 to S3-3).

Theory. A chat that begins in a queue with a bot is *with the bot*: in no line, offered to nobody,
counted for no agent. A turn is a job: the bot is asked with what the visitor has said since its
last turn, and its answer comes back as a command that names the turn. There is at most one turn at
a time; what is said meanwhile is heard at the next one. An answer to another turn than the live one
is "already so", so a repeated or late answer says nothing twice.

The bot may end the chat, or hand it off: then it waits in a line like any other. Where nobody is
there to take it, the bot is asked once more and told so; if it insists, the visitor is asked for a
message. A bot that is silent for too long, or fails, hands off too; staff take the chat by hand
whenever they like.
"""

from typing import TypeAlias, assert_never

import attrs

from ..errors import NotFound, Rejected
from ..rules import Rules
from ..streams import Event, Role
from ..tables import require
from . import commands as c, events as e
from .lifecycle import closing, give_up, nobody_answers, terms_of
from .state import State
from .table import NEXT
from .values import Phase, Serving

Wanted: TypeAlias = c.BotAnswer | c.BotFail | c.HandOff
Happened: TypeAlias = e.BotBegan | e.BotAsked | e.BotAnswered | e.HandedOff


def decide(state: State, command: Wanted, at: int, rules: Rules) -> list[Event]:  # noqa: ARG001
    """Return what follows from a bot's answer, its failure, or the wish to talk to people."""
    match command:
        case c.BotAnswer():
            return answer(state, command, rules)
        case c.BotFail():
            live = _live(state, command.turn)
            return failed(state, live, command.available, rules) if live else []
        case c.HandOff():
            return hand_off(state, command, rules)
        case _:
            assert_never(command)


def heard(state: State, text: str) -> list[Event]:
    """Return the bot's next turn after a line of the visitor, unless one is under way."""
    serving = state.serving
    if serving is None or serving.asked_at is not None:
        return []
    return [e.BotAsked(turn=serving.turn + 1, text=text)]


def answer(state: State, command: c.BotAnswer, rules: Rules) -> list[Event]:
    """Take over what the bot says and wants."""
    serving = _live(state, command.turn)
    if serving is None:
        return []
    said: list[Event] = [
        e.Posted(author="bot", name=serving.name, text=line.text, choices=line.choices)
        for line in command.says
    ]
    if command.name or command.email or command.phone:
        said.append(
            e.Introduced(
                name=command.name, email=command.email, phone=command.phone, source=serving.bot
            )
        )
    if command.note:
        said.append(e.Noted(agent="", name=serving.name, text=command.note))
    said.append(e.BotAnswered(turn=command.turn, memory=command.memory))
    # What follows is decided on what is known with this answer, an address among it.
    state = _after(state, command)
    return [*said, *_then(state, serving, command, rules)]


def _after(state: State, command: c.BotAnswer) -> State:
    name, email = state.name or command.name, state.email or command.email
    return attrs.evolve(state, name=name, email=email)


def _then(state: State, serving: Serving, command: c.BotAnswer, rules: Rules) -> list[Event]:
    match command.then:
        case "close":
            return closing(state, "bot_resolved")
        case "leave_message":
            return give_up(state, c.GiveUp(reason="bot"))
        case "hand_off":
            queue = _queue(state, command.queue, rules)
            if not nobody_answers(queue, command.available, rules):
                return [handed_off(state, queue, "bot", rules)]
            if serving.nobody:
                return give_up(state, c.GiveUp(reason="nobody_available"))
            turn = serving.turn + 1
            return [e.BotAsked(turn=turn, text=serving.unheard, nobody=True)]
        case _ if serving.unheard:
            return [e.BotAsked(turn=serving.turn + 1, text=serving.unheard)]
        case _:
            return []


def failed(state: State, serving: Serving, available: str, rules: Rules) -> list[Event]:
    """Let people take over from a bot that does not answer, or ask for a message."""
    if nobody_answers(state.queue, available, rules):
        return give_up(state, c.GiveUp(reason="nobody_available"))
    note = f"{serving.name} did not answer"
    return [
        e.Noted(agent="", name=serving.name, text=note),
        handed_off(state, state.queue, "bot_failed", rules),
    ]


def hand_off(state: State, command: c.HandOff, rules: Rules) -> list[Event]:
    """Let people take over because somebody wants it; staff may where nobody is there yet.

    Raises:
        Rejected: ``nobody_available``.
    """
    by = command.by
    if state.phase is Phase.NEW or (by.role is Role.VISITOR and state.visitor != by.id):
        raise NotFound
    if state.phase in (Phase.WAITING, Phase.OFFERED, Phase.ACTIVE):
        return []
    require(NEXT, state.phase, e.HandedOff, "closed")
    visitor = by.role is Role.VISITOR
    if visitor and nobody_answers(state.queue, command.available, rules):
        raise Rejected("nobody_available", availability=command.available, queue=state.queue)
    reason = "visitor" if visitor else "colleague"
    return [handed_off(state, state.queue, reason, rules)]


def handed_off(state: State, queue: str, reason: str, rules: Rules) -> e.HandedOff:
    """Return that the chat waits for people."""
    return e.HandedOff(
        queue=queue,
        priority=rules.queues[queue].priority if queue in rules.queues else state.priority,
        reason=reason,
        terms=terms_of(queue, rules) if queue in rules.queues else state.terms,
    )


def _queue(state: State, wanted: str, rules: Rules) -> str:
    """Return the topic a bot hands off to: the chat's own if the site has no such topic."""
    site = rules.sites.get(state.site)
    known = site is not None and wanted in site.queues and wanted in rules.queues
    return wanted if known else state.queue


def _live(state: State, turn: int) -> Serving | None:
    serving = state.serving
    live = serving is not None and serving.turn == turn and serving.asked_at is not None
    return serving if live else None


def evolve(state: State, event: Happened, at: int) -> None:
    """Apply what a bot did."""
    match event:
        case e.BotBegan():
            state.serving = Serving(
                bot=event.bot,
                name=event.name,
                patience=event.patience,
                idle_close=event.idle_close,
            )
        case e.BotAsked():
            state.serving = attrs.evolve(
                _serving(state),
                turn=event.turn,
                text=event.text,
                nobody=event.nobody,
                asked_at=at,
                unheard="",
            )
        case e.BotAnswered():
            state.serving = attrs.evolve(_serving(state), memory=event.memory, asked_at=None)
        case e.HandedOff():
            _handed_off(state, event, at)
        case _:
            assert_never(event)


def _handed_off(state: State, event: e.HandedOff, at: int) -> None:
    state.queue, state.priority, state.terms = event.queue, event.priority, event.terms
    state.since = state.queued_at = state.active_at = at
    state.serving = None


def _serving(state: State) -> Serving:
    return state.serving or Serving(bot="")
