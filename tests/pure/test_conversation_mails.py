"""Mails to the visitor: when one goes by itself, when one is refused, and the way back."""

from typing import Any

import attrs
import pytest

from livechat_core import conversation as c
from livechat_core.conversation.mails import PUT_OFF
from livechat_core.conversation.reach import KEPT_LINKS
from livechat_core.rules import Rules, seconds
from tests.pure.chats import Chat, active, chat, origin, waiting
from tests.pure.play import ANA, MARIA, RULES, STRANGER, kinds

MAIL = "maria@example.org"
VOUCHED: dict[str, Any] = {"origin": origin(email="Maria@Example.org")}


def site(rules: Rules = RULES, **told: Any) -> Rules:
    drumstory = attrs.evolve(rules.sites["drumstory"], **told)
    return attrs.evolve(rules, sites={**rules.sites, "drumstory": drumstory})


def answered(rules: Rules = RULES, **told: Any) -> Chat:
    """Return a chat in which Ana has answered."""
    story = active(rules, **{"question": "Red ones?", "marks": True, **told})
    story.when(c.Post(by=ANA, text="Yes."))
    return story


def transcript(email: str = MAIL) -> c.EmailTranscript:
    return c.EmailTranscript(by=MARIA, email=email)


# --- the history ---------------------------------------------------------------------------------


def test_the_history_goes_whenever_he_asks_to_an_address_that_is_vouched_for_S4_11() -> None:
    story = answered(**VOUCHED)

    for _ in range(2):
        (asked,) = story.when(transcript())
        assert asked == c.TranscriptAsked(email=MAIL)
    story.when(c.Close(by=MARIA))
    assert kinds(story.when(transcript())) == ["TranscriptAsked"]


def test_an_address_that_is_only_typed_gets_it_once_A22() -> None:
    story = answered()
    story.when(transcript())

    assert story.refuses(transcript()) == "already_sent"
    assert story.refuses(transcript("victim@example.org")) == "other_address"


def test_nobody_has_the_desk_mail_his_own_words_alone_A23() -> None:
    story = waiting(question="Buy at https://evil.example")

    assert story.refuses(transcript()) == "not_answered_yet"
    silent = waiting()
    assert silent.refuses(transcript()) == "not_answered_yet"
    silent.when(c.Post(by=MARIA, text="Buy!"))
    assert silent.refuses(transcript()) == "not_answered_yet"


def test_a_bots_answer_is_one_too_S4_11() -> None:
    story = waiting(question="Red ones?")
    story.state.unanswered_since, story.state.lines = None, 1

    assert kinds(story.when(transcript())) == ["TranscriptAsked"]


def test_who_gave_no_address_has_a_second_chance_S4_3() -> None:
    story = answered(email="")
    told = story.when(transcript())

    assert told == [
        c.Introduced(email=MAIL, source="history"),
        c.TranscriptAsked(email=MAIL),
    ]
    assert story.state.email == MAIL


def test_the_history_is_the_visitors_own() -> None:
    story = answered()

    assert story.refuses(attrs.evolve(transcript(), by=STRANGER)) == "not_found"
    assert chat().refuses(transcript()) == "not_found"


def test_a_site_may_always_send_it_after_the_end_S4_19() -> None:
    story = answered(site(mail_history="always"))
    story.when(c.Read(by=MARIA, version=99), c.Close(by=MARIA))

    assert story.due_in == 0
    assert story.when(c.Elapse()) == [c.TranscriptAsked(email=MAIL, asked=False)]
    assert story.due_in is None


@pytest.mark.parametrize("told", [{"email": ""}, {"said": False}])
def test_what_has_no_address_or_no_line_is_not_sent_S4_19(told: dict[str, Any]) -> None:
    said = told.pop("said", True)
    rules = site(mail_history="always")
    story = answered(rules, **told) if said else active(rules, **told)
    story.when(c.Read(by=MARIA, version=99), c.Close(by=MARIA))

    assert story.due_in is None


def test_by_default_it_goes_only_if_asked_for_S4_19() -> None:
    story = answered()
    story.when(c.Read(by=MARIA, version=99), c.Close(by=MARIA))

    assert story.due_in is None


# --- answers that were not seen ------------------------------------------------------------------


def test_an_answer_that_is_not_seen_for_a_minute_is_mailed_S4_4_S4_16() -> None:
    story = answered()
    upto = story.state.version

    assert story.later(59.9).when(c.Elapse()) == []
    assert story.later(0.1).when(c.Elapse()) == [c.AnswersMailed(email=MAIL, after=0, upto=upto)]
    assert story.when(c.Elapse()) == []


def test_what_he_has_seen_is_not_mailed_S4_16() -> None:
    seen, wrote = answered(), answered()
    seen.later(59).when(c.Read(by=MARIA, version=99))
    wrote.later(59).when(c.Post(by=MARIA, text="Thanks"))

    assert seen.later(60).when(c.Elapse()) == []
    assert wrote.later(60).when(c.Elapse()) == []


def test_of_a_window_that_tells_no_marks_nobody_knows_what_was_seen_S4_16() -> None:
    story = answered(marks=False)

    assert story.later(300).when(c.Elapse()) == []
    story.when(c.VisitorGone())
    assert kinds(story.when(c.Elapse())) == ["AnswersMailed"]


