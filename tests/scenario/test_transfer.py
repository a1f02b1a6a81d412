"""Transfer: to a colleague who agrees, to a queue, and what everybody sees of it (section 4)."""

import pytest

from livechat_core.conversation import Requeued, TransferAccepted, TransferOffered
from livechat_core.rules import Queue, Rules, seconds
from livechat_core.testing import Notice, Refused, Scenario, Visitor
from tests.scenario.desks import code, desk


class TestToAgent:
    """The receiver accepts; until then the sender keeps the chat (F35, F37)."""

    def test_the_receiver_takes_over_F35(self) -> None:
        """F35, F37: both have a place for it meanwhile; then only he."""
        with desk() as support:
            ana, ben = support.agent("ana"), support.agent("ben")
            maria = support.visitor("maria")
            ana.accepts(maria)
            ana.transfers(maria, agent=ben, comment="She speaks French.")
            assert (maria.owner, maria.offered_to, ben.offers) == ("ana", "ben", ["maria"])
            assert (ana.load, ben.load) == (1, 1)
            ana.says(maria, "I hand you over.")
            ben.accepts(maria)
            assert (maria.owner, ana.load, ben.load) == ("ben", 0, 1)
            with pytest.raises(Refused) as refused:
                ana.says(maria, "Still me")
            assert code(refused) == "forbidden"

    def test_after_thirty_seconds_it_is_back_with_the_sender_F37(self) -> None:
        """F37: by default; it counts as missed for the receiver."""
        with desk() as support:
            ana, ben = support.agent("ana"), support.agent("ben")
            maria = support.visitor("maria")
            ana.accepts(maria)
            ana.transfers(maria, agent=ben)
            support.at(29.9)
            assert maria.offered_to == "ben"
            support.at(30)
            assert (maria.owner, maria.offered_to) == ("ana", "")
            assert (ana.load, ben.load, ben.missed) == (1, 0, 1)
            assert maria.story[-1] == "TransferEnded"

    def test_the_receiver_may_decline_or_go_F37(self) -> None:
        """F37: the sender keeps the chat; who goes has missed nothing."""
        for refuse in ("declines", "goes"):
            with desk() as support:
                ana, ben = support.agent("ana"), support.agent("ben")
                maria = support.visitor("maria")
                ana.accepts(maria)
                ana.transfers(maria, agent=ben)
                if refuse == "declines":
                    ben.declines(maria)
                else:
                    ben.disconnects()
                assert (maria.owner, maria.offered_to) == ("ana", "")
                assert (ben.load, ben.missed) == (0, 0)

    @pytest.mark.parametrize(
        ("receiver", "wanted"),
        [
            ("ana", "same_agent"),
            ("off", "not_available"),
            ("away", "not_available"),
            ("full", "not_available"),
            ("nobody", "not_available"),
        ],
    )
    def test_who_cannot_take_it_is_not_asked_F35(self, receiver: str, wanted: str) -> None:
        """F35: refused at once; the chat stays as it is."""
        with desk() as support:
            ana = support.agent("ana")
            support.agent("off", status="offline")
            support.agent("away", status="away")
            support.agent("full", load=3)
            maria = support.visitor("maria")
            ana.accepts(maria)
            before = maria.story
            with pytest.raises(Refused) as refused:
                ana.transfers(maria, agent=receiver)
            assert (code(refused), maria.owner, maria.story) == (wanted, "ana", before)

    def test_an_agent_or_a_queue_is_named_and_one_at_a_time_F35(self) -> None:
        """F35, F36."""
        with desk() as support:
            ana, ben = support.agent("ana"), support.agent("ben")
            maria = support.visitor("maria")
            ana.accepts(maria)
            with pytest.raises(Refused) as both:
                ana.transfers(maria, agent=ben, queue="sales")
            ana.transfers(maria, agent=ben)
            with pytest.raises(Refused) as twice:
                ana.transfers(maria, queue="sales")
            assert (code(both), code(twice)) == ("agent_or_queue", "transfer_pending")

    def test_only_who_has_the_chat_or_a_supervisor_transfers_it_S3_16(self) -> None:
        """S3-16: or only supervisors, where the rules say so."""
        with desk() as support:
            ana, ben = support.agent("ana"), support.agent("ben")
            sam = support.agent("sam", supervisor=True)
            maria = support.visitor("maria")
            ana.accepts(maria)
            with pytest.raises(Refused) as foreign:
                ben.transfers(maria, agent=ben)
            assert code(foreign) == "forbidden"
            sam.transfers(maria, agent=ben)
            assert maria.offered_to == "ben"
        with desk(Rules(agents_transfer=False)) as support:
            ana, ben = support.agent("ana"), support.agent("ben")
            maria = support.visitor("maria")
            ana.accepts(maria)
            with pytest.raises(Refused) as refused:
                ana.transfers(maria, agent=ben)
            assert code(refused) == "forbidden"


