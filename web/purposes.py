"""What each page is for, in a line, and which part of the manual tells more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Flask, request


@dataclass(frozen=True, slots=True)
class Purpose:
    """A page's purpose, and the heading of the manual's part about it."""

    line: str
    section: str


_DRAFT = "三、起草"
_PAPER = "六、文稿与下载"
_ARCHIVE = "检索和档案"
_VERSIONS = "改错了怎么办"
_LOGIN = "登录和密码"
_SETUP = "第一次用：先设置本单位"
_TEMPLATE = "版式和本单位模板"
_NOTICES = "通知和消息"
_SYSTEMS = "与其他系统交换"

PURPOSES: Final[dict[str, Purpose]] = {
    "undo.show": Purpose("您做过的、可以撤销的操作，撤销了还可以重做。", _VERSIONS),
    "due.today": Purpose("逾期的、快到期的、等您办理的，每天先看这一页。", "每天先看“今日”"),
    "due.holidays": Purpose("录入放假和调休安排，期限按工作日推算。", "每天先看“今日”"),
    "worklist.show": Purpose("全部提案和建议，期限近的在前；点案由继续办理。", "每天先看“今日”"),
    "worklist.deleted": Purpose("删除的提案在这里，可以恢复。", "每天先看“今日”"),
    "register.show": Purpose("粘贴全文或者上传文件，读出要素和各条建议。", "一、登记"),
    "register.typed": Purpose("只有纸质件的，逐项填写。", "一、登记"),
    "batch.show": Purpose("先列出每一行会怎样登记，看过再确认。", "一次登记许多件"),
    "intake.show": Purpose("对照原文核对要素和各条建议，答复按这份清单逐条回应。", "二、核对建议"),
    "workbench.show": Purpose("逐条写答复，右边是可以引用的依据。", _DRAFT),
    "redraft.show": Purpose("新拟的与现有的并排，逐栏选用。", _DRAFT),
    "figures.show": Purpose("向科室征集数据，登记由谁提供、截至哪天。", _DRAFT),
    "figures.new": Purpose("写明要什么数据、向哪个科室要、什么时候要。", _DRAFT),
    "figures.one": Purpose("登记科室提供的数据，或者更改、作废。", _DRAFT),
    "coopinions.show": Purpose("征求会办单位意见，收到后对上各条建议。", "四、会办意见"),
    "checkdraft.show": Purpose("逐处查看文稿中的问题，改正或者忽略。", "五、校对"),
    "check.start": Purpose("校对任何一段文字或一份 Word 文件，不需登记。", "五、校对"),
    "check.ignored": Purpose("已忽略的问题在这里，可以恢复提示。", "五、校对"),
    "paper.show": Purpose("填写发文信息，右边是将要印出来的样子。", _PAPER),
    "paperfiles.progress": Purpose("PDF 生成到哪一步，好了在这里下载。", _PAPER),
    "sealed.show": Purpose("盖章后的文件与文稿逐行比对，存在本件里。", _PAPER),
    "wayback.show": Purpose("传回改过的 Word 文件，逐处选择是否写回。", _PAPER),
    "review.show": Purpose("送出以前，把待核实的、没有出处的逐处处理完。", _PAPER),
    "procedure.show": Purpose("办到哪一步、由谁办、还缺什么。", "七、办理流程"),
    "units.show": Purpose("选定由哪些单位办理这件提案。", "七、办理流程"),
    "lists.owed": Purpose("答复里答应的事，一句一行，直到落实并告知提案者。", "七、办理流程"),
    "lists.book": Purpose("发文字号的使用情况，一年一号不重不漏。", "七、办理流程"),
    "history.show": Purpose("每次保存都是一个版本，可以比对、恢复。", _VERSIONS),
    "history.one": Purpose("这一版当时的内容，可以恢复。", _VERSIONS),
    "history.compare": Purpose("两个版本之间改了哪些字。", _VERSIONS),
    "archive.search": Purpose("查往年怎么答复，现行政策怎么规定。", _ARCHIVE),
    "archive.document": Purpose("档案里的一份文件，可以选中文字查找相似。", _ARCHIVE),
    "library.show": Purpose("往年答复和政策文件，导入后供检索和引用。", _ARCHIVE),
    "library.correct": Purpose("更正读错的题目、日期等，重新导入也保留。", _ARCHIVE),
    "library.failures": Purpose("没有导入的文件和原因，改正后重新导入。", _ARCHIVE),
    "library.deleted": Purpose("删除的文件在这里，可以恢复。", _ARCHIVE),
    "statistics.show": Purpose("办复、按期、满意各多少，可以下载台账。", "统计"),
    "account.show": Purpose("修改密码，查看和结束别处的登录。", _LOGIN),
    "account.factor": Purpose("扫码以后，登录时除密码外再输手机上的验证码。", _LOGIN),
    "people.show": Purpose("添加、停用账号，分配角色，发一次性链接。", _LOGIN),
    "logbook.show": Purpose("谁在什么时候做了什么，不能修改。", _LOGIN),
    "setup.show": Purpose("五步填完就能登记第一件，每一步都可以留待以后填。", _SETUP),
    "setup.replies": Purpose("从往年的答复里读出名称和印法，逐项核对后采用。", _SETUP),
    "setup.unit": Purpose("名称和自称，按公章和惯用的写法填。", _SETUP),
    "setup.paper": Purpose("答复印出来的样子，与本单位不同的才改。", _SETUP),
    "setup.sessions": Purpose("本年办理哪几届哪几次会议的提案和建议。", _SETUP),
    "setup.people": Purpose("由哪些人登记、起草、核稿、签发。", _SETUP),
    "setup.archive": Purpose("放进往年的答复和政策，起草时从中找依据。", _SETUP),
    "settings.show": Purpose("本单位的名称、公文、期限和流程，改动可以撤销。", _SETUP),
    "own_templates.show": Purpose("本单位的红头纸或者规定格式，上传后文稿填进去导出。", _TEMPLATE),
    "own_templates.one": Purpose("核对模板里每一栏填什么，看过样稿再采用。", _TEMPLATE),
    "settings.history": Purpose("设置改过几次、改了什么，可以恢复。", _SETUP),
    "settings.toml": Purpose("把设置导出成文件，或者用文件整份导入。", _SETUP),
    "notices.show": Purpose("有提案到您手上、被退回、催办、快到期，都列在这里。", _NOTICES),
    "sign_on.show": Purpose("统一登录通不通，哪些用户经它来过。", _LOGIN),
    "packages.show": Purpose("网络不通、只能带文件的，做包给对方，收对方的包。", _SYSTEMS),
    "webhooks.show": Purpose("提案办到哪一步，主动告知别的系统；没有发成的为什么。", _SYSTEMS),
    "systems.show": Purpose("哪些系统可以经接口登记、查询、取文，凭证在这里发和作废。", _SYSTEMS),
    "notices.messages": Purpose("消息发出去没有，没有发成的为什么。", _NOTICES),
    "deciding.show": Purpose("通读文稿，选中文字批注，通过或者退回。", "审阅：核稿、签发"),
    "attaching.show": Purpose("方案、清单、图纸随答复附送，名称自动列入附件说明。", _PAPER),
    "materials.show": Purpose("来件扫描件、照片、来往函件，存在这里备查。", "办理材料"),
    "feedback.show": Purpose(
        "给提案者评价的链接和二维码，收到的评价也在这里。", "征询意见：链接、二维码、纸质表"
    ),
    "check.show": Purpose("逐处改正或者忽略，改好后取回文字或 Word 文件。", "五、校对"),
}


def install(app: Flask) -> None:
    """Make the purpose of the page that is shown known to the templates."""
    app.jinja_env.globals["purpose"] = lambda: PURPOSES.get(request.endpoint or "")
