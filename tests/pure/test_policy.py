"""What follows from what: reactions, guards, and that caused commands are never refused."""

from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from livechat_core import (
    access,
    contact,
    conversation,
    enquiry,
    job,
    policy,
    presence,
    visit,
)
from livechat_core.codec import DECIDERS
from livechat_core.enquiry import Step
from livechat_core.policy import Happened, address_of, matters, react, require
from livechat_core.policy.reports import REPORTERS
from livechat_core.streams import SYSTEM, Command, Decider, Event
from tests.pure.samples import AT, RULES, after, chat, sample, states

BY_KIND = {decider.kind: decider for decider in DECIDERS}
CALM = attrs.evolve(RULES, notifiers=(), sites={})


def happenings(rules: Any = RULES) -> Iterator[Happened]:  # noqa: ARG001
    """Yield every event in every phase that allows it, with the state after it."""
    for decider in DECIDERS:
        for phase, state in states(decider):
            for event_class in decider.table[phase]:
                event = sample(event_class)
                after = _copied(decider, state)
                decider.evolve(after, event, AT)
                yield Happened(stream=f"{decider.kind}/1", event=event, state=after, at=AT)
                if decider is job.DECIDER:
                    yield from _reports(event, after)


RESULTS: dict[str, dict[str, Any]] = {
    "bot": {"says": [{"text": "Hello", "choices": []}]},
    "erm": {"ref": "9"},
}


def _reports(event: Event, state: job.State) -> Iterator[Happened]:
    """Yield what happened to a job once for each kind of stream and port that it reports to."""
    for kind, port in REPORTERS:
        told = attrs.evolve(state, subject=f"{kind}/1", port=port)
        if isinstance(event, job.Succeeded):
            event = attrs.evolve(event, result=RESULTS.get(port, {}))
        yield Happened(stream="job/1", event=event, state=told, at=AT)


def _copied(decider: Decider[Any, Any, Any], state: Any) -> Any:
    copy = decider.new()
    for name in type(state).__slots__:
        if name != "__weakref__":
            setattr(copy, name, getattr(state, name))
    return copy


ALL = [(happened, order) for happened in happenings() for order in react(happened, RULES)]
CAUSED: set[type[Command]] = {type(order.command) for _, order in ALL if not order.needed}
NEEDED: set[type[Command]] = {type(order.command) for _, order in ALL if order.needed}


# --- caused and needed ---------------------------------------------------------------------------


def test_which_commands_are_caused_and_which_are_needed() -> None:
    """A new reaction must be thought of here."""
    assert {
        conversation.WithdrawOffer,
        conversation.ReleaseAgent,
        conversation.Close,
        conversation.Recognize,
        conversation.BotAnswer,
        conversation.BotFail,
        presence.FreeSlot,
        presence.LeaveChat,
        presence.QuietSlot,
        presence.StirSlot,
        visit.ChatBegan,
        visit.Bar,
        visit.ChatEnded,
        contact.Note,
        contact.Link,
        contact.Report,
        enquiry.Open,
        enquiry.Report,
        job.Owe,
    } == CAUSED
    assert {
        visit.Readmit,
        presence.TakeSlot,
        presence.JoinChat,
        job.Settle,
        contact.Attach,
        contact.GiveWay,
        contact.Absorb,
        contact.Open,
    } == NEEDED


def _variants(command: type[Command]) -> list[Command]:
    if command is enquiry.Report:
        empty = {"result": {}, "matches": (), "failed": "", "unknown": ""}
        told: list[dict[str, Any]] = [
            empty,
            {**empty, "failed": "why"},
            {**empty, "unknown": "why"},
            {**empty, "result": {"ref": "1", "id": "1"}},
            {**empty, "matches": (enquiry.Match(ref="1", name="M"),)},
        ]
        return [
            sample(command, by=SYSTEM, step=step, revision=revision, **one)
            for step in Step
            for revision in (0, 7)
            for one in told
        ]
    found = [sample(command, by=SYSTEM), *(order.command for _, order in ALL)]
    return [one for one in found if type(one) is command]


@pytest.mark.parametrize("command", sorted(CAUSED, key=str))
def test_a_caused_command_is_never_refused(command: type[Command]) -> None:
    """Sent to every phase of its decider, whatever it says (architecture.md section 2)."""
    (decider,) = (one for one in DECIDERS if command in one.commands)
    sent = 0
    for _, state in states(decider):
        for variant in _variants(command):
            decider.decide(state, variant, AT + 10**12, RULES)
            sent += 1
    assert sent >= len(decider.table)


