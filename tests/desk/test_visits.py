"""What visits know and what they must not: consent, campaigns, greetings, other sites."""

from collections.abc import AsyncIterator
from typing import Any

import anyio
import attrs
import pytest

from livechat_core.ports import Request
from livechat_core.rules import Greeting, Site, seconds
from livechat_core.testing.desk import RULES, Client, Scene, SceneClock
from tests.desk.acts import refusal, start, talk, types
from tests.desk.conftest import MakeStore

pytestmark = pytest.mark.anyio

GREETINGS = {
    "help": Greeting(text="May we help?", after=seconds(20), pages=2),
    "shoes": Greeting(text="Ask us about sizes.", url="*/shoes*", on_page=seconds(40)),
}
SITES = {
    **RULES.sites,
    "asks": Site(name="Asks", queues=("support",), visits="after_consent"),
    "silent": Site(name="Silent", queues=("support",), visits="off"),
    "warm": Site(name="Warm", queues=("support",), greetings=GREETINGS),
}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CANARY = "https://shop.example/illness-canary"


@pytest.fixture
async def scene(make_store: MakeStore) -> AsyncIterator[Scene]:
    clock = SceneClock()
    rules = attrs.evolve(RULES, sites=SITES)
    async with Scene(make_store(clock), clock=clock, rules=rules) as scene:
        yield scene


async def recorded(scene: Scene) -> bytes:
    """Return everything that the journal and the summaries of visits hold."""
    rows = [row.data for row in await scene.store.feed(0, 10_000)]
    facts = [str(dict(one.facts)).encode() for one in scene.desk.index.all("visit")]
    return b"\n".join([*rows, *facts])


async def view(client: Client, url: str, site: str = "") -> None:
    page = {"site": site or client.welcome["site"]["id"], "url": url}
    await client.do("visit.view", pages=[page])
    await client.scene.wait(11)


async def path(scene: Scene, visitor: str) -> dict[str, Any]:
    sam = await scene.staff("sam", watch=True)
    found: dict[str, Any] = await sam.call("visit.path", stream=f"visit/{visitor}")
    return found


# --- consent -------------------------------------------------------------------------------------


@pytest.mark.parametrize("site", ["asks", "silent"])
async def test_nothing_is_written_of_who_has_not_agreed_F60(scene: Scene, site: str) -> None:
    maria = await scene.visitor(site, url=CANARY)
    await view(maria, CANARY)
    sam = await scene.staff("sam", watch=True)

    assert (maria.welcome["recorded"], maria.welcome["consent"]) == (False, "")
    assert maria.welcome["visits"] == {"asks": "after_consent", "silent": "off"}[site]
    assert (await sam.lists())["visitors"] == []
    assert b"visit" not in b"".join(
        row.stream.encode() for row in await scene.store.feed(0, 10_000)
    )


@pytest.mark.parametrize("site", ["asks", "silent"])
async def test_a_chat_begins_a_visit_without_pages_F60(scene: Scene, site: str) -> None:
    maria, ana = await scene.visitor(site, url=CANARY), await scene.staff("ana")
    stream = await start(maria, site=site)
    await view(maria, CANARY)

    assert CANARY.encode() not in await recorded(scene)
    (row,) = (await ana.lists())["visitors"]
    assert (row["page"], row["pages"], row["conversation"]) == ("", 1, stream)
    again = await scene.visitor(site, token=maria.welcome["token"], url=CANARY)
    assert again.welcome["conversation"]["stream"] == stream
    assert CANARY.encode() not in await recorded(scene)


async def test_who_agrees_is_recorded_from_the_page_he_is_on_F60(scene: Scene) -> None:
    maria = await scene.visitor("asks", url="https://asks.example/here")
    await maria.do("visit.consent", granted=True, wording="cookies v3")
    await view(maria, "https://asks.example/there")

    found = await path(scene, maria.welcome["visitor"])
    assert [page["url"] for page in found["pages"]] == [
        "https://asks.example/here",
        "https://asks.example/there",
    ]
    assert found["consent"] == "given"
    stream = f"visit/{maria.welcome['visitor']}"
    ((at, given),) = [
        (row.at, event)
        for row, event in await scene.desk.history(stream)
        if type(event).__name__ == "ConsentGiven"
    ]
    assert (given.wording, at > 0) == ("cookies v3", True)
    again = await scene.visitor("asks", token=maria.welcome["token"])
    assert (again.welcome["recorded"], again.welcome["consent"]) == (True, "given")


