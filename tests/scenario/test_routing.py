"""Who is asked: what an agent must have, who is preferred, and the chain of ties (section 2)."""

from typing import Any

import pytest

from livechat_core import hookimpl
from livechat_core.errors import ConfigurationError
from livechat_core.routing import Candidate, Need, Order
from livechat_core.rules import Queue, Rules, seconds
from livechat_core.testing import Refused, Scenario
from tests.scenario.desks import code, desk


class TestLeastBusy:
    """The chain of ties: tier, skill level, load, last assignment, id."""

    def test_tier_comes_before_all_else_F20(self) -> None:
        """F20: a lower tier is asked first, whatever his load."""
        with desk(skills=("tax",)) as support:
            support.agent("ana", tier=1, skills={"tax": 9}, capacity=4, last_assigned=-600)
            support.agent("ben", tier=0, skills={"tax": 1}, load=3, capacity=4)
            assert support.visitor("maria").offered_to == "ben"

    def test_somebody_in_a_call_is_asked_after_all_of_his_tier(self) -> None:
        with desk(skills=("tax",)) as support:
            support.agent("ana", in_call=True, skills={"tax": 9}, capacity=4, last_assigned=-600)
            ben = support.agent("ben", skills={"tax": 1}, load=3, capacity=4)
            maria = support.visitor("maria")
            assert maria.offered_to == "ben"
            ben.declines(maria)
            assert maria.offered_to == "ana"

    def test_skill_level_comes_before_load_F15(self) -> None:
        """F15: the sum of the levels that the chat needs."""
        with desk(skills=("tax", "law")) as support:
            support.agent(
                "ana", skills={"tax": 1, "law": 1, "art": 9}, capacity=4, last_assigned=-600
            )
            support.agent("ben", skills={"tax": 2, "law": 1}, load=3, capacity=4)
            maria = support.visitor("maria")
            assert maria.offered_to == "ben"
            assert "skill level 3" in maria.why

    def test_load_is_the_share_of_the_capacity_F13(self) -> None:
        """F13, F5: one of two is busier than two of five."""
        with desk() as support:
            support.agent("ana", capacity=2, load=1, last_assigned=-900)
            support.agent("ben", capacity=5, load=2, last_assigned=-300)
            assert support.visitor("maria").offered_to == "ben"

    def test_equal_loads_go_to_the_oldest_assignment_F14(self) -> None:
        """F14."""
        with desk() as support:
            support.agent("ana", capacity=2, load=1, last_assigned=-300)
            support.agent("ben", capacity=2, load=1, last_assigned=-301)
            assert support.visitor("maria").offered_to == "ben"

    def test_who_was_never_given_a_chat_is_before_who_was(self) -> None:
        with desk() as support:
            support.agent("ana", last_assigned=-3000)
            support.agent("ben")
            assert support.visitor("maria").offered_to == "ben"

    def test_the_id_is_the_last_word(self) -> None:
        """Whatever the order in which they came."""
        with desk() as support:
            support.agent("ben")
            support.agent("ana")
            assert support.visitor("maria").offered_to == "ana"


