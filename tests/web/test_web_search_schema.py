"""What schemathesis makes of the older interface, for searching and proofreading."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import described
import pytest
from exchange_fakes import caller
from flask import Flask
from web_fakes import set_up

from casework import Casework
from storage.limits import Limits
from web import create_app

WHERE = Path(__file__).parents[2] / "web/archive_pages/openapi.json"
DOCUMENT = json.loads(WHERE.read_text("utf-8"))
OPERATIONS = [
    (path, method, mode)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    for mode in ("positive", "negative")
    if mode == "positive" or operation.get("parameters") or operation.get("requestBody")
]


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, fill: Callable[[Path], Path]
) -> Iterator[tuple[Flask, str]]:
    """The app over the sample archive, and a token that lets in to it."""
    folder = set_up(fill(tmp_path_factory.mktemp("searched")))
    app = create_app(folder)
    app.testing = False
    app.extensions["limits"] = Limits(window=0.0)
    with Casework.open(folder) as casework:
        casework.people.add("林知远", roles=["经办"])
        token = caller(app, casework).token
    yield app, token


@pytest.fixture(scope="module")
def api(served: tuple[Flask, str]) -> Any:
    found = described.schemathesis.openapi.from_wsgi("/api/openapi.json", served[0])
    # What is longer than may be is refused as too long, which is said by a status of its own.
    found.config.checks.negative_data_rejection.expected_statuses.append("413")
    return found


@pytest.mark.parametrize(("path", "method", "mode"), OPERATIONS)
def test_every_operation_answers_as_it_is_described(
    api: Any, served: tuple[Flask, str], path: str, method: str, mode: str
) -> None:
    operation = api[path][method.upper()]
    # Which profiles there are, and what a draft of the program's own holds, no schema says.
    left_out = [described.positive_data_acceptance] if path == "/api/check" else []
    described.check(operation, mode, served[1], left_out)


def test_a_question_of_nothing_that_can_be_looked_for_finds_nothing(
    served: tuple[Flask, str],
) -> None:
    """Blanks, stops and characters that control terminals: allowed by the schema."""
    app, token = served
    for query in ("%C2%82", "%20", "？", "%00%0A"):
        answer = app.test_client().get(
            f"/api/search?q={query}", headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.json is not None
        assert (answer.status_code, answer.json["total"], answer.json["hits"]) == (200, 0, [])