class TestToQueue:
    """The chat waits in another queue, and the sender lets it go (S2-22, F36)."""

    def test_another_agent_goes_on_S2_22(self) -> None:
        """S2-22, F36: it keeps its waiting time; the sender's place is free."""
        with desk() as support:
            ana = support.agent("ana", queues=("support",))
            ben = support.agent("ben", queues=("sales",))
            maria = support.visitor("maria")
            ana.accepts(maria)
            ana.transfers(maria, queue="sales")
            assert (maria.owner, maria.queue, maria.offered_to) == ("", "sales", "ben")
            assert (ana.load, ana.chats) == (0, [])
            ben.accepts(maria)
            ben.says(maria, "Hello, I sell shoes.")
            assert maria.owner == "ben"

    def test_the_sender_is_not_asked_at_once_again_F36(self) -> None:
        """F36: though he serves that queue too; when all others have been asked, he is."""
        with desk() as support:
            ana = support.agent("ana")
            ben = support.agent("ben", load=1)
            maria = support.visitor("maria")
            ana.accepts(maria)
            ana.transfers(maria, queue="sales")
            assert maria.offered_to == "ben"
            ben.declines(maria)
            support.later(10)
            assert maria.offered_to == "ana"

    def test_it_does_not_bounce_back_to_a_sender_who_serves_both_F36(self) -> None:
        """F36: while the others are full; after the usual pause he is asked like anybody."""
        with desk() as support:
            ana, ben = support.agent("ana"), support.agent("ben", load={"sales": 3})
            maria = support.visitor("maria")
            ana.accepts(maria)
            ana.transfers(maria, queue="sales")
            assert (maria.phase, maria.offered_to) == ("waiting", "")
            support.at(9)
            ben.closes(support.guest("ben-1"))
            assert maria.offered_to == "ben"

    def test_what_is_needed_is_what_the_new_queue_needs_F15(self) -> None:
        """F15, S2-22: skills and languages of the old one are no longer asked for."""
        queues = {
            "tax": Queue(name="Tax", skills=("tax",), languages=("fr",)),
            "sales": Queue(name="Sales"),
        }
        with Scenario(queues=queues) as support:
            ana = support.agent("ana", skills={"tax": 1}, languages=("fr",))
            support.agent("ben", queues=("sales",))
            maria = support.visitor("maria", queue="tax", language="fr")
            ana.accepts(maria)
            ana.transfers(maria, queue="sales")
            assert maria.offered_to == "ben"

    def test_it_stands_in_the_new_line_by_its_age_G8(self) -> None:
        """G8, F36: in front of who came later; the visitor is told his place."""
        with desk() as support:
            ana = support.agent("ana", queues=("support",))
            support.agent("ben", queues=("sales",), capacity=1, load={"sales": 1})
            maria = support.visitor("maria")
            ana.accepts(maria)
            support.at(5)
            lea = support.visitor("lea", queue="sales")
            assert lea.position == 1
            ana.transfers(maria, queue="sales")
            assert (maria.position, lea.position) == (1, 2)
            assert maria.told("position")[-1]["position"] == 1

    def test_the_same_queue_and_an_unknown_one_are_refused_F36(self) -> None:
        """F36: nothing is recorded."""
        with desk() as support:
            ana, maria = support.agent("ana"), support.visitor("maria")
            ana.accepts(maria)
            before = maria.story
            for queue, wanted in (("support", "same_queue"), ("garden", "unknown_queue")):
                with pytest.raises(Refused) as refused:
                    ana.transfers(maria, queue=queue)
                assert (code(refused), maria.owner, maria.story) == (wanted, "ana", before)

    def test_where_nobody_is_it_is_refused_unless_the_sender_insists_F36(self) -> None:
        """F36, G6: the old assignment is never dropped before the new one exists."""
        with desk() as support:
            ana = support.agent("ana", queues=("support",))
            maria = support.visitor("maria")
            ana.accepts(maria)
            with pytest.raises(Refused) as refused:
                ana.transfers(maria, queue="sales")
            assert (code(refused), maria.owner) == ("nobody_available", "ana")
            ana.transfers(maria, queue="sales", anyway=True)
            assert (maria.queue, maria.position, ana.load) == ("sales", 1, 0)
            support.agent("ben", queues=("sales",))
            assert maria.offered_to == "ben"

    @pytest.mark.parametrize(("hops", "there"), [(3, True), (4, False)])
    def test_the_queue_that_takes_over_gets_it_up_to_three_hops_F36(
        self,
        hops: int,
        there: bool,  # noqa: FBT001
    ) -> None:
        """F36, F19: a chain of queues where nobody is, but for the last one."""
        chain = [f"q{number}" for number in range(hops + 1)]
        queues = {
            name: Queue(name=name, overflow=after)
            for name, after in zip(chain, [*chain[1:], ""], strict=True)
        }
        queues["support"] = Queue(name="Support")
        with Scenario(queues=queues) as support:
            ana = support.agent("ana", queues=("support",))
            support.agent("ben", queues=(chain[-1],))
            maria = support.visitor("maria", queue="support")
            ana.accepts(maria)
            if there:
                ana.transfers(maria, queue="q0")
                assert (maria.queue, maria.offered_to) == (chain[-1], "ben")
            else:
                with pytest.raises(Refused) as refused:
                    ana.transfers(maria, queue="q0")
                assert (code(refused), maria.owner) == ("nobody_available", "ana")

    def test_the_terms_are_those_of_the_new_queue(self) -> None:
        """Longest wait, priority, time to think."""
        queues = {
            "support": Queue(name="Support"),
            "vip": Queue(name="VIP", priority=7, max_wait=seconds(50), offer_timeout=seconds(9)),
        }
        with Scenario(queues=queues) as support:
            ana = support.agent("ana", queues=("support",))
            ben = support.agent("ben", queues=("vip",))
            maria = support.visitor("maria")
            ana.accepts(maria)
            support.at(10)
            ana.transfers(maria, queue="vip")
            assert (maria.state.priority, maria.offered_to) == (7, "ben")
            support.at(19)
            assert (maria.offered_to, ben.missed) == ("", 1)
            ben.chooses("away")
            support.at(60)
            assert (maria.phase, maria.reason) == ("closed", "waited_too_long")


