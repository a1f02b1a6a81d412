"""The wire protocol: JSON-RPC 2.0 over whatever carries text, without input or output of its own.

A transport makes a `Session` for each connection, hands it what came in, and sends what it gives
back. The registry in `access` says who may do what; this module only finds the stream, fills in who
is asking, and turns refusals into error objects with a stable code.
"""

import logging
import re
from collections.abc import AsyncIterable
from typing import Any

import attrs

from .. import access, conversation, record, visit
from ..access import Access, Target
from ..attachments import Download
from ..codec import arguments, dumps, loads
from ..errors import Denied, Full, Invalid, LivechatError, NotFound
from ..ports import Request
from ..repeats import Ack
from ..service import Service
from ..streams import Command
from .arrivals import MOST_PROOF, Drop, text_of
from .following import Push
from .limits import Bucket
from .queries import Queries
from .saying import formatted, place_of, with_file
from .staff import Colleague, open_staff, vouched
from .visitors import Visitor
from .welcome import open_visitor, resume_visitor

logger = logging.getLogger("livechat_core")

MAX_FRAME = 64 * 1024
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_STREAM = re.compile(r"[a-z]+/[A-Za-z0-9_.-]{1,120}")


def _nothing(_: str) -> None:
    """Do nothing: the connection ends by itself."""


