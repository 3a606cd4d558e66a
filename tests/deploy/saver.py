"""A clerk who saves one answer again and again over HTTP, each time with one more line, and notes
outside which saves were acknowledged.

    python saver.py DATA                  makes an account (config.toml says in which database)
    python saver.py PORT NOTES CLERK      registers a matter and saves; ends at SIGTERM

Where a save is not acknowledged she opens the page again and goes on from what it holds, as a
browser does; the line that was on its way is never sent again.
"""

from __future__ import annotations

import http.client
import signal
import sys
import time
from pathlib import Path
from typing import TextIO

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.clerk import Clerk
from bench.serving import PASSWORD, fill

NAME = "沈知秋"
_PROPOSAL = """关于完善社区养老服务的提案
届次：区政协十届五次会议
提案编号：第{number}号
提案者：薄望舒
具体建议
1.建议在老旧小区增设长者食堂，方便独居老人就近用餐。
"""


def prepare(data: Path) -> None:
    """Make the account and a small archive of samples, with which an office is set up."""
    fill(data, 20, [NAME], ("经办", "核稿"))


def save(port: int, notes: Path, number: int) -> None:
    """Register a matter, then save until ended."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    clerk, matter = _registered(port, number)
    with notes.open("a", buffering=1) as file:
        print(f"matter {matter}", file=file)
        line = 0
        while True:
            try:
                line = _saving(clerk, matter, line, file)
            except (OSError, http.client.HTTPException, AssertionError):
                time.sleep(0.3)
                clerk = _entered(port)


def _registered(port: int, number: int) -> tuple[Clerk, int]:
    """Register until it is taken: a machine that does much else says that it is busy."""
    while True:
        clerk = _entered(port)
        try:
            return clerk, clerk.register(_PROPOSAL.format(number=100 + number))
        except (OSError, http.client.HTTPException, AssertionError):
            clerk.close()
            time.sleep(1)


def _entered(port: int) -> Clerk:
    while True:
        clerk = Clerk(port, timeout=40)
        try:
            clerk.log_in(NAME, PASSWORD)
        except (OSError, http.client.HTTPException, AssertionError, KeyError):
            clerk.close()
            time.sleep(0.3)
        else:
            return clerk


def _saving(clerk: Clerk, matter: int, line: int, file: TextIO) -> int:
    form = clerk.workbench(matter, 1)
    while True:
        line += 1
        sent = form | {"done": f"{form['done']}\n第{line}次。".strip()}
        # Noted before it is sent: whatever becomes of it, no later line has its number.
        print(f"sent {line}", file=file)
        answer = clerk.post(f"/matters/{matter}/answers/1", sent, as_script=True)
        if answer.status != 200:
            print(f"refused {line} {answer.status}", file=file)
            time.sleep(0.3)
            form = clerk.workbench(matter, 1)
            continue
        said = answer.json()
        form = sent | {"version": str(said["version"]), "base": str(said["base"])}
        print(f"saved {line} {time.monotonic()}", file=file)
        time.sleep(0.1)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        prepare(Path(sys.argv[1]))
    else:
        save(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
