"""What is ordered, word for word: adapters and other streams see nothing else of what happened."""

from typing import Any

import attrs
import pytest

from livechat_core import contact, conversation, enquiry, job, presence, visit
from livechat_core.policy import Happened, Order, address_of, require
from livechat_core.streams import Event, Guard, Query
from tests.pure.samples import AT, RULES, after, chat, sample

MARIA_WROTE = {
    "name": "Maria",
    "signed_in": True,
    "email": "m@c.example",
    "question": "When?",
    "page": "https://a.example/x",
    "location": "Lisbon",
}
ADDRESS = address_of("m@c.example", RULES.key)


def notice(stream: str, subject: str, target: str, **payload: Any) -> Order:
    """Return the order to show a notice in a channel."""
    command = job.Owe(
        port="notifier", target=target, action="send", subject=subject, payload=payload
    )
    return Order(stream=stream, command=command)


def note(**said: str) -> Order:
    """Return the order to note what was said of the person with Maria's address."""
    claims = tuple(
        contact.Claim(field=field, value=value, source="conversation/1")
        for field, value in said.items()
    )
    command = contact.Note(claims=claims, address=ADDRESS, keys=(f"email={ADDRESS}",))
    return Order(stream=f"contact/{ADDRESS}", command=command)


# --- chats and visits ----------------------------------------------------------------------------


def test_a_chat_that_begins_is_seen_noted_and_announced_with_what_is_known_S0_42() -> None:
    facts = {"kind": "enquiry", "site": "Site", **MARIA_WROTE, "subject": "", "remark": ""}

    assert after(sample(conversation.Started), chat(**MARIA_WROTE)) == [
        Order(
            stream="visit/maria",
            command=visit.ChatBegan(conversation="conversation/1"),
        ),
        note(name="Maria", email="m@c.example", location="Lisbon", key="value"),
        notice("job/1.enquiry.team", "conversation/1", "team", kind="enquiry", facts=facts),
    ]


def test_only_what_was_said_is_noted_of_a_person() -> None:
    orders = after(sample(conversation.Started), chat(email="m@c.example"))

    assert note(email="m@c.example", key="value") in orders


def test_a_left_message_ends_the_wait_and_begins_an_enquiry_S0_7() -> None:
    state = chat(**MARIA_WROTE, last_owner="ana")
    left = sample(conversation.MessageLeft, former=None)

    assert after(left, state) == [
        Order(
            stream="visit/maria",
            command=visit.ChatEnded(conversation="conversation/1", agent="ana"),
        ),
        note(name="Maria", email="m@c.example", location="Lisbon", key="value"),
        Order(
            stream="enquiry/1",
            command=enquiry.Open(
                conversation="conversation/1",
                site="site",
                queue="queue",
                facts=enquiry.Facts(kind="left_message", site="Site", **MARIA_WROTE),
                contact=f"contact/{ADDRESS}",
            ),
        ),
    ]


def test_the_end_of_a_chat_tells_the_visit_who_had_it_F17() -> None:
    assert after(conversation.Closed(reason="agent", former=None), chat(last_owner="ana")) == [
        Order(
            stream="visit/maria",
            command=visit.ChatEnded(conversation="conversation/1", agent="ana"),
        )
    ]


@pytest.mark.parametrize("name", ["Maria", ""])
def test_an_arrival_is_announced_with_page_and_place_S0_41(name: str) -> None:
    page = visit.Page(site="site", url="https://a.example/x")
    event = sample(visit.Arrived, page=page, guest=visit.Guest(name=name, location="Lisbon"))
    facts = enquiry.Facts(
        kind="new_visitor",
        site="Site",
        name=name,
        signed_in=name == "Maria",
        page="https://a.example/x",
        location="Lisbon",
    )

    assert after(event, visit.State(), "visit/1") == [
        notice(
            "job/1.new_visitor.team",
            "visit/1",
            "team",
            kind="new_visitor",
            facts=attrs.asdict(facts),
        )
    ]


def test_an_arrival_at_a_site_that_is_gone_is_announced_nowhere() -> None:
    event = sample(visit.Arrived, page=visit.Page(site="sold", url="https://a.example/x"))

    assert after(event, visit.State(), "visit/1") == []


# --- enquiries -----------------------------------------------------------------------------------


def test_the_notice_of_an_enquiry_says_only_which_one_it_is() -> None:
    """G11: the adapter asks for the facts when it shows them."""
    assert after(sample(enquiry.Opened), enquiry.State(), "enquiry/1") == [
        notice(f"job/1.left_message.{target}", "enquiry/1", target, kind="left_message")
        for target in ("team", "slack")
    ]


