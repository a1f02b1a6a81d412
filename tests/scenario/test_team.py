"""The chats that nobody has, as those who may take them see them."""

import pytest

from livechat_core.rules import Queue, Site
from livechat_core.testing import Refused, Scenario
from tests.scenario.desks import code, desk


def test_a_chat_counts_for_its_team_until_somebody_has_it_S3_11() -> None:
    """S3-11: also while somebody is asked; each queue for itself."""
    with desk() as support:
        ana = support.agent("ana")

        def counts() -> dict[str, int]:
            queues = support.run(ana.window.call("desk.queues"))
            return {row["id"]: row["waiting"] for row in queues}

        assert counts() == {"support": 0, "sales": 0}
        maria = support.visitor("maria", queue="support")
        assert (maria.offered_to, counts()) == ("ana", {"support": 1, "sales": 0})
        lea = support.visitor("lea", queue="sales")
        assert counts() == {"support": 1, "sales": 1}
        ana.accepts(maria)
        lea.closes()
        assert counts() == {"support": 0, "sales": 0}


def test_the_chats_of_another_brand_are_seen_only_by_who_sees_all_S3_13() -> None:
    """S3-13: each brand is a site with a queue of its own; a supervisor sees every queue."""
    queues = {"drums": Queue(name="Drums"), "dance": Queue(name="Dance")}
    sites = {name: Site(name=name.title(), queues=(name,)) for name in queues}
    with Scenario(queues=queues, sites=sites) as company:
        ana, _ = company.agent("ana", queues=("drums",)), company.agent("ben", queues=("dance",))
        sam = company.agent("sam", queues=("drums",), supervisor=True)
        company.visitor("maria", site="drums")
        lea = company.visitor("lea", site="dance")

        lists = [company.run(one.window.lists()) for one in (ana, sam)]
        assert [{row["site"] for row in one["waiting"]} for one in lists] == [
            {"drums"},
            {"drums", "dance"},
        ]
        with pytest.raises(Refused) as refused:
            company.run(ana.window.call("conversation.history", stream=lea.chat))
        assert code(refused) == "not_found"


def test_two_help_a_visitor_and_the_first_goes_home_S1_12() -> None:
    """S1-12, S1-7: through a restart and a visitor who reads along; nobody has the chat twice."""
    with desk() as support:
        ana, ben = support.agent("ana"), support.agent("ben")
        maria = support.visitor("maria")
        ana.accepts(maria)
        support.at(60)
        ben.joins(maria)
        support.restart()
        assert (ben.joined, ana.chats, ben.chats) == (["maria"], ["maria"], [])

        ana.leaves(maria, to=ben)
        assert (ben.joined, ana.chats, ben.chats) == ([], [], ["maria"])
        ana.chooses("offline")
        assert (ana.status, maria.owner) == ("offline", "ben")
        told = [event for event in maria.notices if event.kind in {"Joined", "TakenOver"}]
        assert [(event.kind, event.facts["agent"]) for event in told] == [
            ("Joined", "Ben"),
            ("TakenOver", "Ben"),
        ]


def test_a_supervisor_helps_unseen_and_then_steps_in_F32() -> None:
    with desk() as support:
        ana, sam = support.agent("ana"), support.agent("sam", supervisor=True, status="busy")
        maria = support.visitor("maria")
        ana.accepts(maria)
        seen = len(maria.notices)
        sam.looks_on(maria)
        sam.whispers(maria, "Offer free delivery")
        assert len(maria.notices) == seen

        sam.joins(maria)
        sam.says(maria, "I am Ana's colleague")
        assert [notice.kind for notice in maria.notices[seen:]] == ["Joined", "Posted"]