class TestOtherOrders:
    """The built-in orders that a queue may name."""

    def test_longest_idle_asks_who_has_been_without_a_chat_the_longest_F14(self) -> None:
        """F14: since when the last chat ended, not when it was given."""
        with desk(order="longest_idle") as support:
            support.agent("ana", last_assigned=-900, idle_since=-100)
            support.agent("ben", last_assigned=-800, idle_since=-200)
            assert support.visitor("maria").offered_to == "ben"

    def test_longest_idle_asks_the_fewest_chats_if_all_are_serving(self) -> None:
        """Zendesk's way, then the oldest assignment."""
        with desk(order="longest_idle") as support:
            support.agent("ana", capacity=9, load=3, last_assigned=-900)
            support.agent("ben", capacity=3, load=1, last_assigned=-300)
            support.agent("sam", capacity=3, load=1, last_assigned=-400)
            maria = support.visitor("maria")
            assert maria.offered_to == "sam"
            assert list(maria.explain()) == ["ben", "sam", "ana"]

    def test_round_robin_takes_turns_whatever_the_load_F12(self) -> None:
        """F12: whoever was asked longest ago."""
        with desk(order="round_robin") as support:
            people = [support.agent("ana", load=2, last_assigned=-900)]
            people += [support.agent(name, last_assigned=-10) for name in ("ben", "sam")]
            asked = []
            for number in range(6):
                visitor = support.visitor(f"guest-{number}")
                asked.append(visitor.offered_to)
                visitor.closes()
            assert asked == ["ana", "ben", "sam", "ana", "ben", "sam"]

    def test_round_robin_keeps_to_the_limits_F5(self) -> None:
        """F5: unlike Intercom's."""
        with desk(order="round_robin") as support:
            support.agent("ana", capacity=2, load=2, last_assigned=-900)
            support.agent("ben", last_assigned=-10)
            assert support.visitor("maria").offered_to == "ben"

    def test_most_available_asks_the_highest_spare_capacity(self) -> None:
        """Half of ten leaves more than all of four; least busy would ask the other."""
        for order, wanted in (("most_available", "ana"), ("least_busy", "ben")):
            with desk(order=order) as support:
                support.agent("ana", capacity=10, load=5, last_assigned=-10)
                support.agent("ben", capacity=4, last_assigned=-900)
                assert support.visitor("maria").offered_to == wanted

    def test_equally_available_ones_are_asked_by_turns_F14(self) -> None:
        """F14."""
        with desk(order="most_available") as support:
            support.agent("ana", capacity=3, load=1, last_assigned=-300)
            support.agent("ben", capacity=2, last_assigned=-900)
            assert support.visitor("maria").offered_to == "ben"

    @pytest.mark.parametrize("order", ["longest_idle", "round_robin", "most_available", "in_order"])
    def test_somebody_in_a_call_is_asked_last_in_every_order(self, order: str) -> None:
        with desk(order=order) as support:
            support.agent("ana", capacity=9, in_call=True)
            support.agent("ben", load=1)
            assert support.visitor("maria").offered_to == "ben"

    @pytest.mark.parametrize("order", ["longest_idle", "most_available"])
    def test_skill_levels_come_before_loads_in_these_orders_F15(self, order: str) -> None:
        """F15."""
        with desk(order=order, skills=("tax",)) as support:
            support.agent("ana", capacity=9, skills={"tax": 1})
            support.agent("ben", load=1, skills={"tax": 2})
            assert support.visitor("maria").offered_to == "ben"

    def test_in_order_always_asks_the_first_and_begins_again_after_the_last(self) -> None:
        """Bitrix24's way."""
        with desk(order="in_order") as support:
            ana, ben = support.agent("ana"), support.agent("ben")
            maria = support.visitor("maria")
            ana.declines(maria)
            assert maria.offered_to == "ben"
            ben.declines(maria)
            support.later(10)
            assert maria.offered_to == "ana"
            ana.accepts(maria)
            assert support.visitor("zoe").offered_to == "ana", "though he has a chat now"

    def test_tiers_hold_in_every_order_F20(self) -> None:
        """F20: also a tier for one queue only."""
        for order in ("longest_idle", "round_robin", "most_available", "in_order"):
            with desk(order=order) as support:
                support.agent("ana", tiers={"support": 2})
                support.agent("ben", tier=1, load=1)
                assert support.visitor("maria").offered_to == "ben"
                assert support.visitor("zoe", queue="sales").offered_to == "ana"

    def test_a_plugin_adds_an_order_of_its_own(self) -> None:
        """An injectable selector for anything else."""

        def key(one: Candidate, _: Need) -> tuple[int]:
            return (-len(one.name),)

        class Longest:
            @hookimpl
            def livechat_orders(self) -> list[Order]:
                return [Order("longest_name", key, lambda one, _: f"{len(one.name)} letters")]

        queues = {"support": Queue(name="Support", order="longest_name")}
        with Scenario(queues=queues, plugins=[Longest()]) as support:
            support.agent("ana")
            support.agent("ben", name="Benjamin")
            maria = support.visitor("maria")
            assert maria.offered_to == "ben"
            assert "8 letters" in maria.why

    def test_an_order_that_nobody_has_is_refused_at_the_start(self) -> None:
        queues = {"support": Queue(name="Support", order="shortest_name")}
        with pytest.raises(ConfigurationError) as refused, Scenario(queues=queues):
            pass
        assert (refused.value.code, refused.value.facts["value"]) == (
            "unknown_order",
            "shortest_name",
        )


class TestNeeds:
    """What an agent must have to be asked at all, and what is given up with time."""

    def test_only_who_serves_the_queue_is_asked(self) -> None:
        with desk() as support:
            support.agent("ana", queues=("sales",))
            support.agent("ben", queues=("support",), load=2)
            maria = support.visitor("maria")
            assert maria.offered_to == "ben"
            assert "ana" not in maria.explain()

    def test_only_who_has_all_skills_is_asked_F15(self) -> None:
        """F15."""
        with desk(skills=("tax", "law")) as support:
            ana = support.agent("ana", skills={"tax": 9, "law": 0})
            maria = support.visitor("maria")
            assert maria.offered_to == ""
            assert maria.explain() == {"ana": "lacks law"}
            support.agent("ben", skills={"tax": 1, "law": 1})
            assert maria.offered_to == "ben"
            assert ana.offers == []

    def test_the_language_of_the_visitor_is_met_if_the_queue_has_it_F15(self) -> None:
        """F15: any other language is served by anybody."""
        with desk(languages=("fr",)) as support:
            support.agent("ana")
            support.agent("ben", languages=("fr",), load=2)
            assert support.visitor("maria", language="fr-CA").offered_to == "ben"
            assert support.visitor("zoe", language="pt").offered_to == "ana"

    def test_requirements_are_given_up_one_by_one_the_language_last_F16(self) -> None:
        """F16: by time; the strictest need that anybody meets decides."""
        terms: dict[str, Any] = {
            "skills": ("tax", "law"),
            "languages": ("fr",),
            "relax_after": seconds(20),
        }
        with desk(**terms) as support:
            support.agent("ana")
            maria = support.visitor("maria", language="fr")
            support.at(59)
            assert maria.offered_to == ""
            ben = support.agent("ben", languages=("fr",), load=2)
            assert maria.offered_to == "ben"
            assert "given up: tax, law" in maria.why
            ben.declines(maria)
            support.at(60)
            assert maria.offered_to == "ana"
            assert "given up: fr, tax, law" in maria.why

    def test_requirements_are_given_up_at_once_where_the_queue_says_so_F16(self) -> None:
        """F16: Odoo's ladder; the first set that is not empty wins."""
        with desk(skills=("tax", "law"), relax_after=0) as support:
            support.agent("ana")
            ben = support.agent("ben", skills={"tax": 1}, load=2)
            maria = support.visitor("maria")
            assert maria.offered_to == "ben"
            ben.declines(maria)
            assert maria.offered_to == "ana"

    def test_nothing_is_given_up_by_default(self) -> None:
        with desk(skills=("tax",)) as support:
            support.agent("ana")
            maria = support.visitor("maria")
            support.at(1800)
            assert (maria.phase, maria.offered_to) == ("waiting", "")


