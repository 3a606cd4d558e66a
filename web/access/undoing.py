"""How each change that a page makes is taken back; a test holds that none is missing here.

A change that has no history of its own (versions of a draft, of settings; deleted matters and
documents) is a :class:`Step`: its rows are kept as they were and became, and the next page offers
to take it back (:mod:`web.undoing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """Taken back by the one mechanism: what is done, in words, and in which tables.

    ``what`` may name fields of the form (``{name}``). A table that others belong to comes first.
    """

    what: str
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class By:
    """Taken back by another route, or by the same with another field."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class Never:
    """Not taken back, and why not."""

    reason: str


VERSIONS = By("history.restore")
"""Every version of a draft can be restored."""
SETTINGS = By("settings.restore")
"""So can every version of a unit's settings."""
TEMPLATES = By("own_templates.restore")
"""And every version of a template."""
_READS = Never("只读取，不改动办理内容")
_MOVE = Never("流转记入经过，按流程退回、收回或重新办理")
# With what proves who it is: an account must not come back without its second factor.
_PEOPLE = (
    *("people", "notice_choices", "notices"),
    *("second_factors", "recovery_codes", "provider_accounts"),
)

UNDO: Mapping[str, Step | By | Never] = {
    # coming in
    "login.enter": By("login.leave"),
    "login.enter_code": By("login.leave"),
    "login.leave": By("login.enter"),
    "login.accept": Never("一次性链接用过即失效，密码可以再改"),
    "sign_on.hold": Never("只把没有提交的内容带过登录"),
    "sign_on.ended": Never("结束的登录不能恢复，再登录即可"),
    "rating.send": Never("提案者本人的评价，承办单位不能代为撤回"),
    # 办理清单 and 登记
    "worklist.delete": By("worklist.restore"),
    "worklist.restore": By("worklist.delete"),
    "register.take": By("worklist.delete"),
    "register.take_typed": By("worklist.delete"),
    "batch.keep_columns": By("batch.keep_columns"),
    "batch.confirm": By("batch.undo"),
    "batch.resume": By("batch.undo"),
    "batch.undo": By("worklist.restore"),
    "batch.drop": Never("还没有登记，文件可以再选一次"),
    # one matter
    "intake.confirm": By("intake.confirm"),
    "workbench.save": VERSIONS,
    "reuse.shape": VERSIONS,
    "redraft.make": VERSIONS,
    "redraft.take": VERSIONS,
    "paper.save": VERSIONS,
    "paperfiles.drop": Never("可以再生成一次"),
    "attaching.add": VERSIONS,
    "attaching.change": VERSIONS,
    "wayback.take": VERSIONS,
    "wayback.receive": _READS,
    "wayback.redlined": _READS,
    "history.name": By("history.name"),
    "history.restore": VERSIONS,
    "coopinions.ask": Step("登记征求会办意见", ("opinions",)),
    "coopinions.receive": Step("登记收到的会办意见", ("opinions",)),
    "cohandling.ask": By("cohandling.act"),
    "cohandling.act": By("cohandling.act"),
    "asking.make": Step("登记征求会办意见", ("opinions",)),
    "figures.ask": Step("登记数据征集", ("figure_requests", "figures")),
    "figures.ask_pending": Step("按待核实各处登记数据征集", ("figure_requests", "figures")),
    "figures.change": Step("改数据征集", ("figure_requests", "figures")),
    "figures.record": Step("登记数据", ("figure_requests", "figures")),
    "figures.withdraw": Step("撤回数据征集", ("figure_requests", "figures")),
    "figures.void": Step("数据作废或恢复", ("figure_requests", "figures")),
    "figures.place": By("figures.place"),
    "reuse.add_phrase": Step("存常用语", ("phrases",)),
    "reuse.remove_phrase": Step("删去常用语", ("phrases",)),
    "units.assign": Step("调整承办单位", ("handling",)),
    "procedure.make": _MOVE,
    "deciding.make": _MOVE,
    "review.send": By("review.withdraw"),
    "review.withdraw": By("review.send"),
    "review.confirm": By("review.unconfirm"),
    "review.unconfirm": By("review.confirm"),
    "deciding.comment": Step("批注", ("comments",)),
    "deciding.change_comment": Step("改批注", ("comments",)),
    "checkdraft.decide": By("checkdraft.decide"),
    "sealed.receive": By("materials.remove"),
    "materials.add": By("materials.remove"),
    "materials.remove": By("materials.restore"),
    "materials.restore": By("materials.remove"),
    "feedback.make": By("feedback.withdraw"),
    "feedback.withdraw": Step("作废征询链接", ("rating_links",)),
    "feedback.record": By("feedback.undo"),
    "feedback.undo": By("feedback.redo"),
    "feedback.redo": By("feedback.undo"),
    # the office's lists
    "due.enter": Step("记下节假日", ("holidays",)),
    "due.remove": Step("取消一天的设置", ("holidays",)),
    "due.urge": Never("催办记入经过，承办的人已经看到"),
    "lists.keep": Step("登记承诺落实", ("promises",)),
    "lists.redate": Step("改承诺的时限", ("promises",)),
    # 校对 of any text
    "api.check": _READS,
    "check.read": By("check.delete"),
    "check.decide": By("check.decide"),
    "check.again": Step("重新校对", ("checks",)),
    "check.delete": Step("删除校对记录", ("checks",)),
    "check.unignore": Step("恢复提示", ("ignored",)),
    # the archive
    "library.take": By("library.delete"),
    "library.resume": By("library.delete"),
    "library.keep_columns": By("library.keep_columns"),
    "library.reserve": By("library.reserve"),
    "library.clear_failures": Never("只清空失败清单，文件可以再导入"),
    "library.delete": By("library.restore"),
    "library.restore": By("library.delete"),
    "library.keep": By("library.keep"),
    "library.empty": Never("彻底删除，确认后才做；每天的备份里还有"),
    # accounts
    "account.change_password": Never("旧密码不保留，可以再改"),
    "account.confirm_factor": Never("验证码可以停用，再启用要重新扫码"),
    "account.drop_factor": Never("停用了可以再启用，要重新扫码"),
    "people.drop_factor": Never("本人登录后重新启用"),
    "account.end_session": Never("结束的登录不能恢复，再登录即可"),
    "account.choose_notices": Step("改通知的设置", ("notice_choices",)),
    "notices.try_out": Never("试发的消息已经发出"),
    "notices.again": By("notices.drop"),
    "notices.drop": By("notices.again"),
    "packages.make": Never("做好的包对方可能已收到；没有用的不交给对方即可"),
    "packages.receive": By("packages.drop"),
    "packages.take": Never("收下的提案可以删除，材料可以移除，评价可以撤销"),
    "packages.drop": By("packages.receive"),
    "webhooks.add": By("webhooks.switch"),
    "webhooks.change": By("webhooks.change"),
    "webhooks.switch": By("webhooks.switch"),
    "webhooks.rotate": Never("旧密钥还并用几天，可以再换"),
    "webhooks.try_out": Never("试发的消息已经发出"),
    "webhooks.all_again": By("webhooks.drop"),
    "webhooks.again": By("webhooks.drop"),
    "webhooks.drop": By("webhooks.again"),
    "people.add": Step("增加用户“{name}”", _PEOPLE),
    "people.change": Step("改用户“{name}”的单位和角色", _PEOPLE),
    "people.invite": Never("原链接已失效；再发一次，这次的也失效"),
    "people.unlock": Never("再输错密码，照样锁定"),
    "people.remove": Step("删除用户“{name}”", _PEOPLE),
    "people.end_session": Never("结束的登录不能恢复，再登录即可"),
    "people.hand_over": Step(
        "把没有单位的提案归到“{unit}”", ("handling", "phrases", "batches", "ignored")
    ),
    "people.rename_unit": By("people.rename_unit"),
    "sign_on.try_out": _READS,
    "sign_on.unbind": Step("解除“{name}”与平台账号的对应", ("provider_accounts",)),
    "undo.take": By("undo.take"),
    # the exchange with other systems
    "exchange.register": By("worklist.delete"),
    "exchange.hand_in_opinion": Never("对方单位的意见，来件照收；要改的请对方另送"),
    "exchange.hand_in_feedback": By("feedback.undo"),
    "systems.add": By("systems.withdraw"),
    "systems.change": By("systems.change"),
    "systems.rotate": By("systems.withdraw"),
    "systems.withdraw": Never("作废的凭证不能恢复，可以另发一个"),
    # 单位设置
    "settings.save": SETTINGS,
    "settings.restore": SETTINGS,
    "settings.take_toml": SETTINGS,
    "own_templates.hand_in": TEMPLATES,
    "own_templates.change": TEMPLATES,
    "own_templates.stop": TEMPLATES,
    "own_templates.restore": TEMPLATES,
    "setup.read_replies": By("setup.drop_replies"),
    "setup.confirm_replies": SETTINGS,
    "setup.drop_replies": Step("不用这些答复的写法", ("setting_up",)),
    "setup.take_unit": SETTINGS,
    "setup.take_paper": SETTINGS,
    "setup.take_sessions": SETTINGS,
    "setup.add_person": Step("增加用户“{name}”", _PEOPLE),
    "setup.samples": By("setup.drop_samples"),
    "setup.drop_samples": By("setup.samples"),
    "setup.pass_by": Never("只记下略过，随时可以回头填"),
}
