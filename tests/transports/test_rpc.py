"""Single requests by POST, and the files, over real HTTP."""

import json

import pytest

from livechat_core import MAX_FRAME, ports
from livechat_core.testing.clock import FakeClock
from livechat_core.transports import singles
from tests.transports.served import PAGE, SHOP, Json, Served, new_id

pytestmark = pytest.mark.anyio

ASKED = b'{"jsonrpc":"2.0","id":1,"method":"desk.queues","params":{}}'
AS_JSON = {"Content-Type": "application/json"}


async def begin(desk: Served) -> str:
    """Let a visitor in and return his token."""
    status, answer = await desk.rpc("session.open", {"as": "visitor", "token": "", "page": PAGE})
    assert status == 200, answer
    token: str = answer["result"]["token"]
    return token


async def leave(desk: Served, token: str) -> str:
    """Leave a message and return the stream of its enquiry."""
    params = {"id": new_id(), "site": "shop", "email": "maria@example.org", "question": "When?"}
    status, answer = await desk.rpc("conversation.leave_message", params, token=token)
    assert status == 200, answer
    return f"enquiry/{answer['result']['stream'].partition('/')[2]}"


async def test_a_visitor_leaves_a_message_and_staff_claim_it(desk: Served) -> None:
    """S0-14: one claims, the other learns who; a repeat changes nothing."""
    enquiry = await leave(desk, await begin(desk))
    claim = {"id": new_id(), "stream": enquiry}
    status, first = await desk.rpc("enquiry.claim", claim, agent="ana")
    assert status == 200
    _, again = await desk.rpc("enquiry.claim", claim, agent="ana")
    assert again["result"]["seq"] == first["result"]["seq"]

    status, refused = await desk.rpc(
        "enquiry.claim", {"id": new_id(), "stream": enquiry}, agent="ben"
    )
    assert status == 409
    assert refused["error"]["data"]["code"] == "claimed"
    assert refused["error"]["data"]["owner"] == "Ana"


async def test_single_requests_make_nobody_present(desk: Served) -> None:
    token = await begin(desk)
    await desk.rpc("desk.availability", {}, token=token)
    status, answer = await desk.rpc("session.open", {"as": "staff"}, agent="ana")

    assert (status, answer["result"]["status"]) == (200, "offline")
    assert desk.service.desk.connected == {}
    assert (await desk.rpc("desk.staff", {}, agent="ben"))[1]["result"][0]["status"] == "offline"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({}, 415),
        ({"Content-Type": "application/json; charset=utf-7"}, 415),
        (AS_JSON | {"Content-Encoding": "gzip"}, 415),
        (AS_JSON | {"Origin": "https://evil.example"}, 403),
        (AS_JSON | {"Origin": "null"}, 403),
        (AS_JSON | {"Sec-Fetch-Site": "cross-site"}, 403),
        (AS_JSON | {"Origin": SHOP}, 401),
        (AS_JSON, 200),
    ],
)
async def test_a27_b37_b39_only_json_of_the_hosts_own_pages_uses_a_cookie(
    desk: Served, headers: dict[str, str], status: int
) -> None:
    headers = {"Cookie": "login=ana", "Content-Type": "", **headers}
    async with desk.http.post(f"{desk.url}/rpc", data=ASKED, headers=headers) as answer:
        told = await answer.json()

    assert (answer.status, "result" in told) == (status, status == 200)


async def test_a27_the_hosts_own_page_may_ask(desk: Served) -> None:
    headers = AS_JSON | {"Cookie": "login=ana", "Origin": desk.origin}
    async with desk.http.post(f"{desk.url}/rpc", data=ASKED, headers=headers) as answer:
        assert answer.status == 200
    headers["Origin"] = "https://desk.example"  # the public address, as a proxy may hide it
    async with desk.http.post(f"{desk.url}/rpc", data=ASKED, headers=headers) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_a27_nothing_but_a_post_changes_anything(desk: Served, method: str) -> None:
    headers = AS_JSON | {"Cookie": "login=ana", "X-HTTP-Method-Override": "POST"}
    async with desk.http.request(method, f"{desk.url}/rpc", data=ASKED, headers=headers) as answer:
        assert answer.status == 405


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "invalid_json"),
        (b"{", "invalid_json"),
        (b"\xff", "invalid_json"),
        (b"\xef\xbb\xbf{}", "invalid_json"),
        ('{"id": 1}'.encode("utf-16"), "invalid_json"),
        (b"[]", "invalid_json"),
        (b"[" * 60_000, "invalid_json"),
        (b"{}", "invalid_type"),
        (b'{"method": 1}', "invalid_type"),
    ],
)
async def test_b5_b6_b7_b24_b31_a_body_that_is_no_request_is_refused(
    desk: Served, body: bytes, code: str
) -> None:
    async with desk.http.post(f"{desk.url}/rpc", data=body, headers=AS_JSON) as answer:
        told = await answer.json()

    assert answer.status == 400
    assert told["error"]["data"]["code"] == code


