"""Agents at work: three facts and a reason, a lost connection, going home (sections 1 and 4)."""

import pytest

from livechat_core.conversation import Requeued
from livechat_core.rules import Rules, Status, seconds
from livechat_core.testing import Refused
from tests.scenario.desks import code, desk


class TestFacts:
    """Connection, chosen status and load, and why somebody cannot be asked."""

    def test_each_reason_is_said_F28(self) -> None:
        """F28."""
        with desk(Rules(buffer=seconds(60))) as support:
            people = [
                support.agent("ana", load=3, last_assigned=-60),
                support.agent("ben", status="busy"),
                support.agent("eve", status="away"),
                support.agent("noa", load=1, last_assigned=-10),
                support.agent("sam", status="offline"),
                support.agent("tom"),
            ]
            tom = people[-1]
            tom.disconnects()
            reasons = [one.why_not for one in people]
            assert reasons == ["full", "busy", "away", "resting", "offline", "grace"]

    def test_a_custom_status_means_one_of_the_usual_ones_F28(self) -> None:
        """F28: it is shown by its own name; what was never set up is refused."""
        statuses = {"lunch": Status(name="Lunch"), "late": Status(name="Late", means="available")}
        with desk(Rules(statuses=statuses)) as support:
            ana, ben = support.agent("ana", status="lunch"), support.agent("ben", status="late")
            maria = support.visitor("maria")
            assert (ana.status, ana.why_not) == ("lunch", "lunch")
            assert (ben.status, ben.why_not, maria.offered_to) == ("late", "", "ben")
            with pytest.raises(Refused) as refused:
                ana.chooses("gym")
            assert code(refused) == "bad_status"

    def test_who_is_busy_or_away_may_still_take_a_chat_by_hand_F10(self) -> None:
        """F10, F28."""
        with desk() as support:
            ana = support.agent("ana", status="away")
            support.agent("ben", load=3)
            maria = support.visitor("maria")
            ana.picks(maria)
            assert (maria.owner, ana.status) == ("ana", "away")

    def test_chats_go_on_while_their_agent_is_away_F28(self) -> None:
        """F28: only offers are withdrawn."""
        with desk() as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            ana.accepts(maria)
            lea = support.visitor("lea")
            ana.chooses("away")
            ana.says(maria, "One moment")
            assert (maria.owner, lea.offered_to, ana.load) == ("ana", "", 1)

    def test_without_activity_nobody_becomes_away_by_default_F29(self) -> None:
        """F29: by inactivity it is off; only missed offers count."""
        with desk() as support:
            ana = support.agent("ana")
            support.at(7200)
            assert ana.status == "available"

    def test_a_call_lasts_until_it_is_over(self) -> None:
        with desk() as support:
            ana, ben = support.agent("ana", in_call=True), support.agent("ben", load=2)
            maria = support.visitor("maria")
            assert maria.offered_to == "ben"
            ana.ends_call()
            assert support.visitor("lea").offered_to == "ana"
            assert ben.offers == ["maria"]


