"""Rows of the staff's lists, as the desk sends them."""

from typing import Any

from tests.web.fake_server import FakeDesk, now

Json = dict[str, Any]
QUESTION = "Do you have a quartet for a wedding on 12 June?"
PAGE = "https://shop.example/concerts/quartets"
FACTS = {
    "kind": "A new customer has left a message on live chat.",
    "name": "Maria (not signed in)",
    "email": "maria@example.org",
    "question": QUESTION,
    "page": PAGE,
    "location": "Tallinn, Estonia",
}
MARIA = {"ref": "C-7", "name": "Maria", "email": "maria@example.org", "phone": "", "company": ""}


def chat(place: int, **fields: Any) -> Json:
    """A row about a conversation."""
    stream = f"conversation/c{place}"
    row = {"key": stream, "stream": stream, "number": place, "site": "shop"}
    row |= {"site_name": "Blue Note Shop", "queue": "support", "queue_name": "Support"}
    row |= {"name": "Maria (not signed in)", "email": "maria@example.org", "question": QUESTION}
    row |= {"page": PAGE, "title": "Quartets", "location": "Tallinn, Estonia", "since": now()}
    return {**row, **fields}


def offer(number: int, seconds: float = 28, **fields: Any) -> Json:
    """A row of `offers`."""
    until = now() + int(seconds * 1e6)
    return chat(number, offer=f"offer-{number}", until=until, kind="chat", **fields)


def mine(number: int, **fields: Any) -> Json:
    """A row of `mine`."""
    told = {"joined": now() + number, "last_line": QUESTION, "unanswered_since": None}
    return chat(number, **told, visitor_gone=False, transfer_to="", **fields)


def waiting(number: int, **fields: Any) -> Json:
    """A row of `waiting`."""
    line = {"position": 1, "priority": 0, "usual_wait": None, "assignment": "offer", "pick": True}
    return chat(number, **{**line, "offered_to": "", "offered_to_name": "", **fields})


def visitor(number: int, status: str = "browsing", **fields: Any) -> Json:
    """A row of `visitors`."""
    stream = f"visit/v{number}"
    row = chat(number, key=stream, stream=stream, visitor=f"v{number}", name="Guest", number=0)
    browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    return {**row, "status": status, "invited_by": "", "browser": browser, "pages": 2, **fields}


def enquiry(number: int, phase: str = "open", **fields: Any) -> Json:
    """A row of `enquiries`; claimed by Ana unless open."""
    stream = f"enquiry/e{number}"
    claimed = phase != "open"
    row = {"key": stream, "stream": stream, "number": number, "phase": phase}
    row |= {"site_name": "Blue Note Shop", "facts": FACTS, "text": f"Ref {number}-k7qd2m"}
    row |= {"reference": f"Ref {number}-k7qd2m", "opened_at": now() - number * 60_000_000}
    row |= {"claimed_by": "ana" if claimed else "", "claimed_by_name": "Ana" if claimed else ""}
    row |= {"email": FACTS["email"], "looked_up": claimed, "matches": [], "customer": ""}
    row |= {"customer_name": "", "step": "", "unknown": "", "failed": "", "failed_step": ""}
    return {**row, "notices": [], **fields}


def colleague(name: str, status: str = "available", **fields: Any) -> Json:
    """A member of staff, as `desk.staff` answers."""
    agent = name.casefold()
    row: Json = {"agent": agent, "name": name, "stream": f"presence/{agent}.1", "status": status}
    row |= {"why_not": "" if status == "available" else status, "reason": "", "load": 0}
    return {**row, "capacity": 3, "queues": ["support"], **fields}


def line(name: str, **fields: Any) -> Json:
    """A queue, as `desk.queues` answers."""
    row: Json = {"id": name.casefold(), "name": name, "waiting": 0, "state": "online"}
    return {**row, "reason": "", "opens_at": None, "wait": None, **fields}


def put(desk: FakeDesk, name: str, *rows: Json, gone: tuple[str, ...] = ()) -> None:
    """Push a difference of a list."""
    desk.tell("list", {"list": name, "changed": list(rows), "gone": list(gone)})
