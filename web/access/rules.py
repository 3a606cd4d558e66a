"""Which permission each route of the app takes, or that it is open to all.

A route without a line here is refused to everybody (a test names such routes).
:mod:`casework.people.access` says which roles have a permission; whether the matter is the user's
is checked for every route whose address has a ``matter_id``.
"""

from __future__ import annotations

from typing import Final, Literal

from casework import Permission

OPEN: Final = "不需登录"
Rule = Permission | Literal["不需登录"]

RULES: dict[str, Rule] = {
    # before the login
    "static": OPEN,
    "login.show": OPEN,
    "login.enter": OPEN,
    "login.leave": OPEN,
    "login.invited": OPEN,
    "login.accept": OPEN,
    "health.show": OPEN,
    # 办理清单 and 登记
    "worklist.show": "查看提案",
    "worklist.deleted": "查看提案",
    "worklist.delete": "删除提案",
    "worklist.restore": "删除提案",
    "worklist.original": "查看提案",
    "register.show": "登记提案",
    "register.take": "登记提案",
    "register.typed": "登记提案",
    "register.take_typed": "登记提案",
    "batch.show": "登记提案",
    "batch.state": "登记提案",
    "batch.keep_columns": "登记提案",
    "batch.confirm": "登记提案",
    "batch.resume": "登记提案",
    "batch.drop": "登记提案",
    "batch.undo": "登记提案",
    # one matter
    "intake.show": "查看提案",
    "intake.confirm": "修改文稿",
    "workbench.show": "查看提案",
    "workbench.strip": "查看提案",
    "workbench.right_side": "查看提案",
    "workbench.pulse": "查看提案",
    "workbench.save": "修改文稿",
    "redraft.show": "修改文稿",
    "redraft.make": "修改文稿",
    "redraft.take": "修改文稿",
    "coopinions.show": "查看提案",
    "coopinions.original": "查看提案",
    "coopinions.ask": "修改文稿",
    "coopinions.receive": "修改文稿",
    "asking.make": "修改文稿",
    "asking.letters": "查看提案",
    "figures.show": "查看提案",
    "figures.sheet": "查看提案",
    "figures.new": "查看提案",
    "figures.one": "查看提案",
    "figures.ask": "修改文稿",
    "figures.ask_pending": "修改文稿",
    "figures.change": "修改文稿",
    "figures.record": "修改文稿",
    "figures.withdraw": "修改文稿",
    "figures.void": "修改文稿",
    "figures.place": "修改文稿",
    "reuse.add_phrase": "修改文稿",
    "reuse.remove_phrase": "修改文稿",
    "reuse.shape": "修改文稿",
    "units.show": "分派单位",
    "units.assign": "分派单位",
    "procedure.show": "查看提案",
    "procedure.make": "流转",
    "due.today": "查看提案",
    "due.holidays": "查看提案",
    "due.enter": "维护节假日",
    "due.remove": "维护节假日",
    "lists.owed": "查看提案",
    "lists.keep": "办理承诺",
    "lists.redate": "办理承诺",
    "lists.book": "查看提案",
    "statistics.show": "统计",
    "statistics.ledger": "统计",
    "review.show": "查看提案",
    "review.send": "修改文稿",
    "review.confirm": "修改文稿",
    "review.unconfirm": "修改文稿",
    "review.withdraw": "修改文稿",
    "checkdraft.show": "查看提案",
    "checkdraft.decide": "修改文稿",
    "paper.show": "查看提案",
    "paper.save": "修改文稿",
    "paper.download": "查看提案",
    "paperfiles.pdf": "查看提案",
    "paperfiles.bundle": "查看提案",
    "wayback.show": "修改文稿",
    "wayback.receive": "修改文稿",
    "wayback.take": "修改文稿",
    "history.show": "查看提案",
    "history.one": "查看提案",
    "history.compare": "查看提案",
    "history.name": "修改文稿",
    "history.restore": "修改文稿",
    # 校对 of any text
    "check.start": "查看提案",
    "check.read": "查看提案",
    "check.show": "查看提案",
    "check.decide": "查看提案",
    "check.again": "查看提案",
    "check.download": "查看提案",
    "check.delete": "查看提案",
    "check.ignored": "查看提案",
    "check.unignore": "修改文稿",
    # the archive
    "archive.search": "查看档案",
    "archive.document": "查看档案",
    "archive.original": "查看档案",
    "library.show": "查看档案",
    "library.job": "查看档案",
    "library.failures": "查看档案",
    "library.deleted": "查看档案",
    "library.columns": "维护档案",
    "library.keep_columns": "维护档案",
    "library.take": "维护档案",
    "library.resume": "维护档案",
    "library.reserve": "维护档案",
    "library.clear_failures": "维护档案",
    "library.delete": "维护档案",
    "library.restore": "维护档案",
    "library.correct": "维护档案",
    "library.keep": "维护档案",
    "library.empty": "彻底删除档案",
    "api.description": "查看档案",
    "api.search": "查看档案",
    "api.document": "查看档案",
    "api.check": "查看提案",
    # help
    "manual.show": "本人账号",
    "manual.keys": "本人账号",
    "manual.image": "本人账号",
    # accounts and the log
    "account.show": "本人账号",
    "account.change_password": "本人账号",
    "account.end_session": "本人账号",
    "people.show": "管理用户",
    "people.add": "管理用户",
    "people.change": "管理用户",
    "people.invite": "管理用户",
    "people.unlock": "管理用户",
    "people.remove": "管理用户",
    "people.end_session": "管理用户",
    "people.hand_over": "管理用户",
    "logbook.show": "查看日志",
    "logbook.export": "查看日志",
}

DOWNLOADS = frozenset(
    {
        "worklist.original",
        "coopinions.original",
        "asking.letters",
        "figures.sheet",
        "paper.download",
        "paperfiles.pdf",
        "paperfiles.bundle",
        "statistics.ledger",
        "archive.original",
        "check.download",
        "logbook.export",
    }
)
"""Whatever leaves the office as a file is in the log."""

PASSIVE = frozenset(
    {"workbench.pulse", "workbench.strip", "workbench.right_side", "library.job", "batch.state"}
)
"""What script asks by itself: it neither keeps a session awake nor counts as a look at a matter."""

PER_MINUTE: dict[str, int] = {
    "login.enter": 30,
    "login.accept": 30,
    "account.change_password": 30,
    "paperfiles.pdf": 30,
    "paperfiles.bundle": 30,
    "asking.make": 30,
    "asking.letters": 30,
    "wayback.receive": 30,
    "register.take": 60,
    "redraft.make": 30,
    "statistics.ledger": 20,
    "logbook.export": 10,
}
"""What is expensive, and how often one address or person may ask for it in a minute."""
