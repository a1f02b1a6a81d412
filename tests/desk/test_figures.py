"""Daily figures: today's when asked for; those of days over are kept, exactly, whatever happens."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from livechat_core import crashpoints, record
from livechat_core.errors import StoreError
from livechat_core.figures import day_of, tally
from livechat_core.hours import EPOCH
from livechat_core.ports import Search
from livechat_core.rules import seconds
from livechat_core.testing.desk import RULES, Client, Refused, Scene, SceneClock
from tests.desk.acts import accept, leave, start
from tests.desk.conftest import MakeStore

pytestmark = pytest.mark.anyio

FIRST, SECOND = "2026-11-22", "2026-11-23"


@pytest.fixture
def clock() -> SceneClock:
    """Return a clock that stands at half past eleven in the evening."""
    begin = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    return SceneClock(seconds((begin - EPOCH).total_seconds()))


@pytest.fixture
async def scene(make_store: MakeStore, clock: SceneClock) -> Any:
    async with Scene(make_store(clock), clock=clock) as scene:
        yield scene


@pytest.fixture
def die() -> Iterator[Callable[[int], None]]:
    """Let the process die after it has kept so many days."""

    def install(days: int) -> None:
        left = days

        def hook(point: str) -> None:
            nonlocal left
            left -= point == "reports.kept"
            if point == "reports.kept" and left == 0:
                raise Died

        crashpoints.install(hook)

    yield install
    crashpoints.install(None)


class Died(Exception):
    """The process is gone."""


async def served(scene: Scene, agent: Client, wait: float = 5, **told: Any) -> tuple[Client, str]:
    """Let an agent answer a new visitor after so many seconds, and the visitor end the chat."""
    visitor = await scene.visitor()
    chat = await start(visitor, **told)
    await scene.settle()
    scene.clock.advance(seconds(wait))
    await accept(scene, agent)
    scene.clock.advance(seconds(10))
    await agent.do("conversation.post", stream=chat, text="Yes, we do")
    scene.clock.advance(seconds(60))
    await visitor.do("conversation.close", stream=chat)
    await scene.settle()
    return visitor, chat


async def row(client: Client, kind: str, name: str, day: str = FIRST, **told: Any) -> Any:
    """Return the figures of a queue or an agent on one day."""
    found = await client.call("desk.figures", first=day, last=day, **told)
    rows = [one for one in found["rows"] if (one["kind"], one["id"]) == (kind, name)]
    return rows[0]["figures"] if rows else None


async def kept(scene: Scene, day: str = FIRST) -> int:
    """Return how many times the figures of a day were recorded."""
    return len(await scene.store.load(record.stream_of("figures", day)))


async def check_exact(scene: Scene, *days: str) -> None:
    """Compare what is kept of days with a count of all chats that there are."""
    chats = await scene.store.search(Search(limit=1000))
    for day in days:
        begun = [chat for chat in chats if str(day_of(chat.begun_at, UTC)) == day]
        state: record.State = await scene.desk.view(record.stream_of("figures", day))
        assert state.values == tally(begun, RULES.wait_goal), day


async def test_todays_figures_are_counted_when_they_are_asked_for_F64(scene: Scene) -> None:
    """F64: by queue for supervisors, and for agents their own."""
    ana, sam = await scene.staff("ana"), await scene.staff("sam", watch=True)
    maria, chat = await served(scene, ana)
    await maria.do("conversation.rate", stream=chat, value=3)
    await served(scene, ana, 25)
    await leave(await scene.visitor())
    support = await row(sam, "queue", "support")
    assert (support["started"], support["accepted"], support["left"], support["closed"]) == (
        *(3, 2, 1, 2),
    )
    assert (support["ratings"], support["reasons"]) == ({"3": 1}, {"visitor": 2})
    assert support["waits"]["count"] == 2
    assert seconds(25) <= support["waits"]["max"] < seconds(26)
    assert (support["within"], support["within_share"]) == (1, 0.5)
    assert seconds(10) < support["first_replies"]["mean"] < seconds(40)
    assert seconds(70) <= support["handled"]["mean"] < seconds(75)
    assert (await row(sam, "agent", "ana"))["accepted"] == 2
    assert await row(ana, "queue", "support") is None
    assert (await row(ana, "agent", "ana"))["accepted"] == 2
    eve = await scene.staff("eve", watch=True)
    assert (await eve.call("desk.figures", first=FIRST, last=FIRST))["rows"] == []
    assert await row(sam, "agent", "ana", queue="support") is None
    assert (await row(sam, "queue", "support", queue="support"))["started"] == 3
    assert await kept(scene) == 0


async def test_an_offer_that_is_missed_is_told_of_who_missed_it(scene: Scene) -> None:
    """F64, F29."""
    await scene.staff("ana")
    sam = await scene.staff("sam", watch=True)
    await start(await scene.visitor())
    await scene.wait(31)
    assert (await row(sam, "agent", "ana"))["missed"] == 1
    assert (await row(sam, "queue", "support"))["missed"] == 1


async def test_a_day_that_is_over_is_kept_once(scene: Scene) -> None:
    """F64: whatever number of processes looks at it."""
    other = await scene.beside()
    ana = await scene.staff("ana")
    await served(scene, ana)
    await scene.wait(3 * 3600)
    await other.wait(3600)
    assert await kept(scene) == 1
    assert await kept(scene, SECOND) == 0
    sam = await other.staff("sam", watch=True)
    assert (await row(sam, "queue", "support"))["started"] == 1
    await check_exact(scene, FIRST)


async def test_what_happens_after_midnight_is_told_of_the_day_the_chat_began(
    scene: Scene,
) -> None:
    """F64: a rating that comes late."""
    ana, sam = await scene.staff("ana"), await scene.staff("sam", watch=True)
    await scene.wait(27 * 60)
    maria, chat = await served(scene, ana)
    await scene.wait(3600)
    (before,) = await scene.store.load(record.stream_of("figures", FIRST))
    await start(await scene.visitor())
    await _rate_late(scene, maria, chat)
    await scene.wait(3600 + 60)
    assert await kept(scene) == 2
    assert (await row(sam, "queue", "support"))["ratings"] == {"2": 1}
    assert b'"ratings":{}' in before.data
    await check_exact(scene, FIRST)
    await scene.wait(2 * 3600)
    assert await kept(scene) == 2


async def _rate_late(scene: Scene, visitor: Client, chat: str) -> None:
    """Rate a chat by the desk's own rules of another day, when the window is longer."""
    rules = attrs.evolve(scene.desk.rules, rating_window=seconds(86_400))
    scene.desk.rules, before = rules, scene.desk.rules
    await visitor.do("conversation.rate", stream=chat, value=2)
    scene.desk.rules = before


