"""Which agent is asked: pure values over the candidates, and an answer that explains itself.

A chat has a `Need`; the `Roster` knows all agents and keeps, for each need, a `Pool` of those who
meet it now, in the `Order` that the queue names. Its `Choice` says who and why; `explain` says it
of each agent (semantics.md section 2).
"""

from .available import availability as availability
from .candidate import Candidate as Candidate
from .choice import Choice as Choice
from .explain import Verdict as Verdict
from .need import Need as Need
from .orders import ORDERS as ORDERS, Order as Order
from .roster import Roster as Roster
