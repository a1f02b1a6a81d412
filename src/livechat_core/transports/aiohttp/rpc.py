"""Single requests by POST."""

from aiohttp import web

from livechat_core import LivechatError

from ..singles import Singles, bearer
from .door import Door, answered, read_json, refused
from .events import Events


class Rpc:
    """Answers one request for each POST.

    Args:
        service: The running desk.
        door: Who may come in.
        singles: Knows who sends single requests.
        events: Where those who ask may be listening.
    """

    def __init__(self, door: Door, singles: Singles, events: Events) -> None:
        self._singles = singles
        self._door = door
        self._events = events

    async def handle(self, request: web.Request) -> web.Response:
        """Answer a request with the HTTP status that belongs to the outcome."""
        arrival = self._door.admit(request)
        body = await read_json(request)
        try:
            answer, followed = await self._singles.answer(body, arrival, bearer(arrival))
        except LivechatError as error:
            return refused(error)
        if followed is not None:
            await self._events.follow(followed.label, followed.stream, followed.seq)
        return answered(answer)
