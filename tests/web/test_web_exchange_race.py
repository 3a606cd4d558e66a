"""The exchange interface asked by the same system twice at the same time, of two processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

from exchange_fakes import PAPER, caller
from flask import Flask
from procedure_fakes import told_to_itself
from shared_data import PROJECT

from casework import Casework
from storage.log import audit

ASKING = """
import json, sys, threading
from pathlib import Path
from storage.configuration import Configuration
from web import create_app

folder, token, sent = sys.argv[1:]
app = create_app(Path(folder), Configuration())
app.test_client().get("/health")
start, said = threading.Barrier(5), []

def ask(key):
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    client = app.test_client()
    start.wait()
    answer = client.post("/api/v1/matters", json=json.loads(sent), headers=headers)
    matter = answer.json.get("matter")
    number = matter["id"] if isinstance(matter, dict) else matter
    said.append((key, answer.status_code, number))

threads = [threading.Thread(target=ask, args=(key,)) for key in ("k1", "k1", "k2", "k2")]
for one in threads:
    one.start()
print("ready", flush=True)
sys.stdin.readline()
start.wait()
for one in threads:
    one.join()
print(json.dumps(said))
"""


def test_a_key_of_two_processes_does_it_once_and_all_get_its_answer(
    app: Flask, casework: Casework
) -> None:
    """Eight calls at once with the same item: four under each of two keys."""
    token = caller(app, casework).token
    folder = told_to_itself(app.config["DATA_FOLDER"])
    sent = json.dumps({"external_no": "TA-竞争-1", "text": PAPER})
    askers = [
        subprocess.Popen(
            [sys.executable, "-c", ASKING, str(folder), token, sent],
            cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    for one in askers:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in askers:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    said = [tuple(line) for one in askers for line in json.loads(one.communicate()[0])]

    (matter,) = (one.id for one in casework.matters())
    codes = Counter((key, code) for key, code, _ in said)
    # Whose key came first has been answered to all of that key; the other's are told it is there.
    won = next(key for key, code, _ in said if code == 201)
    other = "k1" if won == "k2" else "k2"
    assert codes == {(won, 201): 4, (other, 409): 4}
    assert {number for _, _, number in said} == {matter}
    registered = casework.run(audit.entries, audit.Filters(action="登记提案"))
    assert len(registered) == 1
