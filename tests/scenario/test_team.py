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