def test_orders_name_streams_of_a_known_kind() -> None:
    for happened, order in ALL:
        decider = BY_KIND[order.stream.partition("/")[0]]
        assert type(order.command) in decider.commands, (happened.event, order)


def test_what_nobody_reacts_to_leads_to_nothing() -> None:
    assert not matters(sample(conversation.Posted))
    assert matters(sample(conversation.Closed))
    assert matters(sample(contact.Claimed))
    assert after(sample(conversation.Noted), conversation.State()) == []
    happened = Happened(stream="visit/1", event=sample(visit.Seen), state=visit.State(), at=AT)
    assert list(require(happened, RULES)) == []


SEAT = conversation.Seat(agent="ana", name="Ana", presence="presence/ana.1")


# --- a chat begins, a message is left ------------------------------------------------------------


def test_a_chat_that_begins_is_seen_at_its_visit_and_announced() -> None:
    """S0-42."""
    orders = after(sample(conversation.Started), chat(name="Maria", email="m@c.example"))

    assert [order.stream for order in orders] == [
        "visit/maria",
        f"contact/{address_of('m@c.example', RULES.key)}",
        "job/1.enquiry.team",
    ]
    facts = orders[2].command.payload["facts"]  # type: ignore[attr-defined]
    assert (facts["kind"], facts["site"], facts["name"]) == ("enquiry", "Site", "Maria")


def test_a_chat_without_address_makes_no_contact() -> None:
    orders = after(sample(conversation.Started), chat())

    assert [order.stream for order in orders] == ["visit/maria", "job/1.enquiry.team"]


def test_a_message_left_at_once_is_nochat() -> None:
    state = chat(phase=conversation.Phase.MESSAGE_LEFT)

    assert after(sample(conversation.Started), state) == []
    happened = Happened(
        stream="conversation/1", event=sample(conversation.Started), state=state, at=AT
    )
    assert list(require(happened, RULES)) == []


def test_a_left_message_is_an_enquiry_with_the_six_facts() -> None:
    """S0-7 to S0-13, in the same commit."""
    state = chat(
        phase=conversation.Phase.MESSAGE_LEFT,
        name="Maria",
        signed_in=True,
        email="m@c.example",
        question="When?",
        page="https://a.example/x",
        location="Lisbon",
    )
    orders = after(sample(conversation.MessageLeft, former=SEAT), state)

    assert [order.stream.partition("/")[0] for order in orders] == [
        *("presence", "visit", "contact", "enquiry")
    ]
    command: Any = orders[3].command
    assert command.facts == enquiry.Facts(
        kind="left_message",
        site="Site",
        name="Maria",
        signed_in=True,
        email="m@c.example",
        question="When?",
        page="https://a.example/x",
        location="Lisbon",
    )


def test_a_site_that_is_gone_from_the_rules_is_shown_by_its_id() -> None:
    event, state = sample(conversation.MessageLeft), chat(site="sold")
    command: Any = after(event, state)[-1].command

    assert command.facts.site == "sold"


def test_one_person_has_one_address_whatever_case_and_blanks() -> None:
    """S0-27."""
    told = {address_of(text, b"k") for text in ("A@b.example", " a@B.example", "a@b.example ")}

    assert len(told) == 1
    assert address_of("a@b.example", b"other key") not in told


def test_an_arrival_is_announced_where_the_site_wants_it() -> None:
    """S0-41."""
    event = sample(visit.Arrived)
    (order,) = after(event, visit.State(), "visit/1")
    assert order.stream == "job/1.new_visitor.team"

    happened = Happened(stream="visit/1", event=event, state=visit.State(), at=AT)
    assert list(react(happened, CALM)) == []
    quiet = attrs.evolve(
        RULES, sites={"site": attrs.evolve(RULES.sites["site"], notify_visits=False)}
    )
    assert list(react(happened, quiet)) == []


def test_what_is_caused_cannot_be_sent_from_outside() -> None:
    """A11: but closing a chat, which people may do too."""
    open_to_people = {entry.command for entry in access.COMMANDS.values()}

    assert (CAUSED | NEEDED) & open_to_people == {conversation.Close}
    assert policy.notice_job("enquiry/1", "k", "n") == "job/1.k.n"
