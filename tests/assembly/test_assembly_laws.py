"""Laws that hold for whatever a clerk types."""

import re
from dataclasses import replace

from assembly_cases import TODAY
from hypothesis import given
from hypothesis import strategies as st
from laws import tried

from drafting.assembly import assemble
from drafting.language.numbering import parse_label
from drafting.model import Answer, Draft, Form, ItemKind, Proposal, Proposer, Suggestion
from drafting.profile import load_profile

PROFILES = [load_profile("default"), load_profile("wuhua")]
FORMS: list[Form] = ["reply", "co-handling", "public"]


def _published(draft: Draft, form: Form) -> Draft:
    """A public version needs its disclosure decided."""
    return replace(draft, disclosure="主动公开") if form == "public" else draft


_WORDS = "停车泊位收费小区改造道路消防通道清理执法公示街道居民老旧电梯养老服务"
words = st.text(_WORDS, min_size=4, max_size=20)
# Anything an office may paste: marks doubled or half, labels, brackets, controls, rare characters.
wild = st.text(
    st.sampled_from(
        [*_WORDS, *"。，、；：“”‘’《》（）等1２3.一二、\n #|{}〔〕\x02\x1e\u200b𠮷😀建议关于的"]
    ),
    max_size=60,
)
dispositions = st.sampled_from([None, "采纳", "部分采纳", "列入计划", "留作参考"])


@st.composite
def drafts(draw: st.DrawFn, text: st.SearchStrategy[str] = words) -> Draft:
    matter: ItemKind = draw(st.sampled_from(["提案", "建议"]))
    kind = "委员" if matter == "提案" else "代表"
    names = draw(st.lists(st.text("赵钱孙周吴郑冯陈卫蒋", min_size=2, max_size=3), max_size=5))
    suggestions = [
        Suggestion(None, one) for one in draw(st.lists(text, min_size=1, max_size=8, unique=True))
    ]
    answers = [
        Answer(
            one,
            draw(text),
            draw(text),
            draw(st.sampled_from(["", "区城管局"])),
            draw(st.sampled_from(["", "2027年6月底前"])),
            draw(dispositions),
            draw(st.one_of(st.just(""), text)),
        )
        for one in suggestions
    ]
    proposal = Proposal(
        matter=matter,
        session=draw(st.sampled_from([None, "区政协十届五次会议"])),
        item_no=draw(st.sampled_from([None, "031"])),
        subject=draw(st.one_of(st.none(), text.map(lambda t: f"关于{t}的{matter}"))),
        proposers=tuple(Proposer(name, kind) for name in names),
        handling_unit="青岚区城市管理局",
        co_units=tuple(draw(st.lists(st.sampled_from(["区财政局", "区住建局"]), max_size=3))),
        suggestions=tuple(suggestions),
    )
    return Draft(proposal, tuple(draw(st.permutations(answers))))


def _printed(draft: Draft, number: int, form: Form = "reply") -> tuple[str, list[str]]:
    reply = assemble(_published(draft, form), PROFILES[number], form=form, today=TODAY)
    return f"{reply.title}\n{reply.salutation}", [block.full_text for block in reply.body]


@given(drafts())
@tried(60)
def test_answers_stand_in_the_order_of_the_suggestions(draft: Draft) -> None:
    reply = assemble(draft, PROFILES[0], today=TODAY)
    headings = [block.text for block in reply.body if block.kind == "heading" and block.level == 1]
    assert headings == [f"关于“{_core(one.text)}”的建议" for one in draft.proposal.suggestions]
    done = {one.suggestion: one.done for one in draft.answers}
    texts = [block.full_text for block in reply.body]
    starts = [n for n, block in enumerate(reply.body) if block.kind == "heading"]
    assert [texts[n + 1] for n in starts] == [
        f"{done[one]}。" for one in draft.proposal.suggestions
    ]


def _core(text: str) -> str:
    return text.removeprefix("建议").removeprefix("关于")


@given(drafts(), st.sampled_from([0, 1]), st.sampled_from(FORMS))
@tried(100)
def test_the_words_of_every_suggestion_are_in_its_heading(
    draft: Draft, number: int, form: Form
) -> None:
    _, texts = _printed(draft, number, form)
    body = "\n".join(texts)
    assert all(_core(one.text) in body for one in draft.proposal.suggestions)


@given(drafts(), st.sampled_from([0, 1]), st.sampled_from(FORMS))
@tried(100)
def test_advisers_go_with_proposals_and_deputies_with_suggestions(
    draft: Draft, number: int, form: Form
) -> None:
    head, texts = _printed(draft, number, form)
    other = "代表" if draft.proposal.matter == "提案" else "委员"
    assert other not in head + texts[0] + texts[-1]
    wrong_title = "建议的答复" if draft.proposal.matter == "提案" else "提案的答复"
    assert wrong_title not in head


@given(drafts(), st.sampled_from([0, 1]))
@tried(100)
def test_the_pronoun_agrees_with_the_number_of_proposers(draft: Draft, number: int) -> None:
    _, texts = _printed(draft, number)
    body = "".join(texts)
    several = len(draft.proposal.proposers) > 1
    assert ("你们" in body, "您" in body, "您们" in body) == (several, not several, False)


@given(drafts(wild), st.sampled_from([0, 1]), st.sampled_from(FORMS))
@tried(300)
def test_marks_are_clean_whatever_was_pasted(draft: Draft, number: int, form: Form) -> None:
    # What stands in 《》 is an exact copy of the 案由, slips included: it is not judged here.
    plain = replace(draft, proposal=replace(draft.proposal, subject="关于停车的提案"))
    reply = assemble(_published(plain, form), PROFILES[number], form=form, today=TODAY)
    for line in [reply.title, reply.salutation or "", *(b.lead + b.text for b in reply.body)]:
        outside = re.sub("《[^《》]*》", "书", line)
        assert not re.search(r"([。，、；：])\1|、等(?![级次候待额距效同于价高边])", outside), line
        assert not re.search("[\x00-\x1f\u200b]", line)
        assert "您们" not in line


@given(drafts(wild), st.sampled_from([0, 1]), st.sampled_from(FORMS))
@tried(300)
def test_levels_count_up_without_gap_or_repeat(draft: Draft, number: int, form: Form) -> None:
    reply = assemble(_published(draft, form), PROFILES[number], form=form, today=TODAY)
    counters = [0] * 5
    for block in reply.body:
        if not block.label:
            assert block.level == 0
            continue
        label = parse_label(block.label + "字")
        assert label is not None and label.level == block.level
        counters[block.level] += 1
        counters[block.level + 1 :] = [0] * (4 - block.level)
        assert label.number == counters[block.level]
        assert all(counters[1 : block.level]), "a rung was jumped"
        if block.kind == "heading":
            assert len(block.full_text) <= 60


@given(drafts(wild))
@tried(100)
def test_every_suggestion_has_its_answer_or_a_mark(draft: Draft) -> None:
    bare = replace(draft, answers=())
    _, texts = _printed(bare, 0)
    assert texts.count("【待核实：本条建议尚未答复】") == len(draft.proposal.suggestions)
