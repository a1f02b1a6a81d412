"""Blanking a stream: the emptied form of its events, and the summary that follows from it."""

from collections.abc import Callable
from typing import Any

import attrs

from .codec import Codec, blanked
from .errors import StoreError
from .ports import Files, Forgetting, Rewrite, Store
from .states import States
from .streams import Commit, Erased, Event, Summary, Unknown, Write


async def erase(
    store: Store,
    codec: Codec,
    states: States,
    stream: str,
    *,
    at: int,
    blank: Callable[[Event], Event] = blanked,
) -> Summary:
    """Blank a stream and return its summary; `blank` says what becomes of each event.

    By default it loses all that is personal. The version moves by one recorded event, so caches and
    followers let go of what they hold.
    """
    decider = states.decider(stream)
    state, rewrites, version, number, begun = decider.new(), [], 0, 0, at
    for row in await store.load(stream):
        event = codec.decode(row)
        version = row.version
        number, begun = number or row.position, begun if version > 1 else row.at
        if isinstance(event, Erased | Unknown):
            continue
        empty = blank(event)
        decider.evolve(state, empty, row.at)
        data = codec.encode(empty).data
        rewrites.append(Rewrite(stream=stream, version=row.version, data=data))
    summary = attrs.evolve(
        decider.summary(stream, state), version=version + 1, number=number, begun_at=begun
    )
    write = Write(
        stream=stream, expected=version, events=(codec.encode(Erased()),), summary=summary
    )
    await store.forget(Forgetting(rewrites=tuple(rewrites), writes=Commit(writes=(write,), at=at)))
    states.drop((stream,))
    return summary


async def remove_files(files: Files | None, state: Any) -> None:  # noqa: ANN401 - of any decider
    """Remove the files that a stream refers to; done before it is blanked, so none is left over.

    Raises:
        StoreError: They cannot be removed, so the stream must not be blanked yet.
    """
    for known in (*getattr(state, "files", ()), *getattr(state, "uploads", ())):
        if files is None:
            raise StoreError("files_out_of_reach")
        await files.delete(known.id)
