"""Whether a flow can be let loose on visitors: everything that is wrong with it, in one go.

A flow without problems never goes silent, never runs in circles by itself, and can always be ended.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from urllib.parse import urlsplit

from ..errors import Invalid, LimitExceeded
from ..text import clean_body, clean_url
from ..words import folded
from .format import (
    CLAIMS,
    LINES_PER_TURN,
    LONGEST_CHOICE,
    LONGEST_LINE,
    LONGEST_NOTE,
    LONGEST_URL,
    MOST_CHOICES,
    MOST_FIELDS,
    STEPS_PER_TURN,
    Ask,
    Case,
    Choice,
    Choose,
    Decide,
    End,
    Flow,
    Helped,
    Link,
    Outcome,
    Step,
    Text,
)
from .graph import condition, passes, places, reached, ways
from .matching import words_of
from .problems import Problem

Names = Collection[str] | None


def check(flow: Flow, *, queues: Names = None, sites: Names = None) -> tuple[Problem, ...]:
    """Return what is wrong with a flow.

    Args:
        flow: The flow.
        queues: The desk's queues; none if they are not known.
        sites: The desk's sites; none if they are not known.
    """
    known = {"queue": queues, "site": sites}
    found = [*_texts(flow), *_questions(flow), *_names(flow, known)]
    lost = list(_targets(flow))
    return (*found, *(lost or _paths(flow)))


# --- what is read -----------------------------------------------------------------------------


def _texts(flow: Flow) -> Iterator[Problem]:
    for name in _spoken(flow):
        yield from _text(flow, flow.word(name), f"words.{name}")
    yield from _patterns(flow.escape, "escape")
    for name, step in flow.steps.items():
        place = f"steps.{name}"
        for number, text in enumerate(step.say, start=1):
            at = f"{place}.say" + (f".{number}" if len(step.say) > 1 else "")
            yield from _text(flow, text, at)
        if step.sorry:
            yield from _text(flow, step.sorry, f"{place}.sorry")
        for number, link in enumerate(step.links, start=1):
            yield from _link(flow, link, f"{place}.links.{number}")
        match step.then:
            case Choose(choices=choices):
                for number, choice in enumerate(choices, start=1):
                    yield from _choice(flow, choice, f"{place}.choices.{number}")
            case Decide(cases=cases):
                for number, case in enumerate(cases, start=1):
                    yield from _patterns(case.words, f"{place}.cases.{number}.words")
            case End(note=note) if note:
                yield from _text(flow, Text({"": note}), f"{place}.note", LONGEST_NOTE)
            case _:
                pass


def _spoken(flow: Flow) -> Iterator[str]:
    """Yield what the bot may have to say by itself."""
    thens = [step.then for step in flow.steps.values()]
    if any(step.waits for step in flow.steps.values()):
        yield "sorry"
    for field in CLAIMS:
        if any(isinstance(then, Ask) and then.field == field for then in thens):
            yield f"bad_{field}"
    helped = [then for then in thens if isinstance(then, Helped)]
    if helped:
        yield from ("helped", "yes", "no")
    if any(not then.solved for then in helped):
        yield "solved"
    yield "nobody"


def _text(flow: Flow, text: Text, place: str, limit: int = LONGEST_LINE) -> Iterator[Problem]:
    for language, words in text.by.items():
        at = f"{place}.{language}" if language else place
        if language and language not in flow.languages and not place.startswith("words."):
            yield Problem("unknown_language", at, f"not {', '.join(flow.languages)}")
        if not words.strip():
            yield Problem("empty_text", at)
            continue
        try:
            clean_body(words)
        except (Invalid, LimitExceeded) as error:
            yield Problem("bad_text", at, str(error))
        else:
            if len(words) > limit:
                yield Problem("bad_text", at, f"longer than {limit}")
    missing = [one for one in flow.languages if not {one, ""} & set(text.by)]
    if missing:
        yield Problem("missing_translation", place, ", ".join(missing))


def _link(flow: Flow, link: Link, place: str) -> Iterator[Problem]:
    yield from _text(flow, link.text, f"{place}.text", LONGEST_CHOICE)
    yield from _text(flow, link.url, f"{place}.url", LONGEST_URL)
    for url in filter(str.strip, link.url.by.values()):
        try:
            clean_url(url)
        except Invalid:
            yield Problem("bad_link", f"{place}.url", url)
        else:
            if "@" in urlsplit(url).netloc:
                yield Problem("bad_link", f"{place}.url", "it has a user's name in it")


def _choice(flow: Flow, choice: Choice, place: str) -> Iterator[Problem]:
    yield from _text(flow, choice.text, f"{place}.text", LONGEST_CHOICE)
    yield from _patterns(choice.words, f"{place}.words")


def _patterns(phrases: Iterable[str], place: str) -> Iterator[Problem]:
    for phrase in phrases:
        inside = [word.removeprefix("*").removesuffix("*") for word in phrase.split()]
        if not words_of(phrase) or any("*" in word for word in inside):
            yield Problem("bad_word", place, phrase)


# --- what is asked ----------------------------------------------------------------------------


def _questions(flow: Flow) -> Iterator[Problem]:
    asked = _fields(flow)
    if len(asked) > MOST_FIELDS:
        yield Problem("too_many", "steps", f"{len(asked)} fields, not {MOST_FIELDS}")
    for name, step in flow.steps.items():
        place = f"steps.{name}"
        if step.waits and not step.say and not (step.links and isinstance(step.then, Helped)):
            yield Problem("silent_question", place)
        match step.then:
            case Choose(choices=choices):
                yield from _doubled(flow, choices, place)
            case Decide(cases=cases):
                for number, case in enumerate(cases, start=1):
                    yield from _case(flow, case, asked, f"{place}.cases.{number}")
            case _:
                pass


def _fields(flow: Flow) -> Mapping[str, frozenset[str]]:
    """Return what may be answered by field; nothing if it is free."""
    found: dict[str, frozenset[str]] = {}
    free = set()
    for then in (step.then for step in flow.steps.values()):
        match then:
            case Choose(choices=choices, field=str(field)) if field:
                texts = frozenset(flow.read(one.text, flow.languages[0]) for one in choices)
                found[field] = found.get(field, frozenset()) | texts
            case Ask(field=field):
                free.add(field)
            case _:
                pass
    return found | dict.fromkeys(free, frozenset())


def _doubled(flow: Flow, choices: Collection[Choice], place: str) -> Iterator[Problem]:
    if len(choices) > MOST_CHOICES:
        yield Problem("too_many", f"{place}.choices", f"{len(choices)}, not {MOST_CHOICES}")
    seen: dict[tuple[str, str], int] = {}
    for number, choice in enumerate(choices, start=1):
        said = {(one, flow.read(choice.text, one)) for one in flow.languages}
        said |= {(one, word) for one in flow.languages for word in choice.words}
        keys = {(one, " ".join(folded(word).split())): word for one, word in said}
        both = sorted(keys.keys() & seen.keys())
        if both:
            detail = f"{keys[both[0]]}, as choice {seen[both[0]]}"
            yield Problem("same_choice", f"{place}.choices.{number}", detail)
        seen = dict.fromkeys(keys, number) | seen


def _case(
    flow: Flow, case: Case, asked: Mapping[str, frozenset[str]], place: str
) -> Iterator[Problem]:
    if not condition(case):
        yield Problem("empty_case", place)
    for language in case.language:
        if language not in flow.languages:
            yield Problem("unknown_language", f"{place}.language", language)
    for field, value in case.answers.items():
        if field not in asked:
            yield Problem("unknown_field", f"{place}.answers.{field}")
        elif asked[field] and value not in asked[field]:
            yield Problem("unknown_answer", f"{place}.answers.{field}", value)


def _names(flow: Flow, known: Mapping[str, Names]) -> Iterator[Problem]:
    """Yield the queues and sites that the desk does not have."""
    for name, step in flow.steps.items():
        match step.then:
            case End(queue=queue) if queue:
                yield from _unknown("queue", (queue,), known, f"steps.{name}")
            case Decide(cases=cases):
                for number, case in enumerate(cases, start=1):
                    for kind, wanted in places(case).items():
                        yield from _unknown(kind, wanted, known, f"steps.{name}.cases.{number}")
            case _:
                pass


def _unknown(
    kind: str, wanted: Iterable[str], known: Mapping[str, Names], place: str
) -> Iterator[Problem]:
    there = known[kind]
    for name in wanted:
        if there is not None and name not in there:
            yield Problem(f"unknown_{kind}", f"{place}.{kind}", name)


# --- where it leads ---------------------------------------------------------------------------


def _targets(flow: Flow) -> Iterator[Problem]:
    tops = {"start": flow.start, "person": flow.person, "nobody": flow.nobody}
    for key, name in tops.items():
        if name and name not in flow.steps:
            yield Problem("unknown_step", key, name)
    for name, step in flow.steps.items():
        for way in ways(flow, step):
            if way.to and way.to not in flow.steps:
                yield Problem("unknown_step", f"steps.{name}.{way.key}", way.to)


def _paths(flow: Flow) -> Iterator[Problem]:
    there = reached(flow, flow.start, flow.person, flow.nobody)
    ends = frozenset(name for name, step in flow.steps.items() if _may_end(step))
    for name in flow.steps:
        if name not in there:
            yield Problem("unreachable", f"steps.{name}")
        elif not reached(flow, name) & ends:
            yield Problem("no_way_out", f"steps.{name}")
    yield from _turns(flow)
    if flow.nobody:
        yield from _nobody(flow)


def _may_end(step: Step) -> bool:
    return isinstance(step.then, End) or (isinstance(step.then, Helped) and not step.then.solved)


def _onward(flow: Flow, name: str) -> list[str]:
    """Return where the bot may go on from a step without an answer."""
    step = flow.steps[name]
    return [way.to for way in ways(flow, step) if way.to] if passes(step) else []


def _turns(flow: Flow) -> Iterator[Problem]:
    """Yield what is wrong with the steps that follow each other without a question.

    Circles are told one by one, each taken out before the next is looked for.
    """
    onward = {name: _onward(flow, name) for name in flow.steps}
    looped: set[str] = set()
    while True:
        rest = {name: set(to) - looped for name, to in onward.items() if name not in looped}
        try:
            order = tuple(TopologicalSorter(rest).static_order())
            break
        except CycleError as error:
            backwards: list[str] = error.args[1]
            loop = backwards[:0:-1]
            looped.update(loop)
            first = loop.index(min(loop, key=[*flow.steps].index))
            told = " -> ".join([*loop[first:], *loop[: first + 1]])
            yield Problem("endless_loop", f"steps.{loop[first]}", told)
    steps: dict[str, int] = {}
    lines: dict[str, int] = {}
    for name in order:
        steps[name] = 1 + max((steps[to] for to in rest[name]), default=0)
        lines[name] = _lines(flow.steps[name]) + max((lines[to] for to in rest[name]), default=0)
        if steps[name] > STEPS_PER_TURN:
            yield Problem("long_turn", f"steps.{name}", f"{steps[name]} steps")
        elif lines[name] > LINES_PER_TURN:
            yield Problem("long_turn", f"steps.{name}", f"{lines[name]} lines")


def _lines(step: Step) -> int:
    """Return how many lines a step says; a hand-over may be replaced by one line (`nobody`)."""
    lines = len(step.say) + len(step.links) + isinstance(step.then, Helped)
    return max(lines, 1) if isinstance(step.then, End) else lines


def _nobody(flow: Flow) -> Iterator[Problem]:
    """Yield the ends that would hand over again at the very turn that found nobody."""
    found: set[str] = set()
    todo = [flow.nobody]
    while todo:
        name = todo.pop()
        if name in found:
            continue
        found.add(name)
        todo += _onward(flow, name)
        then = flow.steps[name].then
        if isinstance(then, End) and then.outcome is Outcome.HAND_OFF:
            yield Problem("nobody_hands_off", f"steps.{name}")
