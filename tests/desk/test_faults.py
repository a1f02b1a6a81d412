"""Outside systems that fail or are down: nothing is lost, doubled or hidden (G11 to G16)."""

from collections.abc import Callable
from typing import Any

import anyio
import pytest

from livechat_core.desk import Desk
from livechat_core.errors import StoreError
from livechat_core.ports import Repeat
from livechat_core.rules import seconds
from livechat_core.streams import Commit, Committed
from livechat_core.testing import Fault
from livechat_core.testing.adapters import MemoryErm
from livechat_core.testing.desk import RULES, Adapters, Scene, SceneClock
from tests.desk.acts import claimed, filed, item, leave, start, talk, types

pytestmark = pytest.mark.anyio

CALLS = ("search", "create", "add_history", "schedule")
ENDS = (Fault.BEFORE, Fault.AFTER, Fault.TIMEOUT, Fault.RATE_LIMIT)


async def _carry_through(scene: Scene, **told: Any) -> str:
    """Do all steps, however long each takes, with a person who clicks where it stops."""
    ana = await scene.staff("ana")
    work = await leave(await scene.visitor(), **told)
    await scene.settle()
    await ana.do("enquiry.claim", stream=work)
    for method, params in (
        ("enquiry.create_customer", {}),
        ("enquiry.reply", {"subject": "Re", "text": "At nine."}),
        ("enquiry.schedule_follow_up", {}),
        ("enquiry.complete", {}),
    ):
        await scene.wait(600)
        await ana.do(method, stream=work, **params)
    await scene.wait(1)
    assert (await item(ana, work))["phase"] == "done"
    return work


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("call", CALLS)
async def test_an_erm_that_fails_once_is_asked_again_and_writes_once_S0_26(
    scene: Scene, call: str, end: Fault
) -> None:
    """G13, level L2: failing before, after, and timing out after the work."""
    scene.outside.erm_script.plan(call, end)
    await _carry_through(scene)
    erm = scene.outside.erm
    assert scene.outside.erm_script.asked[call] == 2
    assert (len(erm.customers), len(erm.notes("1")), len(erm.tasks("1"))) == (1, 1, 1)
    assert len(scene.outside.mailer.sent) == 1


@pytest.mark.parametrize("end", [Fault.AFTER, Fault.TIMEOUT])
@pytest.mark.parametrize("call", CALLS)
async def test_an_erm_without_keys_is_probed_before_a_repeat(
    make_store: Callable[[SceneClock], Any], call: str, end: Fault
) -> None:
    """G13, level L1: what was done is found by its last line, and not done again."""
    erm = MemoryErm(Repeat.PROBE)
    async with Scene(make_store(SceneClock()), adapters=Adapters(erm)) as scene:
        scene.outside.erm_script.plan(call, end)
        await _carry_through(scene)
        assert (len(erm.customers), len(erm.notes("1")), len(erm.tasks("1"))) == (1, 1, 1)
        assert scene.outside.erm_script.asked["find"] == (call != "search")


async def test_an_erm_that_can_tell_nothing_stops_for_a_person(
    make_store: Callable[[SceneClock], Any],
) -> None:
    """G13, level L0: an unknown outcome is never repeated by itself; a search always may be."""
    erm = MemoryErm(Repeat.ASK)
    async with Scene(make_store(SceneClock()), adapters=Adapters(erm)) as scene:
        ana = await scene.staff("ana")
        scene.outside.erm_script.plan("search", Fault.TIMEOUT)
        work = await claimed(scene, ana)
        await scene.wait(30)
        assert (await item(ana, work))["phase"] == "matching"
        scene.outside.erm_script.plan("create", Fault.TIMEOUT)
        await ana.do("enquiry.create_customer", stream=work)
        await scene.wait(7200)
        row = await item(ana, work)
        assert (row["step"], row["unknown"], len(erm.customers)) == ("create", "planned_timeout", 1)
        await ana.do("enquiry.settle", stream=work, outcome="arrived")
        await scene.settle()
        (match,) = (await item(ana, work))["matches"]
        await ana.do("enquiry.confirm_match", stream=work, ref=match["ref"])
        await scene.settle()
        assert (await item(ana, work))["phase"] == "filed"
        assert len(erm.customers) == 1


