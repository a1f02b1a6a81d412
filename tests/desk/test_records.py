"""Queues, sites, hours and people edited while the desk runs; saved replies ready to be sent."""

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from livechat_core.errors import StoreError
from livechat_core.hours import EPOCH
from livechat_core.rules import seconds
from livechat_core.streams import Commit, Stored, Write
from livechat_core.testing.desk import Client, Refused, Scene, SceneClock
from tests.desk.acts import accept, offers, refusal, start, talk, types
from tests.desk.conftest import MakeStore

pytestmark = pytest.mark.anyio

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
SUPPORT = {"name": "Help", "limit": 1, "closed": "Back at nine."}


async def save(client: Client, topic: str, name: str, /, expected: int = 0, **values: Any) -> Any:
    """Save a record with these values."""
    told = {"topic": topic, "name": name, "expected": expected}
    return await client.do("record.save", **told, values=values)


async def busy(scene: Scene, agent: str) -> Client:
    """Let somebody be there who takes no chat, so that chats wait."""
    client = await scene.staff(agent)
    await client.do("presence.set_status", status="busy")
    return client


async def denied(client: Client, topic: str, name: str, /, **values: Any) -> dict[str, Any]:
    """Save what is refused and return code and facts."""
    told = {"topic": topic, "name": name, "values": values}
    return await refusal(client, "record.save", **told)


# --- queues and hours ------------------------------------------------------------------------


async def test_opening_hours_change_at_once_in_every_process(make_store: MakeStore) -> None:
    """S1-24, F22: and without them the queue is open again."""
    clock = SceneClock(seconds((MONDAY - EPOCH).total_seconds()))
    async with Scene(make_store(clock), clock=clock) as scene:
        other = await scene.beside()
        await scene.staff("ana")
        sam, maria = await scene.staff("sam"), await other.visitor()
        await scene.settle()
        await other.tick()
        ack = await save(sam, "hours", "support", zone="UTC", mon=["13:00-17:00"])
        assert ack["stream"] == "record/hours.support"
        await other.tick()
        (told,) = maria.told("availability")[-1:]
        assert (told["topics"][0]["state"], told["topics"][0]["reason"]) == ("offline", "closed")
        opens = MONDAY.replace(hour=13)
        assert told["topics"][0]["opens_at"] == seconds((opens - EPOCH).total_seconds())
        await sam.do("record.retire", stream=ack["stream"])
        await other.tick()
        assert maria.told("availability")[-1]["topics"][0]["state"] == "online"


async def test_a_queue_says_what_holds_for_chats_that_come_next(scene: Scene) -> None:
    """F3: its limit, its name, and the texts of its closing."""
    sam, maria = await scene.staff("sam", watch=True), await scene.visitor()
    await busy(scene, "ana")
    await save(sam, "queue", "support", **SUPPORT)
    await start(maria)
    second = await scene.visitor()
    told = await refusal(
        second, "conversation.start", site="performances", queue="support", question="Hi"
    )
    assert told["code"] in ("full", "nobody_available")
    (row,) = [one for one in await sam.call("desk.queues") if one["id"] == "support"]
    assert (row["name"], row["waiting"], row["reason"]) == ("Help", 1, "queue_full")
    await save(sam, "queue", "support", 1, **{**SUPPORT, "limit": 2})
    assert await start(second)


async def test_waiting_chats_ask_for_what_the_queue_asks_now(scene: Scene) -> None:
    """F15: an agent who lacks a new skill is not asked any more."""
    ana, sam = await busy(scene, "ana"), await scene.staff("sam", watch=True)
    await start(await scene.visitor())
    await save(sam, "queue", "support", name="Support", skills=["fr"])
    await ana.do("presence.set_status", status="available")
    await scene.settle()
    assert await offers(ana) == []
    await save(sam, "queue", "support", 1, name="Support")
    await scene.settle()
    assert len(await offers(ana)) == 1


