"""The way back from a mail into the chat (S4-18)."""

from collections.abc import AsyncIterator

import anyio
import pytest

from livechat_core.mails import hashed
from livechat_core.testing.desk import Client, Scene, SceneClock
from tests.desk.acts import accept, refusal, start
from tests.desk.conftest import MakeStore
from tests.desk.mailing import EMAIL, back, chatting, mailing, sent, way_back

pytestmark = pytest.mark.anyio


@pytest.fixture
async def scene(make_store: MakeStore) -> AsyncIterator[Scene]:
    clock = SceneClock()
    async with Scene(make_store(clock), rules=mailing({}), clock=clock) as scene:
        yield scene


async def test_the_link_in_a_mail_leads_back_into_the_chat_S4_18_A24(scene: Scene) -> None:
    maria, ana, stream = await chatting(scene, "Yes.")
    await maria.close()
    await scene.wait(61)
    (mail,) = sent(scene)

    zoe = await back(scene, way_back(mail))
    assert (zoe.welcome["returned"], zoe.welcome["visitor"]) == (True, maria.welcome["visitor"])
    assert zoe.welcome["conversation"]["stream"] == stream
    await zoe.do("conversation.post", stream=stream, text="Great, thanks.")
    await scene.settle()
    (row,) = (await ana.lists())["mine"]
    assert row["last_line"] == "Great, thanks."

    again = await back(scene, way_back(mail))
    assert again.welcome["returned"] is False
    assert again.welcome["conversation"] is None
    assert again.welcome["visitor"] != maria.welcome["visitor"]


async def test_of_many_who_use_a_link_at_once_one_comes_in_A24(scene: Scene) -> None:
    await chatting(scene, "Yes.")
    await scene.wait(61)
    secret = way_back(sent(scene)[0])
    found: list[Client] = []

    async def come() -> None:
        found.append(await back(scene, secret))

    async with anyio.create_task_group() as group:
        for _ in range(8):
            group.start_soon(come)

    assert [one.welcome["returned"] for one in found].count(True) == 1


async def test_a_closed_chat_is_found_again_within_a_week_S4_18(scene: Scene) -> None:
    _, ana, stream = await chatting(scene, "Yes.")
    await ana.do("conversation.close", stream=stream)
    await scene.wait(61)
    secret = way_back(sent(scene)[0])
    scene.clock.advance(7 * 86_400 * 1_000_000 - 600_000_000)
    await scene.restart()

    zoe = await back(scene, secret)
    assert zoe.welcome["conversation"]["stream"] == stream
    history = await zoe.call("conversation.history", stream=stream, after=0)
    assert "Yes." in str(history)


async def test_a_link_that_is_too_old_or_forged_changes_nothing_A24(scene: Scene) -> None:
    await chatting(scene, "Yes.")
    await scene.wait(61)
    secret = way_back(sent(scene)[0])
    scene.clock.advance(7 * 86_400 * 1_000_000)

    for brought in (secret, "x" * 43, secret[:-1]):
        assert (await back(scene, brought)).welcome["returned"] is False
    told = await refusal(await scene.visitor(), "session.open")
    assert told["code"] == "forbidden"
    fresh = Client(scene, (await scene.visitor()).session._request)
    page = {"site": "performances", "url": "https://shop.example/", "title": ""}
    brought_badly = {"as": "visitor", "page": page, "return": 7}
    assert (await refusal(fresh, "session.open", **brought_badly))["field"] == "return"


async def test_the_secret_is_kept_nowhere_A9_A24(scene: Scene) -> None:
    await chatting(scene, "Yes.")
    await scene.wait(61)
    secret = way_back(sent(scene)[0])
    recorded = str(await scene.store.feed(0, 1000))

    assert secret not in recorded
    assert hashed(secret) in recorded


async def test_a_page_of_another_house_is_no_way_back_A30(scene: Scene) -> None:
    evil = await scene.visitor(url="https://evil.example/shoes?x=1")
    ana = await scene.staff("ana")
    stream = await start(evil, email=EMAIL, marks=True)
    await accept(scene, ana)
    await ana.do("conversation.post", stream=stream, text="Yes.")
    await scene.wait(61)

    (mail,) = sent(scene)
    assert "evil.example" not in mail.text
    assert "https://shop.example/#livechat=" in mail.text


async def test_after_erasure_nothing_leads_back_and_nothing_is_mailed_A24_A79(
    scene: Scene,
) -> None:
    _, _, stream = await chatting(scene, "Yes.")
    await scene.wait(61)
    secret = way_back(sent(scene)[0])
    await scene.desk.forget([stream])

    assert (await back(scene, secret)).welcome["returned"] is False
