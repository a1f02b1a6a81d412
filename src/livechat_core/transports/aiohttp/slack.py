"""Slack's button: whoever presses it claims the enquiry, if he is staff (S0-14, A43)."""

import asyncio
import logging

from aiohttp import web

from livechat_core import (
    Denied,
    Invalid,
    LivechatError,
    NotFound,
    Rejected,
    Service,
    Session,
    ports,
)
from livechat_core.notifiers.slack.buttons import CLAIM
from livechat_core.notifiers.slack.callback import SlackAction, answer, parse
from livechat_core.notifiers.slack.settings import SlackSettings

from .door import read

logger = logging.getLogger("livechat_core")

PATIENCE = 2.0
"""Seconds to wait for the claim before answering; Slack itself waits three."""


class SlackButton:
    """Takes presses: claims first, answers Slack, then tells the person privately.

    Args:
        service: The running desk.
        settings: Signing secret and workspace.
    """

    def __init__(self, service: Service, settings: SlackSettings) -> None:
        self._service = service
        self._settings = settings
        self._tasks: set[asyncio.Task[None]] = set()

    async def handle(self, request: web.Request) -> web.Response:
        """Answer within three seconds: 200, or 4xx and nothing is done; never 5xx."""
        body = await read(request)
        now = self._service.desk.clock.now()
        try:
            action = parse(body, dict(request.headers), self._settings, now)
        except Denied as error:
            return web.Response(status=401 if error.code == "unauthenticated" else 403)
        except Invalid:
            return web.Response(status=400)
        if action.action != CLAIM:
            return web.Response()
        agent = self._agent(action.user)
        claimed = asyncio.Event()
        task = asyncio.create_task(self._claim(agent, action, claimed))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            async with asyncio.timeout(PATIENCE):
                await claimed.wait()
        except TimeoutError:
            logger.warning("a claim from Slack takes long; it goes on")
        return web.Response(status=200 if agent else 403)

    def _agent(self, user: str) -> str:
        staff = self._service.desk.rules.staff
        return next((agent for agent, person in staff.items() if person.slack_user == user), "")

    async def _claim(self, agent: str, action: SlackAction, claimed: asyncio.Event) -> None:
        try:
            text = await self._outcome(agent, action)
        finally:
            claimed.set()
        try:
            await answer(action, text, self._settings)
        except LivechatError as error:
            logger.warning("a private answer did not reach Slack: %s", error.code)

    async def _outcome(self, agent: str, action: SlackAction) -> str:
        """Claim, and return what to tell the person."""
        if not agent:
            return "You are not staff here."
        session = Session(self._service, ports.Request(), _unheard)
        params = {"id": action.client_id, "stream": action.enquiry}
        try:
            session.vouch(agent)
            await session.call("enquiry.claim", params)
        except NotFound:
            return "There is no such enquiry for you."
        except Rejected as error:
            owner = error.facts.get("owner")
            return f"Already claimed by {owner}." if owner else "This cannot be claimed any more."
        except Exception:
            logger.exception("a claim from Slack failed")
            return "That did not work. Please try again."
        return "Claimed."

    async def stop(self) -> None:
        """Let the answers that are on their way go out."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=PATIENCE)


def _unheard(frame: bytes) -> None:
    """Drop what would be pushed: nobody listens."""