@pytest.mark.parametrize(
    ("outcome", "mails", "phase", "failed"),
    [
        ("arrived", 1, "answered", ""),
        ("repeat", 2, "answered", ""),
        ("drop", 1, "filed", "dropped"),
    ],
)
async def test_a_mail_whose_outcome_is_unknown_waits_for_one_click(
    scene: Scene, outcome: str, mails: int, phase: str, failed: str
) -> None:
    """G13, G16: it stops, shows so, and goes on after a person has said what became of it."""
    ana = await scene.staff("ana")
    work = await filed(scene, ana)
    scene.outside.mail_script.plan("send", Fault.TIMEOUT)
    await ana.do("enquiry.reply", stream=work, subject="Re", text="At nine.")
    await scene.wait(7200)
    row = await item(ana, work)
    assert (row["phase"], row["step"], row["unknown"]) == ("filed", "mail", "planned_timeout")
    assert len(scene.outside.mailer.sent) == 1
    await ana.do("enquiry.settle", stream=work, outcome=outcome)
    await scene.settle()
    row = await item(ana, work)
    assert (row["phase"], row["failed"], row["unknown"]) == (phase, failed, "")
    assert len(scene.outside.mailer.sent) == mails


async def test_a_channel_that_is_down_never_blocks_the_others(scene: Scene) -> None:
    """G11, G15: it delays its own notices only, and shows so; later everything arrives."""
    ana = await scene.staff("ana")
    slack = scene.outside.channels["slack"]
    scene.outside.scripts["slack"].plan("send", *[Fault.BEFORE] * 5)
    work = await filed(scene, ana)
    assert (len(scene.outside.channels["team"].sent), len(slack.sent)) == (1, 0)
    notices = (await item(ana, work))["notices"]
    assert {one["notifier"] for one in notices} == {"slack"}
    assert {one["reason"] for one in notices} == {"planned_before", "not_sent_yet"}
    await scene.wait(1200)
    assert len(slack.sent) == 1
    assert set(slack.shown.values()) == {"Claimed by Ana"}
    assert (await item(ana, work))["notices"] == []


async def test_late_updates_show_the_latest_state(scene: Scene) -> None:
    """S0-14: a channel that was down does not end with an old state."""
    ana = await scene.staff("ana")
    work = await leave(await scene.visitor())
    await scene.settle()
    scene.outside.scripts["slack"].plan("update", Fault.BEFORE, Fault.BEFORE)
    await ana.do("enquiry.claim", stream=work)
    await scene.settle()
    await ana.do("enquiry.release", stream=work)
    await scene.wait(600)
    assert list(scene.outside.channels["slack"].shown.values()) == ["Open again"]


async def test_a_channel_that_refuses_for_good_is_a_visible_dead_letter(scene: Scene) -> None:
    """G11, G15, G26."""
    ana = await scene.staff("ana")
    scene.outside.scripts["slack"].plan("send", Fault.PERMANENT)
    work = await leave(await scene.visitor())
    await scene.wait(3600)
    assert (await item(ana, work))["notices"] == [
        {"notifier": "slack", "phase": "dead", "reason": "planned_permanent"}
    ]
    assert scene.outside.scripts["slack"].asked["send"] == 3, "the reminder and the escalation too"


async def test_a_channel_that_is_never_back_is_given_up_after_the_horizon(scene: Scene) -> None:
    """G15: 72 hours, on a ladder, without a stampede."""
    ana = await scene.staff("ana")
    scene.outside.scripts["slack"].plan("send", *[Fault.BEFORE] * 200)
    work = await claimed(scene, ana)
    await ana.do("enquiry.drop", stream=work)
    for _ in range(75):
        scene.clock.advance(seconds(3600))
        await scene.settle()
    jobs = [row for row in scene.desk.index.all("job") if row.facts["action"] == "send"]
    assert [(row.phase, row.facts["target"]) for row in jobs] == [("dead", "slack")]
    assert scene.outside.scripts["slack"].asked["send"] < 90


async def test_a_rate_limit_is_obeyed(scene: Scene) -> None:
    """G15: not before the time that was asked for."""
    scene.outside.scripts["slack"].plan("send", Fault.RATE_LIMIT)
    await leave(await scene.visitor())
    await scene.wait(6)
    assert scene.outside.scripts["slack"].asked["send"] == 1
    await scene.wait(3)
    assert len(scene.outside.channels["slack"].sent) == 1


async def test_a_channel_nobody_brought_is_a_dead_letter_too(scene: Scene) -> None:
    ana = await scene.staff("ana")
    del scene.outside.channels["slack"]
    await scene.restart()
    ana = await scene.staff("ana")
    work = await leave(await scene.visitor())
    await scene.settle()
    assert [one["reason"] for one in (await item(ana, work))["notices"]] == ["no_adapter"]


