"""All the lands: for each decider its commands, and what must always hold."""

from tests.pure.lands.conversation import CONVERSATION
from tests.pure.lands.enquiry import ENQUIRY
from tests.pure.lands.job import JOB
from tests.pure.lands.papers import BAN, RECORD
from tests.pure.lands.persons import CONTACT
from tests.pure.lands.presence import PRESENCE
from tests.pure.lands.visit import VISIT

LANDS = (CONVERSATION, PRESENCE, ENQUIRY, JOB, VISIT, CONTACT, BAN, RECORD)
"""All but the process: its deadline is moved without an event, so it has tests of its own."""
