"""Carrying out an erasure: wait for what is open, write down what was found, blank it (A79)."""

from collections.abc import Iterator

from .. import conversation, enquiry, erasure, job
from ..desk import Desk
from ..errors import LivechatError, NotFound
from ..streams import Erased
from .concerning import Concerning, concerning, still_open

_WRITTEN = {"create": "customer", "lead": "customer", "note": "note", "follow_up": "task"}
"""What the steps of an enquiry, and a lead, leave in the ERM."""


async def carry_out(desk: Desk, stream: str) -> None:
    """Go on with an erasure as far as it gets; doing so again changes nothing.

    Raises:
        LivechatError: Something was in the way; the sweep comes again.
    """
    state: erasure.State = await desk.view(stream)
    if state.phase is erasure.Phase.ASKED:
        try:
            found = await concerning(desk, state.subject)
        except NotFound:
            found = Concerning()
        blocked = await _in_the_way(desk, found)
        if blocked:
            await desk.dispatch(stream, erasure.Wait(streams=blocked))
            return
        copies = await _copies(desk, found)
        await desk.dispatch(stream, erasure.Find(streams=found.streams, copies=copies))
        state = await desk.view(stream)
    if state.phase is erasure.Phase.FOUND:
        for name in state.streams:
            if not await _is_blank(desk, name):
                await desk.forget((name,))
        await desk.dispatch(stream, erasure.Finish())


async def _in_the_way(desk: Desk, found: Concerning) -> tuple[str, ...]:
    """Return what must be over first; calls that nobody has begun are given up."""
    blocked = list(still_open(found, conversation.OPEN))
    blocked += [name for name, work in found.enquiries.items() if work.phase not in enquiry.OVER]
    if blocked:
        return tuple(blocked)
    for name, call in found.jobs.items():
        if call.phase not in (*job.LIVE, job.Phase.DEAD):
            continue
        try:
            await desk.dispatch(name, job.Settle(outcome="drop"))
        except LivechatError:
            blocked.append(name)  # it is being tried at this moment
    return tuple(blocked)


async def _is_blank(desk: Desk, stream: str) -> bool:
    held = await desk.states.get(stream)
    last = await desk.history(stream, held.version - 1)
    return not last or isinstance(last[-1][1], Erased)


async def _copies(desk: Desk, found: Concerning) -> tuple[erasure.Copy, ...]:
    copies: list[erasure.Copy] = []
    for name in found.jobs:
        state: job.State = await desk.view(name)
        if state.phase is job.Phase.DONE:
            copies += _left_by(state)
    return tuple(copies)


def _left_by(state: job.State) -> Iterator[erasure.Copy]:
    """Yield what a finished call has left outside."""
    result = {key: str(value) for key, value in state.result.items()}
    match state.port:
        case "notifier" if state.action == "send":
            place = " ".join(result.values())
            yield erasure.Copy(system=state.target, what="notice", ref=place)
        case "mailer":
            yield erasure.Copy(system="mail", what="mail", ref=result.get("id", ""))
        case "erm" if state.action in _WRITTEN:
            ref = result.get("id") or result.get("ref", "")
            yield erasure.Copy(system="erm", what=_WRITTEN[state.action], ref=ref)
        case _:
            return
