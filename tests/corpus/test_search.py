"""A question finds what a clerk means by it, and says why."""

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from laws import tried

from corpus import EVERYTHING, Archive, Narrowing
from corpus.index import lexicon
from drafting.errors import UserError
from drafting.model import Kind
from drafting.reading import read_pasted
from storage import transaction

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"


def paper(title: str, body: str, *, kind: Kind = Kind.REPLY, date: str = "", **fields):
    document = read_pasted(f"{title}\n{body}")
    day = dt.date.fromisoformat(date) if date else None
    return replace(document, kind=kind, title=title, date=day, **fields)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.open(tmp_path)


@pytest.fixture(scope="module")
def samples(tmp_path_factory, fill) -> Archive:
    return Archive.open(fill(tmp_path_factory.mktemp("samples")))


def sources(hits) -> list[str]:
    return [hit.source for hit in hits]


# ------------------------------------------------------------------ the trade's words


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("工商局", "由区市场监督管理局负责登记。"),
        ("市场监管局", "由原区工商行政管理局负责登记。"),
        ("环保局", "由区生态环境局负责监测。"),
        ("高企", "新认定高新技术企业12家。"),
        ("规模以上工业", "规上工业增长5%。"),
        ("R&D投入", "研发投入增长5%。"),
        ("停車場", "新建停车场两处。"),
        ("２０２５年", "2025年完成。"),
        ("加梯", "既有住宅加装电梯。"),
    ],
)
def test_other_names_find_the_same(archive, query, written):
    archive.store(paper("关于甲事项的答复", written), "a.txt")
    archive.store(paper("关于乙事项的答复", "村道路面已经修补。"), "b.txt")
    assert sources(archive.reader(EVERYTHING).search(query))[:1] == ["a.txt"]


def test_the_words_as_typed_stand_before_other_names_for_them(archive):
    others = "本区公共交通线路优化方案已印发，公共交通线路优化按季推进。"
    apart = "本区公交线路的走向，已请专家论证，下步继续优化。" * 3
    part = "公交线路沿途设站十二处。" * 3
    with transaction(archive.db):
        archive.store(paper("甲件", others), "others")
        archive.store(paper("乙件", apart), "apart")
    assert sources(archive.reader(EVERYTHING).search("公交线路优化")) == ["apart", "others"]
    # Where nobody has all the words: who has one of them before who has none.
    archive.remove("apart")
    archive.store(paper("丙件", part), "part")
    archive.store(paper("丁件", "公共汽车。"), "others")
    found = archive.reader(EVERYTHING).look("公交线路优化")
    assert (found.loosened, sources(found.hits)) == (True, ["part", "others"])


def test_a_units_own_words_add_to_the_shipped_ones(archive, tmp_path):
    archive.store(paper("关于甲事项的答复", "云湖一号工程已开工。"), "a.txt")
    assert archive.reader(EVERYTHING).search("东区隧道") == []
    (tmp_path / "words.toml").write_text(
        '[[term]]\nnames = ["东区隧道", "云湖一号工程"]\n', "utf-8"
    )
    assert sources(archive.reader(EVERYTHING).search("东区隧道")) == ["a.txt"]


def test_a_table_that_cannot_be_read_is_said(archive, tmp_path):
    (tmp_path / "words.toml").write_text("[[unit]]\nshort = 1\n", "utf-8")
    with pytest.raises(UserError, match=r"检索用词表.*读不懂"):
        archive.reader(EVERYTHING).search("停车")


