"""Document numbers, citations and dates (rules D).

Sources: GB/T 9704-2012, 7.2.5 (发文字号) and 7.3.5.4 (成文日期); GB/T 15834-2011 (标点符号用法);
GB/T 15835-2011 (出版物上数字用法).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

from drafting.checking.engine.cases import dated
from drafting.checking.engine.rule import EVERYWHERE, Hit, Paragraph, Rule, Sheet, pattern, where
from drafting.language.days import day_of, is_han_day
from drafting.language.doc_numbers import PRINTED
from drafting.language.numbering import han_to_int, int_to_han

_NUMBER = "GB/T 9704-2012 7.2.5"
_DATE = "GB/T 9704-2012 7.3.5.4"
_FIGURES = "GB/T 15835-2011"

# 代字 end in one of these; without them （2019）3号 may be a building or a bus.
_MARK_END = "发函字办复通批令呈报提建信规联文党政议"


def _zeros(found: re.Match[str]) -> str:
    return str(int(found[1]))


def _han_years(found: re.Match[str]) -> str:
    return f"党的{int_to_han(int(found[1]))}{found[2]}"


_NUMBERED_TITLE = re.compile(r"》\s?(\()([^()（）]{1,20}〔\d{4}〕[^()（）]{1,8})(\))")


def _title_parens(line: Paragraph) -> Iterator[Hit]:
    """Both parentheses of 《…》(…〔2022〕16号), one hit each so that either can be seen."""
    for found in _NUMBERED_TITLE.finditer(line.text):
        yield Hit(*found.span(1), "（")
        yield Hit(*found.span(3), "）")


_CITED = re.compile(rf"《([^《》]{{4,120}})》[（(]([一-鿿]{{2,10}}){PRINTED}")


def _issuer_against_mark(line: Paragraph) -> Iterator[Hit]:
    """A title that names the government as issuer, under a number of its office, or the reverse."""
    for found in _CITED.finditer(line.text):
        issuer = re.match(r"([一-鿿]{2,20}?人民政府)(办公厅|办公室)?关于", found[1])
        if not issuer:
            continue
        office, mark = issuer[2], found[2]
        if (not office and re.search("政办", mark)) or (
            office and re.search("政", mark) and "办" not in mark
        ):
            yield Hit(*found.span(2))


_CALENDAR = re.compile(r"(?:(?<!\d)(\d{4})年)?(?<!\d)(\d{1,2})月(\d{1,2})(?:日|号)")
_MONTH = re.compile(r"(?<!\d)(?:19|20)\d{2}年(\d{1,2})月(?![\d龄])")
_HAN_NUM = "[一二三四五六七八九十]{1,3}"
_HAN_CALENDAR = re.compile(
    rf"(?:([一二][一二三四五六七八九〇○零]{{3}})年)?(?<![一二三四五六七八九十〇○零])"
    rf"({_HAN_NUM})月({_HAN_NUM})[日号]"
)
_HAN_MONTH = re.compile(
    rf"[一二][一二三四五六七八九〇○零]{{3}}年({_HAN_NUM})月(?![一二三四五六七八九十])"
)
_DIGITS_OF_YEARS = str.maketrans("〇○零一二三四五六七八九", "000123456789")


def _no_such_day(line: Paragraph) -> Iterator[Hit]:
    """A day or month that no calendar has, in figures or in Chinese numerals."""
    if "月" not in line.text:
        return
    for found in _CALENDAR.finditer(line.text):
        year, month, day = (int(value) if value else 0 for value in found.groups())
        if not _is_day(year, month, day):
            yield Hit(*found.span())
    for found in _HAN_CALENDAR.finditer(line.text):
        year = int(found[1].translate(_DIGITS_OF_YEARS)) if found[1] else 0
        if not _is_day(year, han_to_int(found[2]) or 0, han_to_int(found[3]) or 0):
            yield Hit(*found.span())
    for one, number in ((_MONTH, int), (_HAN_MONTH, han_to_int)):
        for found in one.finditer(line.text):
            if not 1 <= (number(found[1]) or 0) <= 12:
                yield Hit(*found.span(), message=f"没有“{found[0]}”这个月，请核对日期")


def _is_day(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year or 2000, month)[1]


_NUMERIC_DATE = re.compile(r"(?<![\d.])((?:19|20)\d\d)([./-])(\d{1,2})\2(\d{1,2})(?![\d.])")


def _numeric_date(line: Paragraph) -> Iterator[Hit]:
    for found in _NUMERIC_DATE.finditer(line.text):
        year, month, day = int(found[1]), int(found[3]), int(found[4])
        if 1 <= month <= 12 and 1 <= day <= 31:
            yield Hit(*found.span(), f"{year}年{month}月{day}日")


_STANDARD_IN_FORCE = 2012


def _han_date(sheet: Sheet) -> Iterator[Hit]:
    """A date of signature in Chinese numerals; before the standard of 2012 it was the rule."""
    for line in sheet.at("tail"):
        text = line.text.strip()
        date = day_of(text) if is_han_day(text) else None
        if date is not None and date.year >= _STANDARD_IN_FORCE:
            start = line.text.index(text)
            right = f"{date.year}年{date.month}月{date.day}日"
            yield Hit(start, start + len(text), right, line=line.index)


def _session_figures(found: re.Match[str]) -> str | None:
    term, session = int(found[2]), int(found[4])
    if not (1 <= term <= 99 and 1 <= session <= 99):
        return None
    return f"{found[1]}{int_to_han(term)}届{found[3]}{int_to_han(session)}次会议"


_ISSUED = re.compile(
    r"(?<!\d)(\d{4})年(?:出台|印发|制定|发布|下发)[^。；〔]{0,80}〔(\d{4})〕\d{1,5}号"
)


def _year_against_number(line: Paragraph) -> Iterator[Hit]:
    for found in _ISSUED.finditer(line.text):
        if found[1] != found[2]:
            yield Hit(
                found.start(2) - 1,
                found.end(2) + 1,
                message=f"文中说{found[1]}年印发，文号年份却是{found[2]}年，请核对",
            )


def _date_order(sheet: Sheet) -> Iterator[Hit]:
    """A reply dated before the item was assigned."""
    draft, date = sheet.draft, sheet.parts.date
    if draft is None or date is None or draft.proposal.assigned is None:
        return
    if date < draft.proposal.assigned:
        for line in sheet.at("tail"):
            if line.text.strip().startswith(f"{date.year}年"):
                yield Hit(0, len(line.text), line=line.index)
                return


_UNDATED = re.compile(
    r"(?<![最中远附邻接])(?:近期(?=，)|近日|前不久)"
    r"|(?:^|(?<=[，。；于]))日前"
)


def _reply(text: str) -> str:
    return f"关于区政协十届三次会议第12号提案的答复\n苏明远委员：\n您提出的提案收悉。\n{text}"


def _undated(sheet: Sheet) -> Iterator[Hit]:
    """近期 and its like in a reply; elsewhere it is nobody's promise."""
    if not sheet.parts.is_reply:
        return
    for line in sheet.at("title", "body", "table"):
        yield from (Hit(*found.span(), line=line.index) for found in _UNDATED.finditer(line.text))


