"""The main job on real documents: the six suggestions of the reply of 2023, by the pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from web_fakes import Browser, set_up

from casework import Casework
from corpus import EVERYTHING, Archive
from drafting.reading import read_bytes, read_file
from web import create_app

SEEDS = Path(__file__).resolve().parents[2] / "../shared/seeds"
REPLY_OF_2023 = "003_032a5aed1bd1ca86.txt"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SEEDS.is_dir(), reason="项目旁没有 ../shared/seeds，跳过真实文件的测试"),
]


def test_six_suggestions_get_evidence_and_six_answers_in_order(tmp_path: Path) -> None:
    reply = read_file(SEEDS / REPLY_OF_2023)
    assert len(reply.suggestions) == 6
    archive = Archive.open(tmp_path)
    for path in sorted(SEEDS.glob("*.txt")):
        if path.name != REPLY_OF_2023:
            archive.store(read_file(path), path.name, path.read_bytes())
    assert archive.reader(EVERYTHING).count() == 4
    archive.close()

    asked = [suggestion.text for suggestion in reply.suggestions]
    pasted = "\n".join(
        [
            "政协昆明市第十四届二次会议第142194号提案",
            "案由：关于提升我市企业科技创新能力的建议",
            "提案者：陈德理",
            "建议：",
            *(f"{number}.{text}。" for number, text in enumerate(asked, 1)),
        ]
    )
    browser = Browser(create_app(set_up(tmp_path)).test_client())
    assert browser.post("/new", {"text": pasted}).status_code == 302
    page = browser.get("/matters/1/intake").text
    shown = re.findall(r'name="s_text"[^>]*>\n([^<]*)</textarea>', page)
    assert shown == asked
    form = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page).group(1)  # type: ignore[union-attr]
        for name in ("version", "session", "item_no")
    }
    more = {"s_text": shown, "subject": "关于提升我市企业科技创新能力的建议", "matter": "提案"}
    more |= {"proposers": "陈德理", "proposer_kind": "委员", "start": "draft"}
    assert browser.post("/matters/1/intake", {**form, **more}).status_code == 302
    for number in range(1, 7):
        assert 'name="insert"' in browser.get(f"/matters/1?s={number}").text
    with Casework.open(tmp_path) as casework:
        matter = casework.matter(1)
    assert matter is not None
    assert all(answer.evidence for answer in matter.draft.answers)

    word = read_bytes(browser.get("/matters/1/reply.docx").data, "答复.docx")
    answered = [heading.text for heading in word.headings if heading.level == 1]
    assert [text.removeprefix("关于“").removesuffix("”的建议") for text in answered] == asked
