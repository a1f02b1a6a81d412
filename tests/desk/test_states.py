"""The cache of states never answers from the past, whoever records meanwhile."""

from collections.abc import Sequence

import anyio
import pytest

from livechat_core import conversation
from livechat_core.streams import SYSTEM, Recorded
from livechat_core.testing.desk import Client, Scene
from tests.desk.acts import start, talk

pytestmark = pytest.mark.anyio


async def test_rows_that_come_late_do_not_hide_what_was_recorded_meanwhile(scene: Scene) -> None:
    """G21: a stream is read while a commit of this process adds to it."""
    await scene.staff("ana")
    chat = await start(await scene.visitor())
    states, store = scene.desk.states, scene.desk.store
    states.drop([chat])
    real, gate = store.load, anyio.Event()

    async def slow(stream: str, after: int = 0) -> Sequence[Recorded]:
        rows = await real(stream, after)
        await gate.wait()
        return rows

    store.load = slow  # type: ignore[method-assign]
    async with anyio.create_task_group() as group:
        group.start_soon(states.get, chat)
        await anyio.wait_all_tasks_blocked()
        store.load = real  # type: ignore[method-assign]
        await scene.desk.dispatch(chat, conversation.Close(by=SYSTEM))
        gate.set()
    assert (await scene.desk.view(chat)).phase is conversation.Phase.CLOSED


async def test_a_read_that_fails_leaves_nothing_behind(scene: Scene) -> None:
    await scene.staff("ana")
    chat = await start(await scene.visitor())
    states = scene.desk.states
    states.drop([chat])
    real = scene.desk.store.load

    async def failing(stream: str, after: int = 0) -> Sequence[Recorded]:
        raise RuntimeError(stream, after)

    scene.desk.store.load = failing  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        await states.get(chat)
    scene.desk.store.load = real  # type: ignore[method-assign]
    assert (await scene.desk.view(chat)).phase is conversation.Phase.WAITING


async def two_windows(scene: Scene) -> tuple[Scene, Client, Client, str]:
    """Return a second process in which both people of a chat have a window too."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    other = await scene.beside()
    same = await other.visitor(token=maria.welcome["token"])
    await other.tick()
    await other.desk.view(chat)
    return other, same, ana, chat


async def test_a_command_is_not_refused_for_what_another_process_has_changed(scene: Scene) -> None:
    """G21: what the visitor has seen in one window holds in the other one at once."""
    other, same, ana, chat = await two_windows(scene)
    await ana.do("conversation.close", stream=chat)
    ack = await same.do("conversation.rate", stream=chat, value=3)
    assert ack["seq"] > 0
    assert (await other.desk.view(chat)).rating == 3


async def test_nothing_to_do_is_only_said_of_the_present(scene: Scene) -> None:
    """G21: "it is so already" may be over: the agent was away, and is back in the other process."""
    ana = await scene.staff("ana")
    other = await scene.beside()
    again = await other.staff("ana")
    await ana.do("presence.set_status", status="away")
    ack = await again.do("presence.set_status", status="available")
    assert ack["seq"] > 0
    assert (await other.desk.view(ack["stream"])).phase == "available"
