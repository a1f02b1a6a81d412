"""What follows from mails to visitors, and how many an address may get (A22, A23)."""

from typing import Any

import attrs
import pytest

from livechat_core import conversation, job, visit
from livechat_core.contact import address_of
from livechat_core.policy import Happened, Order, require
from livechat_core.rules import seconds
from livechat_core.streams import Query
from tests.pure.samples import AT, RULES, after, chat

MAIL = "m@c.example"
HASH = address_of(MAIL, RULES.key)


def owed(kind: str) -> job.Owed:
    (order,) = after(conversation.TranscriptAsked(email=MAIL, asked=kind == "asked"), chat())
    command: Any = order.command
    names = [field.name for field in attrs.fields(job.Owed)]
    return job.Owed(**{name: getattr(command, name) for name in names})


def test_a_history_is_owed_to_the_address_that_was_given_S0_36() -> None:
    (order,) = after(conversation.TranscriptAsked(email=MAIL), chat())

    assert order == Order(
        stream=f"job/1.transcript.{AT}",
        command=job.Owe(
            port="mailer",
            action="transcript",
            subject="conversation/1",
            payload={"to": MAIL},
            labels=("mail=asked", f"mail=asked.{HASH}"),
        ),
    )


def test_answers_are_owed_with_what_was_not_seen_S4_4() -> None:
    (order,) = after(conversation.AnswersMailed(email=MAIL, after=3, upto=7), chat())

    command: Any = order.command
    assert (order.stream, command.action) == (f"job/1.unread.{AT}", "unread")
    assert command.payload == {"to": MAIL, "after": 3, "upto": 7}
    assert command.labels == ("mail=automatic", f"mail=automatic.{HASH}")


def test_who_comes_back_by_a_link_is_let_into_his_visit_S4_18() -> None:
    (order,) = after(conversation.LinkUsed(link="link", token="token"), chat())

    assert order == Order(stream="visit/maria", command=visit.Readmit(token="token"), needed=True)


@pytest.mark.parametrize(
    ("kind", "limits"),
    [
        ("automatic", [("", 3600, 100), (f".{HASH}", 3600, 1), (f".{HASH}", 86_400, 3)]),
        ("asked", [("", 3600, 30), (f".{HASH}", 3600, 3)]),
    ],
)
def test_mails_are_counted_by_address_and_all_together_A22_A23(
    kind: str, limits: list[tuple[str, int, int]]
) -> None:
    happened = Happened(stream="job/1", event=owed(kind), state=job.State(), at=AT)
    found = list(require(happened, RULES))

    assert {guard.name for guard in found} == {"mail_limit"}
    assert [(guard.query, guard.limit) for guard in found] == [
        (
            Query(
                kind="job",
                labels=(f"mail={kind}{suffix}",),
                begun_since=AT - seconds(window) + 1,
            ),
            limit,
        )
        for suffix, window, limit in limits
    ]


def test_other_jobs_are_not_counted() -> None:
    event = attrs.evolve(owed("asked"), labels=("other=1",))

    assert list(require(Happened(stream="job/1", event=event, state=None, at=AT), RULES)) == []
