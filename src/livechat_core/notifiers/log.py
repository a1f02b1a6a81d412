"""The program's log as a channel: one line a notice, without personal data (A50, A77)."""

import logging

from livechat_core.hookspecs import hookimpl
from livechat_core.ports import Notice, Notifier, Repeat

MOST = 1024
"""Characters of one field (security.md section 10)."""

_log = logging.getLogger("livechat_core.notices")


class LogNotifier:
    """Notices as log lines that say what happened, not who asked what."""

    name = "log"
    repeat = Repeat.SAFE

    async def send(self, notice: Notice) -> dict[str, str]:
        """Write that the notice is there."""
        _log.info("notice %s", _line(notice))
        return {"log": _log.name}

    async def update(self, notice: Notice) -> dict[str, str]:
        """Write whether the notice is claimed."""
        _log.info("notice %s %s", "claimed" if notice.claimed_by else "changed", _line(notice))
        return {"log": _log.name}

    async def probe(self, notice: Notice) -> dict[str, str] | None:
        """Return nothing: a log is not read back."""
        return None


@hookimpl
def livechat_notifiers() -> list[Notifier]:
    """Return the log; the rules' subscriptions say whether it is used."""
    return [LogNotifier()]


def _line(notice: Notice) -> str:
    facts = {
        "kind": notice.kind,
        "key": notice.key,
        "enquiry": notice.enquiry,
        "reference": notice.facts.get("reference", ""),
    }
    return " ".join(f"{name}={_word(value)}" for name, value in facts.items())


def _word(value: str) -> str:
    """Return a value that stays on its line and cannot pose as another field."""
    return ascii(value[:MOST])
