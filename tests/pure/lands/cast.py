"""Who walks, and with what words: shared by the walks through all deciders."""

from livechat_core.streams import SYSTEM, Actor, Role
from tests.pure.play import ANA, BEN, MARIA, SAM, STRANGER

BOT = Actor(role=Role.BOT, id="bot", name="Bot")
STAFF = (ANA, BEN, SAM)
VISITORS = (MARIA, MARIA, MARIA, STRANGER)
ANYBODY = (*STAFF, *VISITORS, BOT, SYSTEM)
SITES = ("drumstory", "drumstory", "performances", "bare", "broken", "nowhere")
QUEUES = ("", "sales", "events", "nothing")
CHATS = tuple(f"conversation/{n}" for n in range(4))
TEXTS = ("", "Hello", "x" * 400)
MAILS = ("maria@example.org", "else@example.org")
