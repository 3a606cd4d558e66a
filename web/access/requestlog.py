"""Writes a line of the running log for each request, where the configuration asks for it.

The page is named by its route, not its address, which may hold a number, a search or a one-time
link. The user is not named; that is in the audit log, for those who may read it.
"""

from __future__ import annotations

import time

from flask import Flask, Response, g, request

from storage.log import runlog


def install(app: Flask) -> None:
    """Log each request of ``app`` with its result and time."""
    if app.config["CONFIGURATION"].log.requests:
        app.before_request(_begin)
        app.after_request(_end)


def rule() -> str:
    """Return the rule that the address of this request follows, such as ``/matters/<id>``."""
    return str(request.url_rule) if request.url_rule else "-"


def _begin() -> None:
    g.begun = time.perf_counter()


def _end(response: Response) -> Response:
    if request.endpoint != "static":
        # Refused before it began, a request has no time.
        begun = g.get("begun", time.perf_counter())
        runlog.say(
            "request",
            method=request.method,
            page=rule(),
            status=response.status_code,
            ms=round((time.perf_counter() - begun) * 1000),
        )
    return response
