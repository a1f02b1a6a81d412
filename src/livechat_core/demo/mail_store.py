"""Mail as files: one `.eml` for each message exactly as received, one `.json` for its envelope.

The `.eml` appears last and whole, by renaming a synced file, so a message either is there with
its envelope or was never taken, whenever the process is killed.
"""

import email
import email.policy
import json
import os
import time
from email.message import EmailMessage
from pathlib import Path

import attrs

from livechat_core.demo.outside import Json


@attrs.define
class MailStore:
    """The folder with the messages; its first message is `000001`."""

    folder: Path
    _last: int = attrs.field(init=False)
    _parsed: dict[str, Json] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        """Make the folder and see where the numbers go on."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._last = max((int(name) for name in self.names()), default=0)

    def names(self) -> list[str]:
        """The numbers of all messages, newest first."""
        return sorted((path.stem for path in self.folder.glob("*.eml")), reverse=True)

    def add(self, sender: str | None, recipients: list[str], content: bytes) -> str:
        """Store a message so that it survives a crash; gives its number."""
        self._last += 1
        name = f"{self._last:06d}"
        envelope = {"from": sender, "to": recipients, "received_at": time.time_ns() // 1000}
        self._write(f"{name}.json", json.dumps(envelope).encode())
        self._write(f"{name}.eml", content)
        return name

    def _write(self, name: str, content: bytes) -> None:
        unfinished = self.folder / f"{name}.part"
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self.folder / name)
        _sync_folder(self.folder)

    def messages(self) -> list[Json]:
        """All messages as the viewer shows them, newest first."""
        return [self._message(name) for name in self.names()]

    def _message(self, name: str) -> Json:
        if name not in self._parsed:
            envelope = json.loads((self.folder / f"{name}.json").read_bytes())
            content = (self.folder / f"{name}.eml").read_bytes()
            self._parsed[name] = {"id": name, "envelope": envelope, **_shown(content)}
        return self._parsed[name]


def _sync_folder(folder: Path) -> None:
    """Make a new name in the folder durable, where the system lets a folder be opened."""
    if hasattr(os, "O_DIRECTORY"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _shown(content: bytes) -> Json:
    message = email.message_from_bytes(content, policy=email.policy.default)
    return {
        "from": str(message["From"] or ""),
        "to": str(message["To"] or ""),
        "subject": str(message["Subject"] or ""),
        "message_id": str(message["Message-ID"] or ""),
        "headers": [[name, str(value)] for name, value in message.items()],
        "body": _body(message).replace("\r\n", "\n"),
    }


def _body(message: EmailMessage) -> str:
    """The text of the message, or its bytes read as UTF-8 where it is no proper text."""
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        return bytes(part.get_payload(decode=True) or b"").decode(errors="replace")
