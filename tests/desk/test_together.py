"""Several people in one chat: they join and leave, look on and whisper."""

import json

import attrs
import pytest

from livechat_core.testing.desk import RULES, Client, Scene, SceneClock
from tests.desk.acts import accept, item, refusal, start, talk, types
from tests.desk.conftest import MakeStore

pytestmark = pytest.mark.anyio

CANARY = "canary-7f3a"


def _load(scene: Scene, agent: str) -> int:
    summary = scene.desk.index.presence(agent)
    return int(summary.facts["load"]) if summary else 0


def _guest_of(scene: Scene, agent: str) -> list[str]:
    summary = scene.desk.index.presence(agent)
    found: list[str] = summary.facts["guest_of"] if summary else []
    return found


def _heard(client: Client) -> list[str]:
    return [push["type"] for push in client.told("event")]


async def _joined(scene: Scene) -> tuple[str, Client, Client, Client]:
    """Return a chat that Ana has, with Maria in it, and Ben as a guest."""
    maria, ana, ben = await scene.visitor(), await scene.staff("ana"), await scene.staff("ben")
    chat = await talk(scene, maria, ana)
    await maria.call("conversation.follow", stream=chat, after=0)
    scene.clock.advance(60_000_000)
    await ben.do("conversation.join", stream=chat)
    return chat, maria, ana, ben


async def test_a_colleague_joins_and_everybody_sees_since_when_S1_11(scene: Scene) -> None:
    """S1-11, S1-7: he takes no place; the chat's row names all who are in it and since when."""
    chat, maria, ana, ben = await _joined(scene)

    await ben.do("conversation.post", stream=chat, text="I know these shoes")
    joined, said = maria.told("event")
    assert (joined["type"], joined["data"], joined["by"]) == ("Joined", {"agent": "Ben"}, "agent")
    assert (said["data"]["name"], said["data"]["text"]) == ("Ben", "I know these shoes")
    row = await item(ana, chat, "mine")
    assert [(one["name"], one["joined"]) for one in row["people"]] == [
        ("Ana", row["joined"]),
        ("Ben", joined["at"]),
    ]
    assert joined["at"] >= row["joined"] + 60_000_000
    assert ((await item(ben, chat, "mine"))["role"], row["role"]) == ("guest", "owner")
    assert (_load(scene, "ana"), _load(scene, "ben")) == (1, 0)


async def test_a_guest_leaves_and_the_chat_goes_on_S1_12(scene: Scene) -> None:
    chat, maria, ana, ben = await _joined(scene)

    await ben.do("conversation.leave", stream=chat)
    await ben.do("conversation.leave", stream=chat)
    await ana.do("conversation.post", stream=chat, text="Still here")

    assert _heard(maria) == ["Joined", "Left", "Posted"]
    assert (await ben.lists())["mine"] == []
    assert (await refusal(ben, "conversation.post", stream=chat, text="?"))["code"] == "forbidden"
    assert _guest_of(scene, "ben") == []


async def test_the_agent_leaves_only_if_somebody_stays_S1_12(scene: Scene) -> None:
    """S1-12: the colleague who stays has the chat then, and its place, in the same moment."""
    chat, maria, ana, ben = await _joined(scene)

    await ana.do("conversation.leave", stream=chat)
    assert _heard(maria) == ["Joined", "TakenOver"]
    assert (await item(ben, chat, "mine"))["role"] == "owner"
    assert (await ana.lists())["mine"] == []
    assert (_load(scene, "ana"), _load(scene, "ben"), _guest_of(scene, "ben")) == (0, 1, [])

    told = await refusal(ben, "conversation.leave", stream=chat)
    assert (told["code"], told["instead"]) == ("last_agent", "transfer or close")


async def test_a_guest_without_room_does_not_get_the_chat_G7(scene: Scene) -> None:
    """The whole leaving is refused: nobody has more chats than he may have."""
    chat, _, ana, ben = await _joined(scene)
    for _ in range(3):
        await ben.do("conversation.pick", stream=await start(await scene.visitor()))

    assert (await refusal(ana, "conversation.leave", stream=chat))["code"] == "agent_full"
    assert (await item(ana, chat, "mine"))["role"] == "owner"
    assert (await item(ben, chat, "mine"))["role"] == "guest"


async def test_a_guest_can_neither_close_the_chat_nor_give_it_away(scene: Scene) -> None:
    chat, _, _, ben = await _joined(scene)

    for method, more in (("close", {}), ("transfer", {"queue": "sales"})):
        told = await refusal(ben, f"conversation.{method}", stream=chat, **more)
        assert told["code"] == "forbidden"


@pytest.mark.parametrize("how", ["close", "queue", "colleague"])
async def test_guests_leave_with_the_agent_who_has_the_chat(scene: Scene, how: str) -> None:
    """semantics.md section 4: on success every old subscription goes."""
    chat, maria, ana, ben = await _joined(scene)
    sam = await scene.staff("sam")
    if how == "close":
        await ana.do("conversation.close", stream=chat)
    elif how == "queue":
        await ana.do("conversation.transfer", stream=chat, queue="sales", anyway=True)
    else:
        await ana.do("conversation.transfer", stream=chat, agent="sam")
        await accept(scene, sam)

    last = {"close": "Closed", "queue": "Requeued", "colleague": "TransferAccepted"}[how]
    assert _heard(maria) == ["Joined", "Left", last]
    assert _guest_of(scene, "ben") == []
    assert (await ben.lists())["mine"] == []


