"""What supervisors ask about erasures and for one person."""

from typing import Any

from .. import erasure
from ..errors import Invalid
from ..privacy import export
from ..privacy.concerning import every
from ..service import Service
from ..streams import Query, kind_of

Params = dict[str, Any]


async def export_person(service: Service, params: Params) -> Params:
    """Return what the desk knows of a person, for that person.

    Raises:
        Invalid: ``subject`` is no contact and no visit.
        NotFound: There is no such person.
    """
    subject = params.get("subject")
    if not isinstance(subject, str) or kind_of(subject) not in erasure.SUBJECTS:
        raise Invalid("invalid_type", field="subject")
    return await export(service.desk, subject)


async def erasures(service: Service) -> list[Params]:
    """Return the erasures under way, and those of which copies are left outside."""
    return [
        {"stream": one.stream, "phase": one.phase, **one.facts}
        for one in await every(service.desk, Query(kind="erasure"))
        if one.phase != erasure.Phase.DONE or one.facts["copies"]
    ]
