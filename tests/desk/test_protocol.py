"""The wire protocol without a network: who may what, what is told, and what never is."""

import json
from typing import Any

import pytest

from livechat_core import access, conversation
from livechat_core.access import COMMANDS, QUERIES, Target
from livechat_core.codec import schema
from livechat_core.ports import Request
from livechat_core.protocol import MAX_FRAME
from livechat_core.streams import Role
from livechat_core.testing.desk import Client, Refused, Scene
from tests.desk.acts import accept, leave, refusal, start, talk
from tests.pure.test_arguments import full

pytestmark = pytest.mark.anyio

CANARIES = ("secret-note", "ben", "sam", "presence/", "agent:", "why", "Psst")


async def _answer(client: Client, frame: str | bytes) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(await client.session.receive(frame))
    return answer


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("", "invalid_json"),
        ("[]", "invalid_json"),
        ("null", "invalid_json"),
        ('"x"', "invalid_json"),
        ('{"a":1,"a":2}', "invalid_json"),
        (b"\xff\xfe", "invalid_json"),
        ("{}", "invalid_type"),
        ('{"method":1}', "invalid_type"),
        ('{"method":"desk.lists","params":[]}', "invalid_type"),
        ('{"method":"desk.lists","params":null}', "invalid_type"),
        ('{"method":"nothing.here"}', "unsupported"),
        ('{"method":"conversation.offer","params":{}}', "unsupported"),
        ('{"method":"session.open","params":{"as":"visitor"}}', "forbidden"),
        ('{"method":"\\u0000"}', "unsupported"),
        (" " * (MAX_FRAME + 1), "too_large"),
    ],
    ids=lambda value: str(value)[:24],
)
async def test_a_bad_frame_is_answered_with_a_code(
    scene: Scene, frame: str | bytes, code: str
) -> None:
    """A78, B31, B84: always the same shape, and the session goes on."""
    ana = await scene.staff("ana")
    answer = await _answer(ana, frame)
    assert answer["error"]["data"]["code"] == answer["error"]["message"] == code
    assert answer["error"]["data"]["http"] < 500
    assert await ana.lists()


@pytest.mark.parametrize("method", [*COMMANDS, *QUERIES, "nothing.here"])
async def test_nothing_goes_before_the_session_is_open(scene: Scene, method: str) -> None:
    """A1."""
    client = Client(scene, Request(headers={"x-agent": "sam"}))
    with pytest.raises(Refused) as refused:
        await client.do(method)
    assert refused.value.code == "unauthenticated"


@pytest.mark.parametrize(
    ("params", "headers", "code"),
    [
        ({"as": "staff"}, {}, "unauthenticated"),
        ({"as": "staff"}, {"x-agent": "nobody"}, "unauthenticated"),
        ({"as": "staff", "agent": "sam"}, {}, "unauthenticated"),
        ({"as": "visitor"}, {}, "invalid_type"),
        ({}, {}, "invalid_type"),
        (
            {"as": "visitor", "page": {"site": "other", "url": "https://a.example/"}},
            {},
            "unknown_site",
        ),
        (
            {"as": "visitor", "page": {"site": "performances", "url": "javascript:1"}},
            {},
            "invalid_url",
        ),
        ({"as": "visitor", "page": {"site": 1, "url": ""}}, {}, "invalid_type"),
    ],
)
async def test_a_session_that_cannot_be_opened(
    scene: Scene, params: dict[str, Any], headers: dict[str, str], code: str
) -> None:
    """A6, A14, A32."""
    client = Client(scene, Request(headers=headers))
    with pytest.raises(Refused) as refused:
        await client.open(**params)
    assert refused.value.code == code


@pytest.mark.parametrize("token", ["x", "a" * 10_000, 5, None, ["x"]])
async def test_a_token_that_is_not_known_makes_a_new_visitor(scene: Scene, token: object) -> None:
    """A3, A9: and the token itself is nowhere in the store."""
    maria = await scene.visitor()
    other = await scene.visitor(token=token)  # type: ignore[arg-type]
    assert other.welcome["visitor"] != maria.welcome["visitor"]
    again = await scene.visitor(token=maria.welcome["token"])
    assert again.welcome["visitor"] == maria.welcome["visitor"]
    rows = await scene.store.feed(0)
    assert not any(maria.welcome["token"].encode() in row.data for row in rows)


