"""What the pages of all that goes out say alike: a message to a person, a notice to a system."""

from __future__ import annotations

from flask import abort, flash, redirect, url_for
from werkzeug.wrappers import Response


def tried_again(done: bool, what: str, page: str) -> Response:
    """Lead back to ``page`` once ``what`` is tried anew; answer 404 where it was not there."""
    if not done:
        abort(404, f"没有这条{what}，或者它正在发送。")
    flash("重新发送，片刻后刷新本页看结果。", "done")
    return redirect(url_for(page))


def given_up(done: bool, what: str, page: str) -> Response:
    """Lead back to ``page`` once ``what`` is given up; answer 404 where it was not there."""
    if not done:
        abort(404, f"没有这条{what}，或者它已经发出。")
    flash(f"不再发送这条{what}；要发时可以重发。", "done")
    return redirect(url_for(page))
