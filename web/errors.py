"""Error pages: what happened and what to do, in Chinese, never a traceback."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from typing import cast

from flask import Flask, Response, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from drafting.errors import UserError
from storage import is_busy, reason
from web import forms, problems
from web.access import requestlog, resume

TITLES = {
    400: "请求有误",
    401: "需要登录",
    403: "不能访问",
    404: "没有找到",
    405: "不能这样访问",
    409: "内容已被他人修改",
    413: "内容过大",
    431: "请求头过大",
    429: "操作过于频繁",
    500: "程序出错",
    503: "没有办完就中断了",
}
ADVICE = {
    400: "请返回上一页检查后重新提交。",
    401: "请重新登录。",
    403: "请与管理员联系。",
    404: "网址可能写错，或者内容已被删除。可以从办理清单重新进入。",
    405: "请从办理清单重新进入。",
    413: "上传的文件不能超过 20 MB，正文不能超过 30 万字。请返回上一页，换较小的文件或分开粘贴。",
    429: "同时上传的文件过多，没有办理。请等前面的传完，再返回上一页提交，填写的内容还在。",
    431: "请清除浏览器里本网站的 Cookie 后重试；如仍不行，请与管理员联系。",
    503: "不知道是否已经办成：请返回上一页刷新，看清楚了再决定要不要重做。",
    500: "已保存的内容不受影响。请返回上一页重试；如仍出错，请把时间和刚才的操作告诉管理员。",
}


AGAIN = frozenset({400, 409, 429, 500})
"""After these the same form may well be taken when it is sent again, put right where need be."""


BUSY_TITLE = "正忙，请稍后再试"
BUSY_SECONDS = 10
"""After so long what found the database taken may come again."""


def install(app: Flask) -> None:
    """Answer every error with a page of our own."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(UserError, _user)
    app.register_error_handler(problems.Problem, problems.answer)
    app.register_error_handler(Exception, _unforeseen)


def told(code: int) -> tuple[str, str]:
    """Return the title of an error and what to do, for what never came to a page."""
    return TITLES.get(code, TITLES[400]), ADVICE.get(code, ADVICE[400])


def unless_refused(response: Response, note: Callable[[], object]) -> Response:
    """Return ``response`` once ``note`` has kept in the log that it is given; where the database
    does not take that, the error in its place."""
    try:
        note()
    except sqlite3.DatabaseError as error:
        response.close()
        return current_app.make_response(current_app.handle_user_exception(error))
    return response


def wants_json() -> bool:
    """Return whether script asked, which shows the message itself, or another system."""
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def _http(error: HTTPException) -> ResponseReturnValue | HTTPException:
    code = error.code or 500
    if code < 400:
        return error
    said = str(error.description or "")
    # What the framework says is English; what our own pages say is Chinese and more exact.
    ours = any("\u4e00" <= char <= "\u9fff" for char in said)
    if problems.wanted():
        return problems.of_status(code, said if ours else "", error)
    wait = dict(error.get_headers()).get("Retry-After")
    page, status = _page(code, said if ours else ADVICE.get(code, ADVICE[400]))
    return page, status, {"Retry-After": wait} if wait else {}


def _user(error: UserError) -> ResponseReturnValue:
    if isinstance(error.__cause__, (sqlite3.Error, OSError)):
        # What is told the user is what to do; an administrator needs the cause itself.
        current_app.logger.warning(
            "%s %s", request.method, requestlog.rule(), exc_info=error.__cause__
        )
    if is_busy(error.__cause__):
        return _busy(error.message)
    return problems.of_user(error) if problems.wanted() else _page(400, error.message)


def _unforeseen(error: Exception) -> ResponseReturnValue:
    current_app.logger.exception("%s %s", request.method, requestlog.rule())
    said = ""
    if is_busy(error):
        return _busy(f"数据库暂时用不了：{reason(cast('sqlite3.DatabaseError', error))}。")
    if isinstance(error, sqlite3.DatabaseError):
        said = f"数据库暂时用不了：{reason(error)}。"
    elif isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        said = "磁盘已满，这次没有保存。"
    if problems.wanted():
        return problems.of_status(500, said + problems.SAID[500])
    return _page(500, said + ADVICE[500])


def _busy(said: str) -> ResponseReturnValue:
    """Others keep the database: what was asked is not done, and may be asked again soon."""
    if problems.wanted():
        return problems.busy(said, BUSY_SECONDS)
    page, code = _page(503, said, BUSY_TITLE)
    return page, code, {"Retry-After": str(BUSY_SECONDS)}


def _page(code: int, message: str, title: str = "") -> tuple[Response | str, int]:
    """Return the page of an error; one with a ``title`` of its own was not begun."""
    if wants_json():
        return jsonify(error=message), code
    if code == 401 and request.method == "POST":
        return resume.login_page(message), code
    kept = forms.sent()
    again = (bool(title) or code in AGAIN) and kept.goes_again
    title = title or TITLES.get(code, TITLES[400])
    page = render_template("error.html", title=title, message=message, kept=kept, again=again)
    return page, code
