"""What a visitor is asked, and what he says about himself (S1-2, S1-26, S4-1, S4-5 to S4-8)."""

from typing import Any

import attrs
import pytest

from livechat_core import conversation as c
from livechat_core.forms import Form
from livechat_core.rules import CustomField, Rules, seconds
from tests.pure.chats import ANA_SEAT, Chat, chat, origin, start
from tests.pure.play import ANA, MARIA, RULES, STRANGER, kinds

FIELDS = {
    "order": CustomField(title="Order"),
    "size": CustomField(title="Size", choices=("S", "L")),
}


def asking(**site: Any) -> Rules:
    """Return rules of a site that asks its visitors something."""
    told = {"forms": ("introduce", "leave_contacts", "history"), **site}
    drumstory = attrs.evolve(RULES.sites["drumstory"], **told)
    return attrs.evolve(RULES, fields=FIELDS, sites={**RULES.sites, "drumstory": drumstory})


def stranger(rules: Rules | None = None, **changes: Any) -> Chat:
    """Return a chat of a visitor of whom nothing is known."""
    story = chat(rules or asking())
    told = {"name": "", "email": "", "question": "Red ones?", "marks": True, **changes}
    story.when(start(**told))
    return story


def leave(**changes: Any) -> c.LeaveMessage:
    command = c.LeaveMessage(
        by=MARIA, site="drumstory", email="m@example.org", question="Hello", origin=origin()
    )
    return attrs.evolve(command, **changes)


def introduce(**told: Any) -> c.Introduce:
    return c.Introduce(by=MARIA, **told)


def elapse(available: str = "online") -> c.Elapse:
    return c.Elapse(available=available)


# --- the form before a chat ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "Maria"), ("email", "m@example.org"), ("phone", "+33 1"), ("question", "Hello")],
)
def test_a_chat_does_not_begin_without_a_required_field_S1_2(field: str, value: str) -> None:
    form: dict[str, Any] = {field: "required"}
    story = chat(asking(form=Form(**form)))
    told = {"name": "", "email": ""}
    refused = story.refusal(start(**told))

    assert (refused.code, refused.facts) == ("field_missing", {"field": field})
    assert kinds(story.when(start(**{**told, field: value}))) == ["Started"]


def test_custom_fields_are_asked_for_too_S1_2() -> None:
    story = chat(asking(form=Form(fields={"order": "required", "size": "shown"})))

    assert story.refusal(start()).facts == {"field": "order"}
    assert story.refuses(start(fields={"order": "7", "colour": "red"})) == "unknown_field"
    assert story.refuses(start(fields={"order": "7", "size": "M"})) == "bad_value"
    (started,) = story.when(start(fields={"order": "7", "size": ""}, phone="+33 1"))
    assert isinstance(started, c.Started)
    assert (started.fields, started.phone, story.state.phone) == ({"order": "7"}, "+33 1", "+33 1")


def test_an_invitation_has_no_form_to_fill_S1_2() -> None:
    story = chat(asking(form=Form(question="required")))

    assert kinds(story.when(start(origin=origin(inviter=ANA_SEAT)))) == ["Started", "Accepted"]


def test_a_message_with_an_empty_field_is_refused_S1_26() -> None:
    story = chat(asking(message_fields=("name", "email", "phone", "question", "order")))

    assert story.refusal(leave()).facts == {"field": "name"}
    assert story.refusal(leave(name="Maria")).facts == {"field": "phone"}
    assert story.refusal(leave(name="Maria", phone="+33 1")).facts == {"field": "order"}
    assert story.refusal(leave(email="")).facts == {"field": "email"}
    told = story.when(leave(name="Maria", phone="+33 1", fields={"order": "7", "size": ""}))
    assert kinds(told) == ["Started", "MessageLeft"]
    assert isinstance(told[1], c.MessageLeft)
    assert (told[1].phone, told[1].fields) == ("+33 1", {"order": "7"})


def test_what_was_said_before_need_not_be_said_again_S1_26() -> None:
    rules = asking(message_fields=("name", "phone", "order"))
    story = stranger(rules, name="Maria", phone="+33 1", fields={"order": "7"})

    (left,) = story.when(leave())
    assert isinstance(left, c.MessageLeft)
    assert (left.name, left.phone, story.state.phone) == ("Maria", "+33 1", "+33 1")


