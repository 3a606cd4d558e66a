"""One of each body and answer of the exchange interface, for its description. All is invented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_EXAMPLE_STATE: dict[str, Any] = {
    "id": 12,
    "external_no": "TA-2026-0118",
    "matter": "提案",
    "session": "区政协十届三次会议",
    "item_no": "118",
    "subject": "关于缓解老旧片区停车难的提案",
    "proposers": [
        {"name": "周望舒", "kind": "委员", "part": "领衔", "sector": "经济界", "delegation": ""}
    ],
    "role": "主办",
    "handling_unit": "青岚区城市管理局",
    "co_units": ["青岚区住房和城乡建设局"],
    "units": ["青岚区城市管理局"],
    "stage": {"state": "登记", "said": "待分办", "entered": None},
    "confirmed": False,
    "suggestions": 1,
    "version": 1,
    "moves": 0,
    "round": 1,
    "deadlines": {
        "assigned": "2026-03-02",
        "reply": "2026-06-01",
        "feedback": None,
        "extension": "",
        "extension_until": None,
    },
    "reply": {
        "released": False,
        "doc_no": None,
        "date": None,
        "sent": None,
        "disclosure": None,
        "class_code": None,
    },
    "opinions": [],
    "feedback": {"satisfaction": "", "attitude": "", "day": None, "rated": 0, "proposers": 1},
    "finished": None,
    "created": "2026-03-03T01:20:00Z",
    "updated": "2026-03-03T01:20:00Z",
}
_EXAMPLE_SUGGESTION = {
    "id": "s0123456789",
    "label": "一、",
    "text": "利用边角地增加停车泊位",
    "detail": "",
}
_EXAMPLE_FEEDBACK = {
    "proposer": "周望舒",
    "satisfaction": "满意",
    "attitude": "满意",
    "words": "",
    "day": "2026-06-08",
}
EXAMPLES: Mapping[str, Any] = {
    "Registration": {
        "external_no": "TA-2026-0118",
        "session": "区政协十届三次会议",
        "item_no": "118",
        "assigned": "2026-03-02",
        "due": "2026-06-01",
        "text": (
            "关于缓解老旧片区停车难的提案\n提案者：周望舒\n"
            "老旧片区停车难。\n建议：\n一、利用边角地增加停车泊位。"
        ),
    },
    "MatterState": _EXAMPLE_STATE,
    "MatterPage": {"matters": [_EXAMPLE_STATE], "next": None},
    "Making": {"ahead": 1, "said": "PDF 还在生成，请 3 秒后再取。"},
    "Registered": {
        "matter": _EXAMPLE_STATE,
        "reading": {
            "fields": {"item_no": {"state": "读出", "value": "118", "why": "提案管理系统给出"}},
            "suggestions": [_EXAMPLE_SUGGESTION],
            "how": "“建议”下编号的1条",
            "doubts": [],
            "left_out": [],
            "others": 0,
            "notes": [],
        },
        "duplicates": [],
    },
    "ReplyText": {
        "matter": 12,
        "external_no": "TA-2026-0118",
        "form": "答复",
        "round": 1,
        "version": 9,
        "released": True,
        "title": "关于区政协十届三次会议第118号提案的答复",
        "doc_no": "青城管函〔2026〕31号",
        "date": "2026-05-20",
        "issuers": ["青岚区城市管理局"],
        "salutation": "周望舒委员",
        "signer": "林知远",
        "disclosure": "主动公开",
        "class_code": "A",
        "contacts": [{"name": "沈知秋", "phone": "0000-1234567"}],
        "copies_to": ["区政协提案委员会"],
        "points": [
            {
                "suggestion": _EXAMPLE_SUGGESTION,
                "heading": "",
                "done": "已新建泊位3处。",
                "next_step": "下一步再建泊位2处。",
                "next_unit": "区城管局",
                "next_date": "2026年12月底前",
                "disposition": "采纳",
                "reason": "",
                "sources": [],
            }
        ],
        "attachments": [],
        "text": "关于区政协十届三次会议第118号提案的答复\n……",
    },
    "OpinionSent": {
        "unit": "青岚区住房和城乡建设局",
        "text": "同意提案所提建议，我局配合做好边角地的移交。",
        "received": "2026-04-10",
    },
    "OpinionTaken": {
        "matter": 12,
        "opinion": {
            "unit": "青岚区住房和城乡建设局",
            "asked": "2026-03-20",
            "due": "2026-04-20",
            "received": "2026-04-10",
        },
        "text": "同意提案所提建议，我局配合做好边角地的移交。",
    },
    "FeedbackSent": _EXAMPLE_FEEDBACK,
    "RatingSaid": {**_EXAMPLE_FEEDBACK, "way": "接口"},
    "Feedback": {
        "matter": 12,
        "round": 1,
        "together": {
            "satisfaction": "满意",
            "attitude": "满意",
            "day": "2026-06-08",
            "rated": 1,
            "proposers": 1,
        },
        "ratings": [{**_EXAMPLE_FEEDBACK, "way": "链接"}],
    },
    "Problem": {
        "type": "urn:drafting:problem:invalid",
        "title": "内容不对",
        "status": 422,
        "detail": "缺少 external_no。",
        "errors": [{"detail": "缺少 external_no。", "pointer": "#/external_no"}],
    },
}
"""One of each as it looks; the schemas hold them (a test)."""