@pytest.mark.parametrize(
    ("query", "mended", "offered", "left_out"),
    [
        # Part of it is written: it is not changed, the likely meaning is offered.
        ("停车泊拉", "", "停车泊位", ("泊拉",)),
        ("停车伯位", "", "停车泊位", ("伯位",)),
        ("停车位泊", "", "停车泊位", ()),
        ("停泊车位", "", "", ("停泊",)),
        # No part of it is written.
        ("停东", "停车", "", ()),
        ("车停", "停车", "", ()),
        ("亭车", "停车", "", ()),
        ("停车泊位", "", "", ()),
    ],
)
def test_a_question_is_corrected_only_where_no_part_of_it_is_written(
    archive, query, mended, offered, left_out
):
    archive.store(paper("关于甲事项的答复", "新建停车泊位1200个。"), "a.txt")
    archive.store(paper("关于乙事项的答复", "停车泊位收费已经规范。"), "b.txt")
    archive.store(paper("关于丙事项的答复", "村道路面已经修补。"), "c.txt")
    results = archive.reader(EVERYTHING).look(query)
    assert (results.corrected, results.offered) == (mended, offered)
    assert set(sources(results.hits)) == {"a.txt", "b.txt"}
    assert results.left_out == left_out


@pytest.mark.parametrize(
    ("query", "first", "why", "left_out"),
    [
        ("老旧小区加装电梯", "lift", "正文含“老旧小区”“加装电梯”", ()),
        ("充电桩补贴", "charge", "正文含“充电”“补贴”；近义“充电设施”", ()),
        ("电梯量子", "lift", "正文含“电梯”", ("量子",)),
        ("关于停车难的建议", "park", "标题含“停车”", ()),
        ("补贴 充电 发放", "charge", "正文含“补贴”“充电”", ("发放",)),
    ],
)
def test_words_are_dropped_before_any_is_corrected(archive, query, first, why, left_out):
    archive.store(paper("关于甲事项的答复", "老旧小区已有37部。加装电梯按楼层分摊。"), "lift")
    archive.store(
        paper("关于乙事项的答复", "公共充电设施按功率给予补贴。充电设备由街道管理。"), "charge"
    )
    archive.store(paper("关于停车泊位的答复", "新建泊位1200个。"), "park")
    results = archive.reader(EVERYTHING).look(query)
    assert (results.corrected, results.loosened, results.left_out) == ("", True, left_out)
    assert (results.hits[0].source, results.hits[0].why) == (first, why)


@pytest.mark.parametrize(
    ("query", "why", "left_out"),
    [
        # Half of a slip is no word that the text holds.
        ("停车泊拉", "正文含“停车”", ("泊拉",)),
        # A word is told whole, and words side by side are one.
        ("停车收缴率低怎么办", "正文含“停车”", ("收缴率低",)),
        # A character alone says nothing.
        ("停车难", "正文含“停车”", ()),
    ],
)
def test_what_is_said_of_a_loosened_question_are_whole_words(archive, query, why, left_out):
    archive.store(paper("关于甲事项的答复", "新建停车泊位1200个。"), "a.txt")
    archive.store(paper("关于乙事项的答复", "村道路面已经修补。"), "b.txt")
    results = archive.reader(EVERYTHING).look(query)
    assert (results.hits[0].why, results.left_out) == (why, left_out)


def test_what_holds_a_word_is_found_behind_many_that_hold_only_pairs_across_words(archive):
    texts = [
        *["增产补种，张贴岗位。"] * 80,
        *["补贴已经发放。" + "村道路面已经修好。" * 40] * 30,
        *["路灯已经修好。"] * 200,
    ]
    with transaction(archive.db):
        for number, text in enumerate(texts):
            archive.store(paper(f"关于第{number}号事项的答复", text), f"{number}")
    results = archive.reader(EVERYTHING).look("产补贴岗", limit=10)
    assert {hit.why for hit in results.hits} == {"正文含“补贴”"}
    assert (results.loosened, results.corrected, results.total) == (True, "", 30)


def test_a_word_that_nobody_wrote_hides_no_document_with_all_the_others(archive):
    archive.store(paper("关于甲事项的答复", "加强管理，加快建设。"), "a")
    results = archive.reader(EVERYTHING).look("量子 建设 管理")
    assert (sources(results.hits), results.left_out) == (["a"], ("量子",))


def test_a_correction_stands_word_for_word_in_what_is_shown(archive):
    # 充电 and 电设 and 设补 and 补贴 are all written, 充电设补贴 is not.
    archive.store(paper("关于甲事项的答复", "充电设施。增设补贴点。充电设备。"), "a")
    results = archive.reader(EVERYTHING).look("充电桩补贴")
    assert (results.corrected, results.offered, results.loosened) == ("", "", True)