async def test_a_repeated_consent_counts_once_F60(scene: Scene) -> None:
    """G3: the answer was lost, so the page says it again, perhaps from another page."""
    maria = await scene.visitor("asks")
    told = {"granted": True, "wording": "v1", "id": "consent-1"}
    await maria.do("visit.consent", **told)
    await view(maria, "https://asks.example/there")
    await maria.do("visit.consent", **told)

    events = await types(scene, f"visit/{maria.welcome['visitor']}")
    assert events == ["Arrived", "ConsentGiven", "Viewed"]


async def test_who_was_in_a_chat_before_he_agrees_is_recorded_from_then_on_F60(
    scene: Scene,
) -> None:
    maria = await scene.visitor("asks", url="https://asks.example/here")
    await scene.staff("ana")
    await start(maria, site="asks")
    await maria.do("visit.consent", granted=True, wording="v1")

    found = await path(scene, maria.welcome["visitor"])
    assert [page["url"] for page in found["pages"]] == ["", "https://asks.example/here"]


async def test_who_withdraws_is_forgotten_page_by_page_F60(scene: Scene) -> None:
    """The pages go from the journal too; the chat and the way back to it stay."""
    maria, ana = await scene.visitor(url=CANARY), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await view(maria, CANARY + "/more")
    assert CANARY.encode() in await recorded(scene)

    await maria.do("visit.consent", granted=False)
    await scene.settle()
    visit = f"visit/{maria.welcome['visitor']}"
    rows = [row for row in await scene.store.feed(0, 10_000) if row.stream == visit]
    assert not [row for row in rows if b"canary" in row.data]
    assert (await types(scene, visit))[-2:] == ["Erased", "PagesRemoved"]
    await view(maria, CANARY)
    assert not [one for one in await scene.desk.history(visit) if b"canary" in one[0].data]
    await maria.do("conversation.post", stream=chat, text="I am still here")
    again = await scene.visitor(token=maria.welcome["token"], url=CANARY)
    assert again.welcome["conversation"]["stream"] == chat
    assert again.welcome["consent"] == "withdrawn"


async def test_the_removal_of_pages_outlives_the_process_F60(scene: Scene) -> None:
    maria = await scene.visitor(url=CANARY)
    await maria.do("visit.consent", granted=False)
    assert b"canary" in await recorded(scene)

    await scene.restart()
    await scene.wait(6)
    assert b"canary" not in await recorded(scene)
    assert (await types(scene, f"visit/{maria.welcome['visitor']}"))[-1] == "PagesRemoved"


# --- where he came from --------------------------------------------------------------------------


async def test_staff_see_campaign_and_browser_of_a_visitor_F55_S1_14(scene: Scene) -> None:
    client = Client(scene, Request(headers={"user-agent": FIREFOX}))
    page = {"site": "performances", "url": "https://shop.example/?utm_source=news&utm_campaign=May"}
    told = {"as": "visitor", "page": page, "language": "nb-NO"}
    maria = await client.open(**told, referrer="https://search.example/find?q=secret")
    ana = await scene.staff("ana")

    (row,) = (await ana.lists())["visitors"]
    assert row["campaign"] == {
        "source": "news",
        "name": "May",
        "referrer": "https://search.example/find",
    }
    assert row["browser"] == FIREFOX
    found = await path(scene, maria.welcome["visitor"])
    assert (found["campaign"]["name"], found["browser"]) == ("May", FIREFOX)
    assert (found["language"], found["returned"]) == ("nb-NO", False)
    assert b"secret" not in await recorded(scene)


# --- greetings by rule ---------------------------------------------------------------------------


