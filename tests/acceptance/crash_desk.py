"""A desk to kill: takes protocol frames on standard input, answers on standard output.

Argument: a JSON file with the settings' tables and the ERM's planned faults. The line ``visitor``
or ``staff`` comes before each frame and says whose connection it is for.
"""

import json
import sys
from pathlib import Path
from typing import Any

import anyio
from anyio import to_thread

from livechat_core import Desk, Plugins, Session, hookimpl, serve
from livechat_core.backends.erm_sqlite import EmbeddedErm
from livechat_core.ports import Clock, Erm, Request
from livechat_core.settings import Settings, from_tables
from livechat_core.testing import crash
from livechat_core.testing.faults import Fault, FaultyErm, Script


class House:
    """The plugin of this program: everybody is Ana, and the ERM fails as planned."""

    def __init__(self, faults: list[str]) -> None:
        self._faults = [Fault(name) for name in faults]

    @hookimpl
    def livechat_identity(self) -> "House":
        return self

    @hookimpl
    def livechat_erm(self, settings: Settings, clock: Clock) -> Erm:
        script = Script()
        for call in ("search", "create", "add_history", "schedule"):
            script.plan(call, *self._faults)
        return FaultyErm(EmbeddedErm(Path(settings.section("erm")["path"]), clock), script)

    async def agent(self, _: Request) -> str:
        return "ana"

    async def visitor(self, _: Request) -> None:
        return None


async def main(told: dict[str, Any]) -> None:
    settings = from_tables(told["tables"])
    async with serve(Desk(settings, Plugins([House(told["faults"])]))) as service:
        sessions = {
            who: Session(service, Request(), lambda _: None) for who in ("visitor", "staff")
        }
        while who := (await to_thread.run_sync(sys.stdin.readline)).strip():
            frame = await to_thread.run_sync(sys.stdin.readline)
            answer = await sessions[who].receive(frame)
            sys.stdout.write((answer or b"null").decode() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    crash.install_from_environment()
    anyio.run(main, json.loads(Path(sys.argv[1]).read_text()))
