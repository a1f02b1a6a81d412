"""What callers say beside plain lines: formatted text, files, and that they are typing."""

from typing import Any

import attrs

from .. import conversation, markup
from ..errors import Denied, Invalid, LimitExceeded, NotFound, Rejected
from ..filetypes import TYPES
from ..service import Service
from ..streams import Command, Role, id_of
from ..text import clean_draft
from ..whispers import Whisper
from .staff import Colleague
from .visitors import Visitor

Params = dict[str, Any]


async def formatted(
    service: Service, caller: Visitor | Colleague, stream: object, html: object
) -> markup.Rich:
    """Return what is harmless of a line that was formatted; only staff may format (S2-19).

    Raises:
        Denied: ``forbidden``: he may not.
        LivechatError: It cannot be taken (`markup.purified`).
    """
    person = service.desk.rules.staff.get(caller.actor.id)
    if not isinstance(caller, Colleague) or person is None or not person.rich_text:
        raise Denied("forbidden", why="formatted text")
    if not isinstance(html, str):
        raise Invalid("invalid_type", field="html")
    if not isinstance(stream, str) or not stream.startswith("conversation/"):
        raise Invalid("invalid_type", field="stream")
    try:
        return markup.purified(html, await _pictures(service, caller, stream))
    except Invalid as error:
        raise Invalid(error.code, field="html", **error.facts) from error
    except LimitExceeded as error:
        limit = error.facts.get("limit")
        raise LimitExceeded(error.code, field="html", limit=limit) from error


def with_file(
    service: Service, caller: Visitor | Colleague, command: Command, client_id: str
) -> Command:
    """Give a file that is announced the id under which it will come; the same for a repeat.

    Raises:
        Rejected: ``unavailable``: the desk keeps no files.
    """
    if not isinstance(command, conversation.Attach):
        return command
    _ = service.attachments.files
    name = service.desk.begin("file", caller.actor.label, client_id)
    return attrs.evolve(command, file=id_of(name))


def place_of(stream: str, command: Command) -> Params:
    """Return where a file that was announced is to be sent."""
    if not isinstance(command, conversation.Attach):
        return {}
    return {"file": command.file, "path": path_of(stream, command.file)}


def path_of(stream: str, file: str) -> str:
    """Return where a file of a chat is sent and got, below the place where the desk is mounted."""
    return f"files/{id_of(stream)}/{file}"


async def _pictures(service: Service, caller: Colleague, stream: str) -> list[str]:
    """Return what pictures within formatted text may show: those that are attached to the chat."""
    try:
        await caller.may_see(stream)
    except NotFound:
        return []  # it may be a repeat, of a time when he saw it
    state: conversation.State = await service.desk.view(stream)
    return [
        path_of(stream, file.id)
        for file in state.files
        if file.type in TYPES and TYPES[file.type].inline
    ]


async def whisper(
    service: Service, caller: Visitor | Colleague, stream: str, params: Params
) -> None:
    """Tell the other side that somebody is typing; agents what, if the site says so (S1-28, F45).

    Raises:
        Rejected: ``closed``.
        Denied: Somebody else has the chat.
    """
    typing, draft = params.get("typing", True), params.get("text", "")
    if not isinstance(typing, bool):
        raise Invalid("invalid_type", field="typing")
    if not isinstance(draft, str):
        raise Invalid("invalid_type", field="text")
    state: conversation.State = await service.desk.view(stream)
    if state.phase not in conversation.OPEN:
        raise Rejected("closed")
    by = caller.actor
    if by.role is Role.AGENT and not state.takes_part(by.id):
        raise Denied("forbidden", why="not your chat")
    site = service.desk.rules.sites.get(state.site)
    shown = by.role is Role.VISITOR and typing and site is not None and site.sneak_peek
    service.whispers.say(
        Whisper(
            chat=stream,
            by=by.label,
            name=state.name if by.role is Role.VISITOR else by.name,
            typing=typing,
            draft=clean_draft(draft) if shown else "",
        )
    )
