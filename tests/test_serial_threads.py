"""Texts are read by many threads from the first moment on: nothing may be learned half."""

from __future__ import annotations

import subprocess
import sys

from shared_data import PROJECT

# Each in a process of its own: types are learned once a process, and half learned they end it.
AT_ONCE = """
import sys, threading
import msgspec
from casework.matters import proofing
from drafting.model import serial
from drafting.returning import edited
from drafting.model import Document, Draft, Kind, Proposal

sys.setswitchinterval(0.00001)
draft = serial.dumps(Draft(proposal=Proposal()))
document = msgspec.json.encode(Document(kind=Kind.REPLY, text=""))
start = threading.Barrier(8)

def read():
    start.wait()
    serial.loads_draft(draft)
    msgspec.json.decode(document, type=Document)
    msgspec.json.decode("[]", type=tuple[proofing.Finding, ...])

threads = [threading.Thread(target=read) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""


def test_the_first_texts_are_read_by_eight_threads_at_once() -> None:
    codes = []
    for _ in range(8):
        done = subprocess.run([sys.executable, "-c", AT_ONCE], cwd=PROJECT, check=False)
        codes.append(done.returncode)
    assert codes == [0] * 8
