"""What is exchanged with other systems (提案系统, 议案建议系统, OA).

The write API, the webhooks and the exchange package all say the same of a matter.

``nouns`` are what is said, as it stands in JSON; ``state`` says it of a matter. The names of events
are in :mod:`casework.procedure.events`.
"""

from desk.exchange.nouns import Event, Happened, MatterState
from desk.exchange.state import event, state

__all__ = ["Event", "Happened", "MatterState", "event", "state"]