# --- forms that appear by themselves -------------------------------------------------------------


def test_the_form_appears_five_seconds_after_the_first_contact_S4_6() -> None:
    story = stranger()

    assert story.due_in == seconds(5)
    assert story.later(4.9).when(elapse()) == []
    (shown,) = story.later(0.1).when(elapse())
    assert shown == c.FormShown(form="introduce", fields=("name",))
    assert story.when(elapse()) == []


def test_a_name_brings_the_second_stage_and_each_is_recorded_at_once_S4_7() -> None:
    story = stranger()
    story.later(5).when(elapse())
    told = story.when(introduce(name="Maria"))

    assert told == [
        c.Introduced(name="Maria", source="form"),
        c.FormShown(form="introduce", fields=("email", "phone")),
    ]
    assert story.when(introduce(name="Maria")) == []
    (said,) = story.when(introduce(email="m@example.org", phone="+33 1", fields={"order": "7"}))
    assert said == c.Introduced(
        email="m@example.org", phone="+33 1", fields={"order": "7"}, source="form"
    )
    state = story.state
    assert (state.name, state.email, state.phone) == ("Maria", "m@example.org", "+33 1")
    assert story.when(introduce(fields={"order": "8", "size": ""})) == []


def test_a_name_brings_the_second_stage_even_while_the_chat_is_on_hold_S4_7() -> None:
    story = stranger()
    story.when(c.Pick(by=ANA, seat=ANA_SEAT))
    story.later(5).when(elapse())
    story.when(c.Post(by=ANA, text="One moment, I shall look."), c.Snooze(by=ANA))

    told = story.when(introduce(name="Maria"))
    assert kinds(told) == ["Introduced", "FormShown"]
    assert story.summary.phase == c.Phase.SNOOZED


def test_who_says_all_at_once_is_not_asked_again_S4_7() -> None:
    story = stranger()
    story.later(5).when(elapse())

    assert kinds(story.when(introduce(name="Maria", email="m@example.org"))) == ["Introduced"]


def test_who_gave_his_name_before_is_asked_for_the_rest_S4_5() -> None:
    story = stranger(name="Maria", phone="+33 1")
    (shown,) = story.later(5).when(elapse())

    assert shown == c.FormShown(form="introduce", fields=("email",))
    assert kinds(story.when(introduce(email="m@example.org"))) == ["Introduced"]


def test_who_is_known_is_not_asked_S4_5() -> None:
    story = stranger(name="Maria", email="m@example.org")

    assert kinds(story.later(5).when(elapse())) == []
    assert story.state.reach.forms == frozenset()


def test_a_site_without_forms_shows_none_S4_5() -> None:
    story = stranger(asking(forms=()))

    assert story.later(5).when(elapse()) == []


@pytest.mark.parametrize("available", ["busy", "offline"])
def test_where_nobody_can_answer_he_is_asked_for_his_contacts_S4_14(available: str) -> None:
    story = stranger()
    (shown,) = story.later(5).when(elapse(available))

    assert shown == c.FormShown(form="leave_contacts", fields=("name", "email", "phone"))
    assert kinds(story.when(introduce(name="Maria"))) == ["Introduced"]


def test_he_is_asked_too_when_everybody_has_left_meanwhile_S4_14() -> None:
    rules = attrs.evolve(asking(), waiting_alert=seconds(120))
    story = stranger(rules)
    story.later(5).when(elapse())
    told = story.later(115).when(elapse("offline"))

    assert kinds(told) == ["WaitedLong", "FormShown"]
    assert story.state.reach.forms == {"introduce", "leave_contacts"}


def test_back_in_the_line_it_is_looked_again_who_can_answer_S4_14() -> None:
    story = stranger(name="Maria")
    story.when(c.Offer(offer="first", seat=ANA_SEAT), c.Accept(by=ANA, offer="first"))
    assert kinds(story.later(5).when(elapse())) == ["FormShown"]
    story.later(60).when(c.ReleaseAgent(agent="ana", reason="gone"))

    (shown,) = story.later(5).when(elapse("offline"))
    assert shown == c.FormShown(form="leave_contacts", fields=("email", "phone"))


def test_a_moment_at_which_no_form_is_wanted_passes_S4_5() -> None:
    story = stranger(asking(forms=("leave_contacts",)))

    assert story.later(5).when(elapse()) == [c.FormPassed()]
    assert story.state.reach.forms == frozenset()


