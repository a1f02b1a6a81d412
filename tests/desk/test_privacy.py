"""Forgetting a person, telling him what is known, and keeping nothing for ever (F60, A79, A80)."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import attrs
import pytest

from livechat_core import erasure
from livechat_core.privacy import export
from livechat_core.rules import seconds
from livechat_core.streams import Query
from livechat_core.testing.desk import RULES, Client, Refused, Scene, SceneClock
from tests.desk.acts import accept, filed, leave, refusal, start
from tests.desk.conftest import MakeStore

pytestmark = pytest.mark.anyio

CANARY = "Quetzalcoatl"
ADDRESS = f"{CANARY}@customer.example"
DAY = 86_400


@pytest.fixture
def store_url() -> str:
    return "sqlite:///chat.db"


@pytest.fixture
async def scene(make_store: MakeStore) -> AsyncIterator[Scene]:
    clock = SceneClock()
    async with Scene(make_store(clock), clock=clock, rules=RULES) as scene:
        yield scene


def bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())


async def people(scene: Scene) -> list[str]:
    """Return the contacts of whom an address is known."""
    known = await scene.store.summaries(Query(kind="contact", phases=("known",)))
    return [one.stream for one in known if "email" in one.facts["said"]]


async def person_of(scene: Scene) -> str:
    (contact,) = await people(scene)
    return contact


async def chatted(scene: Scene, agent: Client) -> tuple[Client, str]:
    """Let the canary person chat, with a note about him, and end it."""
    visitor = await scene.visitor(
        url=f"https://shop.example/{CANARY}", headers={"x-name": CANARY, "x-email": ADDRESS}
    )
    chat = await start(visitor, name=CANARY, email=ADDRESS, question=f"I am {CANARY}")
    assert await accept(scene, agent) == chat
    await agent.do("conversation.post", stream=chat, text=f"Hello {CANARY}")
    await agent.do("conversation.note", stream=chat, text=f"{CANARY} is angry")
    await visitor.do("conversation.post", stream=chat, text=f"Yes, {CANARY}")
    await visitor.do("conversation.email_transcript", stream=chat, email=ADDRESS)
    await visitor.do("conversation.close", stream=chat)
    await visitor.do("conversation.rate", stream=chat, value=3, comment=f"Thanks, {CANARY}")
    await scene.settle()
    return visitor, chat


async def erase(scene: Scene, supervisor: Client, subject: str) -> str:
    ack = await supervisor.do("erasure.ask", subject=subject)
    await scene.settle()
    stream: str = ack["stream"]
    return stream


async def test_nothing_of_a_forgotten_person_is_left(scene: Scene, tmp_path: Path) -> None:
    """F60, A79: in no table, index, file, cache or later answer; copies outside are listed."""
    ana, sam = await scene.staff("ana"), await scene.staff("sam")
    visitor, chat = await chatted(scene, ana)
    work = await filed(scene, ana, email=ADDRESS, question=f"{CANARY} asks")
    await ana.do("enquiry.reply", stream=work, subject="Hello", text=f"Dear {CANARY}")
    await scene.settle()
    await ana.do("enquiry.schedule_follow_up", stream=work, title=f"Call {CANARY}")
    await scene.settle()
    await ana.do("enquiry.complete", stream=work)
    await scene.settle()
    assert CANARY.encode() in bytes_of(tmp_path)
    number = (await scene.desk.states.get(chat)).number

    kinds = set()
    for subject in await people(scene):  # the signed-in one, and who typed the same address (A20)
        state: erasure.State = await scene.desk.view(await erase(scene, sam, subject))
        assert state.phase is erasure.Phase.DONE
        kinds |= {(copy.system, copy.what) for copy in state.copies}
    assert {("erm", "note"), ("erm", "task"), ("mail", "mail"), ("team", "notice")} <= kinds
    assert CANARY.casefold().encode() not in bytes_of(tmp_path).lower()
    later = [
        await ana.call("conversation.history", stream=chat),
        await ana.call("enquiry.show", stream=work),
        await sam.lists(),
        await sam.call("conversation.search", words=CANARY),
        await sam.call("conversation.find", number=number),
    ]
    assert CANARY.casefold() not in json.dumps(later).casefold()
    for person in await scene.store.summaries(Query(kind="contact")):
        assert person.labels == frozenset(), "not even the hash of an address"
    assert len(later[0]["events"]) > 5, "the order of what happened stays"
    told = await refusal(visitor, "conversation.post", stream=chat, text="Who am I?")
    assert told["code"] == "unauthenticated"


async def test_after_a_restart_in_the_middle_it_is_finished(scene: Scene, tmp_path: Path) -> None:
    """A79, G1: what was found is recorded before the first stream is blanked."""
    ana, sam = await scene.staff("ana"), await scene.staff("sam")
    await chatted(scene, ana)
    subject = await person_of(scene)
    ack = await sam.do("erasure.ask", subject=subject)
    forget, calls = scene.desk.forget, []

    async def once(streams: Any) -> None:
        if calls:
            raise SystemExit
        calls.append(streams)
        await forget(streams)

    scene.desk.forget = once  # type: ignore[method-assign]
    with pytest.raises((SystemExit, BaseExceptionGroup)):
        await scene.settle()
    await scene.restart()
    await scene.wait(10)

    assert (await scene.desk.view(ack["stream"])).phase is erasure.Phase.DONE
    assert CANARY.casefold().encode() not in bytes_of(tmp_path).lower()


async def test_it_waits_for_an_open_chat_and_says_so(scene: Scene) -> None:
    ana, sam = await scene.staff("ana"), await scene.staff("sam")
    visitor = await scene.visitor()
    chat = await start(visitor, email=ADDRESS)
    await accept(scene, ana)
    stream = await erase(scene, sam, await person_of(scene))
    (row,) = await sam.call("erasure.list")
    assert (row["phase"], row["blocked_by"]) == ("asked", [chat])
    await visitor.do("conversation.close", stream=chat)
    await scene.wait(61)

    assert (await scene.desk.view(stream)).phase is erasure.Phase.DONE


async def test_copies_outside_are_ticked_off(scene: Scene) -> None:
    ana, sam = await scene.staff("ana"), await scene.staff("sam")
    await chatted(scene, ana)
    stream = await erase(scene, sam, await person_of(scene))
    (row,) = await sam.call("erasure.list")
    for copy in row["copies"]:
        await sam.do("erasure.remove_copy", stream=stream, copy=copy["copy"])

    assert await sam.call("erasure.list") == []


async def test_only_supervisors_forget_and_export(scene: Scene) -> None:
    """A11."""
    ana = await scene.staff("ana")
    for method in ("erasure.ask", "erasure.export"):
        assert (await refusal(ana, method, subject="contact/1"))["code"] == "forbidden"


async def test_two_people_in_one_browser_are_two_people(scene: Scene) -> None:
    """A20: what another contact said in the same browser stays."""
    ana, sam = await scene.staff("ana"), await scene.staff("sam")
    visitor = await scene.visitor()
    chats = []
    for address in (ADDRESS, "somebody.else@customer.example"):
        chat = await start(visitor, email=address, question=f"I am {address}")
        await accept(scene, ana)
        await visitor.do("conversation.close", stream=chat)
        await scene.settle()
        chats.append(chat)
    known = await scene.store.summaries(Query(kind="contact", phases=("known",)))
    (canary,) = [one for one in known if one.facts["said"]["email"] == ADDRESS]
    await erase(scene, sam, canary.stream)

    mine, other = [(await scene.desk.view(chat)).question for chat in chats]
    assert (mine, other) == ("", "I am somebody.else@customer.example")


async def test_a_person_gets_what_is_known_of_him_and_nothing_internal(scene: Scene) -> None:
    """F60, A80; GDPR articles 15 and 20."""
    ana, sam = await scene.staff("ana"), await scene.staff("sam")
    await chatted(scene, ana)
    subject = await person_of(scene)
    document = await sam.call("erasure.export", subject=subject)

    told = json.dumps(document)
    for said in (
        f"I am {CANARY}",
        f"Hello {CANARY}",
        f"Thanks, {CANARY}",
        f"shop.example/{CANARY}",
    ):
        assert said in told
    assert "is angry" not in told
    assert "presence/" not in told
    (chat,) = document["conversations"]
    assert [event["data"]["text"] for event in chat["events"] if event["type"] == "Posted"] == [
        f"Hello {CANARY}", f"Yes, {CANARY}",
    ]  # fmt: skip
    assert await export(scene.desk, subject)


async def test_who_is_unknown_is_not_exported(scene: Scene) -> None:
    sam = await scene.staff("sam")
    assert (await refusal(sam, "erasure.export", subject="contact/nobody"))["code"] == "not_found"
    assert (await refusal(sam, "erasure.export", subject="job/1"))["code"] == "invalid_type"


async def test_nothing_is_kept_for_ever(scene: Scene, tmp_path: Path) -> None:
    """F60; security.md section 12: chats 12 months, visits and calls 30 days, persons with them."""
    ana = await scene.staff("ana")
    visitor, chat = await chatted(scene, ana)
    await visitor.close()
    await ana.close()
    scene.clock.advance(seconds(3600))
    await scene.wait(5)
    for days, left in ((31, True), (366, False)):
        scene.clock.advance(seconds(days * DAY))
        await scene.wait(5)
        jobs = await scene.store.summaries(Query(kind="job"))
        assert jobs == []
        assert bool(await scene.store.load(chat)) is left
    assert await scene.store.summaries(Query(kind="visit")) == []
    assert CANARY.casefold().encode() not in bytes_of(tmp_path).lower()


async def test_an_enquiry_that_goes_on_keeps_its_chat(scene: Scene) -> None:
    work = await leave(await scene.visitor())
    await scene.settle()
    scene.clock.advance(seconds(400 * DAY))
    await scene.wait(5)

    assert await scene.store.load(work)


async def test_what_is_to_be_kept_for_ever_is(make_store: MakeStore) -> None:
    clock = SceneClock()
    rules = attrs.evolve(RULES, keep_conversations=0, keep_visits=0, keep_jobs=0)
    async with Scene(make_store(clock), clock=clock, rules=rules) as scene:
        _, chat = await chatted(scene, await scene.staff("ana"))
        scene.clock.advance(seconds(4000 * DAY))
        await scene.wait(5)
        assert await scene.store.load(chat)
        assert await scene.store.summaries(Query(kind="job"))


async def test_who_comes_back_after_an_erasure_is_a_new_person(scene: Scene) -> None:
    ana, sam = await scene.staff("ana"), await scene.staff("sam")
    visitor, chat = await chatted(scene, ana)
    await erase(scene, sam, await person_of(scene))
    again = await scene.visitor(token=visitor.welcome.get("token", ""))
    with pytest.raises(Refused) as refused:
        await again.call("conversation.history", stream=chat)
    assert refused.value.code == "not_found"
    await start(again, email=ADDRESS, question="Hello again")
    await scene.settle()

    person: Any = await scene.desk.view(await person_of(scene))
    assert [claim.value for claim in person.claims if claim.field == "email"] == [ADDRESS]