# --- roles ---------------------------------------------------------------------------------------


async def _cast(scene: Scene) -> tuple[dict[str, Client], dict[str, str]]:
    """Return everybody, and a stream of every kind that belongs to Maria and the support queue."""
    maria = await scene.visitor()
    people = {
        "visitor": maria,
        "other visitor": await scene.visitor(),
        "agent": await scene.staff("ana"),
        "agent of another queue": await scene.staff("eve"),
        "supervisor": await scene.staff("sam"),
    }
    chat = await start(maria, queue="support")
    assert await accept(scene, people["agent"]) == chat
    work = await leave(await scene.visitor(), queue="support")
    await scene.settle()
    await people["agent"].do("enquiry.claim", stream=work)
    ban = await people["agent"].do("ban.ask", visitor="x", scope="chat", reason="spam")
    record = await people["supervisor"].do("record.save", topic="greeting", name="hello")
    person = await people["agent"].do("contact.create", name="Maria")
    visit = f"visit/{maria.welcome['visitor']}"
    kinds = {"conversation": chat, "enquiry": work, "visit": visit, "contact": person["stream"]}
    return people, {**kinds, "ban": ban["stream"], "record": record["stream"]}


FOREIGN = {"other visitor": ("conversation", "enquiry", "visit", "ban", "record", "contact"),
           "agent of another queue": ("conversation", "enquiry", "contact")}  # fmt: skip


@pytest.mark.parametrize(
    "who", ["visitor", "other visitor", "agent", "agent of another queue", "supervisor"]
)
async def test_the_matrix_of_roles_and_streams(scene: Scene, who: str) -> None:
    """A2, A11, A12, S0-34: generated from the registry; foreign and unknown are answered alike."""
    people, streams = await _cast(scene)
    client = people[who]
    role = {"supervisor": Role.SUPERVISOR, "visitor": Role.VISITOR, "other visitor": Role.VISITOR}
    tried = 0
    every = {**COMMANDS, **QUERIES}
    for method in sorted(every, key="visit.sign_off".__eq__):  # nobody is there after that one
        entry = every[method]
        named = entry.target in (Target.NAMED, Target.NAMED_OR_BEGUN)
        told = full(entry.command) if entry.command else {}
        kind = entry.kind if entry.kind in streams else ""
        stream = streams.get(kind, "")
        before = len(await scene.store.feed(0, 10_000))
        refused = await _refused(client, method, {**told, **({"stream": stream} if named else {})})
        tried += 1
        if role.get(who, Role.AGENT) not in entry.roles:
            assert refused == "forbidden", method
        elif named and kind in FOREIGN.get(who, ()):
            unknown = await _refused(client, method, {**told, "stream": f"{kind}/{'0' * 32}"})
            assert refused == unknown == "not_found", method
        else:
            assert refused not in ("not_found", "unauthenticated", "internal"), (method, refused)
            continue
        assert len(await scene.store.feed(0, 10_000)) == before, "a refusal leaves nothing"
    assert tried == len(COMMANDS) + len(QUERIES)


async def _refused(client: Client, method: str, params: dict[str, Any]) -> str:
    client.session._frames._left = client.session._lines._left = 60.0
    try:
        await client.do(method, **params)
    except Refused as refused:
        return refused.code
    return ""


async def test_streams_of_other_kinds_do_not_exist_for_a_command(scene: Scene) -> None:
    """A2: nor what is no name of a stream."""
    people, streams = await _cast(scene)
    sam = people["supervisor"]
    assert await _refused(sam, "enquiry.claim", {"stream": streams["conversation"]}) == "not_found"
    for method in ("conversation.follow", "visit.path", "enquiry.show"):
        for stream in ("presence/ana.1", "process/x", "job/x", "nothing/x", "contact/x"):
            assert await _refused(sam, method, {"stream": stream}) == "not_found"
    for bad in (
        "x",
        "conversation/",
        "../x",
        "conversation/a b",
        5,
        ["x"],
        {"a": 1},
        "c/" + "x" * 999,
    ):
        code = await _refused(sam, "conversation.post", {"stream": bad, "text": "x"})
        assert code in ("invalid_type", "not_found"), bad
        assert await _refused(sam, "conversation.follow", {"stream": bad}) in (
            *("invalid_type", "not_found"),
        )
    assert await _refused(sam, "visit.path", {"stream": streams["conversation"]}) == "not_found"
    for after in (-1, True, "1", 1.5, None):
        told = {"stream": streams["conversation"], "after": after}
        assert await _refused(sam, "conversation.follow", told) == "invalid_type"