def test_who_left_his_contacts_is_not_asked_who_he_is_S4_5() -> None:
    story = stranger()
    story.later(5).when(elapse("offline"))
    story.when(c.Offer(offer="first", seat=ANA_SEAT), c.Accept(by=ANA, offer="first"))
    story.later(60).when(c.ReleaseAgent(agent="ana", reason="gone"))

    assert story.later(5).when(elapse()) == [c.FormPassed()]


def answered(rules: Rules | None = None, **told: Any) -> Chat:
    """Return a chat in which somebody has answered."""
    story = stranger(rules, **told)
    story.when(
        c.Offer(offer="first", seat=ANA_SEAT),
        c.Accept(by=ANA, offer="first"),
        c.Post(by=ANA, text="Yes."),
    )
    return story


def test_after_the_end_the_form_for_the_history_appears_S4_12() -> None:
    story = answered(asking(forms=("history",)))
    story.later(30).when(c.Close(by=MARIA))

    assert story.due_in == seconds(5)
    assert story.later(5).when(elapse()) == [c.FormShown(form="history", fields=("email",))]
    assert story.due_in is None
    assert story.when(elapse()) == []


def test_of_whom_the_address_is_known_only_a_press_is_asked_S4_12() -> None:
    story = answered(asking(forms=("history",)), email="m@example.org")
    story.when(c.Read(by=MARIA, version=99), c.Close(by=ANA))

    assert story.later(5).when(elapse()) == [c.FormShown(form="history", fields=())]


def test_who_has_the_history_or_said_nothing_is_not_asked_S4_12() -> None:
    silent = stranger(asking(forms=("history",)))
    silent.when(c.Close(by=MARIA))
    sent = answered(asking(forms=("history",)))
    sent.when(c.EmailTranscript(by=MARIA, email="m@example.org"), c.Close(by=MARIA))

    assert silent.due_in is None
    assert sent.due_in is not None  # the answer may still be unseen
    sent.when(c.Read(by=MARIA, version=99))
    assert sent.due_in is None


def test_whom_nobody_has_answered_is_not_offered_a_history_A23() -> None:
    story = stranger(asking(forms=("history",)))
    story.when(c.Post(by=MARIA, text="Hello?"), c.Close(by=MARIA))

    assert story.due_in is None
    assert story.later(5).when(elapse()) == []


def test_who_is_lost_is_shown_no_form_S4_12() -> None:
    story = answered(asking(forms=("history",)))
    story.when(c.Read(by=MARIA, version=99), c.ReleaseAgent(agent="ana", reason="gone"))
    story.when(c.VisitorGone())
    story.later(story.rules.visitor_lost // seconds(1)).when(elapse())

    assert (story.summary.phase, story.state.closed_reason) == ("closed", "visitor_lost")
    assert story.due_in is None
    assert story.later(5).when(elapse()) == []


# --- what he says about himself ------------------------------------------------------------------


def test_only_the_visitor_himself_says_who_he_is_S4_1() -> None:
    story = stranger()

    assert story.refuses(attrs.evolve(introduce(name="Eve"), by=STRANGER)) == "not_found"
    assert chat().refuses(introduce(name="Eve")) == "not_found"


def test_a_second_address_is_another_persons_for_all_we_know_A20_A21() -> None:
    story = stranger(email="m@example.org")

    assert story.refuses(introduce(email="victim@example.org")) == "other_address"
    assert story.when(introduce(email="M@Example.org")) == []


def test_some_time_after_the_end_he_may_still_say_it_S4_12() -> None:
    story = answered()
    story.when(c.Close(by=MARIA))

    assert kinds(story.later(599).when(introduce(name="Maria"))) == ["Introduced"]
    assert story.later(1).refuses(introduce(phone="+33 1")) == "closed"


def test_who_has_left_a_message_has_said_it() -> None:
    story = chat(asking())
    story.when(leave())

    assert story.refuses(introduce(name="Maria")) == "closed"
    assert story.refuses(introduce(fields={"colour": "red"})) == "closed"


def test_an_unknown_field_is_refused_in_every_form() -> None:
    assert stranger().refuses(introduce(fields={"colour": "red"})) == "unknown_field"
