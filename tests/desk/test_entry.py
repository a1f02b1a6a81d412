"""Who is let in, whose earlier chats are his, and how somebody is turned out."""

from collections.abc import AsyncIterator

import attrs
import pytest

from livechat_core import visit
from livechat_core.rules import Site, seconds
from livechat_core.testing.desk import RULES, Client, Refused, Scene, SceneClock
from tests.desk.acts import accept, item, leave, refusal, start, talk, types
from tests.desk.conftest import MakeStore

pytestmark = pytest.mark.anyio

REQUIRES = ("registered", "signed_in", "role:master-tech")
SITES = {
    **RULES.sites,
    "portal": Site(name="Portal", queues=("support",), requires=REQUIRES),
    "club": Site(name="Club", queues=("support",), requires=REQUIRES, record_strangers=False),
}
TECH = {"x-name": "Maria", "x-id": "m-1", "x-email": "m@x.example", "x-roles": "master-tech user"}


@pytest.fixture
async def scene(make_store: MakeStore) -> AsyncIterator[Scene]:
    clock = SceneClock()
    rules = attrs.evolve(RULES, sites=SITES)
    async with Scene(make_store(clock), clock=clock, rules=rules) as scene:
        yield scene


async def visitors(scene: Scene) -> list[str]:
    sam = await scene.staff("sam", watch=True)
    return [row["site"] for row in (await sam.lists())["visitors"]]


# --- conditions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "reasons"),
    [
        ({}, ["not_registered", "not_signed_in", "not_in_role"]),
        ({**TECH, "x-registered": "no"}, ["not_registered"]),
        ({**TECH, "x-roles": "user"}, ["not_in_role"]),
        (TECH, []),
    ],
)
async def test_only_who_meets_all_conditions_is_shown_the_entry_S3_6(
    scene: Scene, headers: dict[str, str], reasons: list[str]
) -> None:
    maria = await scene.visitor("portal", headers=headers)
    ana = await scene.staff("ana")

    assert (maria.welcome["entry"], maria.welcome["reasons"]) == (not reasons, reasons)
    if reasons:
        told = {"site": "portal", "email": "m@x.example", "question": "Hi"}
        for method in ("conversation.start", "conversation.leave_message"):
            assert (await refusal(maria, method, **told))["code"] == "not_entitled"
        assert (await ana.lists())["waiting"] == []
    else:
        assert await talk_on(scene, maria, ana, "portal")


async def talk_on(scene: Scene, visitor: Client, agent: Client, site: str) -> str:
    stream = await start(visitor, site=site)
    assert await accept(scene, agent) == stream
    return stream


async def test_conditions_of_one_site_do_not_open_by_naming_another_S3_6(scene: Scene) -> None:
    """The site of the chat decides, whatever page the visitor came by."""
    maria = await scene.visitor("performances")
    await scene.staff("ana")

    assert maria.welcome["entry"] is True
    assert (await refusal(maria, "conversation.start", site="portal"))["code"] == "not_entitled"


@pytest.mark.parametrize(("site", "seen"), [("portal", ["portal"]), ("club", [])])
async def test_a_site_says_whether_strangers_are_recorded_S3_6(
    scene: Scene, site: str, seen: list[str]
) -> None:
    maria = await scene.visitor(site)
    await maria.do("visit.view", pages=[{"site": site, "url": "https://shop.example/next"}])
    await scene.wait(20)

    assert maria.welcome["recorded"] is bool(seen)
    assert await visitors(scene) == seen


async def test_who_loses_his_role_loses_the_entry_but_not_his_chat_S3_6(scene: Scene) -> None:
    maria, ana = await scene.visitor("portal", headers=dict(TECH)), await scene.staff("ana")
    chat = await talk_on(scene, maria, ana, "portal")
    maria.session._request.headers["x-roles"] = "user"
    maria.session.renew(maria.session._request)

    answer = await maria.call("session.identify")
    assert (answer["entry"], answer["reasons"]) == (False, ["not_in_role"])
    assert maria.told("entry") == [{"entry": False, "reasons": ["not_in_role"]}]
    await maria.do("conversation.post", stream=chat, text="still here")
    await maria.do("conversation.close", stream=chat)
    assert (await refusal(maria, "conversation.start", site="portal"))["code"] == "not_entitled"


