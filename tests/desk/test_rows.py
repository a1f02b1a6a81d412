"""Rows of the requirements that no other story at the desk shows."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from livechat_core import hookimpl
from livechat_core.hours import EPOCH, Hours
from livechat_core.ports import Request
from livechat_core.rules import Subscription
from livechat_core.testing import Fault
from livechat_core.testing.desk import RULES, Adapters, Client, Scene, SceneClock
from tests.desk.acts import (
    MARIA,
    accept,
    claimed,
    filed,
    item,
    leave,
    offers,
    refusal,
    start,
    talk,
    types,
)

pytestmark = pytest.mark.anyio

KEPT = "Maria@customer.example"  # the address of `acts.MARIA` as it is kept
BERLIN = ZoneInfo("Europe/Berlin")
NINE_TO_FIVE = (time(9), time(17))


class Placed(Adapters):
    """A house that can tell where a visitor is."""

    @hookimpl
    def livechat_geo(self) -> "Placed":
        return self

    async def locate(self, _: Request) -> str:
        return "Tallinn, Estonia"


def support(**told: Any) -> Any:
    """Return the rules of a scene with another support queue."""
    queue = attrs.evolve(RULES.queues["support"], **told)
    return attrs.evolve(RULES, queues={**RULES.queues, "support": queue})


def instant(text: str) -> int:
    """Return a moment of the clock on the wall in Berlin."""
    local = datetime.fromisoformat(text).replace(tzinfo=BERLIN)
    return int((local - EPOCH).total_seconds()) * 1_000_000


# --- sites, visitors, messages -------------------------------------------------------------------


async def test_whatever_there_is_carries_the_site_it_came_from(scene: Scene) -> None:
    """S0-1, F61: visitor, chat, left message and its notice."""
    eve = await scene.staff("eve")
    for site, name in (("performances", "Performances"), ("drumstory", "Drumstory")):
        chat = await start(await scene.visitor(site=site), site=site, queue="sales")
        work = await leave(await scene.visitor(site=site), site=site, queue="sales")
        await scene.settle()
        visitors = (await eve.lists())["visitors"]
        assert [row["site_name"] for row in visitors if row["site"] == site] == [name, name]
        assert (await item(eve, chat, "waiting"))["site_name"] == name
        assert (await item(eve, work))["site_name"] == name
        (*_, notice) = scene.outside.channels["team"].sent
        assert notice.facts["site"] == name


@pytest.mark.parametrize("why", ["nobody at work", "away", "full"])
async def test_whatever_keeps_staff_from_answering_leads_to_a_message(
    make_store: Any, why: str
) -> None:
    """S0-5, S4-14, F25: no chat is begun, and the same form takes the message."""
    rules = support(when_busy="leave_message")
    async with Scene(make_store(SceneClock()), rules=rules) as scene:
        if why != "nobody at work":
            ana = await scene.staff("ana")
            await ana.do("presence.set_status", status="away" if why == "away" else "available")
        for _ in range(RULES.staff["ana"].capacity if why == "full" else 0):
            await talk(scene, await scene.visitor(), ana)
        maria = await scene.visitor()
        told = await refusal(maria, "conversation.start", site="performances")
        assert told["code"] == "nobody_available"
        work = await leave(maria)
        await scene.settle()
        assert (await item(await scene.staff("ben", watch=True), work))["phase"] == "open"


async def test_the_answer_goes_where_the_customer_wants_it(scene: Scene) -> None:
    """S0-10: not to the address of the account, if he named another."""
    account = {"x-name": "Maria Silva", "x-email": "account@customer.example"}
    work = await leave(await scene.visitor(headers=account), email="work@customer.example")
    await scene.settle()
    ana = await scene.staff("ana")
    assert (await item(ana, work))["facts"]["email"] == "work@customer.example"
    (notice,) = scene.outside.channels["slack"].sent
    assert "E-mail: work@customer.example" in notice.text.splitlines()


async def test_the_notice_has_the_page_of_that_moment(scene: Scene) -> None:
    """S0-12: not the one on which the visitor arrived."""
    maria = await scene.visitor(url="https://shop.example/first")
    page = {"site": "performances", "url": "https://shop.example/second"}
    await maria.do("visit.view", pages=[page])
    await scene.wait(11)
    await leave(maria)
    await scene.settle()
    (notice,) = scene.outside.channels["slack"].sent
    assert notice.facts["page"] == "https://shop.example/second"


async def test_notices_say_where_the_customer_is(make_store: Any) -> None:
    """S0-13, S0-42: of a left message and of a request, with the page and a link to the console."""
    async with Scene(make_store(SceneClock()), adapters=Placed()) as scene:
        await leave(await scene.visitor())
        await scene.staff("ana")
        await start(await scene.visitor(url="https://shop.example/drums"), question="Red ones?")
        await scene.settle()
        left, asked = scene.outside.channels["slack"].sent
        assert left.facts["location"] == asked.facts["location"] == "Tallinn, Estonia"
        assert (asked.kind, asked.facts["question"], asked.facts["page"]) == (
            *("enquiry", "Red ones?", "https://shop.example/drums"),
        )
        assert asked.link == f"{RULES.public_url}/console/"


async def test_a_visitor_who_arrives_is_announced_where_it_is_wanted(make_store: Any) -> None:
    """S0-41: with name, page, place and a link to where he can be found."""
    site = attrs.evolve(RULES.sites["performances"], notify_visits=True)
    wanted = (Subscription(notifier="team", kinds=frozenset({"new_visitor"})),)
    rules = attrs.evolve(RULES, sites={**RULES.sites, "performances": site}, notifiers=wanted)
    async with Scene(make_store(SceneClock()), rules=rules, adapters=Placed()) as scene:
        await scene.visitor()
        await scene.visitor(site="drumstory")
        await scene.settle()
        (notice,) = scene.outside.channels["team"].sent
        assert (notice.kind, notice.facts["name"], notice.facts["page"]) == (
            *("new_visitor", "Guest", "https://shop.example/shoes"),
        )
        assert notice.facts["location"] == "Tallinn, Estonia"
        assert notice.link == f"{RULES.public_url}/console/"


# --- the enquiry ---------------------------------------------------------------------------------


async def test_a_known_customer_gets_note_mail_and_follow_up(scene: Scene) -> None:
    """S0-16, S0-19, S0-20: on his own card."""
    ana, erm = await scene.staff("ana"), scene.outside.erm
    ref = erm.add(MARIA, name="Maria Silva")
    work = await claimed(scene, ana)
    for method, told in (
        ("enquiry.confirm_match", {"ref": ref}),
        ("enquiry.reply", {"subject": "Your question", "text": "At nine."}),
        ("enquiry.schedule_follow_up", {"title": "Call Maria"}),
    ):
        await ana.do(method, stream=work, **told)
        await scene.settle()
    assert list(erm.customers) == [ref]
    assert len(erm.notes(ref)) == 1
    (mail,) = scene.outside.mailer.sent
    assert (mail.to, mail.subject, mail.text) == (KEPT, "Your question", "At nine.")
    assert erm.tasks(ref) == ["Call Maria"]


async def test_no_answer_leaves_before_the_note_is_saved(scene: Scene) -> None:
    """S0-18."""
    ana = await scene.staff("ana")
    work = await claimed(scene, ana)
    scene.outside.erm_script.plan("add_history", Fault.PERMANENT)
    await ana.do("enquiry.create_customer", stream=work)
    await scene.settle()
    mail = {"stream": work, "subject": "Re", "text": "x"}
    assert (await refusal(ana, "enquiry.reply", **mail))["code"] == "not_now"
    await ana.do("enquiry.retry", stream=work)
    await scene.settle()
    await ana.do("enquiry.reply", **mail)
    await scene.settle()
    assert len(scene.outside.mailer.sent) == 1


async def test_no_note_is_written_before_the_account_is_saved(scene: Scene) -> None:
    """S0-23."""
    ana, asked = await scene.staff("ana"), scene.outside.erm_script.asked
    work = await claimed(scene, ana)
    scene.outside.erm_script.plan("create", Fault.PERMANENT)
    await ana.do("enquiry.create_customer", stream=work)
    await scene.settle()
    assert (asked["create"], asked["add_history"]) == (1, 0)
    await ana.do("enquiry.retry", stream=work)
    await scene.settle()
    assert (asked["create"], asked["add_history"]) == (2, 1)


async def test_an_account_is_made_of_what_is_known(make_store: Any) -> None:
    """S0-22: by the visitor and the claimer; what is missing is left empty."""
    async with Scene(make_store(SceneClock()), adapters=Placed()) as scene:
        ana = await scene.staff("ana")
        await filed(scene, ana, name="Maria")
        (customer,) = scene.outside.erm.customers.values()
        assert (customer.name, customer.emails, customer.location) == (
            *("Maria", (KEPT,), "Tallinn, Estonia"),
        )
        assert customer.phone == customer.company == ""


# --- the chat ------------------------------------------------------------------------------------


async def test_who_closed_the_chat_can_be_invited_again(scene: Scene) -> None:
    """S0-39: staff are told of the end, and the visitor stays in their list."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await scene.settle()
    await maria.do("conversation.close", stream=chat)
    await scene.settle()
    gone = [push["gone"] for push in ana.told("list") if push["list"] == "mine"]
    assert gone[-1] == [chat]
    (row,) = (await ana.lists())["visitors"]
    assert row["status"] == "closed"
    await ana.do("visit.invite", stream=row["stream"])
    assert [push["type"] for push in maria.told("event")][-1] == "Invited"


