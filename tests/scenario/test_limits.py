"""Limits: of an agent, of a queue, of the desk; what counts; pace; wrap-up; whatever is waiting."""

import pytest

from livechat_core.rules import Queue, Rules, seconds
from livechat_core.testing import Refused, Scenario
from tests.scenario.desks import code, desk


class TestAgent:
    """How many chats one agent has."""

    def test_three_at_a_time_by_default_F5(self) -> None:
        """F5, S2-17: the fourth waits."""
        with desk() as support:
            ana = support.agent("ana")
            guests = [support.visitor(f"guest-{number}") for number in range(4)]
            for guest in guests[:3]:
                ana.accepts(guest)
            assert (ana.load, ana.why_not, guests[3].position) == (3, "full", 1)
            assert ana.chats == ["guest-0", "guest-1", "guest-2"]

    def test_what_is_taken_by_hand_counts_and_keeps_to_the_limit_G7(self) -> None:
        """G7: other systems let agents go above it."""
        with desk(assignment="manual") as support:
            ana = support.agent("ana", capacity=1)
            maria, lea = support.visitor("maria"), support.visitor("lea")
            ana.picks(maria)
            with pytest.raises(Refused) as refused:
                ana.picks(lea)
            assert (code(refused), ana.load) == ("agent_full", 1)

    def test_nobody_with_a_capacity_of_none_is_ever_asked_F5(self) -> None:
        """F5: 0 is not unlimited."""
        with desk() as support:
            support.agent("ana", capacity=0)
            ben = support.agent("ben", load=2)
            maria = support.visitor("maria")
            assert (maria.offered_to, maria.explain()["ana"]) == ("ben", "full")
            assert ben.load == 3

    def test_a_lower_limit_takes_nothing_away_F5(self) -> None:
        """F5: only nothing new is given."""
        with desk() as support:
            sam = support.agent("sam", supervisor=True, status="away")
            ana, maria = support.agent("ana"), support.visitor("maria")
            ana.accepts(maria)
            sam.sets_capacity(ana, 0)
            lea = support.visitor("lea", chat=False)
            assert support.availability("support").reason == "all_full"
            lea.starts()
            assert (maria.owner, lea.offered_to) == ("ana", "")
            sam.sets_capacity(ana, 2)
            assert lea.offered_to == "ana"

    def test_heavy_chats_take_more_units_F8(self) -> None:
        """F8: two units each of six make three items; what is left serves light ones."""
        queues = {"big": Queue(name="Big", weight=2), "small": Queue(name="Small")}
        with Scenario(queues=queues) as support:
            ana = support.agent("ana", capacity=5, load={"big": 2})
            assert ana.load == 4
            heavy = support.visitor("maria", queue="big")
            light = support.visitor("lea", queue="small")
            assert (heavy.offered_to, light.offered_to) == ("", "ana")
            assert heavy.explain() == {"ana": "full"}

    def test_a_limit_for_the_chats_of_one_queue_F6(self) -> None:
        """F6: besides his own; also when he takes them by hand."""
        with desk(agent_limit=1) as support:
            ana = support.agent("ana", capacity=3, load={"support": 1})
            maria, lea = support.visitor("maria"), support.visitor("lea", queue="sales")
            assert (maria.offered_to, lea.offered_to) == ("", "ana")
            assert maria.explain() == {"ana": "has 1 of 1 chats of support"}
            with pytest.raises(Refused) as refused:
                ana.picks(maria)
            assert code(refused) == "agent_full_in_queue"