async def test_the_role_is_looked_at_again_when_the_chat_begins_S3_6(scene: Scene) -> None:
    """Nothing but the host's word of this moment opens the chat."""
    maria = await scene.visitor("portal", headers=dict(TECH))
    await scene.staff("ana")
    maria.session._request.headers["x-roles"] = "user"
    maria.session.renew(maria.session._request)

    assert (await refusal(maria, "conversation.start", site="portal"))["code"] == "not_entitled"
    assert maria.told("entry")[-1]["entry"] is False


async def test_a_repeated_start_writes_nothing_and_asks_nobody_G3(scene: Scene) -> None:
    """S3-6: also when the visitor has lost his role, or opened another page, since."""
    maria = await scene.visitor("portal", headers=dict(TECH))
    await scene.staff("ana")
    told = {"site": "portal", "question": "Hi", "id": "start-once"}
    first = await maria.do("conversation.start", **told)
    other = await scene.visitor(
        "portal", token=maria.welcome["token"], headers=dict(TECH), url="https://shop.example/b"
    )
    assert other.welcome["visitor"] == maria.welcome["visitor"]
    maria.session._request.headers["x-roles"] = "user"
    before = len(await scene.store.feed(0, 10_000))

    assert await maria.do("conversation.start", **told) == first
    assert len(await scene.store.feed(0, 10_000)) == before


# --- the host's word -----------------------------------------------------------------------------


async def test_the_host_s_word_ends_by_itself_F57(scene: Scene) -> None:
    until = scene.clock.now() + seconds(300)
    maria = await scene.visitor("portal", headers={**TECH, "x-until": str(until)})
    ana = await scene.staff("ana")
    (row,) = (await ana.lists())["visitors"]
    assert (row["name"], maria.welcome["entry"]) == ("Maria", True)

    await scene.wait(301)
    (row,) = (await ana.lists())["visitors"]
    assert row["name"] == "Guest"
    assert maria.told("entry")[-1]["reasons"] == ["not_registered", "not_signed_in", "not_in_role"]
    guest = await scene.visitor("performances", headers={**TECH, "x-until": str(until)})
    chat = await start(guest, name="Somebody")
    assert (await scene.desk.view(chat)).signed_in is False


async def test_who_signs_in_during_the_visit_gets_another_token_A7_F57(scene: Scene) -> None:
    maria = await scene.visitor()
    old = maria.welcome["token"]
    signed_in = await scene.visitor(token=old, headers=TECH)
    new = signed_in.welcome["token"]

    assert new != old
    assert signed_in.welcome["visitor"] == maria.welcome["visitor"]
    tab = await scene.visitor(token=old, headers=TECH)
    assert tab.welcome["visitor"] == maria.welcome["visitor"], "another window has a minute"
    await scene.wait(61)
    assert (await scene.visitor(token=old)).welcome["visitor"] != maria.welcome["visitor"]
    assert (await scene.visitor(token=new)).welcome["visitor"] == maria.welcome["visitor"]
    everything = await scene.store.feed(0, 10_000)
    assert not any(one.encode() in row.data for row in everything for one in (old, new))


async def test_a_token_ends_after_a_day_without_its_visitor_A7(scene: Scene) -> None:
    maria = await scene.visitor()
    await maria.close()
    scene.clock.advance(seconds(24 * 3600))
    await scene.settle()

    again = await scene.visitor(token=maria.welcome["token"])
    assert again.welcome["visitor"] != maria.welcome["visitor"]
    with pytest.raises(Exception, match="unauthenticated"):
        await Client(scene, maria.session._request).session.resume(
            maria.welcome["token"], listen=False
        )


async def test_a_hash_from_the_store_opens_nothing_A9(scene: Scene) -> None:
    maria = await scene.visitor()
    summary = scene.desk.index.get(f"visit/{maria.welcome['visitor']}")
    assert summary is not None

    thief = await scene.visitor(token=summary.labelled("token"))
    assert thief.welcome["visitor"] != maria.welcome["visitor"]


# --- earlier conversations -----------------------------------------------------------------------


