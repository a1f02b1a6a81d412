"""Offers: time to think, declining, missing, two who take at once, first reply wins (section 4)."""

import pytest

from livechat_core.rules import Queue, Rules, seconds
from livechat_core.testing import Refused, Scenario
from tests.scenario.desks import code, desk


class TestOneAfterTheOther:
    """A chat is offered to one agent at a time, and each has some time to say yes."""

    def test_on_submit_a_free_agent_is_asked_S1_20(self) -> None:
        """S1-20, F9: one, with a timer; who accepts has it."""
        with desk() as support:
            ana, ben = support.agent("ana"), support.agent("ben")
            maria = support.visitor("maria")
            assert (ana.offers, ben.offers, maria.phase) == (["maria"], [], "offered")
            assert (ana.load, ben.load) == (1, 0), "the place is taken with the offer"
            ana.accepts(maria)
            assert (maria.owner, ana.chats, ana.offers) == ("ana", ["maria"], [])

    def test_an_offer_lapses_after_thirty_seconds_S1_21(self) -> None:
        """S1-21, S2-4: by default; the agent sees until when; then the next one is asked."""
        with desk() as support:
            ana = support.agent("ana")
            support.agent("ben")
            maria = support.visitor("maria")
            (offer,) = support.run(ana.window.lists())["offers"]
            assert offer["until"] - maria.state.since == seconds(30)
            support.at(29.9)
            assert maria.offered_to == "ana"
            support.at(30)
            assert maria.offered_to == "ben"
            support.at(59.9)
            assert maria.offered_to == "ben", "the time begins anew"
            assert ana.missed == 1

    def test_the_time_to_think_is_a_setting_of_the_queue_S1_21(self) -> None:
        """S1-21."""
        with desk(offer_timeout=seconds(5)) as support:
            support.agent("ana")
            support.agent("ben")
            maria, zoe = support.visitor("maria"), support.visitor("zoe", queue="sales")
            assert (maria.offered_to, zoe.offered_to) == ("ana", "ben")
            support.at(5)
            assert (maria.offered_to, zoe.offered_to) == ("ben", "ben")

    def test_accepting_after_the_time_is_an_error_and_changes_nothing(self) -> None:
        """A69, S2-3: also before the desk has noticed that the time is over."""
        with desk() as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            with support.at_once():
                support.at(30)
                with pytest.raises(Refused) as early:
                    ana.accepts(maria)
                assert (maria.phase, maria.story) == ("offered", ["Started", "Offered"])
            with pytest.raises(Refused) as late:
                ana.accepts(maria)
            assert (code(early), code(late)) == ("offer_over", "offer_over")
            assert (maria.owner, maria.story[-1]) == ("", "OfferLapsed")

    def test_who_is_no_longer_there_is_not_asked_on_and_has_missed_nothing_G7(self) -> None:
        """The offer is withdrawn at once: window lost, away, busy, gone home."""
        for leave in ("disconnects", "away", "busy", "offline"):
            with desk() as support:
                ana, ben = support.agent("ana"), support.agent("ben", load=2)
                maria = support.visitor("maria")
                assert maria.offered_to == "ana"
                if leave == "disconnects":
                    ana.disconnects()
                else:
                    ana.chooses(leave)
                assert (maria.offered_to, ben.offers) == ("ben", ["maria"])
                assert maria.story == ["Started", "Offered", "OfferWithdrawn", "Offered"]
                assert (ana.missed, ana.load) == (0, 0)

    def test_choosing_who_is_asked_already_changes_nothing_S1_10(self) -> None:
        """S1-10, F18: the same result is no event."""
        with desk() as support:
            support.agent("ana")
            sam = support.agent("sam", supervisor=True, status="away")
            maria = support.visitor("maria", priority=2)
            before = maria.story
            sam.assigns(maria, "ana")
            sam.prioritizes(maria, 2)
            assert (maria.offered_to, maria.story) == ("ana", before)