class TestWhatIsTold:
    """What the event carries, the history, and the notice to the visitor."""

    def test_the_event_says_from_whom_to_whom_by_whom_and_why_F36(self) -> None:
        """F36, F35."""
        with desk() as support:
            ana, ben = support.agent("ana"), support.agent("ben", queues=("support",))
            maria = support.visitor("maria")
            ana.accepts(maria)
            ana.transfers(maria, agent=ben, comment="Please")
            ben.accepts(maria)
            offered = next(one for one in maria.events if isinstance(one, TransferOffered))
            accepted = next(one for one in maria.events if isinstance(one, TransferAccepted))
            assert (offered.by, offered.seat.agent, offered.comment) == ("ana", "ben", "Please")
            assert (accepted.former.agent, accepted.seat.agent) == ("ana", "ben")
            ben.transfers(maria, queue="sales", comment="A sale")
            moved = next(one for one in maria.events if isinstance(one, Requeued))
            assert (moved.by, moved.former.agent, moved.reason) == ("ben", "ben", "transfer")
            assert (moved.from_queue, moved.queue) == ("support", "sales")

    def test_the_new_agent_has_the_whole_history_F35(self) -> None:
        """F35, F33: what was said before, and notes; the old one is told no more."""
        with desk() as support:
            ana, ben = support.agent("ana"), support.agent("ben")
            maria = support.visitor("maria")
            ana.accepts(maria)
            maria.says("Red ones?")
            ana.notes(maria, "She wants red ones.")
            ana.transfers(maria, agent=ben)
            ben.accepts(maria)
            history = support.run(ben.window.call("conversation.history", stream=maria.chat))
            types = [event["type"] for event in history["events"]]
            assert types.count("Posted") == types.count("Noted") == 1
            assert "Noted" not in [notice.kind for notice in maria.notices]

    @pytest.mark.parametrize("way", ["agent", "queue"])
    def test_the_visitor_gets_exactly_one_notice_F35(self, way: str) -> None:
        """F35, F36: when it has happened, not while the colleague thinks about it."""
        with desk() as support:
            ana = support.agent("ana", queues=("support",))
            ben = support.agent("ben", queues=("support", "sales"), load=1)
            maria = support.visitor("maria")
            ana.accepts(maria)
            before = len(_events(maria))
            if way == "agent":
                ana.transfers(maria, agent=ben, comment="Psst")
                assert len(_events(maria)) == before
                ben.accepts(maria)
            else:
                ana.transfers(maria, queue="sales", comment="Psst")
            (notice,) = _events(maria)[before:]
            assert notice.kind == ("TransferAccepted" if way == "agent" else "Requeued")
            assert "Psst" not in str(notice.facts)


def _events(visitor: Visitor) -> list[Notice]:
    return [one for one in visitor.notices if one.kind[0].isupper()]
