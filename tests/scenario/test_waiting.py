"""The line: who is served first, what the waiting one is told, and how a wait ends."""

from collections.abc import Callable

import pytest

from livechat_core.rules import Queue, Rules, seconds
from livechat_core.testing import Agent, Refused, Scenario, Visitor
from tests.scenario.desks import code, desk


class TestOrder:
    """Higher priority before lower, inside a priority the oldest first (G8)."""

    def test_the_oldest_of_the_highest_priority_is_served_first_F18(self) -> None:
        """F18, G8: whatever its place in the script."""
        with desk() as support:
            ana = support.agent("ana", capacity=1)
            ana.accepts(support.visitor("zoe"))
            for name, priority in (("maria", 0), ("lea", 5), ("noa", 0), ("tom", 5)):
                support.visitor(name, priority=priority)
                support.later(1)
            assert support.line("support") == ["lea", "tom", "maria", "noa"]
            served = []
            for _ in range(4):
                (before,) = ana.chats
                ana.closes(support.guest(before))
                served += ana.offers
                ana.accepts(support.guest(ana.offers[0]))
            assert served == ["lea", "tom", "maria", "noa"]

    def test_a_queue_gives_its_chats_a_priority_F18(self) -> None:
        """F18: an agent of both queues serves the important one first, the older one waits."""
        queues = {"low": Queue(name="Low"), "high": Queue(name="High", priority=5)}
        with Scenario(queues=queues) as support:
            ana = support.agent("ana", capacity=1)
            zoe = support.visitor("zoe", queue="low")
            ana.accepts(zoe)
            support.visitor("maria", queue="low")
            support.visitor("lea", queue="high")
            ana.closes(zoe)
            assert ana.offers == ["lea"]

    def test_a_supervisor_moves_a_chat_forward_F18(self) -> None:
        """F18: its place is told anew; others may not."""
        with desk() as support:
            ana = support.agent("ana", capacity=1)
            sam = support.agent("sam", supervisor=True, status="away")
            ana.accepts(support.visitor("zoe"))
            support.visitor("lea")
            maria = support.visitor("maria")
            assert maria.position == 2
            sam.prioritizes(maria, 3)
            assert (maria.position, maria.told("position")[-1]["position"]) == (1, 1)
            with pytest.raises(Refused) as refused:
                ana.prioritizes(maria, 9)
            assert code(refused) == "forbidden"

    @pytest.mark.parametrize("trigger", ["freed", "back", "came", "limit", "reply", "status"])
    def test_no_newer_chat_is_served_before_an_older_one_G8(self, trigger: str) -> None:
        """G8: whatever makes a place free."""
        with desk() as support:
            sam = support.agent("sam", supervisor=True, status="away", capacity=1)
            ana = support.agent("ana", capacity=1)
            zoe = support.visitor("zoe")
            ana.accepts(zoe)
            maria, lea = support.visitor("maria"), support.visitor("lea")
            assert (maria.position, lea.position) == (1, 2)
            triggers: dict[str, Callable[[], object]] = {
                "freed": lambda: ana.closes(zoe),
                "back": lambda: _drops_and_returns(support, ana, zoe),
                "came": lambda: support.agent("ben", capacity=1),
                "limit": lambda: sam.sets_capacity("ana", 2),
                "reply": zoe.closes,
                "status": lambda: sam.chooses("available"),
            }
            with support.at_once():
                triggers[trigger]()
                tom = support.visitor("tom", queue="sales")
            assert maria.offered_to != ""
            assert (lea.offered_to, tom.offered_to, lea.position) == ("", "", 2)

    def test_a_chat_that_comes_back_keeps_its_place_G8(self) -> None:
        """G8: its agent is gone; it stands in front of all who came later."""
        with desk() as support:
            ana = support.agent("ana", capacity=1)
            maria = support.visitor("maria")
            ana.accepts(maria)
            support.at(5)
            lea = support.visitor("lea")
            ana.disconnects()
            support.at(65)
            assert (maria.phase, maria.position, lea.position) == ("waiting", 1, 2)

    def test_a_chat_that_nobody_may_serve_holds_up_no_other(self) -> None:
        """An agent who cannot do what the older one needs serves the newer one."""
        queues = {"tax": Queue(name="Tax", skills=("tax",)), "support": Queue(name="Support")}
        with Scenario(queues=queues) as support:
            ana = support.agent("ana", capacity=1)
            maria = support.visitor("maria", queue="tax", priority=9)
            lea = support.visitor("lea", queue="support")
            assert (maria.offered_to, lea.offered_to) == ("", "ana")
            assert ana.offers == ["lea"]


