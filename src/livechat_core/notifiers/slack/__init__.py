"""Slack: a message with a Claim button in the staff channel, kept up to date (extra ``slack``).

`notifier` posts and updates, `blocks` says what a message looks like, `callback` checks a button
press and answers it. slack-sdk is imported only when the table ``[slack]`` is there.
"""

from livechat_core.hookspecs import hookimpl
from livechat_core.ports import Notifier
from livechat_core.settings import Settings

from .settings import SlackSettings, needs_sdk


@hookimpl
def livechat_notifiers(settings: Settings) -> list[Notifier]:
    """Return the Slack notifier if there is a table ``[slack]``.

    Raises:
        ConfigurationError: A key is wrong, or slack-sdk is not installed.
    """
    if not settings.section("slack"):
        return []
    chosen = settings.read("slack", SlackSettings)
    with needs_sdk():
        from .notifier import SlackNotifier
    return [SlackNotifier(chosen)]