async def test_a_signed_in_person_has_his_chats_on_every_device_S3_8(scene: Scene) -> None:
    """Two devices are two visits of one person: each may read, and begin anew."""
    maria, ana = await scene.visitor(headers=TECH), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await ana.do("conversation.post", stream=chat, text="Size 42.")
    await maria.do("conversation.close", stream=chat)
    await scene.wait(3600)
    phone = await scene.visitor(headers=TECH)
    assert phone.welcome["visitor"] != maria.welcome["visitor"]
    assert phone.welcome["conversation"] is None

    (row,) = await phone.call("visit.conversations")
    assert (row["stream"], row["phase"]) == (chat, "closed")
    assert (row["question"], row["last_line"]) == ("Do you have these in red?", "Size 42.")
    history = await phone.call("conversation.history", stream=chat)
    assert [event["type"] for event in history["events"]][:2] == ["Started", "Accepted"]
    assert (await refusal(phone, "conversation.post", stream=chat, text="x"))["code"] == "not_found"
    second = await start(phone)
    assert [one["stream"] for one in await phone.call("visit.conversations")] == [second, chat]


async def test_a_typed_address_shows_nobody_s_chats_A17_A20(scene: Scene) -> None:
    """S3-8: whoever types the address or the name of a customer is a stranger all the same."""
    maria, ana = await scene.visitor(headers=TECH), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await maria.do("conversation.close", stream=chat)
    mallory = await scene.visitor()
    known = {"name": "Maria", "email": "m@x.example"}
    own = await start(mallory, **known)

    assert [one["stream"] for one in await mallory.call("visit.conversations")] == [own]
    for method in ("conversation.history", "conversation.follow"):
        assert (await refusal(mallory, method, stream=chat))["code"] == "not_found"


async def test_the_next_one_at_a_shared_computer_finds_nothing_A25(scene: Scene) -> None:
    """S3-8: signed out, or somebody else signed in, by the same token."""
    maria, ana = await scene.visitor(headers=TECH), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await maria.do("conversation.close", stream=chat)
    await scene.wait(601)
    token = maria.welcome["token"]
    guest = await scene.visitor(token=token)
    assert await guest.call("visit.conversations") == []
    assert (await refusal(guest, "conversation.history", stream=chat))["code"] == "not_found"

    bob = await scene.visitor(token=token, headers={"x-name": "Bob", "x-id": "b-2"})
    assert bob.welcome["visitor"] != maria.welcome["visitor"]
    assert await bob.call("visit.conversations") == []
    assert len(await (await scene.visitor(headers=TECH)).call("visit.conversations")) == 1


async def test_a_connection_whose_person_changes_has_to_begin_anew_A25(scene: Scene) -> None:
    maria = await scene.visitor(headers=dict(TECH))
    await scene.staff("ana")
    maria.session._request.headers["x-id"] = "b-2"
    maria.session.renew(maria.session._request)

    told = await refusal(maria, "conversation.start", site="performances")
    assert told["code"] == "unauthenticated"
    assert maria.told("closed") == [{"code": "unauthenticated"}]


