"""What was promised to a customer, and who waits and is not there (F51, F53)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from livechat_core.rules import Rules, seconds
from livechat_core.testing.desk import Scene, SceneClock
from tests.desk.acts import accept, item, start, talk, types
from tests.desk.test_life import CALM, queued, told

pytestmark = pytest.mark.anyio


@pytest.fixture
def rules(request: pytest.FixtureRequest) -> Rules:
    """The rules of the scene; a test that wants others says so."""
    found: Rules = getattr(request, "param", CALM)
    return found


@pytest.fixture
async def scene(make_store: Any, rules: Rules) -> AsyncIterator[Scene]:
    clock = SceneClock()
    async with Scene(make_store(clock), rules=rules, clock=clock) as scene:
        yield scene


# --- promises ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rules",
    [queued(sla_first_reply=seconds(300), sla_next_reply=seconds(120))],
    indirect=True,
)
async def test_staff_are_warned_of_promises_and_told_of_broken_ones(scene: Scene) -> None:
    """F51: visitors hear of neither; the lists say when the next one ends."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    begun = scene.clock.now()
    chat = await start(maria)
    await scene.settle()
    assert abs((await item(ana, chat, "waiting"))["sla_due"] - begun - seconds(300)) < 10_000
    await accept(scene, ana)
    for client in (maria, ana):
        await client.call("conversation.follow", stream=chat, after=0)
    await scene.wait(241)
    assert [event["kind"] for event in told(ana, "SlaDue")] == ["first_reply"]
    await ana.do("conversation.post", stream=chat, text="Good day")
    assert (await item(ana, chat, "mine"))["sla"] == {"first_reply": True}
    await maria.do("conversation.post", stream=chat, text="Red ones?")
    await scene.wait(121)
    assert [event["kind"] for event in told(ana, "SlaBroken")] == ["next_reply"]
    assert (await item(ana, chat, "mine"))["sla"] == {"first_reply": True, "next_reply": False}
    assert told(maria, "SlaDue") + told(maria, "SlaBroken") == []


# --- who waits and is not there ------------------------------------------------------------------


async def test_a_visitor_who_waits_is_seen_by_the_process_he_is_connected_to(scene: Scene) -> None:
    """F53, G21: another process may take him for gone, but not for long."""
    beside = await scene.beside()
    ana, maria = await scene.staff("ana"), await beside.visitor()
    for _ in range(3):
        await talk(scene, await scene.visitor(), ana)
    await beside.settle()
    chat = await start(maria)
    for _ in range(16):
        for row in (await ana.lists())["mine"]:
            await ana.do("conversation.post", stream=row["stream"], text="Still looking")
        await scene.wait(250)
        await beside.wait(6)
    assert (await item(ana, chat, "waiting"))["position"] == 1
    assert {"VisitorLeft", "VisitorReturned"} <= set(await types(scene, chat))
