"""Greetings by rule: which one a visitor may be shown, and when (F56).

Theory. What a page, a path and a visitor can fulfil at once is settled when a page is opened; what
is left is time, so the opening names the next moment (`greet_at`), a deadline like any other that
outlives the process. At that moment availability and hours are looked at. If they do not fit, the
greeting is let pass until another page is opened: no timer ever polls.
"""

import copy
from collections.abc import Iterator
from typing import TypeVar

import attrs

from ..rules import Greeting, Rules
from .entry import records
from .events import Arrived, Returned, Viewed
from .state import State, evolve

P = TypeVar("P", Arrived, Returned, Viewed)


def planned(state: State, event: P, at: int, rules: Rules) -> P:
    """Return the opening of a page with the moment of the first greeting that may follow it."""
    after = copy.copy(state)
    evolve(after, event, at)
    return attrs.evolve(event, greet_at=next_at(after, at, rules))


def next_at(state: State, since: int, rules: Rules) -> int | None:
    """Return the next moment, from `since` on, when a greeting that fits may be shown."""
    return min((at for _, at in _moments(state, rules) if at >= since), default=None)


def ripe(state: State, at: int, rules: Rules, availability: str) -> str:
    """Return the name of the first greeting whose moment has come and that fits now, or none."""
    for name, moment in _moments(state, rules):
        greeting = rules.sites[state.last.site].greetings[name]
        if (state.greet_at or 0) <= moment <= at and _fits_now(greeting, at, availability):
            return name
    return ""


def _fits_now(greeting: Greeting, at: int, availability: str) -> bool:
    is_open = greeting.hours is None or greeting.hours.is_open(at)
    return is_open and availability in greeting.availability


def _moments(state: State, rules: Rules) -> Iterator[tuple[str, int]]:
    """Yield the greetings that fit page, path and visitor, in their order, and when they may be."""
    site = rules.sites.get(state.last.site)
    if site is None or state.hushed or not records(site, state, state.guest):
        return
    shown = sum(one.at >= state.arrived_at for one in state.greeted)
    if shown >= site.greetings_at_most:
        return
    for name, greeting in site.greetings.items():
        moment = max(state.site_at + greeting.after, state.last.at + greeting.on_page)
        if _fits(greeting, state) and _is_new(name, greeting, state, moment):
            yield name, moment


def _fits(greeting: Greeting, state: State) -> bool:
    language = state.language.partition("-")[0].casefold()
    return (
        state.viewed >= greeting.pages
        and (greeting.returning is None or greeting.returning is state.returned)
        and (not greeting.languages or language in greeting.languages)
        and (not greeting.url or matches(greeting.url, state.last.url))
        and (not greeting.campaign or matches(greeting.campaign, state.campaign.name))
    )


def _is_new(name: str, greeting: Greeting, state: State, moment: int) -> bool:
    """Tell whether the visitor has not seen the greeting in this stay, nor too lately."""
    seen = [one.at for one in state.greeted if one.greeting == name]
    return not seen or (seen[-1] < state.arrived_at and seen[-1] + greeting.again_after <= moment)


def matches(pattern: str, value: str) -> bool:
    """Tell whether a pattern fits a whole text, which is not empty; ``*`` stands for anything.

    Each part is looked for once, so no pattern costs more than the text is long.
    """
    first, *rest = pattern.split("*")
    if not value or not value.startswith(first):
        return False
    if not rest:
        return value == first
    place = len(first)
    for part in rest[:-1]:
        found = value.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return len(value) - len(rest[-1]) >= place and value.endswith(rest[-1])