async def test_a_greeting_comes_by_itself_and_once_F56(scene: Scene) -> None:
    maria = await scene.visitor("warm", url="https://warm.example/")
    await scene.staff("ana")
    await view(maria, "https://warm.example/about")
    await scene.wait(30)
    await view(maria, "https://warm.example/more")
    await scene.wait(60)

    (greeted,) = [one for one in maria.told("event") if one["type"] == "Greeted"]
    assert greeted["data"] == {"name": "Warm", "text": "May we help?"}
    again = await scene.visitor("warm", token=maria.welcome["token"])
    assert again.welcome["greeting"] == {"name": "Warm", "text": "May we help?"}


async def test_a_greeting_is_not_lost_when_the_process_dies_F56(scene: Scene) -> None:
    maria = await scene.visitor("warm", url="https://warm.example/shoes/red")
    await scene.restart()
    await scene.staff("ana")
    await scene.visitor("warm", url="https://warm.example/shoes/red", token=maria.welcome["token"])
    await scene.wait(45)

    events = await types(scene, f"visit/{maria.welcome['visitor']}")
    assert events.count("Greeted") == 1


async def test_nobody_is_greeted_while_nobody_can_answer_F56(scene: Scene) -> None:
    maria = await scene.visitor("warm", url="https://warm.example/shoes/red")
    await scene.wait(60)
    assert maria.told("event") == []

    await scene.staff("ana")
    await scene.wait(60)
    assert maria.told("event") == [], "its moment has passed"
    await view(maria, "https://warm.example/shoes/blue")
    await scene.wait(40)
    assert [one["type"] for one in maria.told("event")] == ["Greeted"]


async def test_two_processes_greet_once_F56(scene: Scene) -> None:
    other = await scene.beside()
    maria = await scene.visitor("warm", url="https://warm.example/shoes/red")
    await scene.staff("ana")
    await other.desk.feed.follow(0)
    scene.clock.advance(seconds(45))
    for one in (scene, other):
        await one.service.renew()
    async with anyio.create_task_group() as group:
        for one in (scene, other):
            group.start_soon(one.service.tick)

    events = await types(scene, f"visit/{maria.welcome['visitor']}")
    assert events.count("Greeted") == 1


@pytest.mark.parametrize("what", ["chat", "invitation", "closed", "ban"])
async def test_who_chats_is_invited_has_declined_or_is_banned_is_left_alone_F56(
    scene: Scene, what: str
) -> None:
    maria = await scene.visitor("warm", url="https://warm.example/shoes/red")
    ana, sam = await scene.staff("ana"), await scene.staff("sam")
    visit = f"visit/{maria.welcome['visitor']}"
    if what == "chat":
        await start(maria, site="warm")
    elif what == "ban":
        told = {"visitor": maria.welcome["visitor"], "scope": "chat", "reason": "spam"}
        await sam.do("ban.ask", **told)
    else:
        await ana.do("visit.invite", stream=visit)
        if what == "closed":
            await maria.do("visit.answer_invitation")
    await view(maria, "https://warm.example/shoes/blue")
    await scene.wait(45)

    assert "Greeted" not in await types(scene, visit)


async def test_a_closed_greeting_is_gone_everywhere_F56(scene: Scene) -> None:
    maria = await scene.visitor("warm", url="https://warm.example/shoes/red")
    await scene.staff("ana")
    await scene.wait(45)
    await maria.do("visit.answer_invitation")

    assert [one["type"] for one in maria.told("event")] == ["Greeted", "GreetingClosed"]
    again = await scene.visitor("warm", token=maria.welcome["token"])
    assert again.welcome["greeting"] is None


# --- on to another site --------------------------------------------------------------------------


async def test_the_path_goes_on_over_another_domain_S0_32(scene: Scene) -> None:
    """Each site has a token of its own; both open the one visit."""
    maria = await scene.visitor("performances", url="https://performances.example/a")
    handed = await maria.call("visit.hand_over")
    next_door = await _arrive(scene, "drumstory", hand_over=handed["code"])

    assert next_door.welcome["visitor"] == maria.welcome["visitor"]
    assert next_door.welcome["token"] != maria.welcome["token"]
    found = await path(scene, maria.welcome["visitor"])
    assert [(page["site"], page["url"]) for page in found["pages"]] == [
        ("performances", "https://performances.example/a"),
        ("drumstory", "https://drumstory.example/"),
    ]
    for token, site in ((maria, "performances"), (next_door, "drumstory")):
        again = await _arrive(scene, site, token=token.welcome["token"])
        assert again.welcome["visitor"] == maria.welcome["visitor"]
    everything = await recorded(scene)
    secrets = (handed["code"], maria.welcome["token"], next_door.welcome["token"])
    assert not [one for one in secrets if one.encode() in everything]


