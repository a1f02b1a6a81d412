"""Who a visitor is, over real connections: by a signed token or a cookie; and turned out."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from livechat_core import Actor, Role, ban, visit
from tests.transports.served import PAGE, SHOP, Json, Served, new_id, serving

jwt = pytest.importorskip("jwt", reason="needs the extra jwt")

pytestmark = pytest.mark.anyio

SECRET = "a secret that is as long as the digest of SHA-256"  # noqa: S105 - of tests
SITES: Json = {
    "shop": {"name": "Shop", "origins": [SHOP]},
    "portal": {"name": "Portal", "origins": [SHOP], "requires": ["signed_in", "role:master-tech"]},
}
IDENTITY: Json = {"issuer": SHOP, "keys": {"k": {"file": "host.key"}}}
PORTAL = {**PAGE, "site": "portal"}


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    key = tmp_path / "host.key"
    key.write_text(SECRET)
    key.chmod(0o600)
    async with serving(tmp_path, {"sites": SITES, "identity": IDENTITY}) as served:
        yield served


def proof(**claims: Any) -> str:
    now = int(time.time())
    told = {"iss": SHOP, "aud": "livechat:portal", "sub": "m-1", "iat": now, "exp": now + 300}
    roles = ["master-tech"]
    return str(jwt.encode({**told, "name": "Maria", "roles": roles, **claims}, SECRET, "HS256"))


async def test_a_signed_token_opens_the_entry_over_a_socket_S3_6_F57(served: Served) -> None:
    async with served.socket(Origin=SHOP) as wire:
        told = await wire.ask("session.open", **{"as": "visitor"}, page=PORTAL)
        assert (told["entry"], told["reasons"]) == (False, ["not_signed_in", "not_in_role"])
        answer = await wire.call("conversation.start", id=new_id(), site="portal")
        assert answer["error"]["data"]["code"] == "not_entitled"

        signed_in = await wire.ask("session.identify", identity=proof())
        assert (signed_in["entry"], signed_in["signed_in"]) == (True, True)
        assert signed_in["token"] != told["token"], "who signs in gets another token (A7)"
        answer = await wire.call("conversation.start", id=new_id(), site="portal")
        assert answer["error"]["data"]["code"] == "nobody_available"
        signed_out = await wire.ask("session.identify", identity="")
        assert signed_out["entry"] is False
    async with served.socket(Origin=SHOP) as wire:
        told = await wire.ask(
            "session.open", **{"as": "visitor"}, page=PORTAL, identity=proof(aud="livechat:shop")
        )
        assert told["entry"] is False, "it was made for the other site"
        answer = await wire.call("session.identify", identity=["x"])
        assert answer["error"]["data"]["code"] == "invalid_type"


async def test_a_signed_token_in_a_header_opens_the_entry_over_http_S3_6_F57(
    served: Served,
) -> None:
    told = await _post(served, "session.open", {"as": "visitor", "page": PORTAL}, proof())
    assert told["result"]["entry"] is True
    token = told["result"]["token"]
    message = {"site": "portal", "email": "m@x.example", "question": "Hi", "id": new_id()}

    guest = await _post(served, "conversation.leave_message", message, "", token)
    assert guest["error"]["data"]["code"] == "not_entitled"
    known = await _post(served, "conversation.leave_message", message, proof(), token)
    assert known["result"]["stream"].startswith("conversation/")


async def _post(
    served: Served, method: str, params: Json, identity: str, token: str = ""
) -> dict[str, Any]:
    headers = {"Origin": SHOP}
    if identity:
        headers["Livechat-Identity"] = identity
    if token:
        headers["Authorization"] = f"Bearer {token}"
    frame = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    async with served.http.post(f"{served.url}/rpc", json=frame, headers=headers) as answer:
        found: dict[str, Any] = await answer.json()
        return found


async def test_a_browser_may_send_the_header_from_a_site_s_page(served: Served) -> None:
    headers = {"Origin": SHOP, "Access-Control-Request-Headers": "livechat-identity"}
    async with served.http.options(f"{served.url}/rpc", headers=headers) as answer:
        assert "Livechat-Identity" in answer.headers["Access-Control-Allow-Headers"]


async def test_the_host_s_cookie_counts_on_its_own_pages_only_F57_A26(served: Served) -> None:
    for origin, signed_in in ((served.origin, True), (SHOP, False)):
        async with served.socket(Origin=origin, Cookie="customer=maria") as wire:
            told = await wire.ask("session.open", **{"as": "visitor"}, page=PAGE)
            view = await served.service.desk.view(f"visit/{told['visitor']}")
            assert view.guest.signed_in is signed_in


async def test_a_token_in_an_address_opens_nothing_A8(served: Served) -> None:
    async with served.visitor() as wire:
        token = wire.told["token"]
        query = f"as=visitor&token={token}&access_token={token}"
        async with served.http.get(f"{served.url}/events?{query}") as answer:
            assert answer.status == 401
        frame = {"jsonrpc": "2.0", "id": 1, "method": "desk.availability", "params": {}}
        async with served.http.post(f"{served.url}/rpc?token={token}", json=frame) as answer:
            assert answer.status == 401


async def test_who_is_revoked_is_turned_out_of_every_connection_A7_A25(served: Served) -> None:
    async with served.visitor() as wire:
        token, visitor = wire.told["token"], wire.told["visitor"]
        async with served.events("", token=token) as events:
            assert (await events.next())["method"] == "session"
            await served.service.desk.dispatch(f"visit/{visitor}", visit.Revoke())
            assert (await _closed(events))["code"] == "revoked"
            assert await events.answer.content.read() is not None
        assert await wire.closed() == 4401
        (notice,) = [one for one in wire.heard if one["method"] == "closed"]
        assert notice["params"] == {"code": "revoked"}
    status, _ = await served.rpc("desk.availability", {}, token=token)
    assert status == 401
    async with served.visitor(token) as wire:
        assert wire.told["visitor"] != visitor


async def _closed(events: Any) -> Json:
    while (frame := await events.next())["method"] != "closed":
        pass
    return dict(frame["params"])


async def test_who_is_banned_from_the_sites_is_turned_out_at_once_S0_33(served: Served) -> None:
    async with served.visitor() as wire:
        wanted = {"visitor": wire.told["visitor"], "scope": "site", "reason": "abuse"}
        await _ban(served, wanted)
        assert await wire.closed() == 4403
    status, answer = await served.rpc("desk.availability", {}, token=wire.told["token"])
    assert (status, answer["error"]["data"]["code"]) == (403, "banned")


async def _ban(served: Served, wanted: Json) -> None:
    sam = Actor(role=Role.SUPERVISOR, id="sam", name="Sam")
    await served.service.desk.dispatch("ban/1", ban.Ask(by=sam, **wanted))
