"""The day on which a test runs: asked for within the test, and the same until its end.

A run of all tests may well pass midnight. So no module keeps the day it was imported on, and no
test begins so late that a new day would come while it is under way (``conftest.py``).
"""

import datetime as dt

LAST = dt.timedelta(minutes=2)
"""How long before midnight no test begins any more: longer than any one takes."""


def today() -> dt.date:
    """Return the day, as the program itself does."""
    return dt.date.today()


def seconds_to_wait(now: dt.datetime) -> float:
    """Return how long a test that would begin at ``now`` has to wait: for the next day, or not."""
    midnight = dt.datetime.combine(now.date() + dt.timedelta(1), dt.time(), now.tzinfo)
    left = midnight - now
    return left.total_seconds() if left < LAST else 0.0
