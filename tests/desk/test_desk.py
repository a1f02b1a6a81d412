"""The desk itself: turns, following in code, erasure, what it cannot read, and its limits."""

from contextlib import aclosing

import anyio
import pytest

from livechat_core import conversation
from livechat_core.desk import Desk
from livechat_core.errors import LivechatError, NotFound, Rejected, StoreError
from livechat_core.plugins import BUILT_IN, Plugins
from livechat_core.service import Service, serve
from livechat_core.settings import Settings
from livechat_core.streams import Commit, Stored, Summary, Write
from livechat_core.testing.desk import RULES, Adapters, Scene
from livechat_core.turns import Turns
from tests.desk.acts import leave, refusal, start, talk, types

pytestmark = pytest.mark.anyio


async def test_turns_come_in_order_and_a_cancelled_one_is_skipped() -> None:
    turns, order = Turns(), []

    async def work(number: int) -> None:
        async with turns.of("a"):
            order.append(number)
            await anyio.lowlevel.checkpoint()

    await turns.take("a")
    async with anyio.create_task_group() as group:
        group.start_soon(work, 1)
        await anyio.wait_all_tasks_blocked()
        with anyio.move_on_after(0):
            await work(2)
        group.start_soon(work, 3)
        await anyio.wait_all_tasks_blocked()
        turns.end("a")
    assert order == [1, 3]
    assert turns._waiting == {}


async def test_a_turn_that_comes_to_a_cancelled_one_is_handed_on() -> None:
    turns, order = Turns(), []

    async def work(number: int, scope: anyio.CancelScope) -> None:
        with scope:
            async with turns.of("a"):
                order.append(number)

    first, second = anyio.CancelScope(), anyio.CancelScope()
    await turns.take("a")
    async with anyio.create_task_group() as group:
        group.start_soon(work, 1, first)
        await anyio.wait_all_tasks_blocked()
        group.start_soon(work, 2, second)
        await anyio.wait_all_tasks_blocked()
        first.cancel()
        turns.end("a")
    assert order[-1] == 2
    assert turns._waiting == {}


async def test_a_stream_is_followed_in_code(scene: Scene) -> None:
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    found = []

    async def read() -> None:
        async with aclosing(scene.desk.follow(chat)) as events:
            async for recorded, _ in events:
                found.append(recorded.version)
                if len(found) == 5:
                    return

    async with anyio.create_task_group() as group:
        group.start_soon(read)
        await anyio.wait_all_tasks_blocked()
        for text in ("one", "two"):
            await ana.do("conversation.post", stream=chat, text=text)
    assert found == [1, 2, 3, 4, 5]
    assert scene.desk.line("support") == []


async def test_erasure_leaves_the_form_and_nothing_personal(scene: Scene) -> None:
    """A79: the events stay in their order, without what was said."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await start(maria, name="Canary", email="canary@c.example", question="canary?")
    await maria.do("conversation.close", stream=chat)
    before = await types(scene, chat)
    await scene.desk.forget([chat])
    assert await types(scene, chat) == [*before, "Erased"]
    rows = await scene.store.load(chat)
    assert not any(b"anary" in row.data for row in rows)
    state = await scene.desk.view(chat)
    assert (state.name, state.phase) == ("", conversation.Phase.CLOSED)
    assert "anary" not in str(await ana.call("conversation.history", stream=chat, after=0))


async def test_a_stream_of_a_newer_version_can_only_be_read(scene: Scene) -> None:
    """B88: it is refused, the desk goes on."""
    summary = Summary(stream="ban/new", phase="asked", version=1)
    event = Stored(type="ban.Delegated", data=b"{}")
    write = Write(stream="ban/new", expected=0, events=(event,), summary=summary)
    await scene.store.commit(Commit(writes=(write,)))
    with pytest.raises(Rejected, match="unknown_event"):
        await scene.desk.view("ban/new")
    assert await types(scene, "ban/new") == ["Unknown"]
    with pytest.raises(NotFound):
        await scene.desk.view("nothing/x")
    assert await leave(await scene.visitor())


async def test_a_chat_has_an_end(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """G18: no stream grows for ever."""
    monkeypatch.setattr("livechat_core.desk.MAX_EVENTS", 5)
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    for text in ("one", "two"):
        await maria.do("conversation.post", stream=chat, text=text)
    told = await refusal(maria, "conversation.post", stream=chat, text="three")
    assert told["code"] == "conversation_full"


async def test_reactions_without_end_are_a_bug_that_is_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("livechat_core.desk.MAX_ORDERS", 2)
    maria = await scene.visitor()
    with pytest.raises(Exception, match="endless_reaction"):
        await leave(maria)
    assert list(scene.desk.index.all("enquiry")) == []


def _desk(adapters: Adapters) -> Desk:
    disabled = frozenset(BUILT_IN) - {"livechat_core.backends.memory"}
    plugins = Plugins([adapters], entry_points=False, disabled=disabled)
    return Desk(Settings(rules=RULES), plugins)


async def _until(condition: object) -> None:
    with anyio.fail_after(10):
        while not condition():  # type: ignore[operator]  # noqa: ASYNC110 - no event to wait for
            await anyio.sleep(0.01)


async def test_a_served_desk_does_all_by_itself() -> None:
    """On the real clock: announced, routed, pushed; and the process says that it ends."""
    adapters = Adapters()
    async with serve(_desk(adapters)) as service:
        scene = Scene(service.desk.store, adapters=adapters)
        scene.service = service  # type: ignore[assignment]
        ana, maria = await scene.staff("ana"), await scene.visitor()
        await leave(await scene.visitor())
        await _until(lambda: len(adapters.channels["slack"].sent) == 1)
        await start(maria)
        await _until(lambda: any(push["list"] == "offers" for push in ana.told("list")))
        stream, desk = f"process/{service.process}", service.desk
        assert (await desk.view(stream)).phase == "started"
    assert (await desk.states.get(stream)).state.phase == "stopped"


async def test_a_store_in_trouble_does_not_end_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """G22: work that failed is found again."""
    failed: list[str] = []

    async def broken(self: Service, now: int) -> list[Summary]:  # noqa: ARG001
        failed.append("sweep")
        raise StoreError

    monkeypatch.setattr(Service, "_overdue", broken)
    adapters = Adapters()
    async with serve(_desk(adapters)) as service:
        scene = Scene(service.desk.store, adapters=adapters)
        scene.service = service  # type: ignore[assignment]
        await _until(lambda: failed)
        await leave(await scene.visitor())
        await _until(lambda: len(adapters.channels["slack"].sent) == 1)

        async def trouble() -> None:
            failed.append("spawned")
            raise LivechatError

        service.spawn(trouble)
        await _until(lambda: "spawned" in failed)
        assert await leave(await scene.visitor())