class TestWhatIsTold:
    """Position, estimated wait, and what is searched for."""

    def test_the_position_is_pushed_when_it_changes_F1(self) -> None:
        """F1, S1-22: and at the beginning."""
        with desk() as support:
            ana = support.agent("ana", capacity=1)
            zoe = support.visitor("zoe")
            ana.accepts(zoe)
            lea, maria = support.visitor("lea"), support.visitor("maria")
            lea.closes()
            zoe.closes()
            assert [told["position"] for told in maria.told("position")] == [2, 1]
            assert maria.offered_to == "ana"
            ana.accepts(maria)
            assert (maria.position, maria.told("Accepted")[-1]["agent"]) == (0, "Ana")

    def test_the_wait_is_the_mean_of_the_last_ones_less_what_has_passed_F2(self) -> None:
        """F2: per queue, from three waits on, in whole minutes; nothing is told before."""
        with desk() as support:
            ana = support.agent("ana", capacity=1, queues=("support",))
            for number in range(3):
                guest = support.visitor(f"guest-{number}")
                assert guest.wait is None
                support.later(28)
                ana.accepts(guest)
                ana.closes(guest)
            support.visitor("zoe")
            maria = support.visitor("maria")
            assert (maria.wait, maria.told("position")[-1]["wait"]) == (60, seconds(60))
            support.later(29)
            assert maria.wait is None, "longer than usual: nobody can tell"
            support.agent("ben", queues=("sales",))
            assert support.visitor("noa", queue="sales").wait is None

    def test_the_estimate_survives_a_restart_F2(self) -> None:
        """F2, G1."""
        with desk() as support:
            ana = support.agent("ana", capacity=1)
            for number in range(4):
                guest = support.visitor(f"guest-{number}")
                support.later(28)
                ana.accepts(guest)
                ana.closes(guest)
            support.visitor("zoe")
            maria = support.visitor("maria")
            support.restart()
            assert (maria.wait, maria.position) == (60, 2)

    def test_the_estimate_forgets_all_but_the_last_hundred_F2(self) -> None:
        """F2."""
        with desk() as support:
            ana = support.agent("ana", capacity=1)

            def serve(name: str, wait: float) -> None:
                guest = support.visitor(name)
                support.later(wait)
                ana.accepts(guest)
                ana.closes(guest)

            for number in range(3):
                serve(f"slow-{number}", 29)
            for number in range(97):
                serve(f"quick-{number}", 0)
            usual = support.desk.index.floor.usual_wait
            assert usual("support") == pytest.approx(seconds(29 * 3 / 100), abs=5)
            serve("quick-97", 0)
            assert usual("support") == pytest.approx(seconds(29 * 2 / 100), abs=5)


class TestEnd:
    """How a wait ends without an agent."""

    def test_there_is_no_longest_wait_by_default_F4(self) -> None:
        """F4."""
        with desk() as support:
            support.agent("ana", capacity=1, load=1)
            maria = support.visitor("maria")
            support.at(1800)
            assert maria.phase == "waiting"

    @pytest.mark.parametrize("email", ["maria@customer.example", ""])
    def test_after_the_longest_wait_the_visitor_is_asked_for_a_message_F4(self, email: str) -> None:
        """F4: what he wrote is a message if it can be answered; else the chat is closed."""
        with desk(max_wait=seconds(120)) as support:
            support.agent("ana", load=3)
            maria = support.visitor("maria", email=email)
            support.at(119)
            assert maria.phase == "waiting"
            support.at(120)
            assert maria.phase == ("message_left" if email else "closed")
            assert (maria.reason, support.line("support")) == ("waited_too_long", [])

    def test_it_ends_also_if_somebody_is_always_asked_F4(self) -> None:
        """F4, F9: it is not offered any more once the time is over."""
        with desk(Rules(pass_pause=0, missed_until_away=0), max_wait=seconds(75)) as support:
            support.agent("ana")
            support.agent("ben")
            maria = support.visitor("maria")
            support.at(89)
            assert maria.phase == "offered", "who is asked may still say yes"
            support.at(90)
            assert (maria.phase, maria.reason) == ("closed", "waited_too_long")

    def test_the_waiting_one_may_leave_a_message_at_any_time_S1_23(self) -> None:
        """S1-23: also while somebody is asked, who is free again then."""
        with desk() as support:
            ana = support.agent("ana", capacity=1)
            zoe = support.visitor("zoe")
            lea = support.visitor("lea")
            lea.leaves_message("Call me.", email="lea@customer.example")
            zoe.leaves_message("Me too.", email="zoe@customer.example")
            assert (lea.phase, zoe.phase) == ("message_left", "message_left")
            assert (ana.offers, ana.load, support.line("support")) == ([], 0, [])
            support.visitor("maria")
            assert ana.offers == ["maria"]

    def test_a_message_stays_a_message_when_somebody_comes(self) -> None:
        """Never converted silently."""
        with desk() as support:
            maria = support.visitor("maria", chat=False)
            maria.leaves_message("Call me.", email="maria@customer.example")
            ana = support.agent("ana")
            support.at(60)
            assert (maria.phase, ana.offers, ana.load) == ("message_left", [], 0)

    def test_chats_that_wait_with_nobody_there_are_served_when_somebody_comes_G8(self) -> None:
        """G8: Rocket.Chat forgot them."""
        with desk() as support:
            ana = support.agent("ana", load=3)
            maria, lea = support.visitor("maria"), support.visitor("lea")
            ana.chooses("away")
            support.at(1200)
            ben = support.agent("ben", capacity=1)
            assert (maria.offered_to, lea.offered_to) == ("ben", "")
            assert ben.offers == ["maria"]

    def test_a_visitor_who_is_gone_loses_his_place_only_after_five_minutes(self) -> None:
        """Absent after 60 s, lost after 300; who comes back in time has lost nothing."""
        with desk() as support:
            support.agent("ana", load=3)
            maria, lea = support.visitor("maria"), support.visitor("lea")
            maria.disconnects()
            lea.disconnects()
            support.at(60)
            assert (maria.state.lost_at is not None, maria.story[-1]) == (True, "VisitorLeft")
            support.at(299)
            lea.returns()
            assert lea.position == 2
            support.at(300)
            assert (maria.phase, maria.reason, lea.position) == ("closed", "visitor_lost", 1)

    def test_a_chat_of_an_agent_is_not_ended_for_the_visitor_who_is_gone(self) -> None:
        with desk() as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            ana.accepts(maria)
            maria.disconnects()
            support.at(1200)
            assert (maria.owner, maria.state.lost_at is not None) == ("ana", True)

    def test_a_chat_without_any_activity_ends_after_an_hour_S1_30(self) -> None:
        """S1-30, S1-31: with a notice."""
        with desk() as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            ana.accepts(maria)
            ana.says(maria, "Hello")
            support.at(3599)
            assert maria.owner == "ana"
            support.at(3600)
            assert (maria.phase, maria.reason) == ("closed", "inactive")
            assert maria.told("Closed") == [{"reason": "inactive"}]

    def test_what_is_written_after_the_end_is_refused(self) -> None:
        """Never silently stored in a closed chat; a new one begins instead."""
        with desk() as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            ana.accepts(maria)
            ana.closes(maria)
            support.later(600)
            with pytest.raises(Refused) as refused:
                maria.says("One more thing")
            assert (code(refused), maria.story[-1]) == ("closed", "Closed")
            first = maria.chat
            maria.starts()
            assert (maria.chat != first, maria.offered_to) == (True, "ana")


