"""A flow from plain tables, as a TOML file has them; everything that is wrong is told at once.

A value that is wrong is reported and replaced by a harmless one, so that the rest can be looked at.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from .format import (
    ESCAPE,
    WORDS,
    Ask,
    Case,
    Choice,
    Choose,
    Decide,
    End,
    Flow,
    Go,
    Helped,
    Link,
    Outcome,
    Step,
    Text,
    Then,
)
from .problems import Problem

AVAILABLE = ("online", "busy", "offline")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")


class Table:
    """One table that is being read: what is taken out of it is known, the rest is a mistake.

    Args:
        values: What the file says.
        place: The keys that lead here.
        problems: Where to add what is wrong.
    """

    def __init__(self, values: object, place: str, problems: list[Problem]) -> None:
        self.place = place
        self._problems = problems
        self._left = dict(values) if isinstance(values, Mapping) else {}
        self._known: list[str] = []
        if not isinstance(values, Mapping):
            self.report("wrong_type", place, "not a table")

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def report(self, code: str, place: str, detail: str = "") -> None:
        """Add a problem."""
        self._problems.append(Problem(code, place, detail))

    def at(self, key: object) -> str:
        """Return the place of a key of this table."""
        return f"{self.place}.{key}" if self.place else str(key)

    def string(self, key: str, *, needed: bool = False) -> str:
        """Take a text that is the same in all languages."""
        found = self._take(key)
        if isinstance(found, str) and (found or not needed):
            return found
        if found is not None:
            self.report("wrong_type", self.at(key), "not a text, or empty")
        elif needed:
            self.report("missing_key", self.at(key))
        return ""

    def name(self, key: str, *, needed: bool = False) -> str:
        """Take the name of a field."""
        found = self.string(key, needed=needed)
        if found:
            self.check_name(found, self.at(key))
        return found

    def check_name(self, name: str, place: str) -> None:
        """Report a name that is none."""
        if not _NAME.fullmatch(name):
            self.report("bad_name", place, name)

    def strings(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Take one text or a list of texts."""
        found = self._take(key)
        if found is None:
            return default
        rows = found if isinstance(found, list) else [found]
        if all(isinstance(row, str) and row for row in rows):
            return tuple(rows)
        self.report("wrong_type", self.at(key), "not a text or a list of texts")
        return default

    def one_of(self, key: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        """Take texts that are all among these."""
        found = self.strings(key)
        for value in found:
            if value not in allowed:
                self.report("not_one_of", self.at(key), f"{value}, not {', '.join(allowed)}")
        return tuple(value for value in found if value in allowed)

    def flag(self, key: str) -> bool | None:
        """Take a yes or no."""
        found = self._take(key)
        if isinstance(found, bool | None):
            return found
        self.report("wrong_type", self.at(key), "not true or false")
        return None

    def count(self, key: str, default: int) -> int:
        """Take a number from 1 to 10."""
        found = self._take(key)
        if found is None:
            return default
        if isinstance(found, int) and not isinstance(found, bool) and 1 <= found <= 10:
            return found
        self.report("wrong_type", self.at(key), "not a number from 1 to 10")
        return default

    def text(self, key: str) -> Text | None:
        """Take a text, perhaps in several languages."""
        found = self._take(key)
        return None if found is None else self._text(found, self.at(key))

    def needed_text(self, key: str) -> Text:
        """Take a text that must be there."""
        found = self.text(key)
        if found is None:
            self.report("missing_key", self.at(key))
        return found or Text({"": "?"})

    def texts(self, key: str) -> tuple[Text, ...]:
        """Take one text or a list of texts."""
        found = self._take(key)
        if found is None:
            return ()
        if isinstance(found, list):
            return tuple(
                self._text(one, f"{self.at(key)}.{number}")
                for number, one in enumerate(found, start=1)
            )
        return (self._text(found, self.at(key)),)

    def tables(self, key: str) -> Iterator["Table"]:
        """Take a list of tables; places count from 1."""
        found = self._take(key)
        if isinstance(found, list) and found:
            for number, one in enumerate(found, start=1):
                yield Table(one, f"{self.at(key)}.{number}", self._problems)
        elif found is not None:
            self.report("wrong_type", self.at(key), "not a list of tables, or empty")

    def table(self, key: str) -> "Table":
        """Take a table, empty if it is not there."""
        found = self._take(key)
        return Table({} if found is None else found, self.at(key), self._problems)

    def rest(self) -> Iterator[str]:
        """Yield the keys that are not taken yet."""
        yield from tuple(self._left)

    def end(self, otherwise: Mapping[str, str] | None = None) -> None:
        """Report what is left.

        Args:
            otherwise: The code for some keys, instead of ``unknown_key``.
        """
        for key in self._left:
            code = (otherwise or {}).get(key, "unknown_key")
            self.report(code, self.at(key), f"here are {', '.join(self._known)}")

    def _take(self, key: str) -> object:
        self._known.append(key)
        return self._left.pop(key, None)

    def _text(self, value: object, place: str) -> Text:
        if isinstance(value, str):
            return Text({"": value})
        if isinstance(value, Mapping) and value and all(isinstance(v, str) for v in value.values()):
            return Text(dict(value))
        self.report("wrong_type", place, "not a text or a table of texts by language")
        return Text({"": "?"})


def read(tables: Mapping[str, object]) -> tuple[Flow, tuple[Problem, ...]]:
    """Return the flow that these tables mean, and what is wrong with their form."""
    problems: list[Problem] = []
    top = Table(tables, "", problems)
    words = top.table("words")
    steps = top.table("steps")
    flow = Flow(
        start=top.string("start", needed=True),
        person=top.string("person", needed=True),
        nobody=top.string("nobody"),
        languages=top.strings("languages") or ("en",),
        tries=top.count("tries", 2),
        escape=top.strings("escape", ESCAPE),
        words={name: text for name in WORDS if (text := words.text(name)) is not None},
        steps={name: _step(name, steps) for name in steps.rest()},
    )
    for table in (words, steps, top):
        table.end()
    return flow, tuple(problems)


def _step(name: str, steps: Table) -> Step:
    table = steps.table(name)
    table.check_name(name, table.place)
    say, sorry = table.texts("say"), table.text("sorry")
    links = tuple(_link(one) for one in table.tables("links"))
    kind = next((key for key in _KINDS if key in table), "")
    then = _KINDS[kind](table) if kind else Go(to="")
    if not kind:
        table.report("no_way_on", table.place, f"none of {', '.join(_KINDS)}")
    table.end(dict.fromkeys(_KINDS, "two_ways_on"))
    return Step(say=say, links=links, sorry=sorry, then=then)


def _link(table: Table) -> Link:
    link = Link(text=table.needed_text("text"), url=table.needed_text("url"))
    table.end()
    return link


def _end(table: Table) -> End:
    allowed = tuple(map(str, Outcome))
    found = table.one_of("end", allowed)
    if len(found) > 1:
        table.report("two_ways_on", table.at("end"))
    outcome = Outcome(found[0]) if found else Outcome.CLOSE
    queue = table.string("queue") if outcome is Outcome.HAND_OFF else ""
    return End(outcome=outcome, queue=queue, note=table.string("note"))


def _decide(table: Table) -> Decide:
    cases = tuple(_case(one) for one in table.tables("cases"))
    return Decide(cases=cases, to=table.string("to", needed=True))


def _case(table: Table) -> Case:
    answers = table.table("answers")
    case = Case(
        to=table.string("to", needed=True),
        available=table.one_of("available", AVAILABLE),
        language=table.strings("language"),
        site=table.strings("site"),
        queue=table.strings("queue"),
        signed_in=table.flag("signed_in"),
        words=table.strings("words"),
        answers={name: answers.string(name, needed=True) for name in answers.rest()},
    )
    table.end()
    return case


def _helped(table: Table) -> Helped:
    return Helped(unsolved=table.string("unsolved", needed=True), solved=table.string("solved"))


def _choose(table: Table) -> Choose:
    choices = tuple(_choice(one) for one in table.tables("choices"))
    return Choose(choices=choices, field=table.name("ask"), to=table.string("to"))


def _choice(table: Table) -> Choice:
    choice = Choice(
        text=table.needed_text("text"),
        to=table.string("to", needed=True),
        words=table.strings("words"),
    )
    table.end()
    return choice


def _ask(table: Table) -> Ask:
    return Ask(
        field=table.name("ask", needed=True),
        to=table.string("to", needed=True),
        patterns=table.strings("pattern"),
    )


def _go(table: Table) -> Go:
    return Go(to=table.string("to", needed=True))


_KINDS: Mapping[str, Callable[[Table], Then]] = {
    "end": _end,
    "cases": _decide,
    "unsolved": _helped,
    "choices": _choose,
    "ask": _ask,
    "to": _go,
}
"""How a step goes on, by the key that says so; the first one that is there counts."""
