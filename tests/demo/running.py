"""The demo as a program of its own, to be talked to, stopped and killed."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import attrs

from tests.demo.outside import Answer, fetch

Json = dict[str, Any]


@attrs.define
class Demo:
    """A demo that runs."""

    process: subprocess.Popen[str]
    url: str

    def get(self, path: str, **headers: str) -> Answer:
        return fetch(f"{self.url}{path}", None, **headers)

    def form(self, path: str, fields: Json, **headers: str) -> Answer:
        """Post a form; a redirection is not followed."""
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}{path}", urlencode(fields).encode(), headers
        )
        opener = urllib.request.build_opener(_Stay)
        try:
            with opener.open(request, timeout=20) as answer:
                return Answer(answer.status, answer.read().decode(), dict(answer.headers))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode(), dict(error.headers))

    def sign_in(self, agent: str) -> str:
        """Return the cookie of somebody who has just signed in."""
        answer = self.form("demo/sign-in", {"agent": agent, "next": "/team/"})
        assert (answer.status, answer.headers["Location"]) == (303, "/team/")
        (morsel,) = SimpleCookie(answer.headers["Set-Cookie"]).values()
        return f"{morsel.key}={morsel.value}"

    def call(self, method: str, params: Json, *, token: str = "", cookie: str = "") -> Json:
        """Return the desk's whole answer to a request."""
        headers = {"Content_Type": "application/json", "Cookie": cookie}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        frame = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        body = json.dumps(frame).encode()
        answer: Json = fetch(f"{self.url}chat/rpc", body, **headers).json
        return answer

    def ask(self, method: str, params: Json, **who: str) -> Any:
        answer = self.call(method, params, **who)
        assert "result" in answer, answer
        return answer["result"]

    def visitor(self, site: str = "performances") -> str:
        """Return the token of a new visitor."""
        page = {"site": site, "url": f"{self.url}sites/{site}/", "title": "Shop"}
        opened = self.ask("session.open", {"as": "visitor", "token": "", "page": page})
        return str(opened["token"])

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self.process.kill()
        self.process.wait(10)

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Ask it to end; gives its exit status, and what it has written to both outputs."""
        self.process.send_signal(number)
        written, complaints = self.process.communicate(timeout=10)
        return self.process.returncode, written, complaints


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


@contextmanager
def running(data: Path, *arguments: str, **variables: str) -> Iterator[Demo]:
    """Run the demo on a spare port until the block ends."""
    command = [sys.executable, "-m", "livechat_core", "demo", "--no-browser", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--data", str(data), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | variables,
    )
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        word, _, url = process.stdout.readline().strip().partition(" ")
        assert word == "ready", process.stderr.read()
        yield Demo(process, url)
    finally:
        process.kill()
        process.wait(10)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