class TestPass:
    """Whoever has been asked is not asked again in this pass; then the queue says what to do."""

    def test_the_other_chats_go_on_to_who_declined_one(self) -> None:
        """With one agent only, the item stays and the next one is offered to him."""
        with desk() as support:
            ana = support.agent("ana", capacity=1)
            maria, zoe = support.visitor("maria"), support.visitor("zoe")
            ana.declines(maria)
            assert (maria.offered_to, zoe.offered_to) == ("", "ana")
            assert ana.missed == 0, "who says no is there"

    def test_a_new_pass_begins_after_a_pause(self) -> None:
        """S1-21: ``restart_pass``, after ten seconds by default."""
        with desk() as support:
            ana, ben = support.agent("ana"), support.agent("ben")
            maria = support.visitor("maria")
            ana.declines(maria)
            ben.declines(maria)
            support.at(9)
            assert maria.offered_to == ""
            assert "all in support who can be asked have been: ana, ben" in maria.why
            support.at(10)
            assert maria.offered_to == "ana"

    def test_who_comes_meanwhile_is_asked_at_once(self) -> None:
        with desk() as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            ana.declines(maria)
            support.agent("ben")
            assert maria.offered_to == "ben"

    def test_another_queue_may_take_over_F19(self) -> None:
        """F19: ``overflow``; there everybody may be asked, he who declined before too."""
        with desk(when_exhausted="overflow", overflow="sales") as support:
            ana = support.agent("ana")
            maria = support.visitor("maria")
            ana.declines(maria)
            assert (maria.queue, maria.offered_to) == ("sales", "ana")
            assert "Overflowed" in maria.story

    @pytest.mark.parametrize("email", ["maria@customer.example", ""])
    def test_the_visitor_may_be_asked_for_a_message(self, email: str) -> None:
        """``leave_message``: nothing is lost; without an address the chat ends with the reason."""
        with desk(when_exhausted="leave_message") as support:
            ana = support.agent("ana")
            maria = support.visitor("maria", email=email)
            ana.declines(maria)
            assert maria.phase == ("message_left" if email else "closed")
            assert maria.reason == "nobody_answered"
            assert maria.notices[-1].facts["reason"] == "nobody_answered"

    def test_nothing_is_given_up_while_somebody_who_was_not_asked_is_only_full(self) -> None:
        """``leave_message``: one decline is not everybody's."""
        with desk(when_exhausted="leave_message") as support:
            ana, ben = support.agent("ana"), support.agent("ben", capacity=1, load=1)
            maria = support.visitor("maria", email="maria@customer.example")
            ana.declines(maria)
            support.later(60)
            assert (maria.phase, maria.offered_to) == ("waiting", "")
            ben.closes(support.guest("ben-1"))
            assert maria.offered_to == "ben"


class TestFirstWins:
    """Two who want the same chat."""

    def test_the_loser_learns_who_has_it_G6(self) -> None:
        """G6, F10: picked by hand at once; the same agent again gets the same answer."""
        with desk(assignment="manual") as support:
            ana, ben = support.agent("ana"), support.agent("ben")
            maria = support.visitor("maria")
            assert (maria.phase, maria.offered_to) == ("waiting", ""), "nobody is asked"
            with support.at_once():
                ana.picks(maria)
                with pytest.raises(Refused) as refused:
                    ben.picks(maria)
                ana.picks(maria)
            assert (code(refused), refused.value.facts["owner"]) == ("taken", "Ana")
            assert (maria.owner, ana.load, ben.load) == ("ana", 1, 0)
            assert maria.story == ["Started", "Accepted"]

    def test_an_offer_is_accepted_once_G6(self) -> None:
        """G6: again is the same; a colleague who was asked before learns who has it."""
        with desk() as support:
            ana, ben = support.agent("ana"), support.agent("ben")
            maria = support.visitor("maria")
            ana.declines(maria)
            ben.accepts(maria)
            ben.accepts(maria)
            with pytest.raises(Refused) as refused:
                ana.accepts(maria)
            assert (code(refused), refused.value.facts["owner"]) == ("taken", "Ben")
            assert maria.story.count("Accepted") == 1

    def test_the_first_reply_takes_the_chat_S3_15(self) -> None:
        """S3-15, F11: all who serve the queue see it; then it is in one list only."""
        with desk(assignment="first_reply") as support:
            ana, ben = support.agent("ana"), support.agent("ben")
            maria = support.visitor("maria")
            seen = [support.run(one.window.lists())["waiting"] for one in (ana, ben)]
            assert [len(rows) for rows in seen] == [1, 1]
            ben.says(maria, "Hello")
            with pytest.raises(Refused) as refused:
                ana.says(maria, "Good morning")
            assert (code(refused), refused.value.facts["owner"]) == ("taken", "Ben")
            assert (maria.owner, ben.chats, ana.load) == ("ben", ["maria"], 0)
            assert support.run(ana.window.lists())["waiting"] == []

    def test_a_chat_is_picked_although_it_is_offered_to_nobody_yet_F10(self) -> None:
        """F10, S3-16: unless its queue only offers; a supervisor may all the same."""
        with desk(pick=False) as support:
            ana = support.agent("ana", status="busy")
            sam = support.agent("sam", status="busy", supervisor=True)
            maria, zoe = support.visitor("maria"), support.visitor("zoe", queue="sales")
            with pytest.raises(Refused) as refused:
                ana.picks(maria)
            assert code(refused) == "forbidden"
            ana.picks(zoe)
            sam.picks(maria)
            assert (maria.owner, zoe.owner) == ("sam", "ana")