def test_without_leave_nothing_is_corrected(archive):
    archive.store(paper("关于甲事项的答复", "新建停车泊位1200个。"), "a")
    as_typed = archive.reader(EVERYTHING).look("亭车", correct=False)
    assert (as_typed.corrected, as_typed.offered, as_typed.hits) == ("", "", [])


def test_what_the_filters_alone_keep_out_is_no_slip(archive):
    archive.store(replace(paper("关于甲事项的答复", "路登已经拆除。"), kind=Kind.REPLY), "a")
    archive.store(replace(paper("关于乙事项的通知", "路灯已经更换。"), kind=Kind.POLICY), "b")
    only = Narrowing.to_kinds([Kind.POLICY])
    results = archive.reader(EVERYTHING).look("路登", narrowing=only)
    assert (results.corrected, results.offered, results.hits) == ("", "路灯", [])


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("停车", "标题含“停车”"),
        ("泊位", "正文含“泊位”"),
        ("停车泊位", "标题含“停车”；正文含“泊位”"),
        ("车位", "近义“泊位”"),
        ("青城管函〔2026〕7号", "标题或文号相符"),
        ("关于停车的答复", "标题或文号相符"),
        ("新增的泊位都向周边的居民开放，夜间停放免费。", "内容相近，都有“居民开放”“新增泊位”"),
    ],
)
def test_it_is_said_why_a_document_was_found(archive, tmp_path, query, why):
    (tmp_path / "words.toml").write_text('[[term]]\nnames = ["泊位", "车位"]\n', "utf-8")
    found = replace(paper("关于停车的答复", "新增泊位向居民开放。"), doc_no="青城管函〔2026〕7号")
    archive.store(found, "a")
    archive.store(paper("关于路灯的答复", "村道路面已经修补。"), "b")
    hits = archive.reader(EVERYTHING).search(query)
    assert (hits[0].source, hits[0].why) == ("a", why)


@pytest.mark.parametrize(
    "query",
    ["'; DROP TABLE documents; --", "😀😀", "“”，。！", '" OR 1=1', "\x00", "𠮷", "a" * 5000],
)
def test_what_is_no_question_finds_nothing_and_harms_nothing(archive, query):
    archive.store(paper("关于甲事项的答复", "新建停车泊位1200个。"), "a")
    view = archive.reader(EVERYTHING)
    assert (view.look(query).corrected, view.count()) == ("", 1)


@pytest.mark.parametrize(
    ("issuers", "subject", "field"),
    [
        (("青岚区城市管理局",), "关于扩大助餐覆盖面的建议", "城市管理"),
        (("青岚区人民政府办公室",), "关于扩大助餐覆盖面的建议", "民政"),
        ((), "关于规范电动自行车充电停放的提案", "公安"),
        ((), "关于加强农村供水保障的提案", "农业农村"),
        ((), "关于改进工作的提案", ""),
    ],
)
def test_the_subject_tells_the_field_where_the_issuer_does_not(issuers, subject, field):
    assert lexicon.field_of(issuers, subject) == field


def test_two_characters_are_corrected_by_sound_or_shape_only(archive):
    archive.store(paper("关于甲事项的答复", "路灯已经更换，路的两侧增设电子屏。"), "a.txt")
    assert archive.reader(EVERYTHING).look("路登").corrected == "路灯"
    # 电子 is one character away, and neither sounds nor looks like what was asked.
    assert (
        archive.reader(EVERYTHING).look("量子").corrected,
        archive.reader(EVERYTHING).look("量子").hits,
    ) == ("", [])


# ------------------------------------------------------------------ straight to the document