def test_who_was_gone_at_the_end_gets_the_last_words_S4_16() -> None:
    story = active(question="Red ones?")
    story.when(c.VisitorGone(), c.Post(by=ANA, text="Yes."), c.Close(by=ANA))

    assert story.due_in == seconds(10)
    assert kinds(story.later(10).when(c.Elapse())) == ["AnswersMailed"]


def test_who_has_closed_the_page_gets_it_when_the_agent_is_silent_S4_16() -> None:
    story = active(question="Red ones?")
    story.when(c.VisitorGone(), c.Post(by=ANA, text="Yes."))
    story.later(8).when(c.Post(by=ANA, text="In all sizes."))

    assert story.later(9).when(c.Elapse()) == []
    assert kinds(story.later(1).when(c.Elapse())) == ["AnswersMailed"]


def test_an_agent_who_goes_on_and_on_does_not_put_the_mail_off_S4_16() -> None:
    story = active()
    story.when(c.VisitorGone())
    for _ in range(10):
        story.when(c.Post(by=ANA, text="And..."))
        story.later(6)

    assert kinds(story.when(c.Elapse())) == ["AnswersMailed"]


def test_the_next_mail_comes_with_the_next_lines_only_S4_16() -> None:
    story = answered()
    story.later(60).when(c.Elapse())
    before = story.state.version
    assert story.later(300).when(c.Elapse()) == []
    story.when(c.Post(by=ANA, text="And in blue."))

    assert story.later(59).when(c.Elapse()) == []
    (mailed,) = story.later(1).when(c.Elapse())
    assert isinstance(mailed, c.AnswersMailed)
    assert before > mailed.after > 0
    assert mailed.upto == before + 1


def test_the_last_words_before_the_end_are_mailed_too_S4_4() -> None:
    story = answered()
    story.when(c.Close(by=ANA))

    assert story.due_in == seconds(60)
    assert kinds(story.later(60).when(c.Elapse())) == ["AnswersMailed"]


@pytest.mark.parametrize("email", ["", MAIL])
def test_without_an_address_or_where_the_desk_says_so_nothing_is_mailed_S4_4(email: str) -> None:
    rules = RULES if not email else attrs.evolve(RULES, unread_after=0)
    story = answered(rules, email=email)

    assert story.later(61).when(c.Elapse()) == []


# --- limits --------------------------------------------------------------------------------------


def test_a_mail_that_is_one_too_many_is_put_off_and_not_lost_A23() -> None:
    story = answered()
    assert kinds(story.later(60).when(c.Elapse(full="mail_limit"))) == ["MailPutOff"]
    assert story.when(c.Elapse()) == []
    story.now += PUT_OFF

    assert kinds(story.when(c.Elapse(full="desk_busy"))) == ["AnswersMailed"]


def test_so_is_the_history_after_the_end_A23() -> None:
    story = answered(site(mail_history="always"))
    story.when(c.Read(by=MARIA, version=99), c.Close(by=MARIA))
    story.when(c.Elapse(full="mail_limit"))

    assert story.due_in == PUT_OFF


# --- the way back --------------------------------------------------------------------------------


def test_a_link_leads_back_once_within_a_week_S4_18_A24() -> None:
    story = answered()
    assert kinds(story.when(c.MakeLink(link="hash"))) == ["LinkMade"]
    assert story.when(c.MakeLink(link="hash")) == []
    assert "link=hash" in story.summary.labels
    story.later(7 * 86_400 - 1)

    back = c.ComeBack(link="hash", token="token")
    assert story.when(back) == [c.LinkUsed(link="hash", token="token")]
    assert "link=hash" not in story.summary.labels
    assert story.refuses(back) == "link_over"


def test_a_link_that_is_too_old_leads_nowhere_A24() -> None:
    story = answered()
    story.when(c.MakeLink(link="hash"))

    assert story.later(7 * 86_400).refuses(c.ComeBack(link="hash", token="t")) == "link_over"
    story.when(c.MakeLink(link="next"))
    assert [link.hash for link in story.state.reach.links] == ["next"]


def test_only_so_many_links_are_alive() -> None:
    story = answered()
    for number in range(KEPT_LINKS + 1):
        story.when(c.MakeLink(link=f"link{number}"))

    assert story.refuses(c.ComeBack(link="link0", token="t")) == "link_over"
    assert chat().when(c.MakeLink(link="hash")) == []


# --- who vouches for what ------------------------------------------------------------------------


def test_the_hosts_word_holds_for_its_own_address_only_A22() -> None:
    own, other = answered(**VOUCHED), answered(origin=origin(email="other@example.org"))

    assert own.state.reach.vouched
    assert not other.state.reach.vouched


@pytest.mark.parametrize(("email", "vouched"), [(MAIL, True), ("victim@example.org", False)])
def test_another_address_in_a_message_is_not_vouched_for_A22(email: str, *, vouched: bool) -> None:
    story = waiting(**VOUCHED)
    story.when(
        c.LeaveMessage(by=MARIA, site="drumstory", email=email, question="Mail me", origin=origin())
    )

    assert story.state.reach.vouched is vouched