async def _arrive(scene: Scene, site: str, **told: Any) -> Client:
    peer = told.pop("peer", "")
    client = Client(scene, Request(peer=peer))
    page = {"site": site, "url": f"https://{site}.example/"}
    return await client.open(**{"as": "visitor", "page": page, **told})


async def test_a_code_works_once_and_for_a_minute_S0_32(scene: Scene) -> None:
    maria = await scene.visitor()
    code = (await maria.call("visit.hand_over"))["code"]
    first = await _arrive(scene, "drumstory", hand_over=code)
    second = await _arrive(scene, "drumstory", hand_over=code)
    late = (await maria.call("visit.hand_over"))["code"]
    scene.clock.advance(seconds(60))
    third = await _arrive(scene, "drumstory", hand_over=late)
    bad = [await _arrive(scene, "drumstory", hand_over=one) for one in ("", "x", 7, None, ["x"])]

    assert first.welcome["visitor"] == maria.welcome["visitor"]
    others = {one.welcome["visitor"] for one in (second, third, *bad)}
    assert maria.welcome["visitor"] not in others
    assert len(others) == 7, "each is simply a new visitor"


async def test_of_two_who_bring_a_code_at_once_one_goes_on_S0_32(scene: Scene) -> None:
    other = await scene.beside()
    maria = await scene.visitor()
    await other.desk.feed.follow(0)
    code = (await maria.call("visit.hand_over"))["code"]
    found: list[str] = []

    async def come(to: Scene) -> None:
        client = await _arrive(to, "drumstory", hand_over=code)
        found.append(client.welcome["visitor"])

    async with anyio.create_task_group() as group:
        for to in (scene, other):
            group.start_soon(come, to)
    assert found.count(maria.welcome["visitor"]) == 1
    assert (await types(scene, f"visit/{maria.welcome['visitor']}")).count("Adopted") == 1


async def test_a_link_with_a_stranger_s_code_does_not_join_his_visit_A25(scene: Scene) -> None:
    """S0-32: who makes somebody else follow his own link does not get to read that one's chat."""
    mallory = await _arrive(scene, "performances", peer="192.0.2.66")
    code = (await mallory.call("visit.hand_over"))["code"]
    maria = await _arrive(scene, "drumstory", hand_over=code, peer="198.51.100.7")

    assert maria.welcome["visitor"] != mallory.welcome["visitor"]


async def test_a_chat_that_goes_on_is_not_left_for_a_code_S0_32(scene: Scene) -> None:
    maria = await scene.visitor("drumstory")
    await scene.staff("eve")
    chat = await start(maria, site="drumstory")
    elsewhere = await scene.visitor("performances")
    code = (await elsewhere.call("visit.hand_over"))["code"]

    here = await _arrive(scene, "drumstory", token=maria.welcome["token"], hand_over=code)
    assert here.welcome["conversation"]["stream"] == chat


async def test_who_is_not_recorded_hands_over_nothing_S0_32_F60(scene: Scene) -> None:
    maria = await scene.visitor("silent")

    assert await maria.call("visit.hand_over") == {"code": "", "until": 0}


async def test_a_revoked_visit_hands_nothing_over_A7(scene: Scene) -> None:
    maria = await scene.visitor()
    code = (await maria.call("visit.hand_over"))["code"]
    await maria.do("visit.sign_off")

    assert (await refusal(maria, "desk.availability"))["code"] == "unauthenticated"
    next_door = await _arrive(scene, "drumstory", hand_over=code)
    assert next_door.welcome["visitor"] != maria.welcome["visitor"]