class TestInvitation:
    """An agent invites somebody who reads a page."""

    def test_whoever_accepts_talks_to_who_invited_him_S0_44(self) -> None:
        """S0-44, S0-45: no queue, no offer; meanwhile no colleague may invite him."""
        with desk() as support:
            ana, ben = support.agent("ana"), support.agent("ben")
            maria = support.visitor("maria", chat=False)
            ben.invites(maria)
            with pytest.raises(Refused) as refused:
                ana.invites(maria)
            assert (code(refused), refused.value.facts["owner"]) == ("invited", "Ben")
            maria.starts()
            assert (maria.owner, maria.story) == ("ben", ["Started", "Accepted"])

    def test_an_invitation_lasts_two_minutes_or_as_long_as_its_agent_S0_45(self) -> None:
        """S0-45: then a colleague may; who accepts late is served as anybody."""
        with desk() as support:
            ana, ben = support.agent("ana"), support.agent("ben", status="busy")
            maria, lea = (support.visitor(name, chat=False) for name in ("maria", "lea"))
            ben.invites(maria)
            ben.invites(lea)
            ben.disconnects()
            ana.invites(lea)
            support.at(120)
            maria.starts()
            assert (maria.owner, maria.offered_to) == ("", "ana")

    @pytest.mark.parametrize("limit", ["weight", "queue", "line", "desk"])
    def test_who_has_no_room_for_the_invited_one_lets_him_wait_G7(self, limit: str) -> None:
        """G7, S0-44: by whatever limit; the invitation leads into the line, not to an error."""
        with desk(
            Rules(desk_chats=1 if limit == "desk" else 0),
            weight=3 if limit == "weight" else 1,
            agent_limit=1 if limit == "queue" else None,
            chat_limit=1 if limit == "line" else None,
        ) as support:
            queue = "sales" if limit == "weight" else "support"
            ana = support.agent("ana", load={queue: 1})
            support.agent("ben", capacity=0)
            maria = support.visitor("maria", chat=False)
            ana.invites(maria)
            maria.starts(queue="support")
            assert (maria.phase, maria.position, ana.load) == ("waiting", 1, 1)


class TestNoReply:
    """An agent who has accepted and says nothing (F30)."""

    def test_by_default_he_may_take_his_time_F30(self) -> None:
        """F30."""
        with desk() as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            support.agent("ben")
            ana.accepts(maria)
            support.at(1800)
            assert maria.owner == "ana"

    def test_the_chat_goes_to_another_F30(self) -> None:
        """F30: he himself is not asked again in this pass; it counts as missed."""
        with desk(reply_timeout=seconds(180)) as support:
            ana, ben, maria = support.agent("ana"), support.agent("ben"), support.visitor("maria")
            ana.accepts(maria)
            support.at(179)
            assert maria.owner == "ana"
            support.at(180)
            assert (maria.owner, maria.offered_to, ana.missed, ana.load) == ("", "ben", 1, 0)
            ben.accepts(maria)
            ben.says(maria, "Hello")
            support.at(900)
            assert maria.owner == "ben", "who has replied keeps it"

    def test_with_nobody_else_it_stays_F30(self) -> None:
        """F30: until somebody else is there."""
        with desk(reply_timeout=seconds(180)) as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            ana.accepts(maria)
            support.at(180)
            assert (maria.owner, maria.story[-1]) == ("ana", "ReplyOverdue")
            support.agent("ben")
            support.at(360)
            assert maria.offered_to == "ben"

    def test_where_chats_are_picked_by_hand_it_is_back_in_the_line_F30(self) -> None:
        """F30."""
        with desk(assignment="manual", reply_timeout=seconds(180)) as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            support.agent("ben")
            ana.picks(maria)
            support.at(180)
            assert (maria.phase, maria.offered_to, maria.position) == ("waiting", "", 1)


class TestMissed:
    """Offers that lapse, one after the other (F29)."""

    def test_three_in_a_row_make_an_agent_away_F29(self) -> None:
        """F29: by default; he comes back by his own choice, and has missed none then."""
        rules = Rules(pass_pause=0)
        with Scenario(queues={"support": Queue(name="Support")}, rules=rules) as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            support.at(89)
            assert (ana.status, ana.missed) == ("available", 2)
            support.at(90)
            assert (ana.status, ana.facts["reason"], maria.offered_to) == ("away", "missed", "")
            ana.chooses("available")
            assert (ana.missed, maria.offered_to) == (0, "ana")

    def test_a_yes_or_a_no_in_between_begins_the_count_anew_F29(self) -> None:
        """F29, F9."""
        with desk(Rules(pass_pause=0, missed_until_away=2)) as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            support.at(30)
            assert ana.missed == 1
            ana.declines(maria)
            assert ana.missed == 0
            support.at(70)
            assert ana.status == "available"

    def test_it_may_be_switched_off_F29(self) -> None:
        """F29."""
        with desk(Rules(pass_pause=0, missed_until_away=0)) as support:
            ana = support.agent("ana")
            support.visitor("maria")
            support.at(300)
            assert (ana.status, ana.missed) == ("available", 10)
