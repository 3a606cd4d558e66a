"""Numerals and units (rules N).

Sources: GB/T 15835-2011 (出版物上数字用法); GB 3100—1993 and GB 3101—1993 (量和单位).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from drafting.checking.engine.rule import Hit, Paragraph, Rule, Sheet, pattern, where
from drafting.language.numbering import han_to_int

_STD = "GB/T 15835-2011"
_SI = "GB 3100—1993 国际单位制及其应用"
_HAN = "一二三四五六七八九"
_FIGURE = r"\d{1,9}(?:\.\d{1,4})?"


def _approximate(found: re.Match[str]) -> str | None:
    low, high = int(found[1]), int(found[2])
    return f"{_HAN[low - 1]}{_HAN[high - 1]}" if high == low + 1 else None


def _neighbours(line: Paragraph) -> Iterator[Hit]:
    """3、4个 is about so many; only neighbours in the row of numbers are meant so."""
    for found in re.finditer(r"(?<![\d第、.])([1-9])、([1-9])(?=个|天|家|人次)", line.text):
        right = _approximate(found)
        if right:
            yield Hit(*found.span(), right)


_SYMBOLS = {"km": ("KM", "Km", "kM"), "kg": ("KG", "Kg", "kG"), "kW": ("KW", "Kw"),
            "kWh": ("KWH", "KWh", "Kwh"), "mm": ("MM",), "cm": ("CM", "Cm"),
            "MW": ("mw", "Mw"), "hm²": ("Hm²",)}  # fmt: skip
_RIGHT = {wrong: right for right, wrongs in _SYMBOLS.items() for wrong in wrongs}


def _han_percent(found: re.Match[str]) -> str | None:
    value = han_to_int(found[1])
    return f"{value}%" if value else None


_ABOUT = rf"(?:大约|约|近|将近){_FIGURE}[万亿]?(?:多|余)?[一-鿿%]{{0,3}}?(左右|上下)"
_ABOVE = rf"(?:超过|突破|高于|多于|大于){_FIGURE}[万亿]{{0,2}}(?:[一-鿿]{{1,3}}?|%|个百分点)?(以上)"


_ORDINAL = re.compile(r"第(?:(\d{1,3})|[一二三四五六七八九十百]{1,5})(批|届|轮|期)")


def _two_ordinals(sheet: Sheet) -> Iterator[Hit]:
    """第29批 beside 第二十五批: the figures are marked, for ordinals in prose are in characters."""
    figures: dict[str, list[tuple[Paragraph, int, int]]] = {}
    han: set[str] = set()
    for line in sheet.at("body", "table"):
        for found in _ORDINAL.finditer(line.text):
            if found[1]:
                figures.setdefault(found[2], []).append((line, *found.span()))
            else:
                han.add(found[2])
    for word, places in figures.items():
        if word in han:
            yield from (Hit(start, end, line=line.index) for line, start, end in places)


_DIGITS = "〇零○一二三四五六七八九"
_YEAR = re.compile(
    rf"(?<![{_DIGITS}\d])(?=[{_DIGITS}]{{0,3}}\d)(?=\d{{0,3}}[{_DIGITS}])[{_DIGITS}\d]{{4}}(?=年)"
)
_NUMBER = re.compile(
    rf"(?<![{_DIGITS}十百千万亿\d.A-Za-z第])[{_DIGITS}]{{1,2}}0{{1,3}}"
    rf"(?![{_DIGITS}十百千\d.])(?!号)"
)
_DATE = re.compile(
    r"(\d{4})年(?:([一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})|(\d{1,2}))日"
    r"|(\d{1,2})月([一二三四五六七八九十]{1,3})日)"
)
_AS_DIGIT = {han: "0123456789"[max(0, at - 2)] for at, han in enumerate(_DIGITS)}
_CLOCK = re.compile(r"(?<![\d：:.])((?:[01]?\d|2[0-4])：[0-5]\d)(?![\d：:%])")
_OF_DAY = re.compile(
    r"(?:[上下]午|早上?|晚上?|中午|凌晨|[日号时]间?[为：:]?|[于至到—～－-]|每[天日])$|(?<=\d：\d\d)[—～－-]{1,2}$"
)


def _digits(text: str) -> str:
    return "".join(_AS_DIGIT.get(char, char) for char in text)


def _mixed(line: Paragraph) -> Iterator[Hit]:
    """Characters and figures in one number: 二〇2六年, 三0, 2023年五月一日."""
    for found in _YEAR.finditer(line.text):
        yield Hit(*found.span(), _digits(found[0]))
    for found in _NUMBER.finditer(line.text):
        if not line.text.startswith("年", found.end()):
            yield Hit(*found.span(), _digits(found[0]))
    for found in _DATE.finditer(line.text):
        month, day = ((han_to_int(one) if one and not one.isdigit() else one) for one in (
            found[2] or found[5], found[3] or found[4] or found[6],
        ))  # fmt: skip
        if month and day:
            yield Hit(*found.span(), f"{found[1]}年{month}月{day}日")


def _clock(line: Paragraph) -> Iterator[Hit]:
    """9：00 where a time is told: after 上午, beside a dash, after 时间."""
    for found in _CLOCK.finditer(line.text):
        behind = line.text[found.end() : found.end() + 3]
        if _OF_DAY.search(line.text[: found.start()][-8:]) or re.match(
            r"[—～－-]{1,2}|[至到]\d|[前后]|召开|开始|起", behind
        ):
            yield Hit(*found.span(), found[0].replace("：", ":"))


RULES: tuple[Rule, ...] = (
    Rule(
        "N01", "百分数范围省了前一个百分号", "warn", "confirm", f"{_STD} 5.1（数值范围）",
        "前一个百分号不能省略，宜写作“{right}”",
        example="占比为30-40%。",
        counter="占比为30%～40%。",
        find=pattern(rf"(?<![\d.A-Za-z-])({_FIGURE})[-－–—~～]({_FIGURE})[%％]", r"\1%～\2%"),
        ignores=frozenset(("number",)),
    ),
    Rule(
        "N02", "数值范围省了“万”“亿”", "warn", "confirm", f"{_STD} 5.1（数值范围）",
        "前一个数值的“万”“亿”不能省略，宜写作“{right}”",
        example="奖励5-10万元。",
        counter="奖励5万～10万元。",
        find=pattern(rf"(?<![\d.A-Za-z-])({_FIGURE})[-－–—~～]({_FIGURE})([万亿])", r"\1\3～\2\3"),
        ignores=frozenset(("number",)),
    ),
    Rule(
        "N04", "概数用阿拉伯数字加顿号", "warn", "confirm", f"{_STD} 5.2（概数用汉字）",
        "表示概数宜用汉字、中间不加顿号：“{right}”",
        example="历时3、4个月完成。",
        counter="历时三四个月完成，涉及第3、4个地块。",
        find=where("[1-9]、[1-9](?:个|天|家|人次)")(_neighbours),
    ),
    Rule(
        "N05", "“几10”“10几”", "error", "safe", f"{_STD} 5.2（含“几”的概数用汉字）",
        "含“几”的概数应用汉字：“{right}”",
        example="走访了几10家企业。",
        counter="走访了几十家企业。",
        find=pattern(
            r"几(10{1,8})(?!\d)|(?<![\d.])10(?=几[个人天年家次名])",
            lambda found: ("几" + {"10": "十", "100": "百", "1000": "千"}.get(found[1], found[1]))
            if found[1] else "十",
        ),
    ),
    Rule(
        "N06", "减少用倍数", "warn", "notice", "语法：减少、降低不用倍数",
        "减少、降低不用倍数，宜用百分数或分数",
        example="等候时间缩短了2倍。",
        counter="等候时间缩短了50%，效率提高了2倍。",
        find=pattern(rf"(?:减少|降低|下降|缩短|缩小|压缩)了?(?:{_FIGURE}|[一二三四五六七八九十两]{{1,2}})倍"),
    ),
    Rule(
        "N09", "“超过……以上”", "warn", "confirm", "语义重复",
        "“超过”与“以上”重复，宜删去“以上”",
        example="增长超过25%以上。",
        counter="增长超过25%，其中25%以上来自社区。",
        find=pattern(_ABOVE, "", group=1), ignores=frozenset(("number",)),
    ),
    Rule(
        "N10", "“约……左右”", "warn", "confirm", "语义重复",
        "“约”与“{text}”重复，宜删去一个",
        example="约300个左右车位。",
        counter="约300个车位，另有200个左右待建。",
        find=pattern(_ABOUT, "", group=1), ignores=frozenset(("number",)),
    ),
    Rule(
        "N11", "金额缺“元”", "warn", "confirm", "数量应带单位",
        "金额似缺单位“元”",
        example="对上市企业奖励500万，对挂牌企业奖励50万元。",
        counter="对上市企业奖励500万元，对挂牌企业奖励50万元。",
        find=pattern(
            rf"(?:奖励|补助|补贴|给予|资助|投入|投资|安排|拨付){_FIGURE}([万亿])(?=[，。；、）])",
            r"\1元", group=1
        ),
        ignores=frozenset(("number",)),
    ),
    Rule(
        "N12", "百分数数字混用", "warn", "confirm", f"{_STD} 4.1",
        "百分数宜写作“{right}”",
        example="完成了二十%，还有百分之80。",
        counter="完成了20%，还有百分之八十。",
        find=pattern(
            r"(?<![一二三四五六七八九十百])([一二三四五六七八九十]{1,3})[%％]|百分之(\d{1,3}(?:\.\d{1,4})?)(?![\d.多余几])",
            lambda found: f"{found[2]}%" if found[2] else _han_percent(found),
        ),
        ignores=frozenset(("number",)),
    ),
    Rule(
        "N13", "同类序数写法不一", "hint", "notice", f"{_STD} 4.3（同类别形式统一）",
        "“{text}”与别处用汉字的同类序数写法不一，宜统一",
        example="入选第29批国家级企业技术中心，入选第二十五批省级企业技术中心。",
        counter="入选第二十九批国家级企业技术中心，入选第二十五批省级企业技术中心。",
        survey=_two_ordinals,
    ),
    Rule(
        "N14", "“二个”", "warn", "confirm", "《现代汉语八百词》：量词前一般用“两”",
        "量词前宜用“{right}”",
        example="新建二个停车场。",
        counter="新建两个停车场，另有十二个在建，分为一、二个批次。",
        find=pattern(
            r"(?<![一二三四五六七八九十百千万亿第零〇、\d])"
            r"二(?=个(?!体)|家(?!庭)|辆|台|座|处(?!理))",
            "两",
        ),
    ),
    Rule(
        "N15", "用了非法定计量单位", "warn", "confirm",
        "国务院关于在我国统一实行法定计量单位的命令",
        "应使用法定计量单位“{right}”",
        example="路面加宽30公分。",
        counter="路面加宽30厘米，办公分区明确。",
        find=pattern(
            r"(?<=\d)(?:公分|公升|立升)",
            lambda found: {"公分": "厘米", "公升": "升", "立升": "升"}[found[0]],
        ),
    ),
    Rule(
        "N16", "单位符号大小写", "warn", "safe", _SI,
        "单位符号应写作“{right}”",
        example="全长12KM。",
        counter="全长12km，型号为KM-3。",
        find=pattern(
            rf"(?<=\d)(?:{'|'.join(sorted(_RIGHT, key=len, reverse=True))})(?![A-Za-z0-9²])",
            lambda found: _RIGHT[found[0]],
        ),
    ),
    Rule(
        "N17", "“平方”“立方”作单位", "warn", "confirm", _SI,
        "面积、体积单位应写全：“{right}”",
        example="新增绿地300平方。",
        counter="新增绿地300平方米，保护区8万平方千米。",
        find=pattern(
            r"(?<=[\d万亿])(平方|立方)(?=[，。；、）的])", r"\1米"
        ),
    ),
    Rule(
        "N30", "时刻用全角冒号", "warn", "confirm", "GB/T 7408—2005 日期和时间表示法",
        "时刻的时、分之间用半角冒号：“{right}”",
        example="会议定于上午8：30召开。",
        counter="服务时间为8:30—17:30，现答复如下：30个站点，图纸比例1：50。",
        find=where("\\d：\\d")(_clock),
    ),
    Rule(
        "N31", "一个数里汉字和阿拉伯数字混用", "warn", "confirm", f"{_STD} 4.3（同一数值形式统一）",
        "同一个数应当统一写法，宜写作“{right}”",
        example="新增三0个泊位。",
        counter="截至2026年，新增三十个泊位，4个街道各5处，五1班有40人。",
        find=where(
            rf"[{_DIGITS}]\d|\d[{_DIGITS}]|\d[年月][一二三四五六七八九十]"
        )(_mixed),
    ),
)  # fmt: skip
