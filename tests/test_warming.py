"""What the first reading needs is loaded after the start, and not where the service ends first."""

import subprocess
import sys

from shared_data import PROJECT

CODE = """
import sys, threading
from service import warming
heavy = ("rjieba", "numpy", "drafting.checking.spelling.tables")
stop = warming.start({delay})
before = [name for name in heavy if name in sys.modules]
if {ended}:
    stop.set()
for thread in threading.enumerate():
    if thread.name == "warming":
        thread.join(60)
after = [name for name in heavy if name in sys.modules]
if after:
    from drafting.checking.spelling.tables import tables
    after.append(tables.cache_info().currsize)
print(before, after)
"""


def loaded(delay: float, *, ended: bool) -> str:
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(delay=delay, ended=ended)],
        capture_output=True, text=True, cwd=PROJECT, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def test_everything_heavy_is_loaded_after_the_start_and_not_at_it() -> None:
    assert loaded(0.5, ended=False) == (
        "[] ['rjieba', 'numpy', 'drafting.checking.spelling.tables', 1]"
    )


def test_a_service_that_ends_before_loads_nothing() -> None:
    assert loaded(30, ended=True) == "[] []"
