"""Several processes on one store: what one records the others know, by hint or by sweep."""

import pytest

from livechat_core.conversation import Phase
from livechat_core.errors import StoreError
from livechat_core.index import Index
from livechat_core.streams import Commit, Committed, Query, Summary
from livechat_core.testing.desk import RULES, Scene
from tests.desk.acts import accept, item, leave, offers, refusal, start, types
from tests.desk.invariants import check

pytestmark = pytest.mark.anyio


async def test_a_chat_goes_over_two_processes(scene: Scene) -> None:
    """G21: the visitor here, the agent there."""
    other = await scene.beside()
    maria = await scene.visitor()
    ana = await other.staff("ana")
    await scene.tick()
    chat = await start(maria)
    await maria.call("conversation.follow", stream=chat, after=0)
    await other.tick()
    assert await accept(other, ana) == chat
    await ana.do("conversation.post", stream=chat, text="Hello")
    await scene.tick()
    assert [push["type"] for push in maria.told("event")] == ["Accepted", "Posted"]
    await maria.do("conversation.post", stream=chat, text="Hi")
    await maria.do("conversation.close", stream=chat)
    await other.tick()
    assert (await ana.lists())["mine"] == []
    await check(scene)
    await check(other)


async def test_both_claim_and_one_wins(scene: Scene) -> None:
    """G12: also where the other process has not heard of it yet."""
    other = await scene.beside()
    work = await leave(await scene.visitor())
    ana, ben = await scene.staff("ana", watch=True), await other.staff("ben", watch=True)
    await other.tick()
    assert (await item(ben, work))["phase"] == "open"
    await ana.do("enquiry.claim", stream=work)
    told = await refusal(ben, "enquiry.claim", stream=work)
    assert (told["code"], told["owner"]) == ("claimed", "Ana")


async def test_routers_that_do_not_hear_of_each_other_keep_to_the_capacity(scene: Scene) -> None:
    """G7, M6: what they believe of the agent is old; the commit decides."""
    other = await scene.beside()
    await scene.staff("ana")
    await other.tick()
    for process in (scene, other) * 5:
        await start(await process.visitor())
        await process.service.router.route()
    working = await scene.desk.view("presence/ana.1")
    assert len(working.slots) == working.profile.capacity == 3
    for process in (scene, other, scene):
        await process.settle()
    journal = await check(scene)
    phases = [chat.phase for chat in journal.of("conversation").values()]
    assert (phases.count(Phase.OFFERED), phases.count(Phase.WAITING)) == (3, 7)


async def test_a_timer_that_could_not_be_recorded_is_found_by_the_sweep(scene: Scene) -> None:
    """G8, G22, M12: the store was in trouble when the moment came."""
    await scene.staff("ana")
    chat = await start(await scene.visitor())
    await scene.settle()
    real, refused = scene.desk.store.commit, []

    async def failing(commit: Commit) -> Committed:
        if any(write.stream == chat for write in commit.writes) and not refused:
            refused.append(commit)
            raise StoreError
        return await real(commit)

    scene.desk.store.commit = failing  # type: ignore[method-assign]
    await scene.wait(31)
    assert len(refused) == 1
    assert "OfferLapsed" not in await types(scene, chat)
    await scene.wait(10)
    assert "OfferLapsed" in await types(scene, chat)


async def test_an_offer_lapses_after_a_restart_too(scene: Scene) -> None:
    """M7, G20: its time is in the store."""
    ana, _ = await scene.staff("ana"), await scene.staff("ben")
    chat = await start(await scene.visitor())
    await scene.wait(15)
    assert len(await offers(ana)) == 1
    await scene.restart()
    await scene.wait(16)
    assert "OfferLapsed" in await types(scene, chat)


async def test_news_from_before_the_end_brings_nothing_back(scene: Scene) -> None:
    """A summary that comes a hop late does not revive what has ended."""
    maria = await scene.visitor()
    await scene.staff("ana")
    chat = await start(maria)
    (old,) = await scene.store.summaries(Query(kind="conversation"))
    await maria.do("conversation.close", stream=chat)
    scene.desk.index.apply(old)
    assert scene.desk.index.get(chat) is None
    assert scene.desk.index.chat_of(maria.welcome["visitor"]) is None


def test_the_index_forgets_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """G18: what it remembers of the past has a bound."""
    monkeypatch.setattr("livechat_core.index.KEPT_GONE", 10)
    index = Index(RULES)
    for number in range(100):
        index.apply(Summary(stream=f"ban/{number}", phase="lifted", version=1))
    assert len(index._gone) == 10


async def test_what_was_removed_does_not_stop_the_feed(scene: Scene) -> None:
    """A hole at the journal's end is not waited for."""
    other = await scene.beside()
    await start_and_read(scene)

    async def nothing(after: int, limit: int = 500) -> list[object]:  # noqa: ARG001
        return []

    other.desk.store.feed = nothing  # type: ignore[assignment, method-assign]
    await other.desk.feed.follow(0)


async def start_and_read(scene: Scene) -> None:
    await scene.staff("ana")
    await start(await scene.visitor())