class TestGrace:
    """An agent loses his connection while he has chats (F27)."""

    def test_who_comes_back_in_time_has_lost_nothing_F27(self) -> None:
        """F27: sixty seconds by default; the visitor learns nothing of it."""
        with desk() as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            support.agent("ben")
            ana.accepts(maria)
            told = len(maria.told("Requeued"))
            ana.disconnects()
            support.at(59)
            assert (ana.status, maria.owner) == ("grace", "ana")
            ana.returns()
            support.at(3000)
            assert (ana.status, maria.owner, len(maria.told("Requeued"))) == (
                *("available", "ana", told),
            )

    def test_after_the_grace_his_chats_wait_again_in_front_F27(self) -> None:
        """F27, G10: ``requeue``, with the cause; a colleague has it at once."""
        with desk() as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            ana.accepts(maria)
            support.at(10)
            ben = support.agent("ben", load=3)
            lea = support.visitor("lea")
            lea_was = lea.offered_to
            ana.disconnects()
            support.at(69)
            assert maria.owner == "ana"
            support.at(70)
            assert (maria.phase, maria.position, lea_was) == ("waiting", 1, "ana")
            (requeued,) = [event for event in maria.events if isinstance(event, Requeued)]
            assert (requeued.reason, ana.status) == ("connection_lost", "offline")
            ben.closes(support.guest("ben-1"))
            assert maria.offered_to == "ben"

    @pytest.mark.parametrize("policy", ["restart_pass", "overflow", "leave_message"])
    def test_who_comes_back_later_is_asked_at_once_F27(self, policy: str) -> None:
        """F27: he has let nothing pass, so the chat is not given up, nor does it go on."""
        with desk(when_exhausted=policy, overflow="sales") as support:
            ana = support.agent("ana", queues=("support",))
            maria = support.visitor("maria", email="maria@customer.example")
            ana.accepts(maria)
            ana.disconnects()
            support.at(70)
            assert (maria.phase, maria.queue) == ("waiting", "support")
            ana.returns()
            assert (maria.queue, maria.offered_to) == ("support", "ana")

    def test_they_may_stay_with_him_F27(self) -> None:
        """F27: ``keep``; until he comes back."""
        with desk(Rules(agent_gone="keep")) as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            support.agent("ben")
            ana.accepts(maria)
            ana.disconnects()
            support.at(3000)
            assert (maria.owner, ana.why_not) == ("ana", "grace")
            ana.returns()
            ana.says(maria, "Here I am again.")
            assert (maria.owner, ana.status) == ("ana", "available")

    def test_or_they_are_closed_F27(self) -> None:
        """F27: ``close``, with the cause."""
        with desk(Rules(agent_gone="close")) as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            support.agent("ben")
            ana.accepts(maria)
            ana.disconnects()
            support.at(60)
            assert (maria.phase, maria.reason) == ("closed", "connection_lost")
            assert maria.told("Closed") == [{"reason": "connection_lost"}]

    def test_a_chosen_status_is_the_same_after_a_reconnect_F27(self) -> None:
        """F27, F29: also when the desk chose it, for offers missed."""
        with desk(Rules(pass_pause=0, missed_until_away=1)) as support:
            ana, ben = support.agent("ana"), support.agent("ben", status="busy")
            support.visitor("maria")
            support.at(30)
            assert ana.status == "away"
            for agent in (ana, ben):
                agent.disconnects()
                agent.returns()
            assert (ana.status, ben.status) == ("away", "busy")

    def test_a_restart_of_the_desk_is_survived_F27(self) -> None:
        """F27, G1: windows open again by themselves; nothing is lost, no offer is doubled."""
        with desk() as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            lea = support.visitor("lea")
            ana.accepts(maria)
            support.restart()
            assert (maria.owner, lea.offered_to, ana.status) == ("ana", "ana", "available")
            ana.says(maria, "Hello")
            assert maria.told("Posted")[-1]["text"] == "Hello"
            support.at(25)
            assert (ana.status, ana.load) == ("available", 2), "the lost process harms nobody"

    def test_who_does_not_come_back_after_a_restart_is_found_G10(self) -> None:
        """G10, F27: the lease of the dead process is over after twenty seconds."""
        with desk() as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            ana.accepts(maria)
            support.restart(reconnect=False)
            maria.returns()
            support.at(30)
            assert (ana.status, maria.owner) == ("grace", "ana")
            support.at(90)
            assert (ana.status, maria.phase) == ("offline", "waiting")


class TestWindows:
    """Several windows and devices of one agent (G10)."""

    def test_the_last_window_decides_G10(self) -> None:
        """G10: what is offered is withdrawn only with the last one."""
        with desk() as support:
            ana = support.agent("ana")
            ana.second_window()
            maria = support.visitor("maria")
            assert ana.offers == ["maria"]
            ana.closes_window()
            assert (ana.status, maria.offered_to) == ("available", "ana")
            ana.accepts(maria)
            ana.disconnects()
            assert ana.status == "grace"

    def test_both_windows_show_the_same_G10(self) -> None:
        """G10: chats, offers, status; what is done in one is seen in the other."""
        with desk() as support:
            ana = support.agent("ana")
            first = ana.window
            ana.second_window()
            maria = support.visitor("maria")
            ana.accepts(maria)
            ana.chooses("busy")
            for window in (first, ana.window):
                lists = support.run(window.lists())
                assert [row["stream"] for row in lists["mine"]] == [maria.chat]
            statuses = [told["status"] for told in ana.told("status")]
            assert statuses.count("busy") == 2


