"""Notices to staff channels: one job for each channel that wants notices of this kind."""

from collections.abc import Iterator

import attrs

from .. import job
from ..enquiry import Facts
from ..rules import Rules
from ..streams import id_of
from .orders import Happened, Order


def notices(
    happened: Happened, rules: Rules, kind: str, *, facts: Facts | None = None
) -> Iterator[Order]:
    """Yield the jobs that show a notice; without facts the subject itself says what is shown."""
    for subscription in rules.notifiers:
        if kind in subscription.kinds:
            yield _notice(happened, subscription.notifier, kind, facts)


def _notice(happened: Happened, notifier: str, kind: str, facts: Facts | None) -> Order:
    command = job.Owe(
        port="notifier",
        target=notifier,
        action="send",
        subject=happened.stream,
        payload={"kind": kind, **({"facts": attrs.asdict(facts)} if facts else {})},
    )
    return Order(stream=notice_job(happened.stream, kind, notifier), command=command)


def notice_job(subject: str, kind: str, notifier: str) -> str:
    """Return the stream of the job that first shows a notice of this kind in this channel."""
    return f"job/{id_of(subject)}.{kind}.{notifier}"
