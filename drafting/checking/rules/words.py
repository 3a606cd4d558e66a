"""Confusable and misspelt words (rules W).

The words stand in ``words.tsv``: rule, wrong, right, what must follow, what must not follow, what
must not come before (expressions), source. A row's guards keep it off words that only touch:
移交待办 is no 交代.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib import resources

from drafting.checking.engine.rule import Find, Hit, Paragraph, Rule, Sheet, pattern
from drafting.checking.rules.wrong_characters import wrong_characters
from drafting.checking.spelling.tables import tables
from drafting.language.sentences.tense import looks_ahead
from drafting.language.terms import says_when
from drafting.model import Fix, Severity

_DICTIONARY = "《现代汉语词典》（第7版）"


def _rows() -> dict[str, list[dict[str, str]]]:
    text = (
        resources.files("drafting.checking.rules").joinpath("words.tsv").read_text(encoding="utf-8")
    )
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        rows[row["rule"]].append(row)
    return rows


def _branch(row: dict[str, str]) -> str:
    """One word as an expression, its guards as look-arounds."""
    before = "".join(f"(?<!{word})" for word in row["unless_after"].split("|") if word)
    after = f"(?={row['followed']})" if row["followed"] else ""
    unless = f"(?!{row['unless_followed']})" if row["unless_followed"] else ""
    return f"{before}{re.escape(row['wrong'])}{after}{unless}"


def _words(rows: Iterable[dict[str, str]]) -> Find:
    """One finder for all words of a rule: longest first, so that 会议记要 goes before 记要.

    Python's matcher skips to the first characters of the branches, so a table of hundreds costs
    little more than one of ten.
    """
    ordered = sorted(rows, key=lambda row: -len(row["wrong"]))
    right = {row["wrong"]: row["right"] for row in ordered}
    return pattern("|".join(_branch(row) for row in ordered), lambda found: right[found[0]])


_TABLE = _rows()

_VAGUE = re.compile(r"适时|尽快|争取|力争|逐步|正在研究|积极研究")
_SENTENCE = re.compile(r"[^。！？；]+")


def _vague_promise(sheet: Sheet) -> Iterator[Hit]:
    """A promise without a date in a reply: what readers complain of most."""
    if not sheet.parts.is_reply:
        return
    for line in sheet.at("body"):
        for sentence in _SENTENCE.finditer(line.text):
            vague = _VAGUE.search(sentence[0])
            if vague and looks_ahead(sentence[0]) and not says_when(sentence[0]):
                start = sentence.start()
                yield Hit(start + vague.start(), start + vague.end(), line=line.index)


# A character that nobody writes twice, what may stand before the pair, and what behind it.
_TWICE = (
    ("的", "目有标打", "确士"),
    ("了", "为除明一罢", "解结然事却断当如之了"),
    ("是", "但于还若只就也可凡总即倒", "否非"),
    ("在", "现存正旨所实内外潜好", "校职建线场编岗册押途野于位读此"),
    ("对", "针面反应相绝校核配派成", "口象策方接比照待应对"),
    ("与", "参给赋付干", "会"),
    ("为", "作行成认因人称视转变化列", "民人期何"),
    ("将", "即必行", "军领士来"),
    ("由", "自理事缘", "于来此"),
    ("和", "饱温平缓随总", "谐平睦解"),
    ("及", "以涉普波", "时其格早"),
    ("把", "", "握关手控"),
)
_TWICE_SAID = re.compile(
    "|".join(
        (rf"(?<![{before}])" if before else "") + rf"{char}{char}(?![{behind}{char}])"
        for char, before, behind in _TWICE
    )
)
_PHRASE = re.compile(
    r"([一-鿿]{3,8})\1"
    r"|(?!研究|讨论|商量|考虑|学习|打扫|休息|了解|看看|试试|意思|锻炼|很多|许多|好多|非常|永远)"
    r"(?<![一-鿿]一)((?![一逐每几两])[一-鿿][一-鿿])\2(?![业员者站部局所中化性家型类])"
)
_TOLD_TWICE = re.compile(r"深入贯彻深入|(?<=[一-鿿])区区域")


def _is_word_twice(text: str, start: int, end: int) -> bool:
    """Whether a word of two stands twice for itself: not in 就业创业创新, 合作合作社."""
    known = tables()
    longer = (text[end : end + length] for length in (3, 4, 5))
    return known.number(text[start:end]) >= 0 and all(known.number(one) < 0 for one in longer)


def _again(line: Paragraph) -> Iterator[Hit]:
    """Words said twice: 的的, 了了, a phrase of two to eight characters doubled, 给予团队…团队."""
    for found in _TWICE_SAID.finditer(line.text):
        yield Hit(*found.span(), found[0][0])
    for found in _PHRASE.finditer(line.text):
        if found[1] or _is_word_twice(line.text, *found.span(2)):
            yield Hit(*found.span(), found[1] or found[2])
    for found in re.finditer(r"(?<=每[个名位家])([一-鿿]{2})给予(\1)", line.text):
        yield Hit(*found.span(2), "")
    for found in _TOLD_TWICE.finditer(line.text):
        yield Hit(*found.span(), "区" if found[0] == "区区域" else "深入贯彻")


def _table_rule(
    id: str,
    title: str,
    example: str,
    counter: str,
    *,
    fix: Fix = "safe",
    severity: Severity = "error",
    message: str = "“{text}”宜作“{right}”",
    source: str = _DICTIONARY,
) -> Rule:
    """A rule whose words are the rows of its id in the table."""
    find = _words(_TABLE[id])
    return Rule(id, title, severity, fix, source, message, example, counter, find=find)


RULES: tuple[Rule, ...] = (
    _table_rule(
        "W01", "“其它”", "会同其它部门研究。", "会同其他部门研究。", severity="warn",
        source="公文用字惯例：统一用“其他”",
    ),
    _table_rule(
        "W02", "“做出”与“作出”", "为城市建设做出了突出贡献。", "已作出安排，方案做出来以后公示。",
        severity="warn",
    ),
    _table_rule("W03", "“交待”", "会上交待了任务。", "会上交代了任务，移交待办事项。"),
    _table_rule(
        "W04", "“帐”与“账”", "建立问题台帐。", "建立问题台账，支起帐篷。",
        source="GF 1001—2001《第一批异形词整理表》",
    ),
    _table_rule(
        "W05", "公文常用词错字", "按照区委布署抓好落实。",
        "按照区委部署抓好落实，发布署名文章，按排名先后。", source="常见错别字",
    ),
    _table_rule(
        "W06", "工程用词错字", "工程已经峻工。", "工程已经竣工，按装机容量计算。",
        source="常见错别字",
    ),
    _table_rule(
        "W07", "成语、熟语错字", "希望您一如继往地支持。", "希望您一如既往地支持。",
        source="常见错别字",
    ),
    _table_rule("W08", "“份”与“分”", "占大部份。", "占大部分，民族成份不变，内部份额已定。"),
    _table_rule(
        "W09", "形近、音近错字", "建成旅游渡假区。", "建成旅游度假区，讲座落下帷幕。",
        source="常见错别字",
    ),
    _table_rule(
        "W10", "“即”与“既”", "即然已经立项，就要抓紧。", "既然已经立项，既使群众受益又使企业发展。",
        fix="confirm",
    ),
    _table_rule("W11", "“象”与“像”", "好象没有变化。", "好像没有变化，气象条件良好。"),
    _table_rule(
        "W12", "农业、市政用词错字", "严禁焚烧秸杆。", "严禁焚烧秸秆。", source="常见错别字",
    ),
    _table_rule(
        "W13", "机关、职务名称错字", "区人民攻府高度重视。", "区人民政府高度重视。",
        severity="block", message="“{text}”应为“{right}”，属严重表述错误",
        source="政府网站检查指标：严重表述错误",
    ),
    _table_rule(
        "W14", "“涉及到”", "涉及到多个部门。", "涉及多个部门。", fix="confirm", severity="hint",
        source="语义重复：“及”“诸”已含“到”“于”",
    ),
    _table_rule("W15", "“公之于众”", "结果将公诸于众。", "结果将公之于众。"),
    _table_rule(
        "W16", "语义重复的词组", "摒弃不良陋习。", "摒弃陋习。", fix="confirm", severity="warn",
        source="语义重复",
    ),
    Rule(
        "W17", "“防止……不再”", "warn", "confirm", "否定误用",
        "“防止”已含否定，“不再”宜改为“{right}”",
        example="防止乱停车现象不再发生。",
        counter="防止乱停车现象再次发生。",
        find=pattern(r"(?:防止|避免|杜绝)[^，。；]{0,20}(不再)(?=发生|出现|反弹)", "再", group=1),
    ),
    _table_rule(
        "W18", "“原因是因为”", "原因是因为车位不足。", "原因是车位不足。", fix="confirm",
        severity="warn", source="句式杂糅",
    ),
    Rule(
        "W20", "“的”误作“地”", "warn", "confirm", "结构助词用法",
        "修饰动词宜用“{right}”",
        example="更好的服务企业，不断优化环境。",
        counter="为企业提供更好的服务，更好地服务企业。",
        find=pattern(
            r"(?:更好|更快|更多|更有效|进一步有效|有效|积极|充分|切实|有力|深入|扎实|全面|不断)(的)"
            r"(?=服务(?:企业|群众|居民|市民|人民|基层|社会|大局|发展)|满足|推动|促进|发挥|解决|落实|引导|推进(?!会))",
            "地", group=1,
        ),
    ),
    Rule(
        "W23", "“权利”与“权力”", "warn", "confirm", _DICTIONARY,
        "国家机关的职权宜作“{right}”",
        example="依法行使行政权利。",
        counter="依法行使行政权力，保障公民行使民主权利。",
        find=pattern(r"(?<=行政|执法|审批|立法|司法|监督|决策)权利(?!人)", "权力"),
    ),
    _table_rule(
        "W24", "“反应”与“反映”", "您反应的问题已转办。", "您反映的问题已转办，及时反应情况良好。",
        fix="confirm", severity="warn",
    ),
    _table_rule(
        "W26", "“登陆”与“登录”", "请登陆系统查询。", "请登录系统查询，台风登陆沿海。",
        fix="confirm", severity="warn",
    ),
    _table_rule(
        "W28", "“社会经济”", "促进社会经济发展。", "促进经济社会发展。", fix="confirm",
        severity="hint", source="公文惯用次序：经济社会发展",
    ),
    Rule(
        "W29", "字词重复", "warn", "confirm", "疑为误植",
        "“{text}”似有重复，宜作“{right}”",
        example="在青岚区区域范围内推广。",
        counter="在青岚区范围内推广，达到预期目的的办法。",
        find=_again,
    ),
    _table_rule(
        "W30", "“登记注册”漏字", "在本区登注册的企业。", "在本区登记注册的企业。", fix="confirm",
        source="疑漏字",
    ),
    _table_rule(
        "W31", "“小微企业”漏字", "支持小微企在本区发展。", "支持小微企业在本区发展。",
        fix="confirm", severity="warn", source="疑漏字",
    ),
    _table_rule(
        "W33", "“凸现”", "特色得以凸现。", "特色得以凸显。", fix="confirm", severity="hint",
        source="公文用词惯例",
    ),
    _table_rule("W34", "“共商国是”", "齐聚一堂共商国事。", "齐聚一堂共商国是。"),
    Rule(
        "W36", "承诺没有时限", "hint", "notice", "答复应当写明何时、由谁办理",
        "“{text}”没有时限，宜写明何时、由谁办理",
        example="关于区政协十届三次会议第12号提案的答复\n苏明远委员：\n您提出的《关于增加停车位的提案》收悉，"
        "现答复如下：\n下一步，我局将适时启动建设。",
        counter="关于区政协十届三次会议第12号提案的答复\n苏明远委员：\n您提出的《关于增加停车位的提案》收悉，"
        "现答复如下：\n下一步，我局力争2026年底前建成。",
        survey=_vague_promise,
    ),
    Rule(
        "W41", "“于”误作“与”", "warn", "confirm", "常见错别字",
        "时间之前疑为“{right}”",
        example="请各单位与6月30日前报送。",
        counter="请各单位于6月30日前报送，与2025年6月相比增长两成。",
        find=pattern(
            r"(?<![年月日元%])与(?=(?:20\d\d年)?\d{1,2}月(?:\d{1,2}日|底|初|末|[上中下]旬)(?:之前|以前|前|起|完成|建成|印发|召开|正式|开工)"
            r"|20\d\d年(?:\d{1,2}月)?(?:底|年底)?(?:之前|以前|前|完成|建成|印发|正式|开工|投入))",
            "于",
        ),
    ),
    Rule(
        "W40", "疑似错字", "warn", "confirm", "词典、样例档案与音近、形近字的统计",
        "“{text}”疑为“{right}”，请核对",
        example="按照才政部的规定加强预算管里。",
        counter="按照财政部的规定加强预算管理，由苏明远、颜如舜负责。",
        survey=wrong_characters, quoted="ask",
    ),
)  # fmt: skip