async def test_topics_are_the_queues_and_the_chosen_one_gets_the_chat(scene: Scene) -> None:
    """S1-1."""
    await scene.staff("ana")
    eve, maria = await scene.staff("eve"), await scene.visitor()
    topics = maria.welcome["availability"]["topics"]
    assert [(topic["id"], topic["name"]) for topic in topics] == [
        *(("support", "Support"), ("sales", "Sales")),
    ]
    chat = await start(maria, queue="sales")
    assert await accept(scene, eve) == chat
    other = await scene.visitor(site="drumstory")
    told = await refusal(other, "conversation.start", site="drumstory", queue="support")
    assert told["code"] == "unknown_queue"


async def test_a_new_chat_is_pushed_into_the_lists_with_its_beginning(scene: Scene) -> None:
    """S1-5, S1-6."""
    ana = await scene.staff("ana")
    await scene.settle()
    begun = scene.clock.now()
    chat = await start(await scene.visitor())
    await scene.settle()
    (push,) = [push for push in ana.told("list") if push["list"] == "waiting"]
    (row,) = push["changed"]
    assert row["stream"] == chat
    assert begun < row["since"] <= scene.clock.now()


async def test_an_agent_ends_the_chat(scene: Scene) -> None:
    """S1-13: the visitor is told that it was the agent."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await maria.call("conversation.follow", stream=chat, after=0)
    await ana.do("conversation.close", stream=chat)
    await scene.settle()
    (push,) = maria.told("event")
    assert (push["type"], push["data"]["reason"]) == ("Closed", "agent")
    assert (await types(scene, chat))[-1] == "Closed"


async def test_the_offer_tells_who_asks(scene: Scene) -> None:
    """S2-1: name and e-mail address."""
    ana = await scene.staff("ana")
    await start(await scene.visitor(), name="Maria", email=MARIA)
    await scene.settle()
    (offer,) = await offers(ana)
    assert (offer["name"], offer["email"]) == ("Maria (not signed in)", KEPT)


async def test_colleagues_are_listed_with_their_status(scene: Scene) -> None:
    """S3-14."""
    ana, ben, sam = await scene.staff("ana"), await scene.staff("ben"), await scene.staff("sam")
    await ben.do("presence.set_status", status="busy")
    await sam.do("presence.set_status", status="away")
    team = [row for row in await ana.call("desk.staff") if "support" in row["queues"]]
    assert {row["name"]: row["status"] for row in team} == {
        "Ana": "available",
        "Ben": "busy",
        "Sam": "away",
    }


# --- who is asked, and when ----------------------------------------------------------------------


async def test_who_has_fewer_chats_is_asked_first(scene: Scene) -> None:
    """F13: also if he was the last to get one."""
    ben = await scene.staff("ben")
    await talk(scene, await scene.visitor(), ben)
    ana = await scene.staff("ana")
    await ana.do("conversation.close", stream=await talk(scene, await scene.visitor(), ana))
    await start(await scene.visitor())
    await scene.settle()
    assert [len(await offers(one)) for one in (ana, ben)] == [1, 0]


async def test_the_next_tier_is_asked_when_the_first_is_full(scene: Scene) -> None:
    """F20: Sam is of tier 1, and has fewer chats all the time."""
    ana, sam = await scene.staff("ana"), await scene.staff("sam")
    for _ in range(RULES.staff["ana"].capacity):
        await talk(scene, await scene.visitor(), ana)
    assert await offers(sam) == []
    await start(await scene.visitor())
    await scene.settle()
    assert len(await offers(sam)) == 1


async def _states(scene: Scene, visitor: Client, *moments: str) -> list[str]:
    """Let the clock go to each moment and return what the button says then."""
    found = []
    for moment in moments:
        scene.clock.advance(instant(moment) - scene.clock.now())
        found.append((await visitor.call("desk.availability"))["topics"][0]["state"])
    return found


async def test_outside_its_hours_a_queue_takes_messages_only(make_store: Any) -> None:
    """S1-24, S1-27, F22: by the clock of its zone, whoever is there; the next opening is told."""
    rules = support(hours=Hours(zone=BERLIN, week=dict.fromkeys(range(7), (NINE_TO_FIVE,))))
    async with Scene(make_store(SceneClock()), rules=rules) as scene:
        maria, ana = await scene.visitor(), await scene.staff("ana")
        assert await _states(scene, maria, "2023-11-15T08:59") == ["offline"]
        told = await refusal(maria, "conversation.start", site="performances")
        assert told["code"] == "nobody_available"
        work = await leave(maria)
        await scene.settle()
        assert (await item(ana, work))["facts"]["question"] == "When do you\nopen?"
        available = await maria.call("desk.availability")
        assert available["opens_at"] == instant("2023-11-15T09:00")
        assert await _states(scene, maria, "2023-11-15T09:00") == ["online"]


async def test_a_holiday_replaces_the_hours_of_its_weekday(make_store: Any) -> None:
    """F23."""
    week = dict.fromkeys(range(7), (NINE_TO_FIVE,))
    special = {date(2023, 12, 25): (), date(2023, 12, 24): ((time(9), time(12)),)}
    rules = support(hours=Hours(zone=BERLIN, week=week, special=special))
    async with Scene(make_store(SceneClock()), rules=rules) as scene:
        maria = await scene.visitor()
        await scene.staff("ana")
        days = ("2023-12-23T13:00", "2023-12-24T11:00", "2023-12-24T13:00", "2023-12-25T11:00")
        assert await _states(scene, maria, *days) == ["online", "online", "offline", "offline"]


async def test_a_day_has_several_intervals_and_one_may_go_over_midnight(make_store: Any) -> None:
    """F24."""
    day = ((time(9), time(12)), (time(13), time(17)), (time(22), time(2)))
    rules = support(hours=Hours(zone=BERLIN, week={2: day}))  # Wednesday
    async with Scene(make_store(SceneClock()), rules=rules) as scene:
        maria = await scene.visitor()
        await scene.staff("ana")
        open_at = ("2023-11-15T11:59", "2023-11-15T13:00", "2023-11-15T23:00", "2023-11-16T01:59")
        closed = ("2023-11-15T12:00", "2023-11-15T17:00", "2023-11-16T02:00", "2023-11-16T09:00")
        found = await _states(scene, maria, *sorted(open_at + closed))
        assert found == [
            "online" if moment in open_at else "offline" for moment in sorted(open_at + closed)
        ]
