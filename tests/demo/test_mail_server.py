"""The mail catcher: real SMTP, faults on demand, crashes, and its page."""

import json
import smtplib
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from livechat_core.demo.mail_server import MailServer
from livechat_core.demo.mail_store import MailStore
from livechat_core.demo.outside import running
from tests.demo.outside import fetch, post, program


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    server = MailServer(tmp_path / "mail")
    server.start()
    yield server
    server.stop()


def message(subject: str = "Your question", body: str = "Dear Jo,\n\nyes.\n") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Performances <support@performances.example>"
    mail["To"] = "Jo <jo@customer.example>"
    mail["Subject"] = subject
    mail["Message-ID"] = "<48211.1@performances.example>"
    mail.set_content(body)
    return mail


def send(port: int, mail: EmailMessage | None = None, timeout: float = 20) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=timeout) as smtp:
        smtp.send_message(mail or message())


def subjects(server: MailServer) -> list[str]:
    return [mail["subject"] for mail in server.store.messages()]


def test_a_mail_is_kept_byte_for_byte_with_its_envelope(server: MailServer, tmp_path: Path) -> None:
    raw = b"Subject: dots\r\n\r\n.\r\n..two\r\n\r\n  trailing \r\n"
    with smtplib.SMTP("127.0.0.1", server.port) as smtp:
        smtp.sendmail("a@shop.example", ["b@customer.example", "c@customer.example"], raw)

    (kept,) = (tmp_path / "mail").glob("*.eml")
    assert kept.read_bytes() == raw
    envelope = json.loads(kept.with_suffix(".json").read_bytes())
    assert envelope["from"] == "a@shop.example"
    assert envelope["to"] == ["b@customer.example", "c@customer.example"]
    assert sorted(path.name for path in kept.parent.iterdir()) == ["000001.eml", "000001.json"]


def test_mails_are_listed_newest_first_as_text(server: MailServer) -> None:
    send(server.port, message("First"))
    send(server.port, message("Grüße ✓", "Malmö\n\n  <b>not bold</b>\n"))

    with running(server.app()) as url:
        second, first = fetch(f"{url}messages").json
    assert first["subject"] == "First"
    assert second["subject"] == "Grüße ✓"
    assert second["body"] == "Malmö\n\n  <b>not bold</b>\n"
    assert second["to"] == "Jo <jo@customer.example>"
    assert second["message_id"] == "<48211.1@performances.example>"
    assert ["Message-ID", "<48211.1@performances.example>"] in second["headers"]