class TestOverflow:
    """Another queue takes over (F19)."""

    def test_a_chat_goes_on_after_some_time_F19(self) -> None:
        """F19: and waits there as long as it has, in front of who came later."""
        with desk(overflow="sales", overflow_after=seconds(60)) as support:
            support.agent("ana", queues=("support",), load=3)
            ben = support.agent("ben", queues=("sales",), load={"sales": 3})
            maria = support.visitor("maria")
            support.at(30)
            lea = support.visitor("lea", queue="sales")
            support.at(59)
            assert maria.queue == "support"
            support.at(60)
            assert (maria.queue, maria.position, lea.position) == ("sales", 1, 2)
            assert ben.load == 3

    def test_a_queue_where_nobody_is_sends_its_chats_on_F19(self) -> None:
        """F19: at once, and a visitor is let in although his own queue has nobody."""
        with desk(overflow="sales") as support:
            ben = support.agent("ben", queues=("sales",))
            assert support.availability("support").state == "online"
            maria = support.visitor("maria", queue="support")
            assert (maria.queue, maria.offered_to) == ("sales", "ben")
            assert ben.offers == ["maria"]

    def test_a_chat_that_all_have_let_pass_goes_on_in_time_F19(self) -> None:
        """F19: whoever is asked again and again meanwhile."""
        with desk(overflow="sales", overflow_after=seconds(60)) as support:
            ana, maria = support.agent("ana", queues=("support",)), support.visitor("maria")
            support.agent("ben", queues=("sales",))
            for _ in range(5):
                ana.declines(maria)
                support.later(10)
            assert (maria.queue, maria.offered_to) == ("support", "ana")
            ana.declines(maria)
            support.later(10)
            assert (maria.queue, maria.offered_to) == ("sales", "ben")

    def test_a_chat_goes_on_behind_one_that_may_not_yet_F19(self) -> None:
        """F19, F18: a newer one of higher priority does not hold it up."""
        with desk(overflow="sales", overflow_after=seconds(60)) as support:
            support.agent("ana", queues=("support",), load=3)
            support.agent("ben", queues=("sales",))
            maria = support.visitor("maria")
            support.at(50)
            lea = support.visitor("lea", priority=9)
            support.at(60)
            assert (lea.queue, maria.queue, maria.offered_to) == ("support", "sales", "ben")

    def test_a_chat_goes_on_three_times_at_most_F19(self) -> None:
        """F19: then it stays, whatever the queues say."""
        chain = "abcdef"
        queues = {
            name: Queue(name=name.upper(), overflow=after, overflow_after=seconds(10))
            for name, after in zip(chain, [*chain[1:], ""], strict=True)
        }
        with Scenario(queues=queues) as support:
            support.agent("ana", load={"a": 3})
            maria = support.visitor("maria", queue="a")
            support.at(600)
            assert maria.queue == "d"
            assert maria.story.count("Overflowed") == 3


def _drops_and_returns(stage: Scenario, agent: Agent, visitor: Visitor) -> None:
    agent.disconnects()
    visitor.closes()
    stage.later(1)
    agent.returns()
