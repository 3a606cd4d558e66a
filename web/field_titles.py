"""What the fields of forms are called, where a form is shown again outside its own page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from casework.procedure.given import FIELDS
from drafting.model import ANSWER_FIELDS
from drafting.profile.settings import settings

TITLES: Final[Mapping[str, str]] = {
    # 登记 and 核对
    "text": "全文",
    "url": "地址",
    "matter": "类别",
    "role": "角色",
    "session": "届次",
    "item_no": "案号",
    "subject": "案由",
    "assigned": "交办日期",
    "due": "期限",
    "handling_unit": "主办单位",
    "co_units": "会办单位",
    "merged": "并案",
    "overseer": "督办领导",
    "proposers": "提案者名单",
    "p_name": "提案者姓名",
    "p_kind": "提案者身份",
    "p_part": "领衔、联名或附议",
    "p_sector": "提案者界别",
    "p_delegation": "提案者代表团",
    "p_phone": "提案者电话",
    "p_address": "提案者通讯地址",
    "s_text": "建议",
    "s_detail": "建议的说明",
    # 起草, 会办意见 and 数据征集
    "phrase": "常用语",
    "closing": "结语",
    "asked": "征求日期",
    "received": "收到日期",
    "what": "要什么数据",
    "value": "数据",
    "as_of": "截至哪一天",
    "giver": "由谁提供",
    "section": "科室",
    "note": "备注",
    "confirmer": "确认人姓名",
    "q": "检索词",
    # 接入系统
    "scope": "权限",
    "networks": "来源地址",
    "days": "有效期（天）",
    "overlap": "新旧并用",
    # 文稿
    "doc_no": "发文字号",
    "date": "成文日期",
    "opening": "开头",
    "salutation": "主送",
    "added": "另加的内容",
    "behind": "另加的内容放在哪里",
    "signer": "签发人",
    "signer_post": "签发人职务",
    "sealing": "用印",
    "issuers": "发文机关",
    "copies_to": "抄送",
    "copy_no": "份号",
    "disclosure": "公开属性",
    "contact_name": "联系人姓名",
    "contact_phone": "联系人电话",
    "opinion_step": "环节",
    "opinion_unit": "单位",
    "opinion_name": "姓名",
    "opinion_date": "日期",
    "opinion_text": "意见",
    # 办理, 审阅 and 征询
    "opinion": "意见",
    "override": "确需先办的理由",
    "said": "批注",
    "reply": "对批注的答复",
    "words": "文字",
    # 档案
    "title": "标题",
    "index_no": "索引号",
    "recipients": "主送",
    "contacts": "联系人",
    "result_class": "办理结果类别",
    "suggestions": "提案中的建议",
    "commitments": "承诺",
    # 单位, 人员 and 日历
    "name": "姓名或名称",
    "opens": "会议日期",
    "first": "开始日期",
    "last": "结束日期",
    "quiet": "免打扰时段",
}
"""By the name of the field, without what counts the rows (``name-3``)."""


def title_of(name: str) -> str:
    """Return what a field is called, nothing for what a page keeps for itself."""
    base = re.sub(r"-?\d+$", "", name)
    known = settings().get(name)
    if known is not None:
        return known.title
    answers = {one.name: one.title for one in ANSWER_FIELDS}
    moves = {str(key): one.label for key, one in FIELDS.items()}
    return TITLES.get(base) or answers.get(base) or moves.get(base, "")
