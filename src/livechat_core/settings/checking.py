"""What rules must not say: names of nothing, and numbers that make no sense."""

import re
from collections.abc import Iterable

from .. import forms, texts
from ..contact import STANDARD
from ..conversation import PLACEHOLDERS
from ..errors import ConfigurationError, Invalid
from ..filetypes import TYPES
from ..presence import RECENT
from ..rules import Queue, Rules, Site
from ..text import clean_optional_email
from .values import zone_of

_FIELD = re.compile("[a-z][a-z0-9_]{0,39}")
_MEANINGS = ("available", "busy", "away")


def check(rules: Rules) -> None:
    """Refuse rules of which one part names a queue that is not there, or a senseless number.

    Raises:
        ConfigurationError: Names the key.
    """
    for name, site in rules.sites.items():
        if not site.queues:
            raise ConfigurationError("no_queue", key=f"sites.{name}.queues")
        _check_queues(f"sites.{name}.queues", site.queues, rules)
        _check_site(f"sites.{name}", site, rules)
    for name, person in rules.staff.items():
        _check_queues(f"staff.{name}.queues", person.queues, rules)
        _check_queues(f"staff.{name}.tiers", person.tiers, rules)
        _check_least(f"staff.{name}", person, capacity=0)
        for skill, level in person.skills.items():
            if level < 1:
                raise ConfigurationError(
                    "bad_setting", key=f"staff.{name}.skills.{skill}", value=level
                )
    for name, queue in rules.queues.items():
        _check_queues(f"queues.{name}.overflow", (queue.overflow,) if queue.overflow else (), rules)
        _check_least(f"queues.{name}", queue, limit=1, weight=1, agent_limit=1, chat_limit=1)
        _check_words(f"queues.{name}", queue)
        if queue.overflow == name:
            raise ConfigurationError("bad_setting", key=f"queues.{name}.overflow", value=name)
    for kind in rules.file_types:
        if kind not in TYPES:
            raise ConfigurationError("bad_setting", key="rules.file_types", value=kind)
    if rules.assignments > RECENT:
        raise ConfigurationError("bad_setting", key="rules.assignments", value=rules.assignments)
    for name, field in rules.fields.items():
        if name in STANDARD or not _FIELD.fullmatch(name) or "" in field.choices:
            raise ConfigurationError("bad_setting", key=f"fields.{name}")
    for name, status in rules.statuses.items():
        if status.means not in _MEANINGS or name in (*_MEANINGS, "offline"):
            raise ConfigurationError("bad_setting", key=f"statuses.{name}", value=status.means)


def _check_site(key: str, site: Site, rules: Rules) -> None:
    """Refuse what a site cannot ask its visitors, or cannot tell them."""
    custom = {*site.form.fields, *site.message_fields} - set(forms.STANDARD)
    spoken = {texts.AUTO, *texts.TEXTS, *site.texts}
    for part, value, is_right in (
        ("form", custom, custom <= rules.fields.keys()),
        ("forms", site.forms, set(site.forms) <= set(forms.FORMS)),
        ("language", site.language, site.language in spoken),
        ("sender", site.sender, _is_address(site.sender)),
        ("zone", site.zone, not site.zone or zone_of(site.zone, f"{key}.zone")),
        *((f"texts.{one}", own, not texts.faulty(own)) for one, own in site.texts.items()),
    ):
        if not is_right:
            raise ConfigurationError("bad_setting", key=f"{key}.{part}", value=value)


def _is_address(text: str) -> bool:
    try:
        return clean_optional_email(text) == text
    except Invalid:
        return False


def _check_queues(key: str, queues: Iterable[str], rules: Rules) -> None:
    for queue in queues:
        if queue not in rules.queues:
            raise ConfigurationError("unknown_queue", key=key, queue=queue)


def _check_words(key: str, queue: Queue) -> None:
    """Refuse outcomes that cannot be said, and a subject with a name that nobody fills in."""
    named = re.findall(r"\{(\w*)\}", queue.ticket_subject)
    if not set(named) <= set(PLACEHOLDERS):
        raise ConfigurationError(
            "bad_setting", key=f"{key}.ticket_subject", value=queue.ticket_subject
        )
    if (queue.outcome_required and not queue.outcomes) or "" in queue.outcomes:
        raise ConfigurationError("bad_setting", key=f"{key}.outcomes", value=len(queue.outcomes))


def _check_least(key: str, value: object, **least: int) -> None:
    for name, number in least.items():
        found = getattr(value, name)
        if found is not None and found < number:
            raise ConfigurationError("bad_setting", key=f"{key}.{name}", value=found)