class TestQueueAndDesk:
    """How many chats there are at all."""

    @pytest.mark.parametrize("level", ["queue", "desk"])
    def test_chats_with_agents_at_the_same_time_F6(self, level: str) -> None:
        """F6, G7: those offered count; the next one is served when one is over."""
        rules = Rules(desk_chats=2) if level == "desk" else None
        with desk(rules, chat_limit=2 if level == "queue" else None) as support:
            ana = support.agent("ana", capacity=9)
            zoe, lea, maria = (support.visitor(name) for name in ("zoe", "lea", "maria"))
            ana.accepts(zoe)
            assert (lea.offered_to, maria.offered_to) == ("ana", "")
            assert maria.why == f"nobody is asked: {level}_busy"
            with pytest.raises(Refused) as refused:
                ana.picks(maria)
            assert refused.value.facts["guard"] == f"{level}_busy"
            assert support.availability("support").reason == f"{level}_busy"
            zoe.closes()
            assert maria.offered_to == "ana"

    def test_a_line_has_a_limit_F3(self) -> None:
        """F3: who comes then is asked for a message instead."""
        with desk(limit=2) as support:
            ana = support.agent("ana", capacity=1)
            ana.accepts(support.visitor("zoe"))
            support.visitor("lea")
            support.visitor("tom")
            maria = support.visitor("maria", chat=False)
            assert support.availability("support").reason == "queue_full"
            with pytest.raises(Refused) as refused:
                maria.starts()
            assert code(refused) == "nobody_available"
            maria.leaves_message("Call me.", email="maria@customer.example")
            assert (maria.phase, len(support.line("support"))) == ("message_left", 2)

    def test_a_full_line_opens_again_when_it_is_short_enough_F3(self) -> None:
        """F3: with a threshold of its own; else as soon as there is a place."""
        for threshold, open_at in ((None, 2), (1, 1)):
            with desk(limit=3, reopen_at=threshold) as support:
                ana = support.agent("ana", capacity=1)
                ana.accepts(support.visitor("zoe"))
                guests = [support.visitor(f"guest-{number}") for number in range(3)]
                lengths = []
                for guest in guests:
                    guest.closes()
                    if support.availability("support").reason != "queue_full":
                        lengths.append(len(support.line("support")))
                assert lengths[0] == open_at

    @pytest.mark.parametrize(
        ("policy", "waits"),
        [("queue", True), ("queue_with_escape", True), ("leave_message", False)],
    )
    def test_what_a_visitor_meets_while_all_are_full_S0_5(self, policy: str, waits: bool) -> None:  # noqa: FBT001
        """S0-5: he may wait, or is asked for a message."""
        with desk(when_busy=policy) as support:
            support.agent("ana", load=3)
            maria = support.visitor("maria", chat=False)
            told = support.availability("support")
            assert (told.state, told.reason) == ("busy", "all_full")
            if waits:
                maria.starts()
                assert maria.position == 1
            else:
                with pytest.raises(Refused) as refused:
                    maria.starts()
                assert code(refused) == "nobody_available"

    def test_a_visitor_has_one_chat_and_an_address_three_that_wait_G5(self) -> None:
        """G5: a second start leads to the first chat."""
        with desk() as support:
            support.agent("ana", load=3)
            maria = support.visitor("maria", address="192.0.2.1")
            first = maria.chat
            maria.starts()
            assert (maria.chat, maria.story) == (first, ["Started"])
            for name in ("lea", "tom"):
                support.visitor(name, address="192.0.2.1")
            with pytest.raises(Refused) as refused:
                support.visitor("noa", address="192.0.2.1")
            assert code(refused) == "full"

    def test_a_message_has_five_thousand_characters_at_most(self) -> None:
        """Section 3 says 16 KB; the page on security, whose numbers hold, says less."""
        with desk() as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            ana.accepts(maria)
            maria.says("x" * 5000)
            with pytest.raises(Refused) as refused:
                maria.says("x" * 5001)
            assert code(refused) == "too_long"
            assert maria.story.count("Posted") == 1


class TestQuiet:
    """Chats in which nobody speaks (F7)."""

    def test_after_ten_minutes_of_silence_a_chat_frees_its_place_F7(self) -> None:
        """F7: of both sides, by default."""
        with desk() as support:
            ana, maria = support.agent("ana", capacity=1), support.visitor("maria")
            ana.accepts(maria)
            support.at(300)
            maria.says("Are you there?")
            support.at(899)
            lea = support.visitor("lea")
            assert (ana.load, lea.offered_to) == (1, "")
            support.at(900)
            assert (maria.owner, lea.offered_to, ana.load) == ("ana", "ana", 1)

    def test_it_takes_its_place_again_when_somebody_speaks_F7(self) -> None:
        """F7: even above the capacity; nothing new is assigned then."""
        with desk() as support:
            ana, maria = support.agent("ana", capacity=1), support.visitor("maria")
            ana.accepts(maria)
            lea = support.visitor("lea")
            support.at(600)
            ana.accepts(lea)
            maria.says("I am back.")
            assert (ana.load, ana.why_not) == (2, "full")
            lea.closes()
            zoe = support.visitor("zoe")
            assert (ana.load, zoe.offered_to) == (1, "")

    def test_silent_chats_count_where_the_rules_say_so_F7(self) -> None:
        """F7."""
        with desk(Rules(idle_counts=True)) as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            ana.accepts(maria)
            support.at(1800)
            assert ana.load == 1