@pytest.mark.parametrize(
    "bad", [None, "", "short", "x" * 65, "with blank", "ünïcode1", 12345678, ["x" * 8]]
)
async def test_a_command_needs_a_client_made_id(scene: Scene, bad: object) -> None:
    """B74."""
    maria = await scene.visitor()
    params = {"pages": [], "id": bad}
    assert (await refusal(maria, "visit.view", **params))["field"] == "id"


async def test_limits_at_the_door(scene: Scene) -> None:
    """A57: lines and frames of visitors, with the time until there is one again; no write."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    scene.clock.advance(100_000_000)
    codes = [
        await _code(maria, "conversation.post", stream=chat, text=str(one)) for one in range(12)
    ]
    assert codes == [""] * 10 + ["rate_limited"] * 2
    scene.clock.advance(1_000_000)
    assert await _code(maria, "conversation.post", stream=chat, text="again") == ""
    codes = [await _code(maria, "desk.availability") for _ in range(100)]
    assert codes.count("rate_limited") > 30
    codes = [await _code(ana, "desk.staff") for _ in range(100)]
    assert set(codes) == {""}


async def _code(client: Client, method: str, **params: Any) -> str:
    try:
        await client.do(method, **params)
    except Refused as refused:
        assert refused.code != "rate_limited" or refused.facts["retry_after"] > 0  # noqa: PT017 - it may be accepted
        return refused.code
    return ""


# --- what is told --------------------------------------------------------------------------------


async def test_no_internal_word_reaches_a_visitor(scene: Scene) -> None:
    """S3-19, F33, A16: over a whole chat with offers, notes, transfers and the end."""
    maria = await scene.visitor(peer="192.0.2.77")
    ana, ben = await scene.staff("ana"), await scene.staff("ben")
    (row,) = (await ana.lists())["visitors"]
    await ana.do("visit.invite", stream=row["stream"])
    await maria.do("visit.answer_invitation")
    chat = await start(maria)
    await maria.call("conversation.follow", stream=chat, after=0)
    await scene.settle()
    (offer,) = (await ana.lists())["offers"]
    await ana.do("conversation.decline", stream=chat, offer=offer["offer"])
    await scene.settle()
    (offer,) = (await ben.lists())["offers"]
    await ben.do("conversation.accept", stream=chat, offer=offer["offer"])
    await ben.do("conversation.note", stream=chat, text="secret-note")
    await ben.do("conversation.transfer", stream=chat, agent="ana", comment="Psst")
    (offer,) = (await ana.lists())["offers"]
    await ana.do("conversation.accept", stream=chat, offer=offer["offer"])
    await ana.do("conversation.transfer", stream=chat, queue="sales", comment="Psst", anyway=True)
    await maria.do("conversation.close", stream=chat)
    history = await maria.call("conversation.history", stream=chat, after=0)
    told = json.dumps([history, maria.pushed])
    for canary in (*CANARIES, "192.0.2.77", row["visitor"]):
        found = [frame for frame in [history, *maria.pushed] if f'"{canary}' in json.dumps(frame)]
        assert not found, canary
    assert "Psst" not in told
    assert "secret-note" not in told
    staff = json.dumps(await ana.call("conversation.history", stream=chat, after=0))
    assert "secret-note" in staff


async def test_numbers_chain_over_hidden_events(scene: Scene) -> None:
    """`prev` names the event before that this side may see; nothing twice, nothing missing."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await start(maria)
    followed = await maria.call("conversation.follow", stream=chat, after=0)
    await accept(scene, ana)
    await ana.do("conversation.note", stream=chat, text="hidden")
    await ana.do("conversation.post", stream=chat, text="shown")
    frames = [*followed["events"], *maria.told("event")]
    assert [(one["type"], one["seq"], one["prev"]) for one in frames] == [
        *(("Started", 1, 0), ("Accepted", 3, 1), ("Posted", 5, 3)),
    ]
    again = await maria.call("conversation.history", stream=chat, after=3)
    assert [(one["seq"], one["prev"]) for one in again["events"]] == [(5, 3)]
    assert again["seq"] == 5
    empty = await maria.call("conversation.history", stream=chat, after=99)
    assert (empty["events"], empty["seq"]) == ([], 99)


