"""One visitor's stay: pages, invitation, chats, leaving."""

import attrs
import pytest

from livechat_core import visit as v
from livechat_core.errors import NotFound
from livechat_core.visit import Arrive, ChatBegan, ChatEnded, Elapse, Guest, Invite, Page, View
from tests.pure.play import ANA, BEN, MARIA, NOON, Story, kinds

HOME = Page(site="drumstory", url="https://drumstory.example/")
SHOWS = Page(site="performances", url="https://performances.example/", title="Shows")
GUEST = Guest(token="sha", name="Maria", location="Bergen", address="hash")
ARRIVE = Arrive(by=MARIA, page=HOME, language="en", guest=GUEST)
INVITE = Invite(by=ANA, presence="presence/ana.1")
CHAT = "conversation/1"


def new() -> Story[v.State]:
    return Story(v.DECIDER)


def browsing() -> Story[v.State]:
    story = new()
    story.when(ARRIVE)
    return story


def invited() -> Story[v.State]:
    story = browsing()
    story.when(INVITE)
    return story


def left() -> Story[v.State]:
    story = browsing().later(1800)
    story.when(Elapse())
    return story


def test_every_visitor_is_seen_before_any_chat_S0_2() -> None:
    story = browsing()

    assert story.summary.phase == "browsing"
    assert story.summary.labels == {"token=sha", "site=drumstory", "address=hash"}
    assert story.summary.facts["name"] == "Maria"
    assert story.summary.facts["page"] == HOME.url
    assert story.summary.facts["location"] == "Bergen"


def test_pages_of_all_sites_make_one_path_S0_32() -> None:
    story = browsing()
    story.later(5).when(View(by=MARIA, pages=(SHOWS,)))

    assert [(page.site, page.at) for page in story.state.pages] == [
        ("drumstory", NOON),
        ("performances", story.now),
    ]
    assert story.summary.labelled("site") == "performances"


def test_pages_gathered_earlier_keep_their_own_time() -> None:
    (viewed,) = browsing().later(9).when(View(by=MARIA, pages=(attrs.evolve(SHOWS, at=NOON),)))

    assert isinstance(viewed, v.Viewed)
    assert viewed.pages[0].at == NOON


def test_only_the_last_fifty_pages_are_kept_G18() -> None:
    pages = tuple(attrs.evolve(HOME, url=f"https://drumstory.example/{n}") for n in range(70))
    story = browsing()

    (viewed,) = story.when(View(by=MARIA, pages=pages))

    assert isinstance(viewed, v.Viewed)
    assert viewed.pages[0].url.endswith("/20")
    assert len(story.state.pages) == v.KEPT_PAGES


def test_reloading_a_page_writes_nothing() -> None:
    story = browsing()

    assert story.when(ARRIVE) == story.when(View(by=MARIA, pages=())) == []
    assert kinds(story.when(attrs.evolve(ARRIVE, page=SHOWS))) == ["Viewed"]


def test_who_signs_in_during_the_visit_is_no_guest_any_more_S0_9() -> None:
    story = new()
    story.when(attrs.evolve(ARRIVE, guest=Guest(token="sha")))
    assert kinds(story.when(ARRIVE)) == ["Recognized"]
    assert story.summary.facts["name"] == "Maria"
    assert story.when(ARRIVE) == []


def test_pages_of_foreign_sites_are_refused_S0_1() -> None:
    foreign = attrs.evolve(HOME, site="elsewhere")

    assert new().refuses(attrs.evolve(ARRIVE, page=foreign)) == "unknown_site"
    assert browsing().refuses(View(by=MARIA, pages=(HOME, foreign))) == "unknown_site"


def test_a_banned_visitor_does_not_come_in_S0_33() -> None:
    assert new().refuses(attrs.evolve(ARRIVE, banned=True)) == "banned"


def test_staff_invite_a_browsing_visitor_S0_44() -> None:
    story = browsing()

    (made,) = story.when(INVITE)

    assert isinstance(made, v.Invited)
    assert (made.agent, made.name) == ("ana", "Ana")
    assert made.until == NOON + story.rules.invitation_timeout
    assert story.when(INVITE) == []


def test_a_visitor_invited_by_one_is_not_taken_by_another_S0_45() -> None:
    story, other = invited(), attrs.evolve(INVITE, by=BEN, presence="presence/ben.1")

    refusal = story.refusal(other)
    assert (refusal.code, refusal.facts) == ("invited", {"owner": "Ana"})
    assert kinds(story.when(attrs.evolve(other, inviter_gone=True))) == ["Invited"]
    assert story.summary.facts["inviter"] == "ben"


