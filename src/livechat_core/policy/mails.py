"""What follows from mails to visitors: the job that sends one, and how many an address may get."""

from collections.abc import Iterator
from typing import Any

from .. import conversation, job, visit
from ..contact import address_of
from ..rules import Rules, seconds
from ..streams import Event, Guard, Query
from .orders import Happened, Order, Reaction, job_name

AUTOMATIC = "automatic"
ASKED = "asked"
HOUR, DAY = seconds(3600), seconds(86_400)


def _transcript(happened: Happened, rules: Rules) -> Iterator[Order]:
    event: Any = happened.event
    kind = ASKED if event.asked else AUTOMATIC
    yield _mail(happened, "transcript", kind, {"to": event.email}, rules)


def _answers(happened: Happened, rules: Rules) -> Iterator[Order]:
    event: Any = happened.event
    told = {"to": event.email, "after": event.after, "upto": event.upto}
    yield _mail(happened, "unread", AUTOMATIC, told, rules)


def _mail(happened: Happened, action: str, kind: str, told: job.Values, rules: Rules) -> Order:
    command = job.Owe(
        port="mailer",
        action=action,
        subject=happened.stream,
        payload=told,
        labels=(f"mail={kind}", f"mail={kind}.{address_of(told['to'], rules.key)}"),
    )
    return Order(stream=job_name(happened.stream, action, happened.at), command=command)


def _came_back(happened: Happened, _: Rules) -> Iterator[Order]:
    event: Any = happened.event
    command = visit.Readmit(token=event.token)
    yield Order(stream=f"visit/{happened.state.visitor}", command=command, needed=True)


def guard_mail(happened: Happened, rules: Rules) -> Iterator[Guard]:
    """Yield how many mails to visitors may begin in an hour and in a day (A22, A23)."""
    limits = {
        AUTOMATIC: (rules.mails_per_hour, rules.mails_per_address_hour),
        ASKED: (rules.transcripts_per_hour, rules.transcripts_per_address_hour),
    }
    event: Any = happened.event
    mail = [label for label in event.labels if label.startswith("mail=")]
    if not mail:
        return
    everybody, address = mail
    kind = everybody.removeprefix("mail=")
    counted = [(everybody, HOUR, limits[kind][0]), (address, HOUR, limits[kind][1])]
    if kind == AUTOMATIC:
        counted.append((address, DAY, rules.mails_per_address_day))
    for label, window, limit in counted:
        query = Query(kind="job", labels=(label,), begun_since=happened.at - window + 1)
        yield Guard(name="mail_limit", query=query, limit=limit)


REACTIONS: dict[type[Event], Reaction] = {
    conversation.TranscriptAsked: _transcript,
    conversation.AnswersMailed: _answers,
    conversation.LinkUsed: _came_back,
}
