"""The scripted desk itself: what is given is real, time is exact, a script always ends the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from livechat_core import hookimpl
from livechat_core.errors import PluginError
from livechat_core.rules import Queue, Rules, Site, Staff
from livechat_core.testing import Agent, Refused, Scenario

START = 1_704_110_400_000_000

STORY = """
from livechat_core.rules import Queue, Rules
from livechat_core.testing import Scenario

with Scenario(queues={"support": Queue(name="Support", order="longest_idle")}) as desk:
    ana = desk.agent("ana", load=2, last_assigned=-30)
    ben = desk.agent("ben", capacity=1, in_call=True)
    guests = [desk.visitor(f"guest-{number}", priority=number % 3) for number in range(5)]
    ben.accepts(guests[1])
    ana.disconnects()
    desk.at(100)
    desk.restart()
    ana.returns()
    guests[2].leaves_message("Later", email="x@customer.example")
    desk.at(4000)
    print("\\n".join(desk.trace()))
"""


def told(seed: int, folder: Path) -> str:
    """Return what the story prints in a process of its own, where sets have another order."""
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    answer = subprocess.run(
        [sys.executable, "-W", "error", "-c", STORY],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return answer.stdout


def test_the_same_script_leaves_the_same_trace(tmp_path: Path) -> None:
    first, second = told(1, tmp_path), told(2, tmp_path)

    assert first == second
    assert len(first.splitlines()) > 60
    assert "conversation/guest-1.1 Accepted agent=Ben" in first


def test_it_brings_no_test_framework_along(tmp_path: Path) -> None:
    code = (
        "import sys, livechat_core.testing as testing; testing.Scenario;"
        "print([name for name in ('pytest', 'hypothesis', 'trio') if name in sys.modules]);"
        "print(testing.NOTICE.kind, 'pytest' in sys.modules, hasattr(testing, 'Nothing'))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert answer.stdout.splitlines() == ["[]", "left_message True False"]


def test_what_is_given_of_an_agent_is_what_the_desk_knows() -> None:
    with Scenario() as desk:
        ana = desk.agent("ana", capacity=5, load=2, last_assigned=-300, in_call=True, tier=2)
        ben = desk.agent("ben", last_assigned=-300, idle_since=-100, languages=("fr",))
        eve = desk.agent("eve", skills={"tax": 2}, name="Eva", status="away")
        assert (ana.load, ana.chats, ana.facts["in_call"]) == (2, ["ana-1", "ana-2"], True)
        assert (ana.facts["tier"], ana.facts["capacity"]) == (2, 5)
        assert round((ana.facts["last_assigned"] - START) / 1e6) == -300
        times = [round((ben.facts[name] - START) / 1e6) for name in ("last_assigned", "idle_since")]
        assert (ben.load, times, ben.facts["languages"]) == (0, [-300, -100], ["fr"])
        assert (eve.status, eve.facts["skills"], eve.facts["name"]) == ("away", {"tax": 2}, "Eva")
        assert (eve.facts["last_assigned"], eve.facts["idle_since"]) == (0, 0)
        assert desk.now == 0
        desk.at(599)
        assert ana.load == 2, "his chats are not silent ones"


def test_load_may_be_given_by_queue_and_with_an_earlier_chat() -> None:
    queues = {"support": Queue(name="Support"), "sales": Queue(name="Sales")}
    with Scenario(queues=queues) as desk:
        ana = desk.agent("ana", load={"sales": 2}, last_assigned=-10, idle_since=-60)
        assert ana.facts["chats"] == {"sales": 2}
        assert round((ana.facts["idle_since"] - START) / 1e6) == -60
        assert [desk.guest(name).queue for name in ana.chats] == ["sales", "sales"]


@pytest.mark.parametrize(
    "past",
    [
        {"last_assigned": -60, "idle_since": -90},
        {"last_assigned": 5},
        {"idle_since": 5},
    ],
)
def test_a_past_that_cannot_have_been_is_refused(past: dict[str, float]) -> None:
    with Scenario() as desk, pytest.raises(ValueError, match="last chat"):
        desk.agent(
            "ana", last_assigned=past.get("last_assigned"), idle_since=past.get("idle_since")
        )


def test_more_chats_than_an_agent_may_have_are_refused() -> None:
    with Scenario() as desk:
        with pytest.raises(ValueError, match="a limit keeps ana from chat 2"):
            desk.agent("ana", capacity=1, load=2)
        with pytest.raises(ValueError, match="no site has the queue garden"):
            desk.agent("ben", load={"garden": 1})
        eve = desk.agent("eve", idle_since=-60)
        assert eve.facts["idle_since"] == pytest.approx(START - 60_000_000, abs=100)


def test_acts_take_a_moment_that_the_clock_of_the_script_does_not_count() -> None:
    with Scenario() as desk:
        ana = desk.agent("ana")
        first, second = desk.visitor("maria"), desk.visitor("lea")
        assert first.state.since < second.state.since
        desk.at(12.5)
        assert desk.now == 12.5
        desk.later(7.5)
        assert (desk.now, ana.offers) == (20.0, ["maria", "lea"])
        with pytest.raises(ValueError, match=r"it is 20\.0 s already"):
            desk.at(19)


def test_things_at_once_are_seen_by_the_desk_only_afterwards() -> None:
    with Scenario() as desk:
        desk.agent("ana", capacity=1)
        with desk.at_once():
            maria = desk.visitor("maria")
            lea = desk.visitor("lea", priority=1)
            assert (maria.offered_to, lea.offered_to) == ("", "")
        assert (maria.offered_to, lea.offered_to) == ("", "ana")


def test_who_comes_back_is_told_what_he_has_missed() -> None:
    with Scenario() as desk:
        ana, maria = desk.agent("ana"), desk.visitor("maria")
        ana.accepts(maria)
        maria.disconnects()
        ana.says(maria, "Are you there?")
        assert (maria.connected, maria.told("Posted")) == (False, [])
        maria.returns()
        maria.second_window()
        (line,) = maria.told("Posted")
        assert (maria.connected, line["text"]) == (True, "Are you there?")


def test_a_restart_breaks_all_connections() -> None:
    with Scenario() as desk:
        ana, maria = desk.agent("ana", load=1), desk.visitor("maria")
        desk.restart(reconnect=False)
        assert (ana.connected, maria.connected, desk.guest("ana-1").connected) == (
            *(False, False, False),
        )
        with pytest.raises(RuntimeError, match="ana has no window open"):
            ana.accepts(maria)
        ana.returns()
        ana.accepts(maria)
        assert ana.chats == ["ana-1", "maria"]


def test_a_refusal_has_a_code_and_facts() -> None:
    with Scenario() as desk:
        maria = desk.visitor("maria", chat=False)
        with pytest.raises(Refused) as refused:
            maria.starts()
        assert (refused.value.code, refused.value.facts["queue"]) == ("nobody_available", "support")
        assert (maria.phase, maria.story, maria.why, maria.explain()) == ("new", [], "", {})


def test_mistakes_of_a_script_are_told_as_such() -> None:
    with pytest.raises(RuntimeError, match="begins with"):
        Scenario().agent("ana")
    with Scenario() as desk:
        desk.agent("ana")
        with pytest.raises(ValueError, match="ana is there already"):
            desk.agent("ana")
        with pytest.raises(KeyError):
            desk.guest("nobody")


def test_the_rules_of_a_real_desk_can_be_tested_as_they_are() -> None:
    rules = Rules(
        sites={"drums": Site(name="Drums", queues=("help",))},
        queues={"help": Queue(name="Help")},
        staff={"ana": Staff(name="Ana", queues=("help",), capacity=1)},
    )
    with Scenario(rules=rules) as desk:
        ana = desk.agent("ana")
        maria = desk.visitor("maria", signed_in=True, email="maria@customer.example")
        assert (ana.facts["capacity"], maria.site, maria.offered_to) == (1, "drums", "ana")
        assert (maria.state.signed_in, maria.state.email) == (True, "maria@customer.example")
        assert isinstance(ana, Agent)


def test_a_plugin_that_does_not_fit_is_reported() -> None:
    class Wrong:
        @hookimpl
        def livechat_notifiers(self, colour: str) -> None:
            """Ask for what no hook offers."""

    with pytest.raises(PluginError), Scenario(plugins=[Wrong()]):
        pass
