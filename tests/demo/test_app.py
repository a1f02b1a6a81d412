"""The demo as users start it: one program on this computer."""

import signal
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from livechat_core import ConfigurationError
from livechat_core.cli import main
from livechat_core.demo.folder import Folder
from livechat_core.demo.site import POLICY, PUBLIC, STAFF
from tests.demo.outside import eventually, fetch, post
from tests.demo.running import Demo, Json, running

PAGES = (*PUBLIC, *STAFF, "/erm/", "/mail/", "/slack/")
KEYS = ("desk.key", "login.key", "slack_signing.key", "slack_token.key")
LEFT = {
    "id": "left-message-1",
    "site": "drumstory",
    "email": "clara@example.org",
    "question": "Do you come to schools?",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running(tmp_path_factory.mktemp("demo") / "data") as demo:
        yield demo


Complaint = Callable[..., str]


@pytest.fixture
def complaint(capsys: pytest.CaptureFixture[str]) -> Complaint:
    """Return what the demo says when it cannot start: one plain line, and nothing else."""

    def start(data: Path, *arguments: str) -> str:
        command = ["demo", "--no-browser", "--data", str(data)]
        assert main([*command, *(arguments or ("--port", "0"))]) == 1
        written, complaint = capsys.readouterr()
        assert written == ""
        assert complaint.startswith("livechat: ")
        assert complaint.count("\n") == 1
        return complaint

    return start


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_with_a_strict_policy(demo: Demo, path: str) -> None:
    answer = demo.get(path.lstrip("/"))

    assert answer.status == 200
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_demos_own_pages_have_the_policy_that_is_promised(demo: Demo) -> None:
    for path in (*PUBLIC, *STAFF):
        assert demo.get(path.lstrip("/")).headers["Content-Security-Policy"] == POLICY
    assert "form-action 'self'" in POLICY
    assert "base-uri 'none'" in POLICY


@pytest.mark.parametrize("path", PAGES)
def test_whatever_a_page_names_is_there(demo: Demo, path: str) -> None:
    """No page logs a console error, favicon included."""
    text = demo.get(path.lstrip("/")).text
    named = [part.partition('"')[0] for part in text.replace('src="', 'href="').split('href="')[1:]]
    for name in (*named, "/favicon.ico"):
        if not name.startswith("#"):
            address = name.lstrip("/") if name.startswith("/") else f"{path[1:]}{name}"
            assert demo.get(address.partition("#")[0].replace(f"{path[1:]}../", "")).status == 200


def test_only_this_computer_can_reach_it(demo: Demo) -> None:
    port = int(demo.url.rstrip("/").rpartition(":")[2])
    with socket.socket() as other:
        other.bind(("127.0.0.2", port))  # the same port of another address is free


def test_staff_sign_in_and_out(demo: Demo) -> None:
    assert "Sign in as Ana" in demo.get("console/").text
    answer = demo.form("demo/sign-in", {"agent": "ana", "next": "/console/"})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie

    login = cookie.partition(";")[0]
    assert "Sign in as" not in demo.get("console/", Cookie=login).text
    assert demo.ask("session.open", {"as": "staff"}, cookie=login)["name"] == "Ana"

    answer = demo.form("demo/sign-out", {}, Cookie=login)
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    # A36: a copy of the cookie is worth nothing any more.
    refused = demo.call("session.open", {"as": "staff"}, cookie=login)
    assert refused["error"]["data"]["code"] == "unauthenticated"


@pytest.mark.parametrize("change", ["agent", "until", "mark", "all"])
def test_a_forged_login_is_none(demo: Demo, change: str) -> None:
    name, _, value = demo.sign_in("ben").partition("=")
    agent, until, mark = value.split(".")
    forged = {
        "agent": f"sam.{until}.{mark}",
        "until": f"{agent}.{until}0.{mark}",
        "mark": f"{agent}.{until}.{mark[::-1]}",
        "all": "\N{LATIN SMALL LETTER E WITH ACUTE}",
    }
    cookie = f"{name}={forged[change]}".encode().decode("latin-1")
    refused = demo.call("session.open", {"as": "staff"}, cookie=cookie)
    assert refused["error"]["data"]["code"] == "unauthenticated"


def test_a_login_goes_only_to_pages_of_the_demo(demo: Demo) -> None:
    for foreign in ("https://evil.example/", "//evil.example", "/\\evil.example", ""):
        answer = demo.form("demo/sign-in", {"agent": "ana", "next": foreign})
        assert answer.headers["Location"] == "/"


def test_a27_a_form_of_another_page_signs_nobody_in_or_out(demo: Demo) -> None:
    for path in ("demo/sign-in", "demo/sign-out"):
        answer = demo.form(path, {"agent": "ana"}, Origin="https://evil.example")
        assert answer.status == 403
        assert "Set-Cookie" not in answer.headers
    assert demo.get("demo/sign-in").status == 405


def test_nobody_else_can_sign_in(demo: Demo) -> None:
    assert demo.form("demo/sign-in", {"agent": "eve"}).status == 400


def test_a_left_message_goes_all_the_way(demo: Demo) -> None:
    """S0-8 to S0-20: Slack, claim by its button, ERM, history note, mail, follow-up."""
    token = demo.visitor("drumstory")
    left = demo.ask("conversation.leave_message", LEFT, token=token)
    enquiry = f"enquiry/{left['stream'].partition('/')[2]}"
    eventually(lambda: bool(fetch(f"{demo.url}slack/_state").json["messages"]))
    (message,) = fetch(f"{demo.url}slack/_state").json["messages"]
    for fact in ("clara@example.org", "Do you come to schools?", "This computer", "drumstory"):
        assert fact in str(message["content"])

    press = {"user": "U07BEN", "ts": message["ts"], "action_id": "livechat_claim"}
    told = post(f"{demo.url}slack/_press", press).json
    assert [answer["status"] for answer in told["answers"]] == [200]
    ben = demo.sign_in("ben")

    def item() -> Json:
        shown: Json = demo.ask("enquiry.show", {"stream": enquiry}, cookie=ben)["item"]
        return shown

    eventually(lambda: bool(item()["matches"]))
    (match,) = item()["matches"]
    assert match["name"] == "Clara Holm"
    do = {"id": "confirm-match-1", "stream": enquiry, "ref": match["ref"]}
    demo.ask("enquiry.confirm_match", do, cookie=ben)
    eventually(lambda: item()["phase"] == "filed")
    mail = {"id": "reply-by-mail", "stream": enquiry, "subject": "Schools", "text": "Yes, we do."}
    demo.ask("enquiry.reply", mail, cookie=ben)
    eventually(lambda: item()["phase"] == "answered")
    demo.ask("enquiry.schedule_follow_up", {"id": "follow-up-1", "stream": enquiry}, cookie=ben)
    eventually(lambda: item()["phase"] == "scheduled")
    demo.ask("enquiry.complete", {"id": "complete-1", "stream": enquiry}, cookie=ben)

    assert _kept_of_clara(demo) == ([item()["text"]], 1)
    (sent,) = fetch(f"{demo.url}mail/messages").json
    assert "Yes, we do." in str(sent)


def _kept_of_clara(demo: Demo) -> tuple[list[str], int]:
    """Return the history notes that the ERM has of her, and how many follow-ups."""
    everybody = fetch(f"{demo.url}erm/customers").json
    (clara,) = [one for one in everybody if "clara@example.org" in one["emails"]]
    return [note["text"] for note in clara["notes"]], len(clara["tasks"])


def test_secrets_are_made_once_and_only_for_the_owner(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with running(data) as demo:
        cookie = demo.sign_in("ana")
        assert demo.stop()[0] == 0
    made = {name: (data / name).read_text() for name in KEYS}
    assert len(set(made.values())) == len(KEYS)
    assert all(len(secret) == 64 for secret in made.values())
    assert {(data / name).stat().st_mode & 0o777 for name in KEYS} == {0o600}

    with running(data) as demo:
        assert demo.ask("session.open", {"as": "staff"}, cookie=cookie)["agent"] == "ana"
    assert {name: (data / name).read_text() for name in KEYS} == made


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_one_line_and_stops_when_asked(tmp_path: Path, number: int) -> None:
    with running(tmp_path / "data") as demo:
        token = demo.visitor()
        address = demo.url.removeprefix("http://").rstrip("/").split(":")
        with socket.create_connection((address[0], int(address[1]))) as open_line:
            asked = f"GET /chat/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
            open_line.sendall(asked.encode())
            assert open_line.recv(100).startswith(b"HTTP/1.1 200")
            assert demo.stop(number) == (0, "", "")


def test_it_goes_on_after_kill_9(tmp_path: Path) -> None:
    """G1, G20: a chat is as it was, and a message that was left is announced once."""
    data = tmp_path / "data"
    with running(data) as demo:
        token = demo.visitor()
        demo.ask("conversation.leave_message", LEFT | {"site": "performances"}, token=token)
        demo.kill()
    with running(data) as demo:
        page = {"site": "performances", "url": f"{demo.url}sites/performances/", "title": "Shop"}
        again = demo.ask("session.open", {"as": "visitor", "token": token, "page": page})
        stream = again["conversation"]["stream"]
        events = demo.ask("conversation.history", {"stream": stream}, token=token)["events"]
        assert [event["type"] for event in events][-1] == "MessageLeft"

        eventually(lambda: bool(fetch(f"{demo.url}slack/_state").json["messages"]))
        assert len(fetch(f"{demo.url}slack/_state").json["messages"]) == 1
        first = demo.ask("conversation.leave_message", LEFT | {"site": "performances"}, token=token)
        assert first["stream"] == stream


def test_a_second_demo_is_told_plainly_why_it_cannot_start(
    demo: Demo, tmp_path: Path, complaint: Complaint
) -> None:
    port = demo.url.rstrip("/").rpartition(":")[2]
    assert "name another port with --port" in complaint(tmp_path / "two", "--port", port)
    assert "port_in_use" in complaint(tmp_path / "three", "--port", "99999")
    with Folder(tmp_path / "used"):
        assert "folder_in_use" in complaint(tmp_path / "used")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("mine")
    assert "folder_foreign" in complaint(foreign)
    assert [path.name for path in foreign.iterdir()] == ["thesis.txt"]
    assert "folder_unusable" in complaint(foreign / "thesis.txt")


def test_a_folder_is_free_again_after_kill_9(tmp_path: Path) -> None:
    with running(tmp_path / "data") as demo:
        with pytest.raises(ConfigurationError), Folder(tmp_path / "data"):
            pass
        demo.kill()
        with Folder(tmp_path / "data"):
            pass


def test_settings_are_laid_over_the_demos_own(tmp_path: Path) -> None:
    staff = [f'[staff.p{n}]\nname = "P{n}"\nslack_user = "U{n}"\n' for n in range(50)]
    more = tmp_path / "more.toml"
    more.write_text("[rules]\nlease = 2\n[sites.performances]\nname = 'Other'\n" + "".join(staff))
    with running(tmp_path / "data", "--settings", str(more)) as demo:
        everybody = demo.ask("desk.staff", {}, cookie=demo.sign_in("p49"))
        assert len(everybody) == 53
        users = {user["id"] for user in fetch(f"{demo.url}slack/_view").json["users"]}
        assert {"U49", "U07ANA", "U07GUEST"} <= users


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[rules]\nleese = 2\n", "unknown_setting"),
        ("[demo]\nplugins = ['no_such_plugin']\n", "plugin_missing"),
        ("[demo]\ncustomers = 1\n", "bad_setting"),
        ("[", "settings_unreadable"),
    ],
)
def test_bad_settings_are_named(tmp_path: Path, complaint: Complaint, text: str, code: str) -> None:
    more = tmp_path / "more.toml"
    more.write_text(text)
    assert code in complaint(tmp_path / "data", "--settings", str(more))


def test_a_crash_point_ends_it(tmp_path: Path) -> None:
    """G1: tests of crashes reach the demo through its environment."""
    data = tmp_path / "data"
    with running(data, LIVECHAT_CRASH="desk.after_commit:4") as demo:
        with suppress(OSError):
            for _ in range(10):
                demo.visitor()
        assert demo.process.wait(10) == -signal.SIGKILL
    with running(data), closing(sqlite3.connect(data / "desk.db")) as journal:
        assert journal.execute("PRAGMA integrity_check").fetchone() == ("ok",)
