"""E-mail: the mailer that hands mail to an SMTP host, and notices to staff by e-mail."""

from livechat_core.errors import ConfigurationError
from livechat_core.hookspecs import hookimpl
from livechat_core.ports import Clock, Mailer, Notifier
from livechat_core.settings import Settings

from .notifier import EmailNotifier, EmailNotifierSettings
from .smtp import SmtpMailer, SmtpSettings

__all__ = ["EmailNotifier", "EmailNotifierSettings", "SmtpMailer", "SmtpSettings"]


@hookimpl
def livechat_mailer(settings: Settings, clock: Clock) -> Mailer | None:
    """Return the SMTP mailer if there is a table ``[smtp]``.

    Raises:
        ConfigurationError: A key is wrong.
    """
    if not settings.section("smtp"):
        return None
    return SmtpMailer(settings.read("smtp", SmtpSettings), clock)


@hookimpl
def livechat_notifiers(settings: Settings, clock: Clock) -> list[Notifier]:
    """Return the e-mail notifier if there is a table ``[email_notifier]``.

    Raises:
        ConfigurationError: A key is wrong, or there is no ``[smtp]``.
    """
    if not settings.section("email_notifier"):
        return []
    chosen = settings.read("email_notifier", EmailNotifierSettings)
    mailer = livechat_mailer(settings, clock)
    if mailer is None:
        raise ConfigurationError("missing_setting", key="smtp", needed_by="email_notifier")
    return [EmailNotifier(chosen, mailer, sender=settings.rules.sender)]