class TestPace:
    """A buffer after each assignment, and a rate (F21)."""

    def test_there_is_none_by_default_F21(self) -> None:
        """F21."""
        with desk() as support:
            ana = support.agent("ana")
            support.visitor("maria")
            support.visitor("lea")
            assert ana.offers == ["maria", "lea"]

    def test_a_buffer_keeps_an_agent_from_being_asked_again_at_once_F21(self) -> None:
        """F21: others are asked; he himself is as soon as it is over, to the moment."""
        with desk(Rules(buffer=seconds(90))) as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            lea = support.visitor("lea")
            assert (ana.why_not, lea.offered_to) == ("resting", "")
            assert support.availability("support").reason == "all_full"
            ana.accepts(maria)
            support.at(89.5)
            assert lea.offered_to == ""
            support.at(90)
            assert lea.offered_to == "ana"

    def test_so_many_assignments_in_a_window_F21(self) -> None:
        """F21: two a minute; what he takes himself is his own affair."""
        with desk(Rules(assignments=2)) as support:
            ana = support.agent("ana", capacity=9)
            support.visitor("zoe")
            support.at(20)
            support.visitor("lea")
            maria, tom = support.visitor("maria"), support.visitor("tom")
            assert (ana.offers, ana.why_not) == (["zoe", "lea"], "resting")
            ana.picks(tom)
            assert (tom.owner, maria.offered_to) == ("ana", "")

    def test_the_pace_goes_on_over_a_new_working_time_F21(self) -> None:
        """F21, F31: signing out and in again is no way around it."""
        with desk(Rules(buffer=seconds(90))) as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            ana.declines(maria)
            ana.chooses("offline")
            ana.chooses("available")
            lea = support.visitor("lea")
            assert (ana.why_not, lea.offered_to) == ("resting", "")


class TestWrapUp:
    """Time for notes after a chat (F26)."""

    def test_there_is_none_by_default_F26(self) -> None:
        """F26."""
        with desk() as support:
            ana, maria = support.agent("ana", capacity=1), support.visitor("maria")
            ana.accepts(maria)
            lea = support.visitor("lea")
            ana.closes(maria)
            assert lea.offered_to == "ana"

    def test_it_counts_as_load_until_it_is_over_F26(self) -> None:
        """F26: by time, or earlier by the agent's own word."""
        with desk(wrap_up=seconds(60)) as support:
            ana, maria = support.agent("ana", capacity=1), support.visitor("maria")
            ana.accepts(maria)
            lea, zoe = support.visitor("lea"), support.visitor("zoe")
            maria.closes()
            assert (ana.load, ana.chats, lea.offered_to) == (1, [], "")
            support.at(59)
            assert lea.offered_to == ""
            support.at(60)
            assert lea.offered_to == "ana"
            ana.accepts(lea)
            ana.closes(lea)
            ana.finishes_wrap_up(lea)
            assert zoe.offered_to == "ana"

    def test_it_may_count_nothing_F26(self) -> None:
        """F26: and after an offer that came to nothing there are no notes."""
        with desk(Rules(wrap_up_counts=False), wrap_up=seconds(60)) as support:
            ana, maria = support.agent("ana", capacity=1), support.visitor("maria")
            ana.accepts(maria)
            lea = support.visitor("lea")
            maria.closes()
            assert (ana.facts["wrapping"], lea.offered_to) == ([maria.chat], "ana")
            ana.declines(lea)
            assert ana.facts["wrapping"] == [maria.chat]