async def test_what_comes_out_of_order_is_put_in_order(scene: Scene) -> None:
    """S0-38: commits told the wrong way round, and one not told at all: the gap is loaded."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await maria.call("conversation.follow", stream=chat, after=0)
    tell, held = scene.desk.feed.tell, []
    scene.desk.feed.tell = lambda *told: held.append(told)  # type: ignore[method-assign]
    for text in ("one", "two", "three"):
        await ana.do("conversation.post", stream=chat, text=text)
    scene.desk.feed.tell = tell  # type: ignore[method-assign]
    for index in (1, 0):
        scene.desk.feed.tell(*held[index])
    assert maria.told("event") == []
    await scene.tick()
    frames = maria.told("event")
    assert [frame["data"]["text"] for frame in frames] == ["one", "two", "three"]
    assert [frame["prev"] for frame in frames[1:]] == [frame["seq"] for frame in frames[:-1]]
    scene.desk.feed.tell(*held[2])
    await ana.do("conversation.post", stream=chat, text="four")
    assert [frame["data"]["text"] for frame in maria.told("event")[3:]] == ["four"]


async def test_what_happens_while_one_begins_to_follow_is_not_missed(scene: Scene) -> None:
    """The race of `follow` with a commit: the event is in the answer or pushed, once."""
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    load = scene.desk.store.load

    async def late(stream: str, after: int = 0) -> Any:
        rows = await load(stream, after)
        scene.desk.store.load = load  # type: ignore[method-assign]
        await ana.do("conversation.post", stream=chat, text="one")
        await ana.do("conversation.post", stream=chat, text="two")
        return rows

    scene.desk.store.load = late  # type: ignore[method-assign]
    followed = await maria.call("conversation.follow", stream=chat, after=0)
    await scene.tick()
    frames = [*followed["events"], *maria.told("event")]
    texts = [frame["data"].get("text") for frame in frames if frame["type"] == "Posted"]
    assert texts == ["one", "two"]
    assert [frame["prev"] for frame in frames[1:]] == [frame["seq"] for frame in frames[:-1]]


async def test_a_closed_connection_hears_nothing(scene: Scene) -> None:
    maria, ana = await scene.visitor(), await scene.staff("ana")
    chat = await talk(scene, maria, ana)
    await maria.call("conversation.follow", stream=chat, after=0)
    await maria.close()
    heard = len(maria.pushed)
    await ana.do("conversation.post", stream=chat, text="anybody?")
    await scene.settle()
    assert len(maria.pushed) == heard
    with pytest.raises(Refused):
        await maria.call("desk.availability")


async def test_trouble_of_the_desk_is_told_by_its_code_alone(scene: Scene) -> None:
    """A76, A78."""
    ana = await scene.staff("ana")

    async def broken(*_: object) -> None:
        raise KeyError("/var/lib/secret")

    scene.desk.store.load = broken  # type: ignore[assignment, method-assign]
    scene.desk.states.drop(["conversation/x"])
    with pytest.raises(Refused) as refused:
        await ana.call("conversation.history", stream="conversation/x")
    assert refused.value.facts == {"code": "internal", "http": 500}


async def test_availability_is_pushed_when_it_changes(scene: Scene) -> None:
    """S0-3."""
    maria = await scene.visitor()
    await scene.settle()
    ana = await scene.staff("ana")
    await scene.settle()
    await ana.do("presence.set_status", status="away")
    await scene.settle()
    assert [push["state"] for push in maria.told("availability")] == [
        "offline",
        "online",
        "offline",
    ]


def test_the_registry_and_the_schemas_agree() -> None:
    """What a caller may name is in the schema; what the desk fills is not."""
    for entry in access.COMMANDS.values():
        assert entry.command is not None
        assert not {"by", "stream", "id"} & set(schema(entry.command))
    assert conversation.Start in {entry.command for entry in access.COMMANDS.values()}
