"""Notices to staff channels: one job for each channel that wants notices of this kind."""

from collections.abc import Iterator
from typing import Any

import attrs

from .. import job
from ..enquiry import Facts
from ..rules import Rules
from ..streams import id_of
from .orders import Happened, Order

MOST_MAILED = 50
"""Members of a team who are told of a chat by mail, at most."""


def notices(
    happened: Happened, rules: Rules, kind: str, *, facts: Facts | None = None
) -> Iterator[Order]:
    """Yield the jobs that show a notice; without facts the subject itself says what is shown."""
    for subscription in rules.notifiers:
        if kind in subscription.kinds:
            yield _notice(happened, subscription.notifier, kind, facts)


def team_mails(happened: Happened, rules: Rules, facts: Facts) -> Iterator[Order]:
    """Yield the jobs that mail a chat in line to who serves its queue, if it says so (S3-10)."""
    name = happened.state.queue
    if name not in rules.queues or not rules.queues[name].mail_team:
        return
    team = [
        (agent, person.email)
        for agent, person in sorted(rules.staff.items())
        if person.email and name in person.queues
    ]
    for agent, address in team[:MOST_MAILED]:
        order = _notice(happened, "email", facts.kind, facts, to=(address,))
        yield attrs.evolve(order, stream=f"{order.stream}.{agent}")


def _notice(
    happened: Happened, notifier: str, kind: str, facts: Facts | None, to: tuple[str, ...] = ()
) -> Order:
    payload: dict[str, Any] = {"kind": kind}
    if facts:
        payload["facts"] = attrs.asdict(facts)
    if to:
        payload["to"] = to
    command = job.Owe(
        port="notifier", target=notifier, action="send", subject=happened.stream, payload=payload
    )
    return Order(stream=notice_job(happened.stream, kind, notifier), command=command)


def notice_job(subject: str, kind: str, notifier: str) -> str:
    """Return the stream of the job that first shows a notice of this kind in this channel."""
    return f"job/{id_of(subject)}.{kind}.{notifier}"