async def test_a_guest_to_whom_the_chat_is_transferred_stays(scene: Scene) -> None:
    """F35: he does not leave to come back at once."""
    chat, maria, ana, ben = await _joined(scene)

    await ana.do("conversation.transfer", stream=chat, agent="ben")
    await accept(scene, ben)

    assert _heard(maria) == ["Joined", "TransferAccepted"]
    assert (_load(scene, "ben"), _guest_of(scene, "ben")) == (1, [])


async def test_a_guest_who_is_gone_for_good_leaves_but_not_for_a_reload(scene: Scene) -> None:
    _, maria, _, ben = await _joined(scene)
    await ben.close()
    await scene.wait(30)
    assert _heard(maria) == ["Joined"]

    await scene.wait(31)
    assert _heard(maria) == ["Joined", "Left"]
    assert "reason" not in maria.told("event")[-1]["data"]


async def test_a_guest_who_goes_offline_leaves(scene: Scene) -> None:
    _, maria, _, ben = await _joined(scene)

    await ben.do("presence.set_status", status="offline")

    assert _heard(maria) == ["Joined", "Left"]
    assert scene.desk.index.presence("ben") is None


async def test_where_joined_chats_count_a_full_agent_cannot_join(make_store: MakeStore) -> None:
    """F32: `joined_counts`; the place is given back with the leaving."""
    clock = SceneClock()
    staff = {**RULES.staff, "ben": attrs.evolve(RULES.staff["ben"], capacity=1)}
    rules = attrs.evolve(RULES, joined_counts=True, staff=staff)
    async with Scene(make_store(clock), rules=rules, clock=clock) as scene:
        chat, _, _, ben = await _joined(scene)
        other = await start(await scene.visitor())
        assert _load(scene, "ben") == 1
        assert (await refusal(ben, "conversation.pick", stream=other))["code"] == "agent_full"

        await ben.do("conversation.leave", stream=chat)
        await ben.do("conversation.pick", stream=other)
        assert (await refusal(ben, "conversation.join", stream=chat))["code"] == "agent_full"


# --- supervisors ---------------------------------------------------------------------------------


async def _all_of(client: Client, chat: str) -> str:
    """Return everything that a client can get to see of a chat, as one text."""
    found = await client.call("conversation.history", stream=chat, after=0)
    followed = await client.call("conversation.follow", stream=chat, after=0)
    return json.dumps([found, followed, client.pushed, client.welcome])


async def test_a_supervisor_looks_on_and_whispers_and_the_visitor_never_learns_F32(
    scene: Scene,
) -> None:
    """F32: a canary in what is whispered, in the supervisor's id, and in his name."""
    maria, ana, sam = await scene.visitor(), await scene.staff("ana"), await scene.staff("sam")
    chat = await talk(scene, maria, ana)
    await ana.call("conversation.follow", stream=chat, after=0)
    await maria.call("conversation.follow", stream=chat, after=0)

    await sam.do("conversation.look_on", stream=chat)
    await sam.do("conversation.look_on", stream=chat)
    await sam.do("conversation.whisper", stream=chat, text=f"Offer {CANARY} ten per cent")
    await maria.do("conversation.post", stream=chat, text="Hello?")
    await scene.settle()

    looked, whispered = ana.told("event")[:2]
    assert (looked["type"], looked["data"]["name"]) == ("LookedOn", "Sam")
    assert (whispered["data"]["to"], CANARY in whispered["data"]["text"]) == ("ana", True)
    seen = await _all_of(maria, chat)
    assert CANARY not in seen
    assert "sam" not in seen.casefold()


async def test_a_supervisor_joins_a_chat_to_step_in_F32(scene: Scene) -> None:
    maria, ana, sam = await scene.visitor(), await scene.staff("ana"), await scene.staff("sam")
    chat = await talk(scene, maria, ana)
    await sam.do("conversation.look_on", stream=chat)

    await sam.do("conversation.join", stream=chat)
    await sam.do("conversation.post", stream=chat, text="Let me help")

    history = await maria.call("conversation.history", stream=chat, after=0)
    joined, said = history["events"][-2:]
    assert (joined["type"], joined["data"]) == ("Joined", {"agent": "Sam"})
    assert (said["type"], said["data"]["name"]) == ("Posted", "Sam")


@pytest.mark.parametrize("method", ["conversation.look_on", "conversation.whisper"])
async def test_agents_neither_look_on_nor_whisper_A11(scene: Scene, method: str) -> None:
    maria, ana, ben = await scene.visitor(), await scene.staff("ana"), await scene.staff("ben")
    chat = await talk(scene, maria, ana)
    text = {"text": "psst"} if method.endswith("whisper") else {}

    assert (await refusal(ben, method, stream=chat, **text))["code"] == "forbidden"


async def test_one_joins_only_where_somebody_has_the_chat(scene: Scene) -> None:
    """A chat that waits is picked; one of another team does not exist for an agent (A12)."""
    ben, eve = await scene.staff("ben"), await scene.staff("eve")
    chat = await start(await scene.visitor())

    assert (await refusal(ben, "conversation.join", stream=chat))["code"] == "not_now"
    assert (await refusal(eve, "conversation.join", stream=chat))["code"] == "not_found"


async def test_joining_survives_a_restart(scene: Scene) -> None:
    """G2: what was answered is recorded."""
    chat, *_ = await _joined(scene)
    await scene.restart()

    assert (await types(scene, chat))[-1] == "Joined"
    assert _guest_of(scene, "ben") == [chat]
