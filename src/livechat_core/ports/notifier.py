"""The port to channels in which staff see notices."""

from typing import Protocol

import attrs

from .repeat import Repeat


@attrs.frozen(kw_only=True)
class Notice:
    """Something staff should see in a channel outside the chat.

    Args:
        key: The same for every try of this notice (a probe looks for it).
        kind: ``left_message``, ``enquiry``, ``waiting``, ``new_visitor``, ``reminder``,
            ``escalation``.
        text: The announcement, the same bytes in every channel and in the history note (S0-17).
        enquiry: Stream of the enquiry that may be claimed, or empty.
        version: Its version, for the claim button.
        facts: The six facts of S0-8 to S0-13 by name: kind, name, email, question, page, location;
            and site, reference.
        link: Address of the team page or console for staff.
        claimed_by: Name of who has claimed it, empty while nobody has.
        state: What has become of it since, in words (``Claimed by Ana``, ``Done``).
        to: Mail addresses of those whom it is for; empty for all whom the channel reaches.
        place: Where an earlier sending put it (result of `Notifier.send`), empty the first time.
    """

    key: str
    kind: str
    text: str
    enquiry: str = ""
    version: int = 0
    facts: dict[str, str] = attrs.field(factory=dict)
    link: str = ""
    claimed_by: str = ""
    state: str = ""
    to: tuple[str, ...] = ()
    place: dict[str, str] = attrs.field(factory=dict)


class Notifier(Protocol):
    """A channel in which staff see notices.

    ``repeat`` says what may be done when a sending's outcome is unknown.
    """

    name: str
    repeat: Repeat

    async def send(self, notice: Notice) -> dict[str, str]:
        """Show the notice and return where it stands (kept and handed back as ``place``).

        Raises:
            DeliveryError: It was not shown, or nobody knows.
        """
        ...

    async def update(self, notice: Notice) -> dict[str, str]:
        """Show the present ``state`` on the notice at ``place``; doing so twice changes nothing."""
        ...

    async def probe(self, notice: Notice) -> dict[str, str] | None:
        """Return where the notice stands, as it is now; none if it does not. Only for PROBE."""
        return None
