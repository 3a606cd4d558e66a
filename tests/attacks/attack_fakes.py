"""What the attacks share: two units on one server, and a client that sends forms as a page does."""

from __future__ import annotations

import re
import sys
from pathlib import Path

# The houses of two units stand with the tests of the web.
sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "web"))

from flask.testing import FlaskClient
from units_fakes import SECRET, enter
from web_fakes import PROPOSAL, set_up
from werkzeug.test import TestResponse

__all__ = ["OTHER", "PROPOSAL", "SECRET", "UNIT", "Sender", "enter", "set_up"]

UNIT, OTHER = "青岚区城管局", "青岚区教育局"


class Sender:
    """A browser logged in as ``name``: every form it sends has its token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.token = client, token

    def get(self, path: str, **more: object) -> TestResponse:
        """Ask for a page."""
        return self.client.get(path, **more)  # type: ignore[arg-type]

    def post(self, path: str, form: dict[str, object] | None = None) -> TestResponse:
        """Send a form."""
        return self.client.post(path, data={"csrf": self.token, **(form or {})})


def words(answer: TestResponse) -> str:
    """Return a page's text without its marks, runs of blanks as one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
