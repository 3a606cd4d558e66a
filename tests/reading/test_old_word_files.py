"""Old Word files and RTF, by way of LibreOffice: notes, forms, and what cannot be read rightly."""

import pytest
from word_package import NS

from drafting.errors import UserError
from drafting.programs import libreoffice
from drafting.reading import read_bytes, read_lines
from drafting.reading.plain.mojibake import is_garbled
from drafting.reading.word import legacy

needs_office = pytest.mark.skipif(not libreoffice.available(), reason="没有 LibreOffice，跳过")
LINE = "全区新增停车泊位三千余个，其中路外停车场十二处，下一步将继续推进停车设施建设。"


def rtf(body: str, head: str = "\\ansicpg936", font: str = "\\fcharset134 SimSun") -> bytes:
    escaped = "".join(
        one if ord(one) < 128 else "".join(f"\\'{byte:02x}" for byte in one.encode("gb18030"))
        for one in body
    )
    return f"{{\\rtf1\\ansi{head}\\deff0{{\\fonttbl{{\\f0\\fnil{font};}}}}\\f0 {escaped}}}".encode()


def lines(data: bytes, name: str = "来文.rtf") -> list[str]:
    return [line.text for line in read_lines(data, name)]


def box(ticked: int, by_default: int) -> str:
    state = f"\\fftype1\\ffres{ticked}\\ffdefres{by_default}"
    return f"{{\\field{{\\*\\fldinst FORMCHECKBOX {{\\*\\formfield{{{state}}}}}}}{{\\fldrslt }}}}"


def note(text: str, kind: str = "") -> str:
    return f"{{\\super\\chftn}}{{\\footnote{kind}\\pard\\plain\\f0\\chftn {text}}}"


END = "\\ftnalt"
FORM = (
    f"对办理结果：{box(1, 0)}满意{box(0, 1)}不满意\\par "
    f"现有泊位3260个{note('区统计局。')}，其中新增480个{note('含在建。', END)}。\\par "
    "{\\v 看不见的字}{\\deleted 删去的字}看得见的字\\par"
)


@pytest.mark.office
@needs_office
def test_forms_notes_and_hidden_text_of_an_rtf_file():
    assert lines(rtf(FORM)) == [
        "对办理结果：☑满意☐不满意",
        "现有泊位3260个，其中新增480个。",
        "注[1]（现有泊位3260个）：区统计局。",
        "尾注[i]（其中新增480个）：含在建。",
        "看得见的字",
    ]


@pytest.mark.office
@needs_office
def test_notes_and_forms_of_a_doc_file_are_those_of_the_rtf_file():
    made = libreoffice.convert({"form.rtf": rtf(FORM)}, "doc", timeout=60)["form"]
    assert lines(made, "来文.doc") == lines(rtf(FORM))


@pytest.mark.office
@needs_office
def test_fields_that_libreoffice_drops_are_said_to_be_unread_in_a_note():
    equation = "是否满意：{\\field{\\*\\fldinst EQ \\\\o\\\\ac(□,√)}{\\fldrslt }}是\\par"
    (line,) = read_lines(rtf(equation), "a.rtf")
    assert line.text == "是否满意：是"
    assert line.note == "带圈字符、公式等（EQ 域）没有读出，请与原件核对。"


def test_such_fields_are_found_in_the_bytes_of_either_format():
    wide = "\x13 EQ \\f(1,2)\x15".encode("utf-16-le")
    assert all(
        map(legacy._EQ_FIELD.search, (wide, b"\x13 EQ \\f(1,2)\x15", b"{\\fldinst  EQ \\f}"))
    )
    assert not any(map(legacy._EQ_FIELD.search, (b"\x13 SEQ 1\x15", b"{\\fldinst SEQ x}", b"EQ 1")))


@pytest.mark.office
@needs_office
@pytest.mark.parametrize(
    ("head", "font"),
    [
        ("\\ansicpg1252", "\\fcharset0 Arial"),
        ("", " SimSun"),
        ("\\ansicpg1251", "\\fcharset204 Arial"),
        ("\\ansicpg950", "\\fcharset136 MingLiU"),
    ],
)
def test_an_rtf_file_in_the_wrong_character_set_is_refused_with_that_reason(head, font):
    with pytest.raises(UserError, match="读出来是乱码") as caught:
        read_bytes(rtf(f"关于停车管理的报告\\par {LINE}\\par", head, font), "来文.rtf")
    assert caught.value.field == "来文.rtf"


def test_flat_word_xml_is_read_as_the_package_is():
    body = "<w:body><w:p><w:r><w:t>关于停车管理的报告</w:t></w:r></w:p></w:body>"
    package = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package'
        ' xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part'
        ' pkg:name="/_rels/.rels" pkg:contentType="application/vnd.openxmlformats-package.'
        'relationships+xml"><pkg:xmlData><Relationships xmlns="http://schemas.openxmlformats.org/'
        'package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
        '</Relationships></pkg:xmlData></pkg:part><pkg:part pkg:name="/word/document.xml"'
        ' pkg:contentType="application/vnd.openxmlformats-officedocument.wordprocessingml.'
        f'document.main+xml"><pkg:xmlData><w:document {NS}>{body}</w:document></pkg:xmlData>'
        "</pkg:part></pkg:package>"
    )
    assert lines(package.encode(), "来文.xml.doc") == ["关于停车管理的报告"]


@pytest.mark.office
@needs_office
def test_word_2003_xml_is_read():
    old = (
        '<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument'
        ' xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:p><w:r>'
        "<w:t>关于停车管理的报告</w:t></w:r></w:p></w:body></w:wordDocument>"
    )
    assert lines(old.encode(), "来文.doc") == ["关于停车管理的报告"]


@pytest.mark.parametrize(
    ("shown", "written"),
    [
        *(("latin-1", "gb18030"), ("cp1251", "gb18030"), ("big5", "gb18030"), ("cp932", "gb18030")),
        *(("latin-1", "utf-8"), ("gb18030", "utf-8"), ("mac_roman", "gb18030")),
    ],
)
def test_chinese_shown_in_another_encoding_is_garbled(shown, written):
    assert is_garbled(["Report 2026", LINE.encode(written).decode(shown, "replace")])


@pytest.mark.parametrize(
    "text",
    [
        LINE,
        "2026年6月18日",
        "薄望舒、嵇康、鲜于枢、濮阳翀、亓官骞、闾丘衍",
        "Настоящий документ определяет порядок предоставления государственных услуг",
        "La présente décision établit les modalités d’accès à l’élève déjà inscrit",
        "Ελληνικά κείμενα για δοκιμή του προγράμματος ανάγνωσης",
        "日本語の文書を読み込むテストです。カタカナもあります",
        "한국어 문서를 읽는 시험입니다",
        "① ② ③ ④ ⑤ ⑥ ⑦ ⑧ ☑ ☐ √ ×",
        "是否满意？是否面商？是否公开？",
    ],
)
def test_text_in_its_own_characters_is_not(text):
    assert not is_garbled([text])


def test_text_of_which_a_third_is_lost_to_question_marks_is_garbled():
    assert is_garbled(["????2026?6?18?", "?????"])
    assert is_garbled(["\ufffd\ufffd\ufffd\ufffd关于\ufffd\ufffd"])
    assert not is_garbled(["办理结果：满意？基本满意？不满意？请在相应的框内打勾，谢谢您的支持！"])