async def test_a_process_that_dies_between_two_days_loses_and_doubles_nothing(
    scene: Scene, die: Callable[[int], None]
) -> None:
    """F64, G1: the next one begins the round again."""
    ana = await scene.staff("ana")
    await served(scene, ana)
    await served(scene, ana)
    _stop_keeping(scene)
    await scene.wait(3600)
    await served(scene, ana)
    await scene.wait(86_400)
    assert await kept(scene) == await kept(scene, SECOND) == 0
    for days in (1, 1, 2):
        await scene.restart()
        die(days)
        with pytest.raises(Died):
            await scene.service.reports.fold()
    crashpoints.install(None)
    assert (await kept(scene), await kept(scene, SECOND)) == (1, 1)
    await scene.restart()
    await scene.settle()
    await check_exact(scene, FIRST, SECOND)
    assert (await kept(scene), await kept(scene, SECOND)) == (1, 1)


def _stop_keeping(scene: Scene) -> None:
    scene.service.reports._looked = 2**60


async def test_chats_of_a_day_on_which_others_were_kept_are_not_forgotten(scene: Scene) -> None:
    """F64: they lie before the position through which the figures of earlier days are right."""
    ana = await scene.staff("ana")
    await served(scene, ana)
    await scene.wait(1800 + 60)
    await served(scene, ana)
    await scene.wait(3600)
    assert await kept(scene) == 1
    await scene.wait(86_400)
    assert await kept(scene, SECOND) == 1
    await check_exact(scene, FIRST, SECOND)


