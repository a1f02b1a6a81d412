"""`kill -9` at every named point between a left message and its follow-up (G1, G11, G13, G14).

Each point is hit three times, with the ERM failing before the work, failing after it, and falling
silent after it. After the restart the same commands are sent again with the same ids, and the work
completes by itself; only where nobody can know whether the mail has left does a person click once.
"""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import attrs
import pytest

from livechat_core.demo.mail_server import MailServer
from tests.demo.outside import SECRET, TOKEN, Slack, running_slack

ACTIONS = ("send", "lookup", "create", "note", "mail", "follow_up", "update")
PLACES = ("before_try", "after_try", "after_call", "after_report")
POINTS = (  # all
    *("desk.before_commit", "desk.after_commit"),
    *("store.before_commit", "store.after_commit_before_answer"),
    *(f"{action}.{place}" for action in ACTIONS for place in PLACES),
)
FAULTS = ("before", "after", "timeout")
HIT_OF_COMMON_POINT = {"before": 4, "after": 9, "timeout": 15}
OWED = """SELECT stream, phase FROM summary
    WHERE kind = 'job' AND phase IN ('owed', 'trying', 'unknown')"""
PATIENCE = 40.0


@attrs.frozen
class Outside:
    """The outside systems of all runs; they outlive every desk."""

    slack: Slack
    mail: MailServer


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    folder = tmp_path_factory.mktemp("outside")
    mail = MailServer(folder / "mail")
    mail.start()
    try:
        with running_slack(folder / "slack") as slack:
            yield Outside(slack, mail)
    finally:
        mail.stop()


@attrs.define
class Hits:
    """What the kills of all tests come to."""

    kills: dict[str, int] = attrs.field(factory=dict)
    clicks: int = 0


class Gone(Exception):
    """The desk has died."""


