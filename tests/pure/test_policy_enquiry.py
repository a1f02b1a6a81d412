"""What follows from an enquiry and its jobs, and the guards of a commit."""

from typing import Any

import pytest

from livechat_core import contact, conversation, enquiry, job, presence
from livechat_core.enquiry import Step
from livechat_core.policy import Happened, Order, address_of, react, require
from livechat_core.streams import Event
from tests.pure.samples import AT, RULES, after, chat, sample

# --- the enquiry and its jobs --------------------------------------------------------------------


def _work(event: Event, **facts: Any) -> list[Order]:
    return after(event, enquiry.State(conversation="conversation/1", **facts), "enquiry/1")


def test_an_enquiry_is_announced_in_every_channel_that_wants_it() -> None:
    """G11: the notices are owed in the same commit."""
    orders = _work(sample(enquiry.Opened))

    assert [order.stream for order in orders] == [
        "job/1.left_message.team",
        "job/1.left_message.slack",
    ]


@pytest.mark.parametrize("event", [enquiry.Reminded, enquiry.Escalated])
def test_a_reminder_is_announced_anew_each_time(event: type[Event]) -> None:
    first = after(sample(event), enquiry.State(), "enquiry/1")
    happened = Happened(stream="enquiry/1", event=sample(event), state=enquiry.State(), at=AT + 1)
    second = list(react(happened, RULES))

    assert len(first) == len(second) == 1
    assert first[0].stream != second[0].stream


@pytest.mark.parametrize(
    "event",
    [
        enquiry.Claimed,
        enquiry.Released,
        enquiry.ClaimExpired,
        enquiry.TakenOver,
        enquiry.Completed,
        enquiry.Dropped,
    ],
)
def test_every_channel_that_has_the_notice_is_told_where_it_stands(event: type[Event]) -> None:
    """S0-14."""
    updates = [order for order in _work(sample(event)) if order.stream.startswith("job/")]

    assert [order.command.target for order in updates] == ["team", "slack"]  # type: ignore[attr-defined]
    closing = [order for order in _work(sample(event)) if order.stream == "conversation/1"]
    assert len(closing) == (event in (enquiry.Completed, enquiry.Dropped))


@pytest.mark.parametrize(
    ("event", "step", "port"),
    [
        (enquiry.SearchBegan, Step.LOOKUP, "erm"),
        (enquiry.CreationBegan, Step.CREATE, "erm"),
        (enquiry.NoteBegan, Step.NOTE, "erm"),
        (enquiry.ReplyBegan, Step.MAIL, "mailer"),
        (enquiry.FollowUpBegan, Step.FOLLOW_UP, "erm"),
    ],
)
def test_a_step_is_a_job_of_its_own_for_each_revision(
    event: type[Event], step: Step, port: str
) -> None:
    """G14."""
    (order,) = _work(sample(event))

    command: Any = order.command
    assert order.stream == f"job/1.{step}.7"
    assert (command.port, command.action, command.revision) == (port, step, 7)
    assert "revision" not in command.payload


def test_what_a_person_says_of_an_unknown_step_goes_to_its_job() -> None:
    (order,) = _work(enquiry.StepSettled(step=Step.MAIL, revision=3, outcome="arrived"))

    assert order == Order(stream="job/1.mail.3", command=job.Settle(outcome="arrived"), needed=True)


def test_the_customer_is_known_to_the_contact_too() -> None:
    event = enquiry.Linked(ref="9", name="Maria", how="confirmed")
    facts = enquiry.Facts(kind="left_message", site="s", email="m@c.example")
    (order,) = _work(event, facts=facts)

    assert order.stream == f"contact/{address_of('m@c.example', RULES.key)}"
    name = contact.Fact(field="name", value="Maria", source=contact.Source.ERM)
    assert order.command == contact.Link(ref="9", source="enquiry/1", facts=(name,))
    created = enquiry.Linked(ref="9", name="Maria", how="created")
    (order,) = _work(created, facts=facts)
    assert order.command == contact.Link(ref="9", source="enquiry/1")


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (job.Succeeded(result={"id": "5"}), {"result": {"id": "5"}}),
        (
            job.Succeeded(result={"matches": [{"ref": "1", "name": "M"}]}),
            {"matches": (enquiry.Match(ref="1", name="M"),)},
        ),
        (job.Died(reason="gone"), {"failed": "gone"}),
        (job.Lost(reason="timeout", not_before=1, repeat="ask"), {"unknown": "timeout"}),
    ],
)
def test_a_job_reports_to_the_step_that_waits_for_it(event: Event, told: dict[str, Any]) -> None:
    state = job.State(subject="enquiry/1", port="erm", action="note", revision=3, repeat="ask")
    (order,) = after(event, state, "job/1")

    report = enquiry.Report(step=Step.NOTE, revision=3, **told)
    assert order == Order(stream="enquiry/1", command=report)


@pytest.mark.parametrize(
    ("state", "event"),
    [
        (job.State(subject="enquiry/1", port="notifier", action="send"), job.Died(reason="x")),
        (job.State(subject="conversation/1", port="mailer", action="mail"), job.Died(reason="x")),
        (
            job.State(subject="enquiry/1", port="erm", action="note", repeat="probe"),
            job.Lost(reason="x", not_before=1, repeat="probe"),
        ),
    ],
    ids=["a notice", "a transcript", "a probe comes first"],
)
def test_a_job_reports_nothing_else(state: job.State, event: Event) -> None:
    assert after(event, state, "job/1") == []


# --- guards --------------------------------------------------------------------------------------


def _guards(event: Event, state: Any, stream: str) -> dict[str, Any]:
    happened = Happened(stream=stream, event=event, state=state, at=AT)
    return {guard.name: guard for guard in require(happened, RULES)}


def test_a_visitor_has_one_open_chat_and_lines_have_an_end() -> None:
    """G5, A60."""
    event = sample(conversation.Started)
    guards = _guards(event, chat(address="hash"), "conversation/1")

    assert guards["open_conversation"].limit == 1
    assert guards["open_conversation"].query.labels == ("visitor=maria",)
    assert guards["open_conversation"].query.phases == tuple(map(str, conversation.OPEN))
    assert (guards["queue_full"].query.queue, guards["queue_full"].limit) == ("queue", 100)
    assert guards["address_full"].query.labels == ("address=hash",)
    assert "address_full" not in _guards(event, chat(), "conversation/1")


def test_an_agent_has_one_working_time_and_an_address_one_contact() -> None:
    guards = _guards(sample(presence.SignedIn), presence.State(agent="ana"), "presence/ana.1")
    assert guards["one_presence"].query.labels == ("agent=ana",)

    guards = _guards(sample(contact.Claimed), contact.State(address="hash"), "contact/hash")
    assert guards["one_contact"].query.labels == ("address=hash",)