async def test_two_processes_that_keep_at_once_agree(scene: Scene) -> None:
    """F64, G21: the second gives up, or says the same."""
    other = await scene.beside()
    ana = await scene.staff("ana")
    await served(scene, ana)
    _stop_keeping(scene)
    _stop_keeping(other)
    await scene.wait(3600)
    scene.service.reports._looked = other.service.reports._looked = 0
    real = scene.service.reports._count

    async def slow(day: date) -> Any:
        told = await real(day)
        await other.service.reports.fold()
        return told

    scene.service.reports._count = slow  # type: ignore[method-assign]
    await scene.service.reports.fold()
    assert await kept(scene) == 1
    await check_exact(scene, FIRST)


async def test_a_store_in_trouble_is_asked_again_at_the_next_tick(scene: Scene) -> None:
    """G22."""
    ana = await scene.staff("ana")
    await served(scene, ana)
    _stop_keeping(scene)
    await scene.wait(3600)
    scene.service.reports._looked = 0
    real, failed = scene.desk.store.search, []

    async def failing(search: Search) -> Any:
        if not failed:
            failed.append(search)
            raise StoreError
        return await real(search)

    scene.desk.store.search = failing  # type: ignore[method-assign]
    await scene.tick()
    assert (await kept(scene), len(failed)) == (0, 1)
    await scene.tick()
    assert await kept(scene) == 1


async def test_the_days_are_those_of_the_desks_zone(
    make_store: MakeStore, clock: SceneClock
) -> None:
    """F64: where it is another day already."""
    rules = attrs.evolve(RULES, zone=ZoneInfo("Europe/Berlin"))
    async with Scene(make_store(clock), rules=rules, clock=clock) as scene:
        ana, sam = await scene.staff("ana"), await scene.staff("sam", watch=True)
        await served(scene, ana)
        assert await row(sam, "queue", "support", FIRST) is None
        assert (await row(sam, "queue", "support", SECOND))["started"] == 1
        found = await sam.call("desk.figures", first=FIRST, last=SECOND)
        assert found["zone"] == "Europe/Berlin"


async def test_days_are_added_or_listed_or_written_as_a_table_F64(scene: Scene) -> None:
    """F64."""
    ana, sam = await scene.staff("ana"), await scene.staff("sam", watch=True)
    await served(scene, ana)
    await scene.wait(3600)
    await served(scene, ana)
    both = {"first": FIRST, "last": SECOND}
    whole = (await sam.call("desk.figures", **both))["rows"]
    assert [(one["kind"], one["id"], one["figures"]["started"]) for one in whole] == [
        *(("agent", "ana", 2), ("queue", "support", 2)),
    ]
    days = (await sam.call("desk.figures", **both, by="day"))["rows"]
    assert [(one["day"], one["id"]) for one in days] == [
        *((FIRST, "support"), (FIRST, "ana"), (SECOND, "support"), (SECOND, "ana")),
    ]
    text = (await sam.call("desk.figures", **both, by="csv"))["csv"]
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [(one["day"], one["id"], one["started"]) for one in lines] == [
        *((FIRST, "support", "1"), (FIRST, "ana", "1")),
        *((SECOND, "support", "1"), (SECOND, "ana", "1")),
    ]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"first": SECOND, "last": FIRST}, "bad_days"),
        ({"first": "2020-01-01", "last": FIRST}, "bad_days"),
        ({"first": "22.11.", "last": FIRST}, "invalid_time"),
        ({"first": FIRST, "last": ""}, "invalid_time"),
        ({"first": FIRST, "last": FIRST, "by": "hour"}, "invalid_type"),
        ({"first": FIRST}, "invalid_type"),
    ],
)
async def test_days_that_make_no_sense_are_refused(
    scene: Scene, wanted: dict[str, str], code: str
) -> None:
    sam = await scene.staff("sam", watch=True)
    with pytest.raises(Refused) as refused:
        await sam.call("desk.figures", **wanted)
    assert refused.value.code == code


async def test_nobody_else_writes_or_reads_what_is_kept(scene: Scene) -> None:
    """A11: agents would see their colleagues' figures, so the record itself is nobody's to read."""
    ana = await scene.staff("ana")
    await served(scene, ana)
    await scene.wait(3600)
    stream = record.stream_of("figures", FIRST)
    assert (await ana.call("conversation.history", stream=stream))["events"] == []
    assert await ana.call("record.history", stream=stream) == []
    assert await ana.call("record.list", topic="figures") == []