@pytest.mark.parametrize(
    ("event", "kind"), [(enquiry.Reminded, "reminder"), (enquiry.Escalated, "escalation")]
)
def test_what_is_announced_again_is_a_job_of_that_moment(event: type[Event], kind: str) -> None:
    assert after(sample(event), enquiry.State(), "enquiry/1") == [
        notice(f"job/1.{kind}.team.{AT}", "enquiry/1", "team", kind=kind)
    ]


def test_every_channel_shows_who_has_the_enquiry_now_S0_14() -> None:
    assert after(sample(enquiry.Claimed), enquiry.State(), "enquiry/1") == [
        Order(
            stream=f"job/1.update.{target}.{AT}",
            command=job.Owe(port="notifier", target=target, action="update", subject="enquiry/1"),
        )
        for target in ("team", "slack")
    ]


def test_an_enquiry_that_is_done_ends_its_conversation() -> None:
    state = enquiry.State(conversation="conversation/1")
    orders = after(sample(enquiry.Completed), state, "enquiry/1")

    assert [order.stream.partition("/")[0] for order in orders] == ["job", "job", "conversation"]
    assert orders[-1] == Order(stream="conversation/1", command=conversation.Close())


def test_a_step_hands_over_all_that_its_event_says_G14() -> None:
    event = enquiry.ReplyBegan(revision=3, to="m@c.example", subject="Re: When?", text="Now.")

    assert after(event, enquiry.State(), "enquiry/1") == [
        Order(
            stream="job/1.mail.3",
            command=job.Owe(
                port="mailer",
                action="mail",
                subject="enquiry/1",
                revision=3,
                payload={"to": "m@c.example", "subject": "Re: When?", "text": "Now."},
            ),
        )
    ]


def test_a_search_that_found_more_than_one_reports_each_and_what_else_it_said() -> None:
    result = {"id": "5", "matches": [{"ref": "1", "name": "M"}, {"ref": "2", "name": "N"}]}
    state = job.State(subject="enquiry/1", port="erm", action="lookup", revision=3)

    assert after(job.Succeeded(result=result), state, "job/1") == [
        Order(
            stream="enquiry/1",
            command=enquiry.Report(
                step=enquiry.Step.LOOKUP,
                revision=3,
                result={"id": "5"},
                matches=(enquiry.Match(ref="1", name="M"), enquiry.Match(ref="2", name="N")),
            ),
        )
    ]


# --- addresses -----------------------------------------------------------------------------------


def test_an_address_has_the_same_label_for_ever_S0_27() -> None:
    """Contacts that are stored already are found by it."""
    assert address_of("m@c.example", b"k") == "df723bbb643fcb1c474481a00459b226"


# --- guards --------------------------------------------------------------------------------------


def guards(event: type[Event], state: Any) -> list[Guard]:
    """Return the guards of an event."""
    happened = Happened(stream="conversation/1", event=sample(event), state=state, at=AT)
    return list(require(happened, RULES))


def test_a_chat_begins_only_within_three_limits_G5() -> None:
    waits, going_on = ("waiting", "offered"), tuple(map(str, conversation.OPEN))
    by_visitor, by_address = ("visitor=maria",), ("address=hash",)

    assert guards(conversation.Started, chat(address="hash")) == [
        Guard(
            name="open_conversation",
            query=Query(kind="conversation", phases=going_on, labels=by_visitor),
            limit=RULES.visitor_chats,
        ),
        Guard(
            name="queue_full",
            query=Query(kind="conversation", phases=waits, queue="queue"),
            limit=RULES.queues["queue"].limit,
        ),
        Guard(
            name="address_full",
            query=Query(kind="conversation", phases=waits, labels=by_address),
            limit=RULES.waiting_per_address,
        ),
    ]


def test_an_agent_works_once_and_a_person_is_one_contact() -> None:
    live = ("available", "busy", "away", "draining", "grace")

    assert guards(presence.SignedIn, presence.State(agent="ana")) == [
        Guard(
            name="one_presence",
            query=Query(kind="presence", phases=live, labels=("agent=ana",)),
            limit=1,
        )
    ]
    assert guards(contact.Claimed, contact.State(address="hash")) == [
        Guard(
            name="one_contact",
            query=Query(kind="contact", phases=("known",), labels=("address=hash",)),
            limit=1,
        )
    ]