async def test_a_new_queue_serves_a_site_and_goes_when_it_is_empty(scene: Scene) -> None:
    sam, ana = await scene.staff("sam", watch=True), await scene.staff("ana")
    await save(sam, "queue", "night", name="At night")
    await save(sam, "profile", "ana", name="Ana", queues=["night"])
    await save(sam, "site", "drumstory", name="Drumstory", queues=["night"])
    await scene.settle()
    maria = await scene.visitor("drumstory")
    chat = await start(maria, site="drumstory")
    assert await accept(scene, ana) == chat
    queue = "record/queue.night"
    await save(sam, "site", "drumstory", 1, name="Drumstory", queues=["sales"])
    told = await refusal(sam, "record.retire", stream=queue)
    assert (told["code"], told["why"]) == ("queue_in_use", "1 chats")
    await maria.do("conversation.close", stream=chat)
    await sam.do("record.retire", stream=queue)
    assert "night" not in scene.desk.rules.queues
    assert scene.desk.rules.staff["ana"].queues == ()


async def test_a_chat_that_begins_meanwhile_keeps_its_queue(scene: Scene) -> None:
    """G21: the other process has not heard of the chat; the commit counts."""
    other = await scene.beside()
    sam = await other.staff("sam", watch=True)
    ack = await save(sam, "queue", "night", name="At night")
    await save(sam, "site", "drumstory", name="Drumstory", queues=["night", "sales"])
    await save(sam, "profile", "ana", name="Ana", queues=["night"])
    await scene.tick()
    await busy(scene, "ana")
    await start(await scene.visitor("drumstory"), site="drumstory", queue="night")
    await save(sam, "site", "drumstory", 1, name="Drumstory", queues=["sales"])
    told = await refusal(sam, "record.retire", stream=ack["stream"])
    assert (told["code"], told["guard"]) == ("full", "queue_in_use")


WRONG: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("queue", "sales", {}, "bad_setting", "queues.sales"),
    ("queue", "sales", {"name": "S", "colour": 1}, "unknown_setting", "queues.sales.colour"),
    ("queue", "sales", {"name": "S", "max_wait": -1}, "bad_duration", "queues.sales.max_wait"),
    ("queue", "sales", {"name": "S", "overflow": "x"}, "unknown_queue", "queues.sales.overflow"),
    ("queue", "sales", {"name": "S", "order": "luck"}, "unknown_order", "queues.sales.order"),
    ("queue", "sales", {"name": "S", "bot": "eliza"}, "unknown_bot", "queues.sales.bot"),
    ("queue", "sales", {"name": "S", "limit": 0}, "bad_setting", "queues.sales.limit"),
    ("hours", "sales", {"zone": "Mars/Phobos"}, "bad_hours", "queues.sales.hours"),
    ("hours", "sales", {"zone": "UTC", "m": []}, "unknown_setting", "queues.sales.hours.m"),
    ("hours", "sales", {"zone": "UTC", "special": 5}, "bad_hours", "queues.sales.hours"),
    ("hours", "night", {"zone": "UTC"}, "unknown_queue", "name"),
    ("site", "shop", {"name": "D", "queues": ["x"]}, "unknown_queue", "sites.shop.queues"),
    ("site", "drumstory", {"name": "D", "queues": []}, "no_queue", "sites.drumstory.queues"),
    ("profile", "ana", {"name": "Ana", "capacity": -1}, "bad_setting", "staff.ana.capacity"),
    ("profile", "ana", {"name": "Ana", "queues": ["x"]}, "unknown_queue", "staff.ana.queues"),
    ("profile", "sam", {"name": "Sam"}, "no_supervisor", "staff.sam.supervisor"),
    ("queue", "a b", {"name": "A"}, "bad_record", "name"),
    ("queue", "sales", {"name": "S\u0000"}, "bad_record", "name"),
]  # fmt: skip


