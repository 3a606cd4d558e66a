"""What the first reading needs is loaded after the start, and not where the service ends first;
where several processes serve, before they are forked: they share it."""

import subprocess
import sys

from shared_data import PROJECT

CODE = """
import sys, threading
from service import warming
from drafting.checking.spelling.tables import tables
def loaded():
    return ["rjieba" in sys.modules, tables.cache_info().currsize]
stop = warming.start({delay})
before = loaded()
if {ended}:
    stop.set()
for thread in threading.enumerate():
    if thread.name == "warming":
        thread.join(60)
print(before, loaded())
"""


def loaded(delay: float, *, ended: bool) -> str:
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(delay=delay, ended=ended)],
        capture_output=True, text=True, cwd=PROJECT, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def test_everything_heavy_is_loaded_after_the_start_and_not_at_it() -> None:
    assert loaded(0.5, ended=False) == "[False, 0] [True, 1]"


def test_a_service_that_ends_before_loads_nothing() -> None:
    assert loaded(30, ended=True) == "[False, 0] [False, 0]"
