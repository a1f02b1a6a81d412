"""What is pushed are differences: applied to what was there, they make what is there."""

import random
from typing import Any

import pytest

from livechat_core.testing import Fault
from livechat_core.testing.desk import Client, Refused, Scene
from tests.desk.acts import leave

pytestmark = pytest.mark.anyio

Rows = dict[str, dict[str, dict[str, Any]]]


def _rows(lists: dict[str, list[dict[str, Any]]]) -> Rows:
    return {name: {row["key"]: row for row in rows} for name, rows in lists.items()}


def _apply(shown: Rows, pushes: list[dict[str, Any]]) -> None:
    for push in pushes:
        rows = shown.setdefault(push["list"], {})
        for key in push["gone"]:
            del rows[key]
        for row in push["changed"]:
            rows[row["key"]] = row


async def _try(client: Client, method: str, **params: Any) -> None:
    try:
        await client.do(method, **params)
    except Refused as refused:
        assert refused.facts["http"] < 500  # noqa: PT017 - it may be accepted


async def _step(scene: Scene, visitors: list[Client], agent: Client, chance: random.Random) -> None:
    visitor = chance.choice(visitors)
    chat = scene.desk.index.chat_of(visitor.welcome["visitor"])
    stream = {"stream": chat.stream} if chat else {}
    lists = await agent.lists() if agent.welcome["agent"] != "sam" else {}
    match chance.randrange(9):
        case 0 | 1:
            queue = chance.choice(["support", "sales"])
            await _try(visitor, "conversation.start", site="performances", queue=queue)
        case 2 if chat:
            await _try(visitor, "conversation.close", **stream)
        case 3 if chat:
            await _try(visitor, "conversation.post", text="Hello", **stream)
        case 4:
            await leave(visitor)
        case 5 | 6:
            for offer in lists.get("offers", []):
                told = {"stream": offer["stream"], "offer": offer["offer"]}
                await _try(agent, "conversation.accept", **told)
        case 7:
            for row in lists.get("enquiries", []):
                await _try(agent, "enquiry.claim", stream=row["stream"])
        case _:
            await scene.wait(chance.choice([1, 31, 130]))
    await scene.settle()


@pytest.mark.parametrize("seed", range(4))
async def test_differences_make_a_fresh_snapshot(scene: Scene, seed: int) -> None:
    """For an agent of one queue, one of two, and a supervisor."""
    chance = random.Random(seed)  # noqa: S311 - a story, not a secret
    lookers = [await scene.staff(name, watch=True) for name in ("ana", "eve", "sam")]
    shown = [_rows(client.welcome["lists"]) for client in lookers]
    workers = [await scene.staff(name) for name in ("ana", "eve")]
    visitors = [await scene.visitor() for _ in range(6)]
    scene.outside.scripts["slack"].plan("send", Fault.BEFORE, Fault.PERMANENT)
    for _ in range(60):
        await _step(scene, visitors, chance.choice(workers), chance)
    scene.service.board.push()
    for client, rows in zip(lookers, shown, strict=True):
        _apply(rows, client.told("list"))
        assert {name: rows.get(name, {}) for name in rows} == _rows(await client.lists())
        assert len(client.told("list")) > 10


async def test_an_agent_sees_the_lists_of_his_queues_only(scene: Scene) -> None:
    """A12."""
    eve, sam = await scene.staff("eve"), await scene.staff("sam", watch=True)
    maria = await scene.visitor()
    await leave(await scene.visitor(), queue="support")
    await maria.do("conversation.start", site="performances", queue="sales")
    await scene.settle()
    assert (len((await eve.lists())["waiting"]), (await eve.lists())["enquiries"]) == (1, [])
    assert len((await sam.lists())["enquiries"]) == 1


async def test_watching_is_not_being_there(scene: Scene) -> None:
    """The team page: signed in to look on, not asked for chats."""
    ana = await scene.staff("ana", watch=True)
    assert ana.welcome["status"] == "offline"
    maria = await scene.visitor()
    assert maria.welcome["availability"]["state"] == "offline"
    await ana.close()
