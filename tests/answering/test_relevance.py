"""Relevance: office words count nothing, synonyms count as one, a subject alone chooses nothing."""

from drafting.answering.passages.content import content_pairs, likeness, share
from drafting.answering.passages.relevance import Relevance, title_of
from drafting.answering.reasons import key_words
from drafting.model import Kind, Passage, Proposal, Suggestion


def rule(number, text, path=(), title="停车三年行动计划"):
    return Passage(number, f"{number}.txt", Kind.POLICY, title, text, path)


def test_what_every_suggestion_says_is_no_content():
    assert content_pairs("进一步加大力度，健全机制，提升我区工作水平") == {}
    assert set(content_pairs("加强停车管理")) == {"停车"}


def test_ways_to_say_one_thing_count_as_one():
    assert share(content_pairs("托育"), content_pairs("婴幼儿照护"), lambda _: 1.0) == 1.0
    assert likeness(content_pairs("老年食堂"), content_pairs("助餐"), lambda _: 1.0) > 0


def test_the_measure_under_the_suggestions_own_words_fits_best():
    asked = (Suggestion(None, "夜间开放机关大院"), Suggestion(None, "规范停车收费"))
    pool = [
        rule(1, "1.开放机关大院。夜间向居民开放机关停车场。"),
        rule(2, "2.规范停车收费。明码标价，取缔乱收费。"),
        rule(3, "3.组织领导。成立停车工作专班，压实责任。"),
    ]
    relevance = Relevance(Proposal(subject="关于停车的提案", suggestions=asked), pool)
    best = [max(pool, key=lambda one: relevance.fit(each, one).score) for each in asked]
    assert [one.document for one in best] == [1, 2]
    other = relevance.fit(asked[0], pool[2])
    assert other.words < 0.04 < relevance.fit(asked[0], pool[0]).words


def test_the_field_is_named_by_title_and_headings_not_by_the_text():
    asked = Suggestion(None, "增加普惠托位")
    pool = [
        rule(1, "增加供给，利用闲置场地。", title="停车管理办法"),
        rule(2, "增加供给，利用闲置场地。", title="托育服务实施方案"),
    ]
    relevance = Relevance(Proposal(subject="关于完善托育服务的提案", suggestions=(asked,)), pool)
    assert [relevance.fit(asked, one).subject > 0 for one in pool] == [False, True]


def test_titles_and_key_words():
    assert title_of("（一）推动泊位共享。夜间开放。") == "推动泊位共享"
    assert title_of("夜间开放。") == ""
    assert key_words(Suggestion(None, "提高财政补贴，减轻居民负担")) == ["减轻居民负担", "财政补贴"]


def test_a_word_that_every_field_has_is_not_about_the_matter():
    """专项资金 of another field holds the suggestion's rarest words and nothing of the subject."""
    asked = Suggestion(None, "设立专项资金")
    pool = [
        rule(1, "1.设立专项资金。对治理大气的工程给予奖励。", title="大气污染防治办法"),
        rule(2, "2.设立专项资金。对新建的托育机构给予补助。", title="托育服务实施方案"),
        rule(3, "3.培训托育从业人员。组织从业人员参加岗位技能考核。", title="托育服务实施方案"),
    ]
    proposal = Proposal(subject="关于扶持托育机构的提案", suggestions=(asked,))
    fits = [Relevance(proposal, pool).fit(asked, one) for one in pool]
    assert [one.about_point for one in fits] == [False, True, False]
    assert fits[2].about_matter


def test_a_paper_without_subject_is_about_what_it_says_often():
    asked = Suggestion(None, "设立资金池")
    text = "村里的河道淤积。河道两岸有垃圾，河道无人清理。建议设立资金池。"
    pool = [
        rule(1, "设立资金池，用于清理河道淤泥。"),
        rule(2, "设立资金池，用于企业周转。"),
    ]
    relevance = Relevance(Proposal(text=text, suggestions=(asked,)), pool)
    assert [relevance.fit(asked, one).about_point for one in pool] == [True, False]