RULES: tuple[Rule, ...] = (
    Rule(
        "D01", "发文字号年份的括号", "error", "safe", _NUMBER,
        "发文字号的年份应用六角括号，宜写作“{right}”",
        example="青城管函【2026】7号",
        counter="青城管函〔2026〕7号",
        find=pattern(
            rf"(?<=[{_MARK_END}])[【\[（(﹝［](\d{{4}})[】\]）)﹞］](?=\s?\d{{1,5}}\s?号)",
            r"〔\1〕"
        ),
        scope=EVERYWHERE, quoted="ask",
    ),
    Rule(
        "D02", "发文顺序号编虚位", "error", "safe", _NUMBER,
        "发文顺序号不编虚位，应写作“{right}”",
        example="青城管函〔2026〕07号",
        counter="青城管函〔2026〕70号",
        find=pattern(r"(?<=〕)(0{1,4}[1-9]\d{0,4})(?=号)", _zeros),
        scope=EVERYWHERE, quoted="ask",
    ),
    Rule(
        "D03", "发文顺序号加“第”", "error", "safe", _NUMBER,
        "发文顺序号前不加“第”字",
        example="青城管函〔2026〕第7号",
        counter="青城管函〔2026〕7号",
        find=pattern(r"(?<=\d〕)第(?=\d{1,5}号)", ""),
        scope=EVERYWHERE, quoted="ask",
    ),
    Rule(
        "D04", "发文字号年份简写", "error", "confirm", _NUMBER,
        "发文字号的年份应标全称，宜写作“{right}”",
        example="根据青城管函〔26〕7号的要求。",
        counter="根据青城管函〔2026〕7号的要求。",
        find=pattern(r"(?<=[一-鿿])〔(\d{2})〕(?=\d{1,5}号)", r"〔20\1〕"),
        scope=EVERYWHERE, quoted="ask",
    ),
    Rule(
        "D05", "发文字号中的空格", "warn", "safe", _NUMBER,
        "发文字号中不留空格，应写作“{right}”",
        example="青城管函〔2026〕7 号",
        counter="青城管函〔2026〕7号",
        find=pattern(
            r"(?<=\d〕)(?:[ 　\xa0]{1,4}\d{1,5}[ 　\xa0]{0,4}|\d{1,5}[ 　\xa0]{1,4})(?=号)",
            lambda found: found[0].strip(" 　\xa0"),
        ),
        scope=EVERYWHERE, quoted="ask",
    ),
    Rule(
        "D06", "发文字号缺“号”", "warn", "confirm", _NUMBER,
        "发文字号末尾应有“号”字：“{right}”",
        example="按照《青岚区停车管理办法》（青政办发〔2025〕16）执行。",
        counter="按照《青岚区停车管理办法》（青政办发〔2025〕16号）执行。",
        find=pattern(r"(?<=[一-鿿]〔\d{4}〕)(\d{1,5})(?![\d、—-]|[ 　]?号)", r"\1号"),
        scope=EVERYWHERE, quoted="ask",
    ),
    Rule(
        "D07", "文号外用半角括号", "warn", "safe", "GB/T 15834-2011 4.9",
        "标注文号应用全角圆括号“{right}”",
        example="印发了《青岚区停车管理办法》(青政办发〔2025〕16号)。",
        counter="印发了《青岚区停车管理办法》（青政办发〔2025〕16号）。",
        find=where(r"》\s?\(")(_title_parens), ignores=frozenset(("doc_no",)),
    ),
    Rule(
        "D08", "文号在标题之前", "hint", "notice",
        "《党政机关公文处理工作条例》及引用惯例：先引标题，后引发文字号",
        "引用公文应先引标题、后引发文字号：《标题》（文号）",
        example="按照青政办发〔2025〕16号《青岚区停车管理办法》的规定。",
        counter="按照《青岚区停车管理办法》（青政办发〔2025〕16号）的规定。",
        find=pattern(rf"[一-鿿]{{2,8}}{PRINTED}(?:文件|文)?(?=《)"),
        ignores=frozenset(("doc_no",)),
    ),
    Rule(
        "D09", "代字与发文机关不符", "warn", "notice", "GB/T 9704-2012 7.2.5（发文机关代字）",
        "标题写明由人民政府发文还是由其办公厅（室）发文，与代字“{text}”不符，请核对原文",
        example="出台了《云湖市人民政府关于印发云湖市科技创新规划的通知》（云政办〔2022〕16号）。",
        counter="出台了《云湖市人民政府办公室关于印发云湖市科技创新规划的通知》（云政办〔2022〕16号）。",
        find=where("〔")(_issuer_against_mark), ignores=frozenset(("doc_no", "title")),
    ),
    Rule(
        "D11", "月、日编虚位", "error", "safe", _DATE,
        "月、日不编虚位，应写作“{right}”",
        example="2026年06月9日",
        counter="2026年10月9日",
        find=pattern(r"(?<=年)0([1-9])(?=月)|(?<=月)0([1-9])(?=日)", lambda m: m[1] or m[2]),
        scope=EVERYWHERE,
    ),
    Rule(
        "D12", "成文日期用汉字数字", "error", "safe", _DATE,
        "成文日期应用阿拉伯数字：“{right}”",
        example="感谢您的关心。\n青岚区城市管理局\n二〇二六年六月九日",
        counter="感谢您的关心。\n青岚区城市管理局\n2026年6月9日",
        survey=_han_date,
    ),
    Rule(
        "D13", "日期用点、线连写", "warn", "confirm",
        f"{_FIGURES} 5.1（年月日）；公文日期宜写全",
        "公文中的日期宜写作“{right}”",
        example="我局于2026.3.15召开座谈会。",
        counter="我局于2026年3月15日召开座谈会，软件版本为2.3.15。",
        find=where(r"\d\d[./-]\d")(_numeric_date), ignores=frozenset(("number",)),
    ),
    Rule(
        "D14", "年份简写", "warn", "confirm", f"{_FIGURES} 5.1（年份不应简写）",
        "年份应写全：“{right}”",
        example="项目于25年底完工。",
        counter="项目于2025年底完工，历时10年。",
        find=pattern(
            r"(?<![\d.第近每满约过达届])[’']?([12]\d)年(?=\d{1,2}月|底(?!薪)|上半年|下半年|第[一二三四]季度)",
            r"20\1年",
        ),
    ),
    Rule(
        "D15", "没有这一天、这个月", "block", "notice", "历法",
        "没有“{text}”这一天，请核对日期",
        example="请于9月31日前反馈。",
        counter="请于2024年2月29日前反馈。",
        find=where(r"月(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号]|年(?:\d{1,2}|[一二三四五六七八九十]{1,3})月")(
            _no_such_day
        ),
        scope=EVERYWHERE, quoted="ask",
    ),
    Rule(
        "D16", "起止年份用短横线", "warn", "safe", "GB/T 15834-2011 4.13（起止时间用一字线）",
        "起止年份之间应用一字线：“{right}”",
        example="建设期为2024-2026年。",
        counter="建设期为2024—2026年，电话0871-20242026。",
        find=pattern(
            r"(?<![\d.-])((?:19|20)\d\d年?)[-－–]((?:19|20)\d\d)(?=年|[）)〉》]|(?![\d.-]))",
            r"\1—\2"
        ),
        quoted="ask",
    ),
    Rule(
        "D17", "时间不确定", "hint", "notice", "答复应当数据清楚、时间具体",
        "“{text}”没有日期，宜写明具体时间",
        example=_reply("近期，我局新增了两处停车场。"),
        counter=_reply("我局近期目标是新增两处停车场，2026年3月已开工。"),
        survey=_undated,
    ),
    Rule(
        "D18", "“截止”误作“截至”", "error", "safe", "《现代汉语词典》：“截止”不带时间宾语",
        "后接时间应用“{right}”",
        example="截止2025年底，全区共有停车位3200个。",
        counter="截至2025年底，全区共有停车位3200个，申报截止2025年底。",
        find=pattern(
            r"(?<!报名)(?<!申报)(?<!受理)(?<!时间)(?<!日期)(?<!征集)(?<!投稿)(?<!申请)(?<!缴费)(?<!提交)"
            r"截止到?(?=目前|今年|去年|上月|本月|\d{4}年|\d{1,2}月(?:底|末|\d))",
            "截至",
        ),
    ),
    Rule(
        "D19", "五年规划缺引号", "warn", "confirm",
        "GB/T 15834-2011 4.8（着重论述或有特殊含义的词语）",
        "五年规划的简称应加引号，写作{right}",
        example="按照十四五规划的安排。",
        counter="按照“十四五”规划的安排。",
        find=pattern(
            r"(?<![“‘一二三四五六七八九十])(十[一二三四五]五)(?=规划|时期|期间|末|以来|开局|收官)",
            r"“\1”",
        ),
    ),
    Rule(
        "D20", "党的代表大会用阿拉伯数字", "error", "safe",
        f"{_FIGURES} 4.2（含有数字的固定名称用汉字）",
        "党的代表大会届次应用汉字：“{right}”",
        example="深入贯彻党的20大精神。",
        counter="深入贯彻党的二十大精神。",
        find=pattern(r"党的(1\d|2\d)(大(?!型|中|幅|力|多|约)|届)", _han_years),
    ),
    Rule(
        "D21", "届次用阿拉伯数字", "warn", "confirm", f"{_FIGURES} 4.2；会议届次的惯用写法",
        "会议届次应用汉字：“{right}”",
        example="关于区政协10届3次会议第12号提案的答复",
        counter="关于区政协十届三次会议第12号提案的答复",
        find=pattern(r"(第?)(?<!\d)(\d{1,2})届(第?)(\d{1,2})次会议", _session_figures),
    ),
    Rule(
        "D22", "届次全称、简称混用", "warn", "confirm",
        "会议名称的惯用写法（全称：第十届委员会第三次会议；简称：十届三次会议）",
        "届次应写全称“第×届委员会第×次会议”或简称“{right}”，不宜各取一半",
        example="关于政协青岚区第十届三次会议第12号提案的答复",
        counter="关于政协青岚区第十届委员会第三次会议第12号提案的答复",
        find=pattern(
            r"(?<=政协)([一-鿿]{0,12})第([一二三四五六七八九十]{1,3}届[一二三四五六七八九十]{1,3}次会议)",
            r"\1\2",
        ),
    ),
    Rule(
        "D23", "成文日期早于交办日期", "block", "notice", "办理程序：先交办、后答复",
        "成文日期“{text}”早于交办日期，请核对",
        example=dated("2026年3月1日"),
        counter=dated("2026年5月20日"),
        survey=_date_order,
    ),
    Rule(
        "D24", "文号年份与叙述不符", "warn", "notice", "前后一致",
        "文中年份与文号年份不符，请核对",
        example="2018年出台了《青岚区行动计划》（青政发〔2019〕8号）。",
        counter="2019年出台了《青岚区行动计划》（青政发〔2019〕8号）。",
        find=where("〔")(_year_against_number), ignores=frozenset(("doc_no", "title")),
    ),
)  # fmt: skip
