"""The description of the exchange interface, and what schemathesis makes of it.

It generates calls from the document, right ones and wrong ones, and holds every answer against it:
no error of the server, status, content type and body as described, what is wrong refused, no call
without its token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import described
import pytest
from exchange_fakes import Caller, caller
from flask import Flask
from hypothesis import HealthCheck, settings
from procedure_fakes import PROPOSAL, ready, through, whole
from web_fakes import set_up

from casework import Casework
from storage.limits import Limits
from web import create_app
from web.access.rules import OPEN, RULES, SCOPE_OF
from web.exchange_pages import description, examples
from web.problems import PROBLEMS

jsonschema_rs: Any = pytest.importorskip("jsonschema_rs")
no_auth = described.schemathesis.checks.CHECKS.get_one("ignored_auth")

DRAFT = "https://json-schema.org/draft/2020-12/schema"
PROJECT = Path(__file__).parents[2]
UNIT = "青岚区城市管理局"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Caller]]:
    """The app over a folder of its own, with a matter at hand and one whose reply is out."""
    folder = set_up(tmp_path_factory.mktemp("exchange"))
    app = create_app(folder)
    app.testing = False
    # What limits do is tested by itself; here they would end the search for faults.
    app.extensions["limits"] = Limits(window=0.0)
    with Casework.open(folder) as casework:
        for moves in ((), ("submit", "pass", "approve", "number", "send")):
            number = ready(casework, whole(PROPOSAL))
            casework.set_units(number, [UNIT])
            if moves:
                through(casework, number, *moves)
        system = caller(app, casework)
    yield app, system


@pytest.fixture(scope="module")
def api(served: tuple[Flask, Caller]) -> Any:
    return described.schemathesis.openapi.from_wsgi("/api/v1/openapi.json", served[0])


READS_PAPERS = {"register", "hand_in_opinion"}
"""Whether a paper can be read no schema says."""
OPERATIONS = [
    (path, method, mode)
    for path, methods in description.document()["paths"].items()
    for method, operation in methods.items()
    for mode in ("positive", "negative")
    # Of what takes nothing there is nothing to be wrong.
    if mode == "positive" or operation.get("parameters")
]


@pytest.mark.parametrize(("path", "method", "mode"), OPERATIONS)
def test_every_operation_answers_as_it_is_described(
    api: Any, served: tuple[Flask, Caller], path: str, method: str, mode: str
) -> None:
    operation = api[path][method.upper()]
    name = operation.definition.raw["operationId"]
    left_out = [described.positive_data_acceptance] if name in READS_PAPERS else []
    described.check(operation, mode, served[1].token, left_out)


@pytest.mark.slow
def test_what_was_registered_is_found_by_all_that_leads_to_it(
    api: Any, served: tuple[Flask, Caller]
) -> None:
    token = served[1].token

    class Machine(api.as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": {"Authorization": f"Bearer {token}"}}

        def validate_response(self, response: Any, case: Any, **more: Any) -> None:
            # The token is the machine's own, which the check of calls without one cannot know.
            case.validate_response(
                response, excluded_checks=[described.positive_data_acceptance, no_auth]
            )

    Machine.run(
        settings=settings(
            max_examples=10,
            stateful_step_count=6,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
    )


def test_every_route_is_in_the_description_and_reverse(served: tuple[Flask, Caller]) -> None:
    app, described = served[0], description.document()["paths"]
    routes = {
        (re.sub(r"<int:matter_id>", "{id}", rule.rule).replace("<int:number>", "{number}"), one)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("exchange.")
        for one in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    told = {
        (path, method.upper()): f"exchange.{operation['operationId']}"
        for path, methods in described.items()
        for method, operation in methods.items()
    }
    assert told.keys() == routes
    for (path, method), endpoint in told.items():
        scopes = described[path][method.lower()]["security"]
        wanted = [] if RULES[endpoint] == OPEN else [{"token": [SCOPE_OF[endpoint]]}]
        assert (scopes, endpoint) == (wanted, endpoint)


def test_the_file_is_what_is_served(served: tuple[Flask, Caller]) -> None:
    kept = (PROJECT / "docs" / "openapi.json").read_bytes()
    answer = served[1].client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.data) == (200, kept), "python -m tools.build_openapi"


def test_every_field_has_its_meaning_in_chinese_and_every_example_fits() -> None:
    document = description.document()
    told = document["components"]["schemas"]
    for name, schema in told.items():
        said = [schema["description"], *(f["description"] for f in schema["properties"].values())]
        assert [one for one in said if not re.search("[一-鿿]", one)] == [], name
    for name, example in examples.EXAMPLES.items():
        whole = {**told[name], "components": {"schemas": told}}
        validator = jsonschema_rs.validator_for({"$schema": DRAFT, **whole})
        assert [str(one) for one in validator.iter_errors(example)] == [], name


def test_every_problem_that_the_product_knows_is_described() -> None:
    statuses = {status for status, _ in PROBLEMS.values()} - {405, 500}
    described = {int(name[-3:]) for name in description.document()["components"]["responses"]}
    assert described == statuses