def test_the_text_part_is_shown_where_there_are_several(server: MailServer) -> None:
    mail = message(body="plain")
    mail.add_alternative("<p>html</p>", subtype="html")
    send(server.port, mail)

    assert server.store.messages()[0]["body"] == "plain\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"no header at all\r\n",
        b'Content-Type: text/plain; charset="no-such"\r\n\r\n\xff\r\n',
        b"Content-Type: image/png\r\n\r\nx\r\n",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\nnothing\r\n",
        b"Subject: =?utf-8?q?broken?\r\nTo: <<>>\r\n\r\nbody\r\n",
    ],
)
def test_a_malformed_mail_is_kept_and_listed(server: MailServer, raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", server.port) as smtp:
        smtp.sendmail("a@shop.example", ["b@customer.example"], raw)

    (mail,) = server.store.messages()
    assert mail["envelope"]["to"] == ["b@customer.example"]


@pytest.mark.parametrize("code", [451, 550, 421])
def test_a_mail_is_refused_at_its_end(server: MailServer, code: int) -> None:
    server.fault(str(code))
    with pytest.raises(smtplib.SMTPDataError) as refused:
        send(server.port)

    assert refused.value.smtp_code == code
    assert subjects(server) == []
    send(server.port)
    assert subjects(server) == ["Your question"]


def test_sender_and_recipient_are_refused(server: MailServer) -> None:
    server.fault("451", stage="mail")
    with pytest.raises(smtplib.SMTPSenderRefused):
        send(server.port)
    server.fault("550", stage="rcpt")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(server.port)
    assert refused.value.recipients["jo@customer.example"][0] == 550
    assert subjects(server) == []


@pytest.mark.parametrize(("mode", "kept"), [("before", []), ("drop_after_data", ["Your question"])])
def test_the_connection_breaks_before_or_after_the_mail_is_kept(
    server: MailServer, mode: str, kept: list[str]
) -> None:
    server.fault(mode)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(server.port)

    assert subjects(server) == kept


def test_slow_keeps_the_mail_and_answers_late(server: MailServer) -> None:
    server.fault("slow", seconds=1)
    with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
        send(server.port, timeout=0.3)
    assert subjects(server) == ["Your question"]

    server.fault("slow", stage="rcpt", seconds=0.2)
    started = time.monotonic()
    send(server.port)
    assert time.monotonic() - started >= 0.2
    assert len(subjects(server)) == 2


def test_faults_are_planned_over_http(server: MailServer) -> None:
    with running(server.app()) as url:
        assert post(f"{url}_fault", {"mode": "550", "stage": "rcpt", "count": 2}).status == 200
        assert post(f"{url}_fault", {"mode": "earthquake"}).status == 400
        assert post(f"{url}_fault", {"mode": "550", "stage": "helo"}).status == 400
        assert fetch(f"{url}_fault", b"{}", Content_Type="text/plain").status == 415
    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(server.port)
    send(server.port)


def test_it_starts_again_on_its_port_and_goes_on_counting(tmp_path: Path) -> None:
    server = MailServer(tmp_path)
    server.start()
    port = server.port
    send(port)
    server.stop()
    with pytest.raises(RuntimeError):
        _ = server.port

    again = MailServer(tmp_path, port)
    again.start()
    send(port, message("Second"))
    again.stop()
    assert [mail["id"] for mail in again.store.messages()] == ["000002", "000001"]


def test_what_was_acknowledged_survives_kill_9_whole(tmp_path: Path) -> None:
    acknowledged: list[str] = []

    def send_until_it_dies(port: int) -> None:
        try:
            while True:
                send(port, message(str(len(acknowledged)), "x" * 60 + "\n"))
                acknowledged.append(str(len(acknowledged)))
        except (OSError, smtplib.SMTPException):
            return

    for _ in range(3):
        with program("mail_server", "--data", str(tmp_path)) as (facts, kill):
            writer = threading.Thread(target=send_until_it_dies, args=(facts["port"],))
            enough = len(acknowledged) + 10
            writer.start()
            while len(acknowledged) < enough:
                time.sleep(0.005)
            kill()
            writer.join()

    kept = MailStore(tmp_path).messages()
    assert set(acknowledged) <= {mail["subject"] for mail in kept}
    assert all(mail["body"] == "x" * 60 + "\n" for mail in kept)
    assert len(kept) <= len(acknowledged) + 3  # at most the one under way at each kill


def test_alone_it_prints_both_ports(tmp_path: Path) -> None:
    with program("mail_server", "--data", str(tmp_path)) as (facts, _):
        send(facts["port"])
        (mail,) = fetch(f"http://127.0.0.1:{facts['http_port']}/messages").json
    assert mail["subject"] == "Your question"


def test_the_page_lists_to_subject_and_body(server: MailServer, page: Page) -> None:
    with running(server.app()) as url:
        page.goto(url)
        expect(page.get_by_text("No mail yet.")).to_be_visible()
        send(server.port, message("First"))
        send(server.port, message("Second", "Dear Jo,\n\n  <script>alert(1)</script>\n"))

        articles = page.get_by_role("list", name="Messages").get_by_role("article")
        expect(articles).to_have_count(2)
        newest = articles.first
        expect(newest.get_by_role("heading")).to_have_text("Subject Second")
        expect(newest).to_contain_text("Jo <jo@customer.example>")
        assert newest.locator("pre").evaluate("(pre) => pre.textContent") == (
            "Dear Jo,\n\n  <script>alert(1)</script>\n"
        )
        newest.get_by_text("All headers").click()
        expect(newest.get_by_text("<48211.1@performances.example>")).to_be_visible()
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") == 390
