"""The head of every page: what waits for the viewer, what is under way, what is done."""

from __future__ import annotations

from flask import Flask, url_for

from casework.overview.waiting import Counts, counts
from desk.reviewing import deciding
from web import stores


def install(app: Flask) -> None:
    """Make what the head shows known to the templates."""
    app.jinja_env.globals.update(my_counts=my_counts, my_work=my_work)


def my_counts() -> Counts:
    """Return how many matters wait for the viewer, are under way and are done."""
    return stores.casework().run(counts, stores.viewer())


def my_work() -> str:
    """Return where what waits for the viewer is taken up: the papers to read, or the list."""
    if deciding.work_of(stores.viewer()) == "decide":
        return url_for("deciding.start")
    return url_for("worklist.show", show="待办")