@pytest.mark.parametrize(
    "query",
    [
        "青政发〔2025〕6号",
        "青政发[2025]第06号",
        "青政发 【２０２５】 ６号",
        "青政发20256号",
        "青政发2025年6号",
        "青政发〔2025〕6",
        "青岚区支持科技创新和企业培育若干措施",
        "《青岚区支持科技创新和企业培育若干措施》",
        "《青岚区支持科技创新和企业培育若干措施》的通知",
        "青岚区人民政府关于印发青岚区支持科技创新和企业培育若干措施的通知",
    ],
)
def test_numbers_and_titles_go_straight_to_their_document(samples, query):
    assert sources(samples.reader(EVERYTHING).search(query))[0] == "样例/2025-keji-qiye-peiyu.txt"


# ------------------------------------------------------------------ standing


def test_a_policy_past_its_term_or_replaced_is_marked_and_stands_behind(samples):
    old = samples.reader(EVERYTHING).look("青政发〔2022〕9号").hits[0]
    assert (old.title, old.state) == (
        "青岚区人民政府关于印发青岚区科技创新三年行动计划（2022—2024年）的通知",
        "已被替代",
    )
    assert samples.reader(EVERYTHING).look("青政发〔2025〕6号").hits[0].state == "现行"
    found = samples.reader(EVERYTHING).passages("高新技术企业培育", kinds=(Kind.POLICY,))
    assert found[0].state == "现行"
    assert {passage.state for passage in found} <= {"现行", "已到期", "已被替代"}


@pytest.mark.parametrize(
    ("title", "body", "state"),
    [
        ("青岚区路灯建设计划（2018—2020年）", "新增路灯200盏。", "已到期"),
        ("青岚区路灯建设办法", "新增路灯200盏。有效期至2021年6月30日。", "已到期"),
        ("青岚区路灯建设办法", "新增路灯200盏。有效期5年。", "已到期"),
        ("青岚区路灯建设办法", "新增路灯200盏。有效期为二十年。", "现行"),
        ("青岚区路灯建设计划（2018—2099年）", "新增路灯200盏。", "现行"),
        ("青岚区路灯建设办法", "新增路灯200盏。", "现行"),
    ],
)
def test_a_term_is_read_from_title_and_text(archive, title, body, state):
    archive.store(paper(title, body, kind=Kind.POLICY, date="2018-03-01"), "a.txt")
    assert archive.reader(EVERYTHING).look("路灯").hits[0].state == state


@pytest.mark.parametrize(
    ("later", "clause"),
    [
        ("青岚区照明管理办法", "《青岚区路灯建设办法》同时废止。"),
        ("青岚区照明管理办法", "青政办发〔2018〕7号文件停止执行。"),
        ("青岚区路灯建设办法（2024年版）", "以前政策与本政策不一致的，以此政策为准。"),
    ],
)
def test_a_later_policy_replaces_by_name_by_number_or_by_the_same_title(archive, later, clause):
    old = paper("青岚区路灯建设办法", "新增路灯200盏。", kind=Kind.POLICY, date="2018-03-01")
    archive.store(replace(old, doc_no="青政办发〔2018〕7号"), "old.txt")
    new = paper(later, f"路灯由街道维护。{clause}", kind=Kind.POLICY, date="2024-03-01")
    archive.store(new, "new.txt")
    assert {hit.source: hit.state for hit in archive.reader(EVERYTHING).look("路灯").hits} == {
        "old.txt": "已被替代",
        "new.txt": "现行",
    }


def test_near_identical_passages_appear_once_with_where_else(archive):
    for year in (2023, 2025, 2024):
        archive.store(
            paper(
                f"关于{year}年停车的答复",
                "利用边角地新建停车泊位，缓解老旧小区停车难。",
                date=f"{year}-05-01",
            ),
            f"{year}.txt",
        )
    (found,) = archive.reader(EVERYTHING).passages("老旧小区停车难")
    assert (found.source, sorted(found.also_in)) == (
        "2025.txt",
        ["关于2023年停车的答复（2023-05-01）", "关于2024年停车的答复（2024-05-01）"],
    )


def test_the_newer_wins_where_relevance_is_equal(archive):
    archive.store(paper("关于停车的答复", "新建停车场一处。", date="2019-05-01"), "old.txt")
    archive.store(paper("关于停车的答复", "改建停车场两处。", date="2025-05-01"), "new.txt")
    assert sources(archive.reader(EVERYTHING).search("停车场")) == ["new.txt", "old.txt"]