@pytest.mark.parametrize(("topic", "name", "values", "code", "key"), WRONG)
async def test_what_the_settings_would_refuse_a_record_is_refused_too(  # noqa: PLR0917
    scene: Scene, topic: str, name: str, values: dict[str, Any], code: str, key: str
) -> None:
    sam = await scene.staff("sam", watch=True)
    before = (await scene.store.wait(0, 0)).position
    told = await denied(sam, topic, name, **values)
    assert (told["code"], told["key"]) == (code, key)
    assert (await scene.store.wait(0, 0)).position == before


async def test_a_queue_that_is_named_stays(scene: Scene) -> None:
    """Whoever takes it away must first say what else the site has."""
    sam = await scene.staff("sam", watch=True)
    await save(sam, "queue", "sales", name="Sales")
    told = await refusal(sam, "record.retire", stream="record/queue.sales")
    assert (told["code"], told["key"]) == ("unknown_queue", "sites.performances.queues")


async def test_agents_change_nothing_of_this(scene: Scene) -> None:
    """S0-34: nor the profile that is their own."""
    ana = await scene.staff("ana", watch=True)
    for topic, name in (("queue", "support"), ("profile", "ana"), ("site", "drumstory")):
        told = await denied(ana, topic, name, name="X", supervisor=True)
        assert told["code"] == "forbidden"


async def test_after_a_restart_the_records_hold_and_not_the_settings(scene: Scene) -> None:
    """The settings file only seeds."""
    sam = await scene.staff("sam", watch=True)
    await save(sam, "queue", "support", name="Help")
    ack = await save(sam, "profile", "eve", name="Eve")
    await sam.do("record.retire", stream=ack["stream"])
    await scene.restart()
    assert scene.desk.rules.queues["support"].name == "Help"
    assert "eve" not in scene.desk.rules.staff
    assert scene.desk.settings.rules.queues["support"].name == "Support"


async def test_what_was_written_by_a_later_version_is_left_out(scene: Scene) -> None:
    """B88: the desk runs with what the settings say."""
    sam = await scene.staff("sam", watch=True)
    await save(sam, "queue", "night", name="At night")
    await save(sam, "queue", "support", name="Help", overflow="night")
    await save(sam, "site", "drumstory", name="Drumstory", queues=["night"])
    await save(sam, "profile", "ana", name="Anna", queues=["night", "sales"])
    known = scene.desk.index.get("record/queue.night")
    assert known is not None
    later = attrs.evolve(known, facts={**known.facts, "values": {"name": "Night", "colour": 5}})
    event = Stored(type="record.Recoloured", data=b"{}")
    write = Write(stream=known.stream, expected=1, events=(event,), summary=later)
    await scene.store.commit(Commit(writes=(write,)))
    await scene.restart()
    rules = scene.desk.rules
    assert "night" not in rules.queues
    assert rules.queues["support"].overflow == ""
    assert rules.staff["ana"].queues == ("sales",)
    assert "drumstory" not in rules.sites


# --- people ----------------------------------------------------------------------------------


async def test_a_profile_takes_effect_while_the_agent_works(scene: Scene) -> None:
    """S3-34, F28: capacity, queues and skills, in the process where he is."""
    other = await scene.beside()
    ana, sam = await other.staff("ana"), await scene.staff("sam", watch=True)
    await scene.tick()
    await save(sam, "profile", "ana", name="Anna", queues=["sales"], capacity=1, skills={"fr": 2})
    await other.tick()
    await other.tick()
    working = other.desk.index.presence("ana")
    assert working is not None
    assert (working.facts["queues"], working.facts["capacity"]) == (["sales"], 1)
    assert working.facts["skills"] == {"fr": 2}
    (told,) = ana.told("profile")
    assert (told["name"], told["queues"]) == ("Anna", [{"id": "sales", "name": "Sales"}])
    assert ana.told("status")[-1]["capacity"] == 1