class Session:
    """One connection of a visitor or a member of staff.

    Args:
        service: The running desk.
        request: Headers, cookies and address of the connection.
        push: Sends a frame that nobody asked for; must not wait.
        drop: Ends the connection of a visitor who is turned out, with a code; must not wait.
    """

    def __init__(
        self, service: Service, request: Request, push: Push, drop: Drop = _nothing
    ) -> None:
        self.caller: Visitor | Colleague | None = None
        self._service = service
        self._request = request
        self._push = push
        self._drop = drop
        rules = service.desk.rules
        self._frames = Bucket(rules.frame_burst, rules.frame_rate)
        self._lines = Bucket(rules.line_burst, rules.line_rate)

    async def receive(self, frame: str | bytes) -> bytes:
        """Answer one frame."""
        return dumps(await self.answer(frame))

    async def answer(self, frame: str | bytes) -> dict[str, Any]:
        """Answer one frame, with the answer as JSON has it."""
        identity: object = None
        try:
            request = _request(frame)
            identity = request.get("id")
            result = await self.call(request["method"], request.get("params", {}))
            return {"jsonrpc": "2.0", "id": identity, "result": result}
        except LivechatError as error:
            told = refusal(error)
        except Exception:
            logger.exception("a request failed")
            told = refusal(LivechatError("internal"))
        return {"jsonrpc": "2.0", "id": identity, "error": told}

    async def call(self, method: str, params: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Do what a method asks and return its result.

        Raises:
            LivechatError: It was refused; the code says why.
        """
        caller = self.caller
        if method == "session.open":
            return await self.open(params)
        if caller is None:
            raise Denied("unauthenticated", why="session.open first")
        if isinstance(caller, Colleague):
            caller.check()
        if isinstance(caller, Visitor):
            self._frames.take(self._service.desk.clock.now())
            await caller.check()
            if method == "session.identify":
                return await caller.identify(text_of(params, "identity", MOST_PROOF))
        entry = access.find(method)
        entry.admit(caller.actor.role)
        if entry.command is None:
            return await Queries(self._service, caller).answer(method, params)
        return await self._command(caller, entry, params)

    async def open(self, params: dict[str, Any]) -> dict[str, Any]:
        """Say who is calling, once for each connection."""
        if self.caller is not None:
            raise Denied("forbidden", why="the session is open")
        if params.get("as") == "staff":
            self.caller, told = await open_staff(self._service, params, self._request, self._push)
            return told
        self.caller, told = await open_visitor(
            self._service, params, self._request, self._push, self._drop
        )
        return told

    async def resume(self, token: str, *, listen: bool) -> dict[str, Any]:
        """Go on as the visitor with this token; unless he listens, he does not count as connected.

        Raises:
            Denied: ``unauthenticated``: nobody has this token.
        """
        visitor, told = await resume_visitor(
            self._service, token, self._request, self._push, self._drop
        )
        if listen:
            await visitor.listen()
        self.caller = visitor
        return told

    def renew(self, request: Request) -> None:
        """Take over what a later request of the same visitor says about him."""
        if isinstance(self.caller, Visitor):
            self.caller.request = attrs.evolve(request, site=self.caller.site)

    def vouch(self, agent: str) -> None:
        """Act for a member of staff whom the transport knows; he does not count as present.

        Raises:
            Denied: ``unauthenticated``: there is no such person.
        """
        self.caller = vouched(self._service, agent, self._push, watch=True)

    # --- files -------------------------------------------------------------------------------

    async def upload(self, chat: str, file: str, chunks: AsyncIterable[bytes]) -> dict[str, Any]:
        """Take in a file that the caller has announced, and attach it to the chat (F44).

        Args:
            chat: Id of the conversation.
            file: Id of the file, as the answer to ``conversation.attach`` says it.
            chunks: Its content.

        Raises:
            LivechatError: It was refused; the code says why.
        """
        caller = await self._near(chat)
        ack = await self._service.attachments.take(
            caller.actor, f"conversation/{chat}", file, chunks
        )
        return ack.told()

    async def download(self, chat: str, file: str) -> Download:
        """Return a file of a chat that the caller may see, at this moment (A66).

        Raises:
            NotFound: It is not his to see, or it does not exist.
        """
        await self._near(chat)
        return await self._service.attachments.give(f"conversation/{chat}", file)

    async def _near(self, chat: str) -> Visitor | Colleague:
        """Return the caller, who may see a chat."""
        caller, stream = self.caller, f"conversation/{chat}"
        if caller is None:
            raise Denied("unauthenticated")
        if isinstance(caller, Visitor):
            self._frames.take(self._service.desk.clock.now())
            await caller.check()
        if not _STREAM.fullmatch(stream):
            raise NotFound
        await caller.may_see(stream)
        return caller

    async def close(self) -> None:
        """Forget the connection."""
        caller, self.caller = self.caller, None
        if caller is not None:
            await caller.close()

    # --- commands ----------------------------------------------------------------------------

    async def _command(
        self, caller: Visitor | Colleague, entry: Access, params: dict[str, Any]
    ) -> Any:  # noqa: ANN401 - JSON
        told = dict(params)
        client_id = _client_id(told.pop("id", None))
        named = told.pop("stream", "") or ""
        command = await self._made(caller, entry, told, named)
        command = with_file(self._service, caller, command, client_id)
        if entry.target is Target.OWN_PRESENCE and isinstance(caller, Colleague):
            return _plain(await caller.at_work(command, client_id))
        if isinstance(command, visit.View) and isinstance(caller, Visitor):
            caller.turn_to(command.pages)
            await self._service.pageviews.view(caller.actor, command.pages)
            return {"stream": f"visit/{caller.actor.id}", "seq": 0, "number": 0, "at": 0}
        await self._service.pageviews.record(caller.actor.id)
        desk = self._service.desk
        try:
            stream = await self._stream(caller, entry, command, named, client_id)
            if isinstance(caller, Visitor):
                await self._prepare(caller, command, stream)
            ack = await desk.dispatch(stream, command, client_id)
        except Full as full:
            if not isinstance(command, conversation.Start):
                raise
            return await self._existing(full)
        except NotFound:
            # His own command may have moved it out of his sight; a repeat is answered still (G3).
            known = await desk.repeated(str(named), command, client_id)
            if known is None:
                raise
            ack = known
        if isinstance(command, visit.Consent) and isinstance(caller, Visitor):
            await caller.appear()
        if isinstance(command, conversation.Post):
            self._service.whispers.end(ack.stream, caller.actor.label)
        return ack.told() | place_of(ack.stream, command)

    async def _made(
        self, caller: Visitor | Colleague, entry: Access, told: dict[str, Any], named: object
    ) -> Command:
        if entry.command is conversation.Post and "html" in told:
            rich = await formatted(self._service, caller, named, told.pop("html"))
            line = entry.command(by=caller.actor, **arguments(entry.command, {"text": rich.text}))
            return attrs.evolve(line, html=rich.html)
        if entry.command is None:
            raise Denied("unsupported", method=entry.method)
        if entry.limit == "line" and isinstance(caller, Visitor):
            self._lines.take(self._service.desk.clock.now())
        return entry.command(by=caller.actor, **arguments(entry.command, told))

    async def _stream(
        self,
        caller: Visitor | Colleague,
        entry: Access,
        command: Command,
        named: object,
        client_id: str,
    ) -> str:
        if entry.target is Target.OWN_VISIT:
            return f"visit/{caller.actor.id}"
        if entry.target is Target.BEGUN or (entry.target is Target.NAMED_OR_BEGUN and not named):
            return record.place(command) or self._service.desk.begin(
                entry.kind, caller.actor.label, client_id
            )
        if not isinstance(named, str) or not _STREAM.fullmatch(named):
            raise Invalid("invalid_type", field="stream")
        if named.partition("/")[0] != entry.kind:
            raise NotFound
        await caller.may_see(named)
        return named

    async def _prepare(self, visitor: Visitor, command: Command, stream: str) -> None:
        """Let the host say again who begins something, and begin the visit that it needs.

        A repeat begins nothing: its stream is there already (G3).
        """
        match command:
            case conversation.Start() | conversation.LeaveMessage():
                if (await self._service.desk.states.get(stream)).version == 0:
                    await visitor.appear(needed=True)
            case visit.Consent(granted=True):
                await visitor.agree(command)
            case _:
                pass

    async def _existing(self, full: Full) -> dict[str, Any]:
        """Answer a second start with the chat that is open already (G5)."""
        if full.guard != "open_conversation":
            raise full
        stream = full.holders[0]
        held = await self._service.desk.states.get(stream)
        now = self._service.desk.clock.now()
        return {"stream": stream, "seq": 0, "number": held.number, "at": now, "existing": True}


def refusal(error: LivechatError) -> dict[str, Any]:
    """Return an error as JSON-RPC has it: the code for programs, facts, and an HTTP hint.

    Of the desk's own trouble nothing but the code is told: its facts may name files (A76).
    """
    told = error.facts if error.http_hint < 500 else {}
    facts = {name: value for name, value in told.items() if _tellable(value)}
    retry_after = getattr(error, "retry_after", None)
    data = {**facts, "code": error.code, "http": error.http_hint}
    if retry_after is not None:
        data["retry_after"] = retry_after
    return {"code": -32000, "message": error.code, "data": data}


def _tellable(value: object) -> bool:
    return isinstance(value, str | int | float | bool | None)


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    return value.told() if isinstance(value, Ack) else value


def _request(frame: str | bytes) -> dict[str, Any]:
    if len(frame) > MAX_FRAME:
        raise Invalid("too_large", limit=MAX_FRAME)
    request = loads(frame)
    if not isinstance(request, dict):
        raise Invalid("invalid_json", why="not an object")
    if not isinstance(request.get("method"), str):
        raise Invalid("invalid_type", field="method")
    if not isinstance(request.get("params", {}), dict):
        raise Invalid("invalid_type", field="params")
    return request


def _client_id(value: object) -> str:
    if not isinstance(value, str) or not _CLIENT_ID.fullmatch(value):
        raise Invalid("invalid_type", field="id", why="8 to 64 of A-Za-z0-9_-")
    return value