# ------------------------------------------------------------------ filters, counts, order


def test_filters_narrow_and_count_what_they_would_find(samples):
    everything = samples.reader(EVERYTHING).look("停车")
    assert everything.total == sum(n for _, n in everything.counts["kind"])
    policies = samples.reader(EVERYTHING).look("停车", narrowing=Narrowing(kinds=("policy",)))
    assert {hit.kind for hit in policies.hits} == {Kind.POLICY}
    assert policies.counts["kind"] == everything.counts["kind"]
    assert policies.total == dict(everything.counts["kind"])["policy"]
    (year, number) = everything.counts["year"][0]
    of_year = samples.reader(EVERYTHING).look("停车", narrowing=Narrowing(years=(int(year),)))
    assert {hit.date.year for hit in of_year.hits} == {int(year)}
    assert of_year.total == number
    unit = everything.counts["unit"][0][0]
    assert {
        hit.issuer.split("、")[0]
        for hit in samples.reader(EVERYTHING).look("停车", narrowing=Narrowing(units=(unit,))).hits
    } == {unit}
    assert (
        samples.reader(EVERYTHING).look("停车", narrowing=Narrowing(fields=("没有这个领域",))).hits
        == []
    )


def test_the_newest_first(samples):
    dates = [hit.date for hit in samples.reader(EVERYTHING).look("停车", newest=True).hits]
    assert dates == sorted(dates, reverse=True) and len(dates) > 2


def test_replacing_and_removing_leave_no_trace_in_the_counts(archive):
    archive.store(paper("关于甲的答复", "新建停车场。", date="2024-05-01"), "a.txt")
    archive.store(paper("关于甲的答复", "新建停车场一处。", date="2025-05-01"), "a.txt")
    assert archive.reader(EVERYTHING).look("停车场").counts["year"] == [("2025", 1)]
    archive.remove("a.txt")
    assert archive.reader(EVERYTHING).look("停车场").total == 0


# ------------------------------------------------------------------ whatever is asked


@pytest.mark.parametrize("query", ["停", "车", "位", "1", "a"])
def test_one_character_finds_wherever_it_stands(archive, query):
    archive.store(paper("关于甲事项的答复", "新建车位1处，编号a停。"), "a.txt")
    assert sources(archive.reader(EVERYTHING).search(query)) == ["a.txt"]


@tried(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=60), title=st.text(max_size=10))
def test_no_text_is_an_error(samples, query, title):
    assert isinstance(samples.reader(EVERYTHING).search(query, title=title), list)
    assert isinstance(samples.reader(EVERYTHING).passages(query, title=title), list)
    assert samples.reader(EVERYTHING).look(query, newest=True).total >= 0


@pytest.mark.parametrize("query", ["停" * 100_000, "的了和" * 40_000, "，。！" * 40_000])
def test_the_longest_text_is_answered(samples, query):
    assert isinstance(samples.reader(EVERYTHING).search(query), list)


# ------------------------------------------------------------------ quality


@pytest.mark.shared
def test_real_questions_find_their_replies(tmp_path):
    """MRR@10 on 1,000 real messages; docs/decisions/search.md tells what is behind the mark."""
    pairs = SHARED / "relevance" / "pairs-dev.jsonl"
    if not pairs.exists():
        pytest.skip("项目旁没有 ../shared/relevance")
    records = [json.loads(line) for line in pairs.read_text("utf-8").splitlines()]
    archive = Archive.open(tmp_path)
    with transaction(archive.db):
        for one in records:
            archive.store(replace(read_pasted(one["reply"]), kind=Kind.REPLY), one["id"])
    total = 0.0
    for one in records[::4]:
        hits = archive.reader(EVERYTHING).search(
            one["body"], title=one["title"], limit=10, distinct=False
        )
        total += next((1 / n for n, hit in enumerate(hits, 1) if hit.source == one["id"]), 0.0)
    assert total / len(records[::4]) > 0.75