class Child:
    """One process of the desk."""

    def __init__(self, path: Path, crash: str = "") -> None:
        environment = {**os.environ, "LIVECHAT_CRASH": crash}
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).parent / "crash_desk.py"), str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )

    def call(self, who: str, method: str, params: dict[str, Any]) -> dict[str, Any]:
        frame = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(f"{who}\n{frame}\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError as error:
            raise Gone from error
        if not line:
            raise Gone
        answer: dict[str, Any] = json.loads(line)
        return answer

    def end(self) -> int:
        """Let it end by itself, and tell how it ended."""
        with suppress(BrokenPipeError):
            if self.process.stdin is not None:
                self.process.stdin.close()
        try:
            status = self.process.wait(20)
        finally:
            self.process.kill()
            if self.process.stdout is not None:
                self.process.stdout.close()
        return status


class Run:
    """One left message, from the visitor's click to "Done", across one death of the desk."""

    def __init__(self, folder: Path, outside: Outside, point: str, fault: str) -> None:
        self.folder, self.outside, self.fault = folder, outside, fault
        common = point.startswith(("desk.", "store."))
        self.crash = f"{point}:{HIT_OF_COMMON_POINT[fault] if common else 1}"
        self.email = f"{point}.{fault}@example.org"
        self.enquiry = ""
        self.token = ""
        self.killed = 0
        self.clicks = 0
        self._files()
        self.child = Child(self.first, self.crash)

    def _files(self) -> None:
        tables = {
            "desk": {"store": "sqlite:///chat.db", "data": str(self.folder)},
            "rules": {"lease": 1, "retry_ladder": [0.05, 0.1]},
            "sites": {"performances": {"name": "Iconic Performances"}},
            "staff": {"ana": {"name": "Ana"}},
            "notifiers": [{"notifier": "team"}, {"notifier": "slack"}],
            "slack": {
                "token": TOKEN,
                "signing_secret": SECRET,
                "channel": "C07LIVECHAT",
                "base_url": f"{self.outside.slack.url}api/",
            },
            "smtp": {"host": "127.0.0.1", "port": self.outside.mail.port, "starttls": False},
            "erm": {"path": str(self.folder / "erm.db")},
        }
        self.first, self.second = self.folder / "first.json", self.folder / "second.json"
        self.first.write_text(json.dumps({"tables": tables, "faults": [self.fault]}))
        self.second.write_text(json.dumps({"tables": tables, "faults": []}))

    def call(self, who: str, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Call a method; after a death start the desk again and send the same once more."""
        for _ in range(3):
            try:
                return self.child.call(who, method, params or {})
            except Gone:
                self._again()
        pytest.fail(f"the desk died again and again at {self.crash}")

    def _again(self) -> None:
        assert self.child.end() == -9, "the desk ended by itself"
        self.killed += 1
        self.child = Child(self.second)
        self._open()

    def _open(self) -> None:
        page = {"site": "performances", "url": "https://shop.example/drums"}
        told = {"as": "visitor", "token": self.token, "page": page}
        self.token = self.child.call("visitor", "session.open", told)["result"]["token"]
        self.child.call("staff", "session.open", {"as": "staff", "watch": True})

    def command(self, who: str, method: str, **params: Any) -> dict[str, Any]:
        named = {"id": f"the-{method.replace('.', '-')}-1", **params}
        answer = self.call(who, method, named)
        assert "result" in answer, (self.crash, method, answer)
        result: dict[str, Any] = answer["result"]
        return result

    def item(self) -> dict[str, Any]:
        answer = self.call("staff", "enquiry.show", {"stream": self.enquiry})
        assert "result" in answer, (self.crash, answer)
        found: dict[str, Any] = answer["result"]["item"]
        return found

    def until(self, *phases: str) -> dict[str, Any]:
        """Wait for a phase; where nobody can know about the mail, click once as a person would."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            item = self.item()
            if item["phase"] in phases and not item["step"]:
                return item
            if item["unknown"]:
                outcome = "arrived" if self.mails() else "repeat"
                self.command("staff", "enquiry.settle", stream=self.enquiry, outcome=outcome)
                self.clicks += 1
            time.sleep(0.02)
        pytest.fail(f"{self.crash} {self.fault}: still {self.item()}")

    def play(self) -> None:
        """Go through the whole path."""
        try:
            self._open()
        except Gone:
            self._again()
        left = self.command(
            "visitor",
            "conversation.leave_message",
            site="performances",
            name="Maria",
            email=self.email,
            question="Do you play at weddings?\nIn June?",
        )
        self.enquiry = left["stream"].replace("conversation/", "enquiry/")
        self.command("staff", "enquiry.claim", stream=self.enquiry)
        self.until("matching")
        self.command("staff", "enquiry.create_customer", stream=self.enquiry, name="Maria")
        self.until("filed")
        words = {"subject": "Your enquiry", "text": "Yes, with pleasure."}
        self.command("staff", "enquiry.reply", stream=self.enquiry, **words)
        self.until("answered")
        self.command("staff", "enquiry.schedule_follow_up", stream=self.enquiry)
        self.until("scheduled")
        self._wait_for_notices()
        self.command("staff", "enquiry.complete", stream=self.enquiry)
        self._wait_for_notices()
        assert self.child.end() == 0

    def _wait_for_notices(self) -> None:
        """Wait until no channel is owed anything any more."""
        end = time.monotonic() + PATIENCE
        while rows := self.rows(OWED):
            assert time.monotonic() < end, f"{self.crash}: still owed: {rows}"
            self.item()
            time.sleep(0.02)

    def rows(self, question: str, file: str = "chat.db") -> list[Any]:
        """Read a database file as it lies on the disk, without the product's code."""
        with closing(sqlite3.connect(f"file:{self.folder / file}?mode=ro", uri=True)) as database:
            return database.execute(question).fetchall()

    def mails(self) -> list[dict[str, Any]]:
        return [one for one in self.outside.mail.store.messages() if self.email in str(one["to"])]

    def posts(self) -> list[str]:
        """Return the announcements as the Slack server received them."""
        found = []
        for message in self.outside.slack.state()["messages"]:
            raw = json.loads(message["versions"][0]["raw"])
            if self.email in json.dumps(raw) and not raw.get("thread_ts"):
                found.append(raw)
        return [announced_in(raw) for raw in found]

    def check(self) -> None:
        """One of everything, and the three texts the same byte for byte (S0-17)."""
        (journal,) = self.rows("SELECT data FROM journal WHERE type = 'enquiry.Announced'")
        text = json.loads(journal[0])["text"]
        assert self.email in text
        assert self.rows("SELECT text FROM history_note", "erm.db") == [(text,)]
        assert self.posts() == [text]
        assert self.rows("SELECT count(*) FROM customer", "erm.db") == [(1,)]
        assert self.rows("SELECT count(*) FROM task", "erm.db") == [(1,)]
        assert len(self.mails()) == 1
        assert self.clicks <= 1
        order = self.rows("SELECT type FROM journal WHERE type LIKE 'enquiry.%' ORDER BY position")
        steps = [name for (name,) in order if name in STEPS]
        assert steps == list(STEPS)


STEPS = (
    *("enquiry.Opened", "enquiry.Claimed", "enquiry.LookedUp", "enquiry.Linked", "enquiry.Filed"),
    *("enquiry.Answered", "enquiry.FollowUpScheduled", "enquiry.Completed"),
)


def announced_in(raw: dict[str, Any]) -> str:
    """Return the announcement inside a Slack message: the text of its preformatted elements."""
    texts = [
        part["text"]
        for block in raw["blocks"]
        if block["type"] == "rich_text"
        for element in block["elements"]
        if element["type"] == "rich_text_preformatted"
        for part in element["elements"]
    ]
    return "".join(texts)


@pytest.fixture(scope="module")
def hits() -> Hits:
    """How often each point has ended a desk, and how often a person had to click."""
    return Hits()


@pytest.mark.parametrize("point", POINTS)
def test_a_crash_between_message_and_follow_up_loses_and_doubles_nothing(
    point: str, outside: Outside, tmp_path: Path, hits: Hits
) -> None:
    """G1, G11, G13, G14, S0-26: killed here, with the ERM failing in each of three ways."""

    def one(fault: str) -> Run:
        folder = tmp_path / fault
        folder.mkdir()
        run = Run(folder, outside, point, fault)
        try:
            run.play()
        finally:
            run.child.end()
        run.check()
        return run

    with ThreadPoolExecutor(len(FAULTS)) as pool:
        runs = list(pool.map(one, FAULTS))
    hits.kills[point] = sum(run.killed for run in runs)
    hits.clicks += sum(run.clicks for run in runs)
    assert hits.kills[point] == len(FAULTS)


def test_every_point_was_really_hit(hits: Hits, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty run proves nothing (guarantees.md section 6.4)."""
    if hits.kills.keys() != set(POINTS):
        pytest.skip("only some of the crash points were run")
    told = ", ".join(f"{point} {count}" for point, count in hits.kills.items())
    with capsys.disabled():
        sys.stdout.write(f"\n{len(POINTS)} crash points hit: {told}\n")
        sys.stdout.write(f"mails nobody knew about, settled by one click: {hits.clicks}\n")
    assert len(POINTS) >= 20
    assert hits.clicks > 0
