"""Political and social terms (rules Z). Nothing here fixes by itself: a person decides.

Sources: 新华社《新闻阅评动态》第一批禁用词和慎用词 (2015 and its revision of 2016),
and the usage of the two meetings (人大、政协).
"""

from __future__ import annotations

from drafting.checking.engine.rule import Rule, pattern

_LIST = "新华社新闻信息报道中的禁用词和慎用词"
_MEETINGS = "人大、政协会议用语"

_PEOPLE = {"残废人": "残疾人", "瞎子": "盲人", "聋子": "聋人", "弱智儿童": "智力障碍儿童"}
_FIXED = {
    "习近平新时代特色社会主义思想": "习近平新时代中国特色社会主义思想",
    "习近平新时代中国社会主义思想": "习近平新时代中国特色社会主义思想",
    "习近平新时代中国特色社会主义理论": "习近平新时代中国特色社会主义思想",
    "习近平中国特色社会主义思想": "习近平新时代中国特色社会主义思想",
    "习近平新时期中国特色社会主义思想": "习近平新时代中国特色社会主义思想",
    "中国特色社会主义核心价值观": "社会主义核心价值观",
    "以人民为中心的发展理念": "以人民为中心的发展思想",
}

RULES: tuple[Rule, ...] = (
    Rule(
        "Z01", "“一带一路”称“战略”", "error", "confirm", _LIST,
        "“一带一路”宜称“倡议”或“共建‘一带一路’”",
        example="融入“一带一路”战略。",
        counter="融入共建“一带一路”，落实“一带一路”倡议。",
        find=pattern(r"(?<=一带一路”)(?:国家)?战略(?!对接|支点)", "倡议"),
    ),
    Rule(
        "Z02", "“省省委书记”", "error", "confirm", _LIST,
        "“中共”之后宜写作“{right}”",
        example="中共云湖市市委书记到会。",
        counter="中共云湖市委书记到会。",
        find=pattern(
            r"(?<=中共)([一-鿿]{2,8}?)(省省|市市|区区|县县|州州)(?=委)",
            lambda found: found[1] + found[2][0],
        ),
    ),
    Rule(
        "Z03", "对残疾人的不当称谓", "error", "confirm", _LIST,
        "宜作“{right}”",
        example="照顾残废人就业。",
        counter="照顾残疾人就业。",
        # 黑瞎子 is a bear, and an island.
        find=pattern(f"(?<!黑)(?:{'|'.join(_PEOPLE)})", lambda found: _PEOPLE[found[0]]),
    ),
    Rule(
        "Z04", "“村长”“村官”", "warn", "confirm", _LIST,
        "村民委员会的负责人宜作“{right}”",
        example="由村长负责登记。",
        counter="由村民委员会主任负责登记，做好自然村长效管护。",
        find=pattern(r"(?<!自然)(?<!乡)(?<!行政)(?<!农)村长(?![效期远久大度])", "村委会主任"),
    ),
    Rule(
        "Z05", "港澳台与国家并列", "block", "notice", _LIST,
        "不得把香港、澳门、台湾与国家并列，宜作“国家和地区”",
        example="与日本、香港、台湾等国家开展合作。",
        counter="与日本、香港、台湾等国家和地区开展合作。",
        find=pattern(r"(?:香港|澳门|台湾|港澳台)(?:、[一-鿿]{2,6}){0,3}等(?:多个|\d{1,3}个)?国家(?!和地区|（地区）|或地区|级|部委)"),
    ),
    Rule(
        "Z06", "“解放前”“解放后”", "warn", "notice", _LIST,
        "宜用“新中国成立前（后）”或写明年份",
        example="该桥建于解放前。",
        counter="该桥建于1949年以前，“思想解放”前后变化很大。",
        find=pattern(r"(?<!思想)(?<!人民)(?<!得到)解放[前后](?!进)"),
    ),
    Rule(
        "Z07", "固定提法不准确", "block", "confirm", "党的文献的规范提法",
        "规范提法为“{right}”",
        example="坚持以习近平新时代特色社会主义思想为指导。",
        counter="坚持以习近平新时代中国特色社会主义思想为指导。",
        find=pattern("|".join(_FIXED), lambda found: _FIXED[found[0]]),
    ),
    Rule(
        "Z09", "“审议”与“讨论”", "error", "notice", _MEETINGS,
        "人大代表“审议”、政协委员“讨论”或“协商讨论”政府工作报告",
        example="政协委员审议了政府工作报告。",
        counter="人大代表审议了政府工作报告，政协委员讨论了政府工作报告。",
        find=pattern(r"(?:政协|委员们?)(?:分组)?审议了?《?政府工作报告|代表们?(?:分组)?(?:协商|讨论)了?《?政府工作报告"),
    ),
    Rule(
        "Z10", "“普通代表”“父母官”", "warn", "notice", _MEETINGS,
        "不宜用“{text}”",
        example="他是一名普通代表。",
        counter="他是一名人大代表，具有普通代表性。",
        find=pattern(r"普通(?:代表|委员)(?!性)|父母官"),
    ),
)  # fmt: skip