@pytest.mark.parametrize("chunked", [True, False])
async def test_b23_a_body_over_64_kib_is_refused(desk: Served, *, chunked: bool) -> None:
    async def pieces() -> object:
        yield b"x" * MAX_FRAME
        yield b"x"

    body = pieces() if chunked else b"x" * 1_000_000
    async with desk.http.post(f"{desk.url}/rpc", data=body, headers=AS_JSON) as answer:
        assert answer.status == 413
        assert (await answer.json())["error"]["data"]["code"] == "too_large"


async def test_a_body_of_64_kib_is_read(desk: Served) -> None:
    body = ASKED.ljust(MAX_FRAME)
    headers = AS_JSON | {"Cookie": "login=ana"}
    async with desk.http.post(f"{desk.url}/rpc", data=body, headers=headers) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic eDp5", "Bearer unknown-token"])
async def test_who_has_no_good_token_is_not_known(desk: Served, header: str) -> None:
    headers = AS_JSON | {"Authorization": header, "Cookie": "login=ana"}
    async with desk.http.post(f"{desk.url}/rpc", data=ASKED, headers=headers) as answer:
        assert answer.status == 401
        assert (await answer.json())["error"]["data"]["code"] == "unauthenticated"


async def test_a1_a_visitor_may_not_ask_what_staff_may(desk: Served) -> None:
    token = await begin(desk)
    assert (await desk.rpc("desk.lists", {}, token=token))[0] == 403
    assert (await desk.rpc("enquiry.claim", {"id": new_id()}, token=token))[0] == 403


async def test_a60_limits_hold_over_single_requests(desk: Served) -> None:
    token = await begin(desk)
    frame = {"jsonrpc": "2.0", "id": 1, "method": "desk.availability", "params": {}}
    headers = AS_JSON | {"Authorization": f"Bearer {token}"}
    for _ in range(100):
        async with desk.http.post(f"{desk.url}/rpc", json=frame, headers=headers) as answer:
            told = await answer.json()
        if answer.status == 429:
            break

    assert told["error"]["data"]["code"] == "rate_limited"
    assert answer.headers["Retry-After"] == "1"


async def test_a_kept_visitor_is_looked_up_again_after_a_minute(
    desk: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock(desk.service.desk.clock.now())
    monkeypatch.setattr(desk.service.desk, "clock", clock)
    kept = singles.Singles(desk.service)
    request = ports.Request()
    token = await begin(desk)
    first = await kept.session(request, token)
    assert await kept.session(request, token) is first

    clock.advance(singles.LIFE)
    assert await kept.session(request, token) is not first
    assert len(kept._kept) == 1


async def test_a28_pages_of_the_sites_may_call_without_cookies_and_no_others(
    desk: Served,
) -> None:
    asked = {"Origin": SHOP, "Access-Control-Request-Method": "POST"}
    async with desk.http.options(f"{desk.url}/rpc", headers=asked) as answer:
        assert answer.status == 204
        assert answer.headers["Access-Control-Allow-Origin"] == SHOP
        assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert answer.headers["Vary"] == "Origin"
    asked["Origin"] = "https://evil.example"
    async with desk.http.options(f"{desk.url}/rpc", headers=asked) as answer:
        assert answer.status == 403
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert answer.headers["Vary"] == "Origin"


async def test_the_widget_is_served_with_its_type_and_only_once(desk: Served) -> None:
    async with desk.http.get(f"{desk.url}/static/widget.js", headers={"Origin": SHOP}) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert answer.headers["Access-Control-Allow-Origin"] == SHOP
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        known = {"If-None-Match": answer.headers["ETag"]}
    async with desk.http.get(f"{desk.url}/static/widget.js", headers=known) as answer:
        assert answer.status == 304


@pytest.mark.parametrize(
    "name", ["none.js", "..%2fcli.py", "%2e%2e%2fcli.py", "__init__.py", ".js", "widget.js%00"]
)
async def test_nothing_but_the_front_ends_files_is_served(desk: Served, name: str) -> None:
    from yarl import URL

    address = URL(f"{desk.url}/static/{name}", encoded=True)
    async with desk.http.get(address) as answer:
        assert answer.status == 404


async def test_a18_an_answer_says_nothing_of_the_inside(desk: Served) -> None:
    body: Json = {"jsonrpc": "2.0", "id": 1, "method": "desk.lists", "params": {"x": "y" * 1000}}
    async with desk.http.post(f"{desk.url}/rpc", json=body) as answer:
        assert answer.status == 401
        assert "Traceback" not in json.dumps(await answer.json())
