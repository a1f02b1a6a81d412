"""The team page as a channel: built in, so that nobody needs Slack."""

from livechat_core.hookspecs import hookimpl
from livechat_core.ports import Notice, Notifier, Repeat


class TeamNotifier:
    """The team page follows the desk's enquiries by itself, so there is nothing to call.

    Its job is done at once; what the job then records is that the notice stands on the page.
    """

    name = "team"
    repeat = Repeat.SAFE

    async def send(self, notice: Notice) -> dict[str, str]:
        """Return where staff see the notice."""
        return {"page": notice.link}

    async def update(self, notice: Notice) -> dict[str, str]:
        """Return where staff see the notice; the page has moved on with the enquiry."""
        return notice.place

    async def probe(self, notice: Notice) -> dict[str, str] | None:
        """Return where staff see the notice."""
        return {"page": notice.link}


@hookimpl
def livechat_notifiers() -> list[Notifier]:
    """Return the team page; the rules' subscriptions say whether it is used."""
    return [TeamNotifier()]
