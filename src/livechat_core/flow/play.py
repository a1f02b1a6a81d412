"""Playing a flow, one turn at a time: what the visitor said goes in, what the bot says comes out.

Nothing is kept between turns but the reply's ``memory``: ``step`` is the question that waits for
its answer, ``tries`` how often that answer was not understood, ``person`` that the visitor was led
to people, ``nobody`` that none were there, ``answer.FIELD`` what he has answered, and ``noted``
which of that colleagues have been told. The same turn gives the same reply.

A flow cannot hold a visitor. Between two of his lines the bot goes through `STEPS_PER_TURN` steps
at most. Who wants a person, or is not understood so often as ``tries`` says, is led to the flow's
step ``person``; the second time he is handed over at once, wherever the flow stands.
"""

from collections.abc import Mapping
from itertools import chain
from typing import assert_never

import attrs

from ..text import shortened
from .format import (
    ALL_ANSWERS,
    CLAIMS,
    LONGEST_ANSWER,
    STEPS_PER_TURN,
    Ask,
    Case,
    Choice,
    Choose,
    Decide,
    End,
    Flow,
    Go,
    Helped,
    Outcome,
    Step,
    Text,
)
from .graph import field_of
from .matching import email_in, is_one_of, like, name_in, phone_in, same, says

_ANSWER = "answer."
_CHECKS = {"name": name_in, "email": email_in, "phone": phone_in}
_SORRY = {"name": "bad_name", "email": "bad_email", "phone": "bad_phone"}


@attrs.frozen(kw_only=True)
class Heard:
    """What a flow is told when it is its turn.

    Args:
        text: What the visitor said; at first his question.
        memory: What the last reply kept.
        nobody: Nobody is there to take over, as the last reply asked for.
        available: ``online``, ``busy`` or ``offline``: whether people could take over now.
        site: The site's key.
        queue: The queue's key.
        language: What the visitor reads; empty if unknown.
        name: His name, empty if unknown.
        email: His address, empty if unknown.
        signed_in: Whether the host vouches for both.
    """

    text: str = ""
    memory: Mapping[str, str] = attrs.field(factory=dict)
    nobody: bool = False
    available: str = "online"
    site: str = ""
    queue: str = ""
    language: str = ""
    name: str = ""
    email: str = ""
    signed_in: bool = False


@attrs.frozen(kw_only=True)
class Line:
    """One line of the bot, and the answers that may be pressed below it."""

    text: str
    choices: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Reply:
    """What a flow says, and how it goes on.

    Args:
        says: The lines.
        outcome: How it ends; none while it waits for an answer.
        memory: What it must be told at the next turn.
        queue: The topic to hand over to; empty for the chat's own.
        note: What colleagues should know: the step's note, and what was answered.
        name: The visitor's name, if he said it now.
        email: His address, if he said it now.
        phone: His phone number, if he said it now.
    """

    says: tuple[Line, ...]
    outcome: Outcome | None = None
    memory: Mapping[str, str] = attrs.field(factory=dict)
    queue: str = ""
    note: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""


def play(flow: Flow, heard: Heard) -> Reply:
    """Return what the bot says now; the flow must have passed its check."""
    turn = _Turn(flow, heard)
    if heard.nobody:
        return turn.hear_that_nobody_is_there()
    step = flow.steps.get(heard.memory.get("step", ""))
    # A flow may change while somebody talks to it: whose question is gone begins anew.
    if step is None or not step.waits:
        return turn.begin()
    return turn.hear(step)


def answers(memory: Mapping[str, str]) -> dict[str, str]:
    """Return what the visitor has answered, by field."""
    return {
        key.removeprefix(_ANSWER): value for key, value in memory.items() if key.startswith(_ANSWER)
    }