def test_an_invitation_that_has_run_out_holds_nobody_back_S0_45() -> None:
    other = attrs.evolve(INVITE, by=BEN, presence="presence/ben.1")

    assert kinds(invited().later(120).when(other)) == ["Invited"]
    assert kinds(invited().later(120).when(INVITE)) == ["Invited"]


def test_who_is_not_at_work_cannot_invite() -> None:
    assert browsing().refuses(Invite(by=ANA)) == "not_available"


def test_the_visitor_may_close_the_invitation_or_leave_it_open_S0_44() -> None:
    story = invited()
    assert story.when(v.AnswerInvitation(by=MARIA)) == [
        v.InvitationEnded(agent="ana", reason="closed")
    ]
    assert story.when(v.AnswerInvitation(by=MARIA)) == []

    story = invited()
    assert story.later(119).when(Elapse()) == []
    assert story.later(1).when(Elapse()) == [v.InvitationEnded(agent="ana", reason="lapsed")]
    assert story.summary.facts["inviter"] == ""


def test_a_chat_ends_the_invitation_and_the_visitor_cannot_be_invited_meanwhile() -> None:
    story = invited()

    assert kinds(story.when(ChatBegan(conversation=CHAT))) == ["Chatting"]
    assert story.when(ChatBegan(conversation=CHAT)) == []
    assert (story.summary.facts["inviter"], story.summary.due_at) == ("", None)
    assert story.refuses(INVITE) == "not_now"


def test_after_the_chat_staff_may_invite_again_S0_39() -> None:
    story = browsing()
    story.when(ChatBegan(conversation=CHAT))

    assert story.when(ChatEnded(conversation="conversation/other")) == []
    assert kinds(story.when(ChatEnded(conversation=CHAT))) == ["Chatted"]
    assert story.when(ChatEnded(conversation=CHAT)) == []
    assert kinds(story.when(INVITE)) == ["Invited"]


def test_the_agent_of_the_last_chat_is_remembered_F17() -> None:
    story = browsing()
    assert story.summary.facts["last_agent"] == ""

    story.when(ChatBegan(conversation=CHAT), ChatEnded(conversation=CHAT, agent="ana"))

    assert story.summary.facts["last_agent"] == "ana"


def test_a_chat_that_nobody_had_does_not_make_the_last_agent_forgotten_F17() -> None:
    story = browsing()
    for chat, agent in ((CHAT, "ana"), ("conversation/2", "")):
        story.when(ChatBegan(conversation=chat), ChatEnded(conversation=chat, agent=agent))

    assert story.summary.facts["last_agent"] == "ana"


def test_the_owner_of_a_customer_comes_from_the_host_and_may_change_F17() -> None:
    story = new()
    story.when(attrs.evolve(ARRIVE, guest=attrs.evolve(GUEST, owner="ana")))
    assert story.summary.facts["owner"] == "ana"

    assert kinds(story.when(attrs.evolve(ARRIVE, guest=attrs.evolve(GUEST, owner="ben")))) == [
        "Recognized"
    ]
    assert story.summary.facts["owner"] == "ben"


def test_a_visitor_of_whom_nothing_is_seen_has_left_S0_43() -> None:
    story = browsing()
    assert story.later(1799).when(Elapse()) == []
    assert story.later(1).when(Elapse()) == [v.Left()]
    assert story.summary.due_at is None


def test_a_visitor_who_is_connected_has_not_left() -> None:
    story = browsing().later(1800)

    assert story.when(Elapse(connected=True)) == [v.Seen()]
    assert story.due_in == story.rules.visit_left_after


def test_a_visitor_returns_by_a_page_or_by_a_chat() -> None:
    story = left()
    assert kinds(story.when(attrs.evolve(ARRIVE, page=SHOWS))) == ["Returned"]
    assert [page.site for page in story.state.pages] == ["drumstory", "performances"]

    assert kinds(left().when(ChatBegan(conversation=CHAT))) == ["Chatting"]
    assert left().refuses(View(by=MARIA, pages=(HOME,))) == "not_now"


@pytest.mark.parametrize("command", [View(by=MARIA, pages=(HOME,)), INVITE])
def test_nobody_finds_a_visit_that_is_not_there_B75(command: v.Wanted) -> None:
    assert isinstance(new().refusal(command), NotFound)


def test_what_is_caused_for_an_unknown_visit_changes_nothing() -> None:
    for command in (ChatBegan(conversation=CHAT), ChatEnded(conversation=CHAT), Elapse()):
        assert new().when(command) == []


def test_a_visit_without_a_page_or_an_address_has_a_summary() -> None:
    assert new().summary.labels == {"site="}


def test_a_visit_without_a_token_is_opened_by_none_A7() -> None:
    story = new()
    story.when(attrs.evolve(ARRIVE, guest=Guest()))

    assert story.state.tokens == ()
    assert not v.admits(story.state, "", story.now, story.rules)
