"""What staff read of records: the list, the versions of one, saved replies, emoji, profiles."""

from typing import Any

import attrs

from .. import conversation, record, replies, text
from ..codec import arguments
from ..emoji import named, replaced
from ..errors import NotFound
from ..replies import Reply
from ..service import Service
from ..streams import Summary, kind_of
from .staff import Colleague

Params = dict[str, Any]
MOST_VERSIONS = 50
MOST_REPLIES = 50


def listed(service: Service, colleague: Colleague, params: Params) -> list[Params]:
    """Return the records that a person may use: all shared ones and his own."""
    topic = str(params.get("topic", ""))
    return [
        {"stream": one.stream, "version": one.version, **one.facts}
        for one in _own(service, colleague)
        if not topic or one.facts["topic"] == topic
    ]


def _own(service: Service, colleague: Colleague) -> list[Summary]:
    me = colleague.actor.id
    return [
        one
        for one in service.desk.index.all("record")
        if one.phase == record.Phase.LIVE and one.facts["owner"] in ("", me)
    ]


async def history(service: Service, stream: str) -> list[Params]:
    """Return the last versions of a record, newest first, with who made them."""
    found = [
        {
            "version": recorded.version,
            "at": recorded.at,
            "by": getattr(event, "by", ""),
            "by_name": getattr(event, "by_name", ""),
            "retired": isinstance(event, record.Retired),
            **(
                {"name": event.name, "body": event.body, "values": dict(event.values)}
                if isinstance(event, record.Saved)
                else {}
            ),
        }
        for recorded, event in await service.desk.history(stream)
        if isinstance(event, record.Saved | record.Retired)
    ]
    return found[: -MOST_VERSIONS - 1 : -1]


# --- replies ---------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Asked:
    """Which replies are asked for.

    Args:
        typed: The first letters of a trigger, a title, or a word of it; empty for all.
        conversation: The chat they are for: only what suits it, with its placeholders filled.
    """

    typed: text.Line = ""
    conversation: text.Word = ""


async def suggested(service: Service, colleague: Colleague, params: Params) -> list[Params]:
    """Return saved replies and articles by their first letters, ready to be sent (S3-29, S3-30)."""
    asked = Asked(**arguments(Asked, params))
    known = [_reply(one) for one in _own(service, colleague) if one.facts["topic"] in _SAID]
    values: dict[str, str] | None = None
    if asked.conversation:
        chat, values = await _values(service, colleague, asked.conversation)
        told = {"queue": chat.queue, "site": chat.site, "language": chat.language}
        known = [one for one in known if one.suits(**told)]
    return [
        {
            "stream": one.stream,
            "title": one.title,
            "trigger": one.trigger,
            "text": one.text if values is None or one.article else replies.filled(one.text, values),
            "own": one.own,
            "article": one.article,
        }
        for one in replies.found(known, asked.typed)[:MOST_REPLIES]
    ]


_SAID = ("saved_reply", "article")


def _reply(one: Summary) -> Reply:
    facts = one.facts
    values: Params = facts["values"]
    article = facts["topic"] == "article"
    return Reply(
        stream=one.stream,
        title=facts["name"],
        trigger=values.get("trigger", ""),
        text=f"{facts['name']}: {values['url']}" if article else facts["body"],
        own=bool(facts["owner"]),
        article=article,
        queue=values.get("queue", ""),
        site=values.get("site", ""),
        language=values.get("language", ""),
    )


async def _values(
    service: Service, colleague: Colleague, stream: str
) -> tuple[conversation.State, dict[str, str]]:
    """Return a chat that a person may see, and what placeholders stand for in it."""
    if kind_of(stream) != "conversation":
        raise NotFound
    await colleague.may_see(stream)
    held, rules = await service.desk.states.get(stream), service.desk.rules
    chat: conversation.State = held.state
    site, queue = rules.sites.get(chat.site), rules.queues.get(chat.queue)
    return chat, {
        **rules.placeholders,
        "visitor.name": chat.name,
        "agent.name": colleague.actor.name,
        "site.name": site.name if site else "",
        "queue.name": queue.name if queue else "",
        "number": str(held.number),
    }


# --- emoji and people ------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Signs:
    """Which emoji: those whose names begin so, or those that a line names."""

    begin: text.Line = ""
    line: text.Note = ""


def emoji(params: Params) -> Params:
    """Return emoji by name, or a line with its names replaced, for who is about to send it."""
    asked = Signs(**arguments(Signs, params))
    if asked.line:
        return {"line": replaced(asked.line)}
    return {"emoji": named(asked.begin)}


def profile(service: Service, colleague: Colleague, params: Params) -> Params:
    """Return who a member of staff is: profile, present status, and the record to edit (S3-34).

    Without a name it is the person who asks.

    Raises:
        NotFound: There is nobody of this id.
    """
    agent = str(params.get("agent", "")) or colleague.actor.id
    desk = service.desk
    person, working = desk.rules.staff.get(agent), desk.index.presence(agent)
    if person is None:
        raise NotFound
    known = desk.index.get(record.stream_of("profile", agent))
    names = ("status", "why_not", "reason", "load", "in_call")
    told = {name: working.facts[name] for name in names} if working else {"status": "offline"}
    return {
        "agent": agent,
        **attrs.asdict(person),
        **told,
        "presence": working.stream if working else "",
        "record": known.stream if known else "",
        "version": known.version if known else 0,
    }
