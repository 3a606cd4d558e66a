"""OFD files read as a person reads them; what cannot be read is said in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from ofd_files import grid, lines, ofd, page, text

from drafting.errors import UserError
from drafting.reading import read_bytes, read_lines
from drafting.reading.ofd.page import _deltas
from drafting.reading.pages.paragraphs import Page, Strip
from drafting.reading.scans import lines as ocr

FIXTURES = Path(__file__).parent / "fixtures"
BODY = ["这一段写满了整整一行，没有写完，接着写", "到第二行，写到这里为止。"]
DOCUMENT = "Doc_0/Document.xml"
ENTITIES = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
FIRST_PAGE = "Doc_0/Pages/Page_0/Content.xml"


def texts(data: bytes) -> list[str]:
    return [line.text for line in read_lines(data, "a.ofd")]


def note(data: bytes) -> str:
    return read_lines(data, "a.ofd")[0].note


def test_a_letter_is_read_to_its_fields() -> None:
    data = ofd(
        page(
            text("关于区政协十届五次会议第12号提案的答复", 40, 40, 7), text("普绍平委员：", 28, 60),
            lines(["您提出的《关于停车的提案》收悉，", "现答复如下："], 39.2, 70),
            text("青岚区城市管理局", 120, 120), text("2026年5月18日", 120, 130),
        )
    )  # fmt: skip
    document = read_bytes(data, "答复.ofd")
    assert (document.recipients, document.item_no) == (("普绍平",), "12")
    assert (document.issuers, str(document.date)) == (("青岚区城市管理局",), "2026-05-18")
    assert read_bytes(data, "答复.docx").text == document.text


def test_lines_of_two_pages_join_and_page_numbers_and_running_heads_go() -> None:
    pages = [
        page(text("青岚区公报", 20, 12, 3), lines(BODY, 28, 40), text(f"— {n} —", 100, 288, 4))
        for n in (1, 2)
    ]
    assert [(line.text, line.page_head) for line in read_lines(ofd(*pages), "a.ofd")] == [
        ("青岚区公报", True), ("".join(BODY), False), ("".join(BODY), False),
    ]  # fmt: skip


def test_pages_come_in_the_order_of_the_document_and_objects_by_their_places() -> None:
    first = page(text("下一段。", 28, 60), text("上一段。", 28, 40))
    second = page(text("另一页。", 28, 40))
    assert texts(ofd(first, second)) == ["上一段。", "下一段。", "另一页。"]
    turned = ofd(first, second, document='<ofd:Outlines/>', more={
        "OFD.xml": '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody>'
        "<ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        DOCUMENT: '<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Pages>'
        '<ofd:Page ID="2" BaseLoc="Pages/Page_1/Content.xml"/>'
        '<ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
    })  # fmt: skip
    assert texts(turned) == ["另一页。", "上一段。", "下一段。"]


@pytest.mark.parametrize(
    ("objects", "read"),
    [
        # a run of like distances, single ones, both, and none
        ([text("新建泊位", 28, 40, deltas="g 3 5.6")], ["新建泊位"]),
        ([text("新建泊位", 28, 40, deltas="5.6 g 2 5.6")], ["新建泊位"]),
        ([text("新建泊位", 28, 40, deltas=None)], ["新建泊位"]),
        ([text("新建泊位", 28, 40, deltas="5.6 14 5.6")], ["新建 泊位"]),
        ([text("in 2026 with", 28, 40, deltas="g 11 2.8")], ["in 2026 with"]),
        ([text("Web应用", 28, 40, deltas="5.3 2.5 2.8 5.6")], ["Web应用"]),
        # a character an object, as some programs write
        ([text(char, 28 + 5.6 * n, 40) for n, char in enumerate("新建泊位")], ["新建泊位"]),
        # words set apart by place alone
        ([text("park", 28, 40, deltas="g 3 2.8"), text("up", 41, 40, deltas="2.8")], ["park up"]),
        # the object's own matrix: scaled, moved
        ([text("新建", 28, 40, 1, deltas="1", more='CTM="5.6 0 0 5.6 0 0"'),
          text("泊位", 39.2, 44.6)],
         ["新建泊位"]),
        ([text("新建", 28, 40, more='Visible="false"'), text("泊位", 28, 60)], ["泊位"]),
        ([text("800m", 28, 40, deltas="g 3 2.8"), text("2", 39.2, 38, 2.8), text("完工", 40.6, 40)],
         ["800m²完工"]),
        (["<ofd:PageBlock>" + text("块里的字", 28, 40) + "</ofd:PageBlock>"], ["块里的字"]),
        ([text("竖排的字", 10, 60, deltas=None, y_deltas="g 3 6"), *[lines(BODY, 28, 60)]],
         ["".join(BODY), "竖排的字"]),
    ],
    ids=[*"like single none apart latin wide singly words scaled hidden power block down".split()],
)  # fmt: skip
def test_text_is_put_together_by_its_places(objects: list[str], read: list[str]) -> None:
    assert texts(ofd(page(*objects))) == read


@pytest.mark.parametrize(
    ("given", "deltas"),
    [("g 3 5 7", [5, 5, 5, 7]), ("1 g 2 2.5", [1, 2.5, 2.5]), ("", []), (None, []), ("g 3", []),
     ("g x 5", []), ("1 nan", []), ("g 99999999 1", [1.0] * 10_000), ("g -3 5 1", [1])],
)  # fmt: skip
def test_distances_are_spelled_out(given: str | None, deltas: list[float]) -> None:
    assert _deltas(given) == deltas


def test_what_templates_print_is_read_before_and_behind_the_page() -> None:
    letterhead = page(text("青岚区城市管理局", 60, 30, 9))
    data = ofd(
        page(
            text("正文在此。", 28, 60), before='<ofd:Template TemplateID="90" ZOrder="Background"/>'
        ),
        templates=[letterhead, page(text("没有用到的模板", 28, 90))],
    )
    assert texts(data) == ["青岚区城市管理局", "正文在此。"]


def test_a_drawing_used_by_number_is_read() -> None:
    drawing = (
        '<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016" BaseLoc="Res"><ofd:CompositeGraphicUnits>'
        '<ofd:CompositeGraphicUnit ID="5" Width="9" Height="9"><ofd:Content>'
        + text("图元里的字", 0, 5.6)
        + "</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>"
    )
    data = ofd(
        page(
            '<ofd:CompositeObject ID="6" ResourceID="5" Boundary="28 60 90 9"/>',
            text("上文。", 28, 40),
        ),
        common="<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>",
        more={"Doc_0/PublicRes.xml": drawing},
    )
    assert texts(data) == ["上文。", "图元里的字"]


def test_columns_and_tables_are_read_as_in_a_pdf() -> None:
    left = ["南湖路一带停车难由来已久，经", "多方会商，现将有关办法通知如"]
    left += ["下，请各单位认真贯彻执行，遇", "有问题及时报告。"]
    right = ["各单位要把责任落实到人，按月", "上报进度，区政府督查室随时抽"]
    right += ["查，结果在全区范围内进行通报", "批评或者表扬。"]
    rows = [text(a, 18, 40 + 9 * n, 5) + text(b, 112, 40 + 9 * n, 5)
            for n, (a, b) in enumerate(zip(left, right, strict=True))]  # fmt: skip
    assert texts(ofd(page(*rows))) == ["".join(left), "".join(right)]
    table = page(
        grid([20, 60, 120], [100, 112, 124]), text("单位", 24, 109), text("任务", 64, 109),
        text("区城管局", 24, 121), text("新建泊位", 64, 121),
    )  # fmt: skip
    assert [line.cells for line in read_lines(ofd(table), "a.ofd")] == [
        ("单位", "任务"), ("区城管局", "新建泊位"),
    ]  # fmt: skip


def test_a_page_lying_on_its_side_is_turned() -> None:
    turned = 'CTM="0 1 -1 0 0 0"'
    data = ofd(
        page(
            text("第一行。", 190, 30, more=turned), text("第二行。", 180, 30, more=turned),
        )
    )  # fmt: skip
    assert texts(data) == ["第一行。", "第二行。"]


def test_a_watermark_is_left_out_and_said() -> None:
    aslant = text("内部资料", 60, 150, 12, more='CTM="0.8 -0.6 0.6 0.8 0 0"')
    data = ofd(page(lines(BODY, 28, 40), aslant))
    assert texts(data) == ["".join(BODY)]
    assert note(data) == "略去水印“内部资料”。"


def test_several_documents_are_read_one_after_the_other_and_it_is_said() -> None:
    data = ofd(page(text("正文在此。", 28, 60)), documents=2)
    assert texts(data) == ["正文在此。", "正文在此。"]
    assert note(data) == "文件里有 2 份文档，已依次读入，请核对。"


def test_signatures_annotations_and_attachments_are_not_text() -> None:
    data = ofd(
        page(text("正文在此。", 28, 60)),
        document="<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>"
        "<ofd:Attachments>Attachs/Attachments.xml</ofd:Attachments>",
        more={
            "Doc_0/Signs/Signatures.xml": "<a/>", "Doc_0/Signs/Sign_0/Seal.esl": b"\0\1",
            "Doc_0/Annots/Page_0/Annotation.xml": page(text("批注", 28, 90)),
        },
    )  # fmt: skip
    assert texts(data) == ["正文在此。"]
    assert note(data) == "OFD 文件带有附件，附件没有读入；需要时请另存后单独选择。"


SCAN = '<ofd:ImageObject ID="6" ResourceID="5" Boundary="0 0 210 297"/>'
MEDIA = (
    '<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016" BaseLoc="Res"><ofd:MultiMedias>'
    '<ofd:MultiMedia ID="5" Type="Image"><ofd:MediaFile>scan.png</ofd:MediaFile></ofd:MultiMedia>'
    "</ofd:MultiMedias></ofd:Res>"
)


def scan(*pages: str) -> bytes:
    return ofd(
        *pages,
        common="<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>",
        more={
            "Doc_0/DocumentRes.xml": MEDIA,
            "Doc_0/Res/scan.png": (FIXTURES / "scan.png").read_bytes(),
        },
    )


def test_pages_that_are_pictures_are_recognised_or_the_lack_is_said(monkeypatch) -> None:
    monkeypatch.setattr(ocr, "missing", lambda: None)
    monkeypatch.setattr(
        ocr, "recognise",
        lambda image, timeout: [Page(595, 842, (Strip(f"认出{len(image)}", 60, 160, 60, 76, 16),))],
    )  # fmt: skip
    size = len((FIXTURES / "scan.png").read_bytes())
    assert texts(scan(page(SCAN))) == [f"认出{size}"]
    monkeypatch.setattr(ocr, "missing", lambda: "tesseract-ocr")
    with pytest.raises(UserError, match="请安装软件包 tesseract-ocr"):
        read_bytes(scan(page(SCAN)), "a.ofd")
    mixed = scan(page(lines(BODY, 28, 40)), page(SCAN))
    assert note(mixed) == "第 2 页是扫描的图像，本机未装识别程序，没有读入。"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "文件是空的"),
        (b"PK\x03\x04 cut off", "文件已损坏，或不是 OFD 文件"),
        (b"no zip at all", r"文件已损坏，或不是 \.ofd 文件"),
        (ofd(page(text("字", 28, 60)))[:300], "文件已损坏，或不是 OFD 文件"),
        (ofd(), "^OFD 文件里没有页面。$"),
        (ofd(page()), "^OFD 文件中没有文字。$"),
        (ofd(page(text("字", 28, 60)), more={"OFD.xml": "<a/>"}), "^OFD 文件已损坏，无法打开。$"),
        (ofd(page(text("字", 28, 60)), more={DOCUMENT: b"<broken"}), "^文件已损坏，无法打开。$"),
        (ofd(page(text("字", 28, 60)), more={FIRST_PAGE: b""}), "^OFD 文件已损坏，无法打开。$"),
        (ofd(page(text("字", 28, 60)), more={"Encryptions.xml": "<a/>"}), "^OFD 文件已加密"),
        (ofd(page(text("字", 28, 60)), more={FIRST_PAGE: ENTITIES}),
         "内部结构异常"),
        (ofd(*[page(text("字", 28, 60))] * 501), "^OFD 文件超过 500 页，请拆分后再试。$"),
        (ofd(page(text("字", 28, 60)), more={"bomb": b"\0" * 30_000_000}), "压缩比异常"),
        (ofd(page(text("\ue001\ue002\ue003" * 9, 28, 60))), "^OFD 里的文字编码有误"),
        (ofd(page(text("字", 28, 60)), more={DOCUMENT: ofd.__doc__ or ""}), "已损坏"),
    ],
    ids=["empty", "cut", "text", "half", "pages", "blank", "root", "broken", "page", "locked",
         "entities", "long", "bomb", "garbled", "prose"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_one_clear_line(data: bytes, message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        read_bytes(data, "a.ofd")
    assert "\n" not in caught.value.message


def test_a_lost_page_among_others_is_said() -> None:
    data = ofd(page(text("第一页的字。", 28, 60)), page(text("第二页的字。", 28, 60)),
               more={"Doc_0/Pages/Page_1/Content.xml": b""})  # fmt: skip
    assert texts(data) == ["第一页的字。"]
    assert note(data) == "第 2 页已损坏，没有读入。"


@pytest.mark.parametrize(
    "path", ["../../../../etc/passwd", "/etc/passwd", "..\\..\\x", "http://example.cn/a.xml"]
)
def test_a_path_that_leads_out_of_the_file_leads_nowhere(path: str) -> None:
    data = ofd(page(text("字", 28, 60)), more={
        "OFD.xml": '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody>'
        f"<ofd:DocRoot>{path}</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
    })  # fmt: skip
    with pytest.raises(UserError, match=r"^OFD 文件已损坏，无法打开。$"):
        read_bytes(data, "a.ofd")