class TestOwnAgent:
    """Sticky: the visitor's last agent, and the owner of the customer."""

    def test_the_last_agent_is_asked_first_F17(self) -> None:
        """F17: before tiers, loads and turns."""
        with desk() as support:
            maria = support.visitor("maria", chat=False)
            ana = support.agent("ana", tier=5)
            maria.starts()
            ana.accepts(maria)
            support.agent("ben")
            maria.closes()
            maria.starts()
            assert maria.offered_to == "ana"
            assert "the visitor's own agent" in maria.why

    def test_the_owner_of_the_customer_comes_before_the_last_agent_F17(self) -> None:
        """F17: as the host says who he is."""
        with desk() as support:
            support.agent("ana")
            support.agent("ben", load=2)
            assert support.visitor("maria", owner="ben").offered_to == "ben"

    def test_he_serves_him_though_nobody_can_be_asked_for_those_in_front_F17(self) -> None:
        """F17, G8: what an older chat lacks is no reason for a newer one to wait."""
        with desk(skills=("tax",)) as support:
            support.agent("ana")
            lea, maria = support.visitor("lea"), support.visitor("maria", owner="ana")
            assert (lea.offered_to, maria.offered_to) == ("", "ana")

    @pytest.mark.parametrize("hindrance", ["away", "full", "tried", "other queue", "not sticky"])
    def test_others_are_asked_if_he_cannot_be_F17(self, hindrance: str) -> None:
        """F17: he is a wish, not a requirement."""
        with desk(sticky=hindrance != "not sticky") as support:
            support.agent("ana", last_assigned=-900)
            ben = support.agent(
                "ben",
                status="away" if hindrance == "away" else "available",
                load=3 if hindrance == "full" else 1,
                queues=("sales",) if hindrance == "other queue" else ("sales", "support"),
            )
            maria = support.visitor("maria", owner="ben")
            if hindrance == "tried":
                ben.declines(maria)
            assert maria.offered_to == "ana"


class TestExplanation:
    """Each decision answers why this agent, why not the others, why nobody."""

    def test_why_is_kept_with_the_offer(self) -> None:
        with desk() as support:
            ana = support.agent("ana", load=1, last_assigned=-60)
            support.agent("ben", status="away")
            maria = support.visitor("maria")
            assert maria.why == (
                "ana: first of 1 by least_busy (tier 0, 1 of 3, "
                "last assigned 2024-01-01 11:59:00 UTC); cannot be asked: 1 away"
            )
            ana.accepts(maria)
            assert maria.why.startswith("ana: first of 1")

    def test_why_nobody_is_asked_is_said_of_everybody(self) -> None:
        rules = Rules(buffer=seconds(300))
        with desk(rules, skills=("tax",)) as support:
            support.agent("ana", status="busy")
            support.agent("ben", load=1, capacity=1)
            support.agent("eve", load={"sales": 1})
            support.agent("sam", skills={"tax": 1}, load=1)
            maria = support.visitor("maria")
            assert maria.explain() == {
                "ana": "busy",
                "ben": "full",
                "eve": "resting until 2024-01-01 12:05:00 UTC",
                "sam": "resting until 2024-01-01 12:05:00 UTC",
            }
            assert "nobody in support can be asked for tax" in maria.why
            assert "1 busy, 1 full, 2 resting" in maria.why

    def test_a_chosen_agent_carries_who_chose_him_S1_10(self) -> None:
        """S1-10: assigned by hand, with the usual time to think."""
        with desk() as support:
            support.agent("ana")
            ben = support.agent("ben", load=2)
            sam = support.agent("sam", supervisor=True, status="away")
            with support.at_once():
                maria = support.visitor("maria")
                sam.assigns(maria, ben)
            assert (maria.offered_to, maria.why) == ("ben", "chosen by Sam")
            with pytest.raises(Refused) as refused:
                sam.assigns(support.visitor("zoe", queue="sales"), "sam")
            assert code(refused) == "not_available"