class _Turn:
    """One turn while it is made: lines and memory grow until it waits or ends."""

    def __init__(self, flow: Flow, heard: Heard) -> None:
        self.flow = flow
        self.heard = heard
        self.language = flow.language(heard.language)
        self.memory = dict(heard.memory)
        self.lines: list[Line] = []
        self.claims: dict[str, str] = {}

    def begin(self) -> Reply:
        if says(self.heard.text, self.flow.escape):
            return self.to_person()
        return self.enter(self.flow.start)

    def hear_that_nobody_is_there(self) -> Reply:
        self.memory["nobody"] = "1"
        if self.flow.nobody:
            return self.enter(self.flow.nobody)
        return self.take_message()

    def hear(self, step: Step) -> Reply:
        if isinstance(step.then, Ask):
            return self.hear_answer(step, step.then)
        return self.hear_choice(step)

    def hear_answer(self, step: Step, ask: Ask) -> Reply:
        text = self.heard.text
        # Free words may hold any word by chance, so only these alone ask for a person here.
        if is_one_of(text, self.flow.escape):
            return self.to_person()
        check = _CHECKS.get(ask.field)
        value = check(text) if check else like(text, ask.patterns)
        if not value:
            return self.not_understood(step, self.flow.word(_SORRY.get(ask.field, "sorry")))
        self.keep(ask.field, value)
        return self.enter(ask.to)

    def hear_choice(self, step: Step) -> Reply:
        found = self.pressed(step)
        # A choice that reads like a wish for a person is a choice; words that mean one are not.
        if found is None and says(self.heard.text, self.flow.escape):
            return self.to_person()
        found = found or self.meant(step)
        if found is not None:
            if isinstance(step.then, Choose) and step.then.field:
                self.keep(step.then.field, self.flow.read(found.text, self.flow.languages[0]))
            return self.enter(found.to) if found.to else self.solved()
        if isinstance(step.then, Choose) and step.then.to:
            return self.enter(step.then.to)
        return self.not_understood(step, self.flow.word("sorry"))

    def pressed(self, step: Step) -> Choice | None:
        """Return the choice that the visitor's line is, word for word or by its number."""
        text, offered = self.heard.text, self.choices(step)
        alike = (choice for choice in offered if same(text, self.read(choice.text)))
        number = text.strip().rstrip(".)")
        counted = (choice for at, choice in enumerate(offered, start=1) if str(at) == number)
        return next(chain(alike, counted), None)

    def meant(self, step: Step) -> Choice | None:
        """Return the first choice of which the visitor's line has some word."""
        text = self.heard.text
        named = (
            choice
            for choice in self.choices(step)
            if says(text, (self.read(choice.text), *choice.words))
        )
        return next(named, None)

    def enter(self, name: str) -> Reply:
        for _ in range(STEPS_PER_TURN):
            step = self.flow.steps[name]
            match step.then:
                case Ask(field=field, to=to) if self.known(field):
                    name = to
                case Choose() | Ask() | Helped():
                    return self.wait(name, step)
                case Decide(cases=cases, to=to):
                    self.speak(step)
                    name = next((case.to for case in cases if self.holds(case)), to)
                case Go(to=to):
                    self.speak(step)
                    name = to
                case End(outcome=Outcome.HAND_OFF, note=note) if self.nobody:
                    return self.take_message(note)
                case End() as end:
                    self.speak(step)
                    return self.end(end)
                case _:
                    assert_never(step.then)
        return self.hand_over()

    def wait(self, name: str, step: Step) -> Reply:
        self.speak(step)
        self.memory |= {"step": name, "tries": "0"}
        return self.reply()

    def not_understood(self, step: Step, sorry: Text) -> Reply:
        tries = int(self.memory.get("tries", "0")) + 1
        if tries >= self.flow.tries:
            return self.to_person()
        self.memory["tries"] = str(tries)
        self.speak(step)
        self.lines = [Line(text=self.read(step.sorry or sorry)), *self.lines[-1:]]
        return self.reply()

    def to_person(self) -> Reply:
        if self.nobody or "person" in self.memory:
            return self.hand_over()
        self.memory["person"] = "1"
        return self.enter(self.flow.person)

    def hand_over(self) -> Reply:
        """Hand over at once, with what is known so far."""
        return self.take_message() if self.nobody else self.end(End(outcome=Outcome.HAND_OFF))

    @property
    def nobody(self) -> bool:
        """Whether to hand over would only find nobody again; a message is taken instead."""
        told = "nobody" in self.memory and self.heard.available == "offline"
        return self.heard.nobody or told

    def take_message(self, note: str = "") -> Reply:
        self.say(self.flow.word("nobody"))
        return self.end(End(outcome=Outcome.LEAVE_MESSAGE, note=note))

    def solved(self) -> Reply:
        self.say(self.flow.word("solved"))
        return self.end(End(outcome=Outcome.CLOSE))

    def end(self, end: End) -> Reply:
        self.memory.pop("step", None)
        self.memory.pop("tries", None)
        return self.reply(end.outcome, queue=end.queue, note=self.note(end.note))

    def reply(self, outcome: Outcome | None = None, *, queue: str = "", note: str = "") -> Reply:
        return Reply(
            says=tuple(self.lines),
            outcome=outcome,
            memory=self.memory,
            queue=queue,
            note=note,
            **self.claims,
        )

    def note(self, first: str) -> str:
        """Return a step's note and what was answered since the last note."""
        known = answers(self.memory)
        noted = self.memory.get("noted", "").split()
        fresh = [field for field in known if field not in (*CLAIMS, *noted)]
        if known:
            self.memory["noted"] = " ".join(known)
        return "\n".join(filter(None, [first, *map(self.told, fresh)]))

    def told(self, field: str) -> str:
        return f"{field.replace('_', ' ')}: {self.memory[_ANSWER + field]}"

    def keep(self, field: str, value: str) -> None:
        fields = {field_of(step) for step in self.flow.steps.values()} - {""}
        limit = min(LONGEST_ANSWER, ALL_ANSWERS // len(fields))
        self.memory[_ANSWER + field] = shortened(value, limit)
        noted = self.memory.pop("noted", "").split()
        if set(noted) - {field}:
            self.memory["noted"] = " ".join(one for one in noted if one != field)
        if field in CLAIMS:
            self.claims[field] = value

    def known(self, field: str) -> bool:
        told = {"name": self.heard.name, "email": self.heard.email}.get(field)
        return field in CLAIMS and bool(told or _ANSWER + field in self.memory)

    def holds(self, case: Case) -> bool:
        known = answers(self.memory)
        facts = (
            (case.available, self.heard.available),
            (case.language, self.language),
            (case.site, self.heard.site),
            (case.queue, self.heard.queue),
        )
        return (
            all(not wanted or fact in wanted for wanted, fact in facts)
            and case.signed_in in (None, self.heard.signed_in)
            and (not case.words or says(self.heard.text, case.words))
            and all(known.get(field) == value for field, value in case.answers.items())
        )

    def speak(self, step: Step) -> None:
        """Say the lines of a step, the choices below the last."""
        for text in step.say:
            self.say(text)
        for link in step.links:
            self.lines.append(Line(text=f"{self.read(link.text)}: {self.read(link.url)}"))
        if isinstance(step.then, Helped):
            self.say(self.flow.word("helped"))
        offered = tuple(self.read(choice.text) for choice in self.choices(step))
        if offered and self.lines:
            self.lines[-1] = attrs.evolve(self.lines[-1], choices=offered)

    def choices(self, step: Step) -> tuple[Choice, ...]:
        match step.then:
            case Choose(choices=choices):
                return choices
            case Helped(unsolved=unsolved, solved=solved):
                yes, no = self.flow.word("yes"), self.flow.word("no")
                return (Choice(text=yes, to=solved), Choice(text=no, to=unsolved))
            case _:
                return ()

    def say(self, text: Text) -> None:
        self.lines.append(Line(text=self.read(text)))

    def read(self, text: Text) -> str:
        return self.flow.read(text, self.language)