async def test_lists_follow_the_queues_that_an_agent_serves(scene: Scene) -> None:
    """S2-8: also those of whom nothing else is new."""
    eve, sam = await scene.staff("eve", watch=True), await scene.staff("sam", watch=True)
    await busy(scene, "ana")
    chat = await start(await scene.visitor())
    await scene.settle()
    assert (await eve.lists())["waiting"] == []
    await save(sam, "profile", "eve", name="Eve", queues=["support"])
    await scene.settle()
    (told,) = [one for one in eve.told("list") if one["list"] == "waiting"]
    assert [row["stream"] for row in told["changed"]] == [chat]
    await eve.call("conversation.follow", stream=chat, after=0)
    await save(sam, "profile", "eve", 1, name="Eve", queues=["sales"])
    await scene.settle()
    assert [one["gone"] for one in eve.told("list") if one["gone"]] == [[chat]]
    before = len(eve.told("event"))
    await sam.do("conversation.note", stream=chat, text="Who takes this one?")
    await scene.settle()
    assert len(eve.told("event")) == before


async def test_a_capacity_set_by_hand_holds_until_the_profile_changes(scene: Scene) -> None:
    ana, sam = await scene.staff("ana"), await scene.staff("sam", watch=True)
    await save(sam, "profile", "ana", name="Ana", capacity=4)
    await scene.settle()
    await sam.do("presence.set_capacity", stream="presence/ana.1", capacity=9)
    await scene.settle()
    assert ana.told("status")[-1]["capacity"] == 9
    await save(sam, "profile", "ana", 1, name="Ana", capacity=5)
    await scene.settle()
    assert ana.told("status")[-1]["capacity"] == 5


async def test_who_becomes_a_supervisor_is_one_at_once_and_who_is_none_is_none(
    scene: Scene,
) -> None:
    """A25: a right that was taken away is gone with the next request."""
    ana, sam = await scene.staff("ana", watch=True), await scene.staff("sam", watch=True)
    await save(sam, "profile", "ana", name="Ana", supervisor=True)
    await save(ana, "profile", "sam", name="Sam", supervisor=False)
    assert (await denied(sam, "queue", "support", name="Mine"))["code"] == "forbidden"


async def test_who_leaves_the_company_leaves_his_chats_to_others(scene: Scene) -> None:
    """A25, F27."""
    ana, sam = await scene.staff("ana"), await scene.staff("sam", watch=True)
    chat = await talk(scene, await scene.visitor(), ana)
    ack = await save(sam, "profile", "ana", name="Ana")
    await ana.call("conversation.follow", stream=chat, after=0)
    await sam.do("record.retire", stream=ack["stream"])
    await scene.settle()
    with pytest.raises(Refused) as refused:
        await ana.call("desk.lists")
    assert refused.value.code == "unauthenticated"
    with pytest.raises(Refused):
        await scene.staff("ana")
    assert (await scene.desk.view("presence/ana.1")).ended == "dismissed"
    assert (await types(scene, chat))[-1] == "Requeued"
    pushed = len(ana.pushed)
    await scene.settle()
    assert len(ana.pushed) == pushed


async def test_a_profile_shows_who_somebody_is_S3_34(scene: Scene) -> None:
    """S3-34: and what to name when it is edited."""
    ana, sam = await scene.staff("ana"), await scene.staff("sam", watch=True)
    told = await sam.call("desk.profile", agent="ana")
    assert (told["name"], told["status"], told["record"], told["version"]) == (
        *("Ana", "available", "", 0),
    )
    await save(sam, "profile", "ana", name="Anna", languages=["fr"], email="ana@desk.example")
    told = await ana.call("desk.profile", agent="ana")
    assert (told["name"], told["languages"], told["version"]) == ("Anna", ["fr"], 1)
    assert told["record"] == "record/profile.ana"
    assert (await refusal(ana, "desk.profile", agent="nobody"))["code"] == "not_found"


# --- versions --------------------------------------------------------------------------------


