"""Read marks: told at once to the other side, and recorded only when they end something."""

import pytest

from livechat_core import conversation
from livechat_core.errors import StoreError
from livechat_core.streams import Commit, Committed
from livechat_core.testing.desk import Client, Scene
from tests.desk.acts import refusal, talk, types

pytestmark = pytest.mark.anyio


async def _spoken(scene: Scene) -> tuple[str, Client, Client, int]:
    """Return a chat both sides follow, and the version of the line that Ana has said last."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    for side in (maria, ana):
        await side.call("conversation.follow", stream=chat, after=0)
    ack = await ana.do("conversation.post", stream=chat, text="In red, yes")
    await scene.settle()
    return chat, maria, ana, ack["seq"]


async def _state(scene: Scene, chat: str) -> conversation.State:
    state: conversation.State = await scene.desk.view(chat)
    return state


async def test_each_side_learns_how_far_the_other_has_read_F47(scene: Scene) -> None:
    """F47: within a moment; nothing is recorded for it."""
    chat, maria, ana, line = await _spoken(scene)
    before = await types(scene, chat)

    await maria.call("conversation.read", stream=chat, version=line)
    await ana.call("conversation.read", stream=chat, version=1)
    await scene.settle()

    told = {"stream": chat, "by": "visitor", "name": "", "version": line}
    assert ana.told("read") == [told]
    assert maria.told("read") == [{**told, "by": "agent", "name": "Ana", "version": 1}]
    assert await types(scene, chat) == before


async def test_a_mark_that_ends_the_wait_for_being_seen_is_recorded_once_F47(scene: Scene) -> None:
    chat, maria, ana, line = await _spoken(scene)
    assert (await _state(scene, chat)).unseen_since is not None

    await maria.call("conversation.read", stream=chat, version=line)
    await scene.wait(5)
    assert "Seen" not in await types(scene, chat)
    await scene.wait(6)
    await maria.call("conversation.read", stream=chat, version=line)
    await scene.wait(30)

    assert (await types(scene, chat)).count("Seen") == 1
    assert (await _state(scene, chat)).unseen_since is None
    assert ana.told("event")[-1]["type"] == "Seen"
    assert "Seen" not in [push["type"] for push in maria.told("event")]


async def test_the_mark_of_a_reader_who_leaves_is_recorded_at_once_F47(scene: Scene) -> None:
    chat, maria, _, line = await _spoken(scene)
    await maria.call("conversation.read", stream=chat, version=line)

    await maria.close()
    await scene.settle()

    assert (await types(scene, chat))[-1] == "Seen"


async def test_who_answers_has_seen_it_and_needs_no_mark_F47(scene: Scene) -> None:
    chat, maria, _, line = await _spoken(scene)
    await maria.call("conversation.read", stream=chat, version=line)
    await maria.do("conversation.post", stream=chat, text="Good")
    await scene.wait(60)

    assert "Seen" not in await types(scene, chat)
    assert (await _state(scene, chat)).unseen_since is None


async def test_a_mark_before_the_last_line_ends_nothing_F47(scene: Scene) -> None:
    chat, maria, ana, line = await _spoken(scene)
    await maria.call("conversation.read", stream=chat, version=line)
    ack = await ana.do("conversation.post", stream=chat, text="And in blue")
    await scene.wait(20)
    assert "Seen" not in await types(scene, chat)

    await maria.call("conversation.read", stream=chat, version=ack["seq"] + 100)
    await scene.wait(11)
    assert (await _state(scene, chat)).seen == ack["seq"]


async def test_who_only_looks_on_leaves_no_mark_F32(scene: Scene) -> None:
    """F32: neither a supervisor nor a colleague of the team; who joins does."""
    chat, maria, *_ = await _spoken(scene)
    sam, ben = await scene.staff("sam"), await scene.staff("ben")
    for side in (sam, ben):
        await side.call("conversation.read", stream=chat, version=1)
    await scene.settle()
    assert maria.told("read") == []

    await ben.do("conversation.join", stream=chat)
    await ben.call("conversation.read", stream=chat, version=1)
    await scene.settle()
    assert [told["name"] for told in maria.told("read")] == ["Ben"]


async def test_a_person_reads_on_another_device_F47(scene: Scene) -> None:
    """F47: a signed-in person's chat is his on both."""
    signed_in = {"x-name": "Maria", "x-id": "m1"}
    maria, ana = await scene.visitor(headers=signed_in), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    ack = await ana.do("conversation.post", stream=chat, text="In red, yes")
    telephone = await scene.visitor(headers=signed_in)

    await telephone.call("conversation.read", stream=chat, version=ack["seq"])
    await scene.wait(11)

    assert (await types(scene, chat))[-1] == "Seen"


async def test_trouble_in_the_store_delays_a_mark_and_loses_none_F47(scene: Scene) -> None:
    """G22."""
    chat, maria, _, line = await _spoken(scene)
    await maria.call("conversation.read", stream=chat, version=line)
    commit, scene.store.commit = scene.store.commit, _refuse  # type: ignore[method-assign]
    scene.clock.advance(11_000_000)
    await scene.service.marks.flush()
    assert "Seen" not in await types(scene, chat)

    scene.store.commit = commit  # type: ignore[method-assign]
    await scene.service.marks.flush()
    assert (await types(scene, chat))[-1] == "Seen"


async def _refuse(_: Commit) -> Committed:
    raise StoreError


async def test_nobody_marks_a_chat_that_is_not_his_A2(scene: Scene) -> None:
    chat, *_ = await _spoken(scene)
    for stranger in (await scene.visitor(), await scene.staff("eve")):
        told = await refusal(stranger, "conversation.read", stream=chat, version=1)
        assert told["code"] == "not_found"


async def test_a_mark_reaches_the_other_side_on_another_process_F47(scene: Scene) -> None:
    """architecture.md section 4, Ephemeral: the same way as typing."""
    chat, maria, _, line = await _spoken(scene)
    other = await scene.beside()
    ana = await other.staff("ana")
    await ana.call("conversation.follow", stream=chat, after=0)
    await scene.settle()

    await maria.call("conversation.read", stream=chat, version=line)
    await scene.settle()
    heard: list[bytes] = []
    async with scene.outside.carrier.subscribe() as messages:
        await scene.service.whispers.publish()
        async for message in messages:
            heard.append(message)
            break
    other.service.whispers.hear(heard[0])

    assert ana.told("read")[-1]["version"] == line