async def test_what_was_said_as_a_guest_stays_with_the_browser(scene: Scene) -> None:
    """S3-8."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await maria.do("conversation.close", stream=chat)
    signed_in = await scene.visitor(token=maria.welcome["token"], headers=TECH)

    assert [one["stream"] for one in await signed_in.call("visit.conversations")] == [chat]
    assert await (await scene.visitor(headers=TECH)).call("visit.conversations") == []


# --- turned out ----------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["chat", "site"])
async def test_a_ban_ends_the_chat_that_goes_on_in_the_same_commit_S0_33(
    scene: Scene, scope: str
) -> None:
    maria, ana, sam = await scene.visitor(), await scene.staff("ana"), await scene.staff("sam")
    chat = await talk(scene, maria, ana)
    await maria.call("conversation.follow", stream=chat, after=0)
    visitor = maria.welcome["visitor"]

    ack = await sam.do("ban.ask", visitor=visitor, scope=scope, reason="abuse")
    state = await scene.desk.view(chat)
    assert (state.phase, state.closed_reason) == ("closed", "banned")
    assert len({row.at for row in (await scene.store.feed(0, 10_000))[-5:]}) == 1
    assert (await types(scene, ack["stream"])) == ["Asked", "Imposed"]
    await scene.settle()
    assert (await ana.lists())["mine"] == []
    (status,) = [one for one in await sam.call("desk.staff") if one["agent"] == "ana"]
    assert status["load"] == 0
    if scope == "site":
        assert maria.told("closed") == [{"code": "banned"}]
        assert (await refusal(maria, "desk.availability"))["code"] == "banned"
    else:
        (closed,) = [one for one in maria.told("event") if one["type"] == "Closed"]
        assert closed["data"]["reason"] == "banned"
        assert (await refusal(maria, "conversation.start", site="performances"))["code"] == "banned"


async def test_an_approved_request_ends_the_chat_too_S0_33(scene: Scene) -> None:
    maria, ana, sam = await scene.visitor(), await scene.staff("ana"), await scene.staff("sam")
    chat = await talk(scene, maria, ana)
    told = {"visitor": maria.welcome["visitor"], "scope": "chat", "reason": "abuse"}
    ban = (await ana.do("ban.ask", **told))["stream"]
    assert (await scene.desk.view(chat)).phase == "active"

    await sam.do("ban.approve", stream=ban)
    assert (await scene.desk.view(chat)).closed_reason == "banned"
    assert (await scene.desk.history(chat))[-1][0].at == (await scene.desk.history(ban))[-1][0].at


async def test_a_banned_person_is_banned_on_every_device_S0_33(scene: Scene) -> None:
    maria, sam = await scene.visitor(headers=TECH), await scene.staff("sam")
    told = {"visitor": maria.welcome["visitor"], "scope": "site", "reason": "abuse"}
    await sam.do("ban.ask", **told)

    for attempt in ({"headers": TECH}, {"token": maria.welcome["token"]}):
        with pytest.raises(Refused, match="banned"):
            await scene.visitor(**attempt)
    assert (await scene.visitor()).welcome["visitor"], "a stranger comes in"


async def test_bans_reach_every_process_S0_33(scene: Scene) -> None:
    other = await scene.beside()
    maria = await other.visitor()
    sam = await scene.staff("sam")
    await scene.desk.feed.follow(0)

    told = {"visitor": maria.welcome["visitor"], "scope": "site", "reason": "abuse"}
    await sam.do("ban.ask", **told)
    await other.tick()
    assert maria.told("closed") == [{"code": "banned"}]
    assert other.desk.connected == {}


@pytest.mark.parametrize("who", ["supervisor", "visitor", "host"])
async def test_a_token_is_revoked_on_every_process_A7_A25(scene: Scene, who: str) -> None:
    other = await scene.beside()
    maria = await scene.visitor()
    visitor, token = maria.welcome["visitor"], maria.welcome["token"]
    window = await other.visitor(token=token)
    sam = await scene.staff("sam")

    if who == "supervisor":
        await sam.do("visit.revoke", stream=f"visit/{visitor}")
    elif who == "visitor":
        await maria.do("visit.sign_off")
    else:
        await scene.desk.dispatch(f"visit/{visitor}", visit.Revoke())
    await other.tick()
    for client in (maria, window):
        assert client.told("closed") == [{"code": "revoked"}]
        told = await refusal(client, "visit.view", pages=[])
        assert told["code"] == "unauthenticated"
    assert (await scene.visitor(token=token)).welcome["visitor"] != visitor


async def test_an_agent_revokes_nothing_A25(scene: Scene) -> None:
    maria, ana = await scene.visitor(), await scene.staff("ana")

    told = await refusal(ana, "visit.revoke", stream=f"visit/{maria.welcome['visitor']}")
    assert told["code"] == "forbidden"


# --- the greeting on contact ---------------------------------------------------------------------


async def test_the_desk_greets_whoever_makes_contact_S4_23(scene: Scene) -> None:
    """By itself, at once, and it counts for no answer."""
    site = attrs.evolve(SITES["performances"], welcome="Welcome! Somebody will be with you soon.")
    scene = Scene(
        scene.store,
        clock=scene.clock,
        rules=attrs.evolve(RULES, sites={**SITES, "performances": site}),
    )
    await scene.begin()
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await start(maria)
    told = await maria.call("conversation.follow", stream=chat, after=0)

    assert [event["type"] for event in told["events"]] == ["Started", "Posted"]
    assert told["events"][1]["data"]["text"] == "Welcome! Somebody will be with you soon."
    assert told["events"][1]["data"]["author"] == "desk"
    assert await accept(scene, ana) == chat
    row = await item(ana, chat, "mine")
    assert row["unanswered_since"]
    assert row["last_line"] == "Do you have these in red?"


async def test_a_message_that_is_left_is_not_greeted_S4_23(scene: Scene) -> None:
    work = await leave(await scene.visitor())

    chat = work.replace("enquiry/", "conversation/")
    assert "Posted" not in await types(scene, chat)