async def test_two_supervisors_never_overwrite_each_other_silently(scene: Scene) -> None:
    """S3-28: the second one is told who was first, and has it back if he wants."""
    sam, max_ = await scene.staff("sam", watch=True), await scene.staff("sam", watch=True)
    ack = await save(sam, "queue", "support", name="Help")
    await save(sam, "queue", "support", 1, name="Help desk")
    told = await denied(max_, "queue", "support", name="Mine")
    assert (told["code"], told["version"], told["by_name"]) == ("changed", 2, "Sam")
    newest, first = await max_.call("record.history", stream=ack["stream"])
    assert (newest["version"], newest["values"]) == (2, {"name": "Help desk"})
    assert (first["version"], first["by_name"], first["retired"]) == (1, "Sam", False)
    await save(max_, "queue", "support", told["version"], **first["values"])
    assert scene.desk.rules.queues["support"].name == "Help"


async def test_a_repeat_of_the_same_command_is_answered_as_before(scene: Scene) -> None:
    """G3: although the version it names is not the present one any more."""
    sam = await scene.staff("sam", watch=True)
    told = {"topic": "queue", "name": "support", "values": {"name": "Help"}}
    first = await sam.do("record.save", id="the-same-id", **told)
    await save(sam, "queue", "support", 1, name="Help desk")
    assert await sam.do("record.save", id="the-same-id", **told) == first


async def test_retired_records_are_not_listed(scene: Scene) -> None:
    sam = await scene.staff("sam", watch=True)
    ack = await save(sam, "queue", "night", name="At night")
    (row,) = await sam.call("record.list", topic="queue")
    assert (row["stream"], row["version"], row["by_name"]) == (ack["stream"], 1, "Sam")
    await sam.do("record.retire", stream=ack["stream"], expected=1)
    assert await sam.call("record.list", topic="queue") == []
    (retired, _) = await sam.call("record.history", stream=ack["stream"])
    assert (retired["retired"], retired["by_name"]) == (True, "Sam")


# --- when it is not as it should be ----------------------------------------------------------


async def test_a_profile_that_could_not_be_recorded_is_tried_again(scene: Scene) -> None:
    """G22: the store was in trouble when the agent's working time should have changed."""
    ana, sam = await scene.staff("ana"), await scene.staff("sam", watch=True)
    await save(sam, "profile", "ana", name="Ana", capacity=1)
    real, failed = scene.desk.store.commit, []

    async def failing(commit: Commit) -> Any:
        if not failed and any(one.stream == "presence/ana.1" for one in commit.writes):
            failed.append(commit)
            raise StoreError
        return await real(commit)

    scene.desk.store.commit = failing  # type: ignore[method-assign]
    await scene.tick()
    assert (len(failed), ana.told("status")[-1]["capacity"]) == (1, 3)
    await scene.tick()
    assert ana.told("status")[-1]["capacity"] == 1


async def test_a_process_that_knows_an_older_profile_does_not_bring_it_back(scene: Scene) -> None:
    """G21: it may be a hop late."""
    other = await scene.beside()
    await scene.staff("ana")
    sam = await scene.staff("sam", watch=True)
    await save(sam, "profile", "ana", name="Ana", capacity=1)
    await other.desk.feed.follow(0)
    await save(sam, "profile", "ana", 1, name="Ana", capacity=2)
    await scene.tick()
    await other.service.tick()
    assert (await scene.desk.view("presence/ana.1")).profile.capacity == 2
    await other.settle()
    await scene.settle()
    assert (await types(scene, "presence/ana.1")).count("ProfileSet") == 1


async def test_a_site_that_goes_is_offline_for_who_is_on_it(scene: Scene) -> None:
    sam, maria = await scene.staff("sam", watch=True), await scene.visitor("drumstory")
    await scene.staff("ana")
    await scene.settle()
    ack = await save(sam, "site", "drumstory", name="Drumstory", queues=["sales"])
    await sam.do("record.retire", stream=ack["stream"])
    await scene.settle()
    told = maria.told("availability")[-1]
    assert (told["state"], told["reason"], told["topics"]) == ("offline", "unknown_site", [])
    with pytest.raises(Refused) as refused:
        await start(maria, site="drumstory")
    assert refused.value.code in ("unknown_site", "not_found")
