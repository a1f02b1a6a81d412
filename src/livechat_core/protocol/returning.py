"""Coming back into a chat by the link in a mail (S4-18).

The secret stands in the link's fragment, which no browser sends to a server; the page's own script
hands it over when it opens a session. It opens the visit once, for whoever brings it, on whatever
device. One that is used up or too old changes nothing: whoever brings it is a visitor as any other.
"""

import secrets
from typing import Any

import attrs

from .. import conversation, visit
from ..errors import NotFound, Rejected
from ..service import Service
from ..streams import Query
from .arrivals import MOST_PROOF, Key, hashed, text_of


@attrs.frozen
class Back:
    """Who has come back: by what his visit is opened, and into which chat."""

    key: Key
    chat: str


async def come_back(service: Service, params: dict[str, Any], guest: visit.Guest) -> Back | None:
    """Use up the link that the visitor brings, and return where it leads; none if nowhere.

    Raises:
        Invalid: What he brings is no text, or too long.
    """
    secret = text_of(params, "return", MOST_PROOF)
    if not secret:
        return None
    desk, link = service.desk, hashed(secret)
    query = Query(kind="conversation", labels=(f"link={link}",), newest=True, limit=1)
    for row in await desk.store.summaries(query):
        chat: conversation.State = await desk.view(row.stream)
        stream, token = f"visit/{chat.visitor}", secrets.token_urlsafe(32)
        if visit.is_other(await desk.view(stream), guest):
            return None  # he is signed in as somebody else here
        try:
            command = conversation.ComeBack(link=link, token=hashed(token))
            await desk.dispatch(row.stream, command)
        except (Rejected, NotFound):
            return None
        return Back(Key(stream, token), row.stream)
    return None
