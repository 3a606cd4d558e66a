"""The service's own jobs for workers, and one that takes much memory until the test's word."""

from pathlib import Path

from desk.handing_in.handed_in import JOBS as OWN
from desk.handing_in.handed_in import STAYING, warm_up
from drafting.programs.foreman import SHORT_MB
from drafting.programs.workers import Job

__all__ = ["JOBS", "STAYING", "warm_up"]


def _fill(pipe: str) -> str:
    # Written to, as memory that is only asked for is not there yet.
    held = bytearray(b"x") * ((SHORT_MB + 20) * 1024 * 1024)
    return Path(pipe).read_text() + chr(held[0])


JOBS = {**OWN, "fill": Job(_fill, str, "读取文件")}
