"""Writes the announcement of an enquiry, once its chat's number is known.

That of a ticket holds what was said in the chat when the ticket was made: the rules keep no
transcript, so the lines are read here and handed to them.
"""

from . import conversation, enquiry
from .desk import Desk
from .enquiry import GUEST
from .streams import Event


async def announce(desk: Desk, stream: str) -> enquiry.State:
    """Write the announcement, unless it is written, and return how the enquiry stands."""
    state: enquiry.State = await desk.view(stream)
    if state.text:
        return state
    said: tuple[str, ...] = ()
    number = 0
    if state.ticket:
        said = await _said(desk, state)
        number = (await desk.states.get(state.conversation)).number
    await desk.dispatch(stream, enquiry.Announce(said=said, number=number))
    found: enquiry.State = await desk.view(stream)
    return found


async def _said(desk: Desk, ticket: enquiry.State) -> tuple[str, ...]:
    """Return the lines of a chat up to the making of a ticket, each with its author."""
    chat: conversation.State = await desk.view(ticket.conversation)
    visitor = chat.name or GUEST
    lines: list[str] = []
    for _, event in await desk.history(ticket.conversation):
        if isinstance(event, conversation.TicketMade) and event.ticket == ticket.ticket:
            break
        lines += _line(event, visitor)
    return tuple(lines)


def _line(event: Event, visitor: str) -> list[str]:
    """Return a public line as the ticket shows it; none for what is not said to both sides."""
    match event:
        case conversation.Started(question=text) if text:
            return [f"{visitor}: {text}"]
        case conversation.Posted(author="visitor", text=text):
            return [f"{visitor}: {text}"]
        case conversation.Posted(name=name, text=text):
            return [f"{name}: {text}"]
        case conversation.Attached(author="visitor", filename=file):
            return [f"{visitor}: [{file}]"]
        case conversation.Attached(name=name, filename=file):
            return [f"{name}: [{file}]"]
        case _:
            return []