async def test_an_adapter_that_hangs_is_given_up_before_its_lease_is_over(scene: Scene) -> None:
    """G24: nobody knows then what it did, so a mail waits for a person."""
    ana = await scene.staff("ana")
    work = await filed(scene, ana)

    async def hang(*_: object) -> str:
        await anyio.sleep_forever()
        return ""

    scene.outside.mailer.send = hang  # type: ignore[method-assign]
    await ana.do("enquiry.reply", stream=work, subject="Re", text="At nine.")
    async with anyio.create_task_group() as group:
        group.start_soon(scene.settle)
        await anyio.wait_all_tasks_blocked()
        scene.clock.advance(RULES.lease * 2 // 3)
    row = await item(ana, work)
    assert (row["step"], row["unknown"]) == ("mail", "timeout")


async def test_trouble_of_our_own_store_is_no_answer_of_the_outside_system(scene: Scene) -> None:
    """G15, G22: the notice is tried again, it does not die."""
    await scene.staff("ana")
    work = await leave(await scene.visitor())
    real, refused = scene.desk.store.commit, []

    async def failing(commit: Commit) -> Committed:
        if any(write.stream == work for write in commit.writes) and len(refused) < 3:
            refused.append(commit)
            raise StoreError
        return await real(commit)

    scene.desk.store.commit = failing  # type: ignore[method-assign]
    await scene.wait(60)
    assert len(refused) == 3
    assert len(scene.outside.channels["slack"].sent) == 1


class Cable(Exception):
    """What an adapter raises that knows nothing of our errors."""


async def test_an_adapter_that_raises_anything_harms_only_its_job(scene: Scene) -> None:
    """G24."""
    ana, maria = await scene.staff("ana"), await scene.visitor()

    async def broken(*_: object) -> None:
        raise Cable

    scene.outside.channels["slack"].send = broken  # type: ignore[assignment, method-assign]
    work = await leave(await scene.visitor())
    await scene.settle()
    await talk(scene, maria, ana)
    assert [one["reason"] for one in (await item(ana, work))["notices"]] == ["Cable"]


async def test_a_job_whose_worker_died_is_taken_up_when_its_lease_is_over(scene: Scene) -> None:
    """G21: the dead one's report comes too late for anything."""
    await scene.staff("ana")
    work = await leave(await scene.visitor())
    job = f"job/{work.partition('/')[2]}.left_message.slack"
    from livechat_core.job import Try

    await scene.desk.dispatch(job, Try(process="dead", repeat="safe"))
    await scene.settle()
    assert scene.outside.channels["slack"].sent == []
    await scene.restart()
    await scene.wait(29)
    assert scene.outside.channels["slack"].sent == []
    await scene.wait(10)
    assert len(scene.outside.channels["slack"].sent) == 1
    assert await types(scene, job) == ["Owed", "Tried", "Postponed", "Tried", "Succeeded"]


async def test_after_a_restart_everything_goes_on_where_it_was(scene: Scene) -> None:
    """F69, G1, G20: offers, timers, notices, steps."""
    ana, maria = await scene.staff("ana"), await scene.visitor()
    chat = await start(maria)
    work = await leave(await scene.visitor())
    await scene.restart()
    await scene.settle()
    assert len(scene.outside.channels["slack"].sent) == 2
    ana = await scene.staff("ana")
    (offer,) = ana.welcome["lists"]["offers"]
    await ana.do("conversation.accept", stream=chat, offer=offer["offer"])
    await ana.do("enquiry.claim", stream=work)
    await scene.restart()
    await scene.settle()
    assert (await types(scene, work))[-1] == "LookedUp"
    maria = await scene.visitor(token=maria.welcome["token"])
    assert maria.welcome["conversation"]["stream"] == chat
    await maria.do("conversation.post", stream=chat, text="Still there?")


async def test_a_store_in_trouble_acknowledges_nothing_and_recovers(scene: Scene) -> None:
    """G22: no false answer; the same command again does it once."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    real = scene.desk.store.commit
    lost = []

    async def failing(commit: Commit) -> Committed:
        if commit.writes and not lost:
            lost.append(await real(commit))
            raise StoreError("unknown")
        return await real(commit)

    scene.desk.store.commit = failing  # type: ignore[method-assign]
    line = {"stream": chat, "text": "Hello", "id": "the-line-1"}
    with pytest.raises(Exception, match="unknown"):
        await maria.do("conversation.post", **line)
    answer = await maria.do("conversation.post", **line)
    assert answer["seq"] == len(await types(scene, chat))
    assert (await types(scene, chat)).count("Posted") == 1
    assert isinstance(scene.desk, Desk)