class TestGoingHome:
    """Choosing offline (F31)."""

    def test_chats_are_brought_to_an_end_first_F31(self) -> None:
        """F31: nothing new, and offline with the last one."""
        with desk() as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            ana.accepts(maria)
            lea = support.visitor("lea")
            ana.chooses("offline")
            assert (ana.status, lea.offered_to) == ("draining", "")
            ana.says(maria, "Anything else?")
            support.at(300)
            assert maria.owner == "ana"
            ana.closes(maria)
            assert ana.status == "offline"

    def test_who_changes_his_mind_goes_on_F31(self) -> None:
        """F31."""
        with desk() as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            ana.accepts(maria)
            lea = support.visitor("lea")
            ana.chooses("offline")
            ana.chooses("available")
            assert (ana.status, lea.offered_to) == ("available", "ana")

    def test_without_chats_he_is_gone_at_once_F31(self) -> None:
        """F31: signing in again begins anew, available."""
        with desk() as support:
            ana = support.agent("ana")
            ana.chooses("offline")
            assert (ana.status, support.availability("support").reason) == (
                *("offline", "nobody_at_work"),
            )
            ana.chooses("available")
            assert (ana.status, support.availability("support").state) == ("available", "online")

    def test_news_of_an_earlier_working_time_do_not_hide_the_present_one_G10(self) -> None:
        """G10: as they come when two windows open at the same moment."""
        with desk() as support:
            ana = support.agent("ana")
            ana.chooses("offline")
            ended = support.desk.index.last_presence("ana")
            ana.chooses("available")
            assert ended is not None
            support.desk.index.apply(ended)
            assert support.visitor("maria").offered_to == "ana"

    @pytest.mark.parametrize("restart", [False, True])
    def test_what_is_fair_to_remember_is_kept_over_the_night_F28(self, restart: bool) -> None:  # noqa: FBT001
        """F28, F27: a chosen status, and when the last chat was; the desk may begin anew."""
        with desk() as support:
            ana, ben = support.agent("ana", status="away"), support.agent("ben", last_assigned=-60)
            assigned = ben.facts["last_assigned"]
            ana.disconnects()
            ben.chooses("offline")
            support.at(3600)
            assert (ana.status, ben.status) == ("offline", "offline")
            if restart:
                support.restart()
            assert ben.status == "offline", "an open window alone is no work"
            ana.returns()
            ben.chooses("available")
            assert (ana.status, ben.status) == ("away", "available")
            assert ben.facts["last_assigned"] == assigned > 0


class TestAvailability:
    """Whether a chat can begin, and why not (S0-5, S4-14)."""

    def test_each_state_has_its_reason_S4_14(self) -> None:
        """S4-14, S0-5: everybody offline, away, busy or full."""
        with desk() as support:
            seen = [support.availability("support")]
            ana = support.agent("ana")
            seen += [support.availability("support")]
            for status in ("away", "busy"):
                ana.chooses(status)
                seen += [support.availability("support")]
            ana.chooses("available")
            guests = [support.visitor(f"guest-{number}") for number in range(3)]
            seen += [support.availability("support")]
            for guest in guests:
                ana.accepts(guest)
            ana.disconnects()
            seen += [support.availability("support")]
            told = [(one.state, one.reason) for one in seen]
            assert told == [
                ("offline", "nobody_at_work"),
                ("online", ""),
                ("offline", "all_away"),
                ("busy", "all_busy"),
                ("busy", "all_full"),
                ("offline", "all_away"),
            ]

    def test_a_visitor_sees_it_change_S0_3(self) -> None:
        """S0-3: the prompt of the button."""
        with desk() as support:
            maria = support.visitor("maria", chat=False)
            ana = support.agent("ana")
            ana.chooses("away")
            states = [told["state"] for told in maria.told("availability")]
            assert states[-2:] == ["online", "offline"]
            with pytest.raises(Refused) as refused:
                maria.starts()
            assert code(refused) == "nobody_available"
