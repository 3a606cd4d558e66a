"""A 密级 line at the head is seen however it is set; words about secrets are none."""

import pytest

from drafting.secrecy import secrecy_mark


@pytest.mark.parametrize(
    ("head", "mark"),
    [
        ("机密★1年", "机密★1年"),
        ("000012\n机密★1年\n特急\n青岚区城市管理局文件", "机密★1年"),
        ("秘密", "秘密"),
        ("秘　密", "秘密"),
        ("绝密★长期", "绝密★长期"),
        ("绝 密 ★ 长 期", "绝密★"),
        ("机密★10年　特急", "机密★10年"),
        ("000012    秘密★5年    加急", "秘密★5年"),
        ("密级：机密", "机密"),
        ("密级和保密期限：秘密★3年", "秘密★3年"),
        ("青岚区科技局文件\n机密\n关于某事项的请示", "机密"),
        ("机密★1年 青岚区科技局关于某事项的请示。区政府：现报告如下。", "机密★1年"),
        ("№ 000031 秘密", "秘密"),
        ("机密☆", "机密☆"),
    ],
)
def test_a_mark_at_the_head_is_seen(head: str, mark: str) -> None:
    assert secrecy_mark(f"{head}\n薄望舒委员：\n现答复如下。".split("\n")) == mark


@pytest.mark.parametrize(
    "text",
    [
        "关于加强商业秘密保护的提案的答复\n薄望舒委员：\n保守国家秘密，人人有责。",
        "青岚区国家保密局\n关于机密文件管理的通知\n各单位：\n绝密、机密、秘密三级。",
        "密级：公开\n关于停车的答复\n现答复如下。",
        "关于停车的答复\n正文第一句。\n秘密",
        "封面应标注“机密★1年”字样的文件，按规定办理",
        "",
    ],
)
def test_words_about_secrets_are_no_mark(text: str) -> None:
    assert secrecy_mark(text.split("\n")) is None
