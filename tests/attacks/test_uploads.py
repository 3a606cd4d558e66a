"""Files that are small and unpack to much: each is refused, with the bound that it passes."""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from attack_fakes import PROPOSAL
from shared_data import SHARED
from werkzeug.test import TestResponse

from casework import Casework
from corpus import EVERYTHING, Archive
from corpus.importing import jobs, plan
from corpus.importing.importer import import_paths
from desk.exchange.packages import manifest
from desk.handing_in import handed_in
from drafting.errors import UserError
from drafting.programs import workers
from drafting.reading import archive_guard, bounds, read_lines
from drafting.reading.sheets.ledger import read_ledger
from drafting.reading.sheets.rows import sheet_rows
from drafting.returning.edited import read_edited
from web import create_app

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
X = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def packed(parts: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)
        # A stored part beside it keeps the ratio of the whole everyday.
        out.writestr(zipfile.ZipInfo("media/x.bin"), bytes(range(256)) * 1600)
    return stream.getvalue()


def word(body: str) -> bytes:
    relation = f"<Relationship Id='r' Type='{OFFICE}/officeDocument' Target='word/document.xml'/>"
    return packed(
        {
            "[Content_Types].xml": f"<Types><Override ContentType={quoteattr(TYPE)}/></Types>",
            "_rels/.rels": f"<Relationships xmlns='{RELATIONS}'>{relation}</Relationships>",
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        }
    )


def workbook(sheet: str, strings: str = "") -> bytes:
    def relation(number: int, kind: str, target: str) -> str:
        return f"<Relationship Id='r{number}' Type='{OFFICE}/{kind}' Target='{target}'/>"

    sheets = "".join(f"<sheet name='表{n}' r:id='r1'/>" for n in range(3))
    return packed(
        {
            "[Content_Types].xml": f"<Types><Override ContentType={quoteattr(SHEET)}/></Types>",
            "_rels/.rels": f"<Relationships xmlns='{RELATIONS}'>"
            + relation(0, "officeDocument", "xl/workbook.xml")
            + "</Relationships>",
            "xl/workbook.xml": f"<workbook {X} xmlns:r='{OFFICE}'><sheets>{sheets}</sheets>"
            "</workbook>",
            "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{RELATIONS}'>"
            + relation(1, "worksheet", "sheet.xml")
            + relation(2, "sharedStrings", "strings.xml")
            + "</Relationships>",
            "xl/sheet.xml": f"<worksheet {X}><sheetData>{sheet}</sheetData></worksheet>",
            "xl/strings.xml": f"<sst {X}>{strings}</sst>",
        }
    )


ATTRIBUTE = 'a{}="1"'
PARAGRAPH = "<w:p><w:r><w:t>一</w:t></w:r></w:p>"
WORD_FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty paragraphs": (lambda: word("<w:p/>" * 1_500_000), "标记 150 万个，超过 150 万个"),
    "short paragraphs": (lambda: word(PARAGRAPH * 250_010), "标记 150 万个，超过 150 万个"),
    "attributes": (
        lambda: word(f"<w:p {' '.join(map(ATTRIBUTE.format, range(500)))}/>" * 6_001),
        "属性 300 万个，超过 300 万个",
    ),
    "depth": (lambda: word("<w:sdt>" * 300 + "</w:sdt>" * 300), "层次过深"),
    "one endless text": (
        lambda: word(f"<w:p><w:r><w:t>{'字' * 4_000_000}</w:t></w:r></w:p>"),
        "一段文字过长",
    ),
}
PLAIN_FILES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "tags of a page": (
        "页.html",
        lambda: b"<html><body>" + b"<b>" * 600_001,
        "标记 60 万个，超过 60 万个",
    ),
    "lines": ("文.txt", lambda: "一、\n".encode() * 200_001, "文件有 200001 段，超过 20 万段"),
    "characters": (
        "文.txt",
        lambda: ("甲" * 30_000 + "\n").encode() * 101,
        "文件有 303 万字，超过 300 万字",
    ),
    "pages saved as one": (
        "页.mht",
        lambda: b"MIME-Version: 1.0\nContent-Type: text/html\n\n<html>" + b"<i>" * 600_001,
        "标记 60 万个，超过 60 万个",
    ),
}


@pytest.mark.parametrize("name", WORD_FILES)
@pytest.mark.parametrize("read", [lambda data: read_lines(data, "文.docx"), read_edited])
def test_a_word_file_is_refused_before_anything_is_built_of_it(
    name: str, read: Callable[[bytes], object]
) -> None:
    make, message = WORD_FILES[name]
    with pytest.raises(UserError, match=message):
        read(make())


@pytest.mark.parametrize("name", PLAIN_FILES)
def test_other_files_are_refused_with_their_bound(name: str) -> None:
    file, make, message = PLAIN_FILES[name]
    with pytest.raises(UserError, match=message):
        read_lines(make(), file)


def test_a_row_without_end_is_refused_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook("<row>" + "<c/>" * 260_000 + "</row>"))
    with pytest.raises(UserError, match=r"一行里.*超过 20 万个"):
        list(sheet_rows(path))


def test_strings_without_end_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drafting.reading.sheets.xlsx.MOST_STRINGS", 20_000)
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook("", "<si><t>甲</t></si>" * 20_001))
    with pytest.raises(UserError, match="工作簿里的文字超过"):
        list(sheet_rows(path))


def test_a_sheet_named_again_and_again_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(workbook("<row><c t='str'><v>甲</v></c></row>"))
    assert [row.cells for row in sheet_rows(path)] == [["甲"]]


def test_everyday_sizes_pass() -> None:
    """As many tags as a report of 350 pages has."""
    lines = read_lines(word(PARAGRAPH * 50_000), "文.docx")
    assert (len(lines), lines[-1].text) == (50_000, "一")


# ------------------------------------------------------------------ handed in, as a page does


@pytest.fixture(scope="module")
def at_work() -> Iterator[None]:
    if not workers.ABLE:
        pytest.skip("只有 Linux 有工作进程")
    with workers.working("desk.handing_in.handed_in"):
        yield


def sent(tmp_path: Path, name: str, data: bytes) -> TestResponse:
    browser = create_app(tmp_path).test_client()
    page = browser.get("/new").text
    token = page.split('name="csrf" value="')[1].split('"')[0]
    form = {"csrf": token, "text": "我写到一半的话", "file": (io.BytesIO(data), name)}
    return browser.post("/new", data=form, content_type="multipart/form-data")


@pytest.mark.parametrize("name", ["bomb_empty60.docx", "bomb_p60.docx"])
@pytest.mark.usefixtures("at_work")
def test_the_files_found_by_attack_are_refused_at_their_field(tmp_path: Path, name: str) -> None:
    path = SHARED / "cases" / "attacks" / name
    if not path.exists():
        pytest.skip("没有 ../shared/cases/attacks")
    answer = sent(tmp_path, name, path.read_bytes())
    assert answer.status_code == 400
    assert "文件内部结构过于复杂（标记 1000 万个，超过 150 万个的上限）" in answer.text
    assert "我写到一半的话" in answer.text


@pytest.mark.usefixtures("at_work")
def test_what_takes_too_much_memory_is_stopped_in_its_worker(tmp_path: Path) -> None:
    """Just under all bounds of a page: the worker's own limit holds."""
    page = b"<html><body>" + b"<p a=b>x" * 595_000
    answer = sent(tmp_path, "页.html", page)
    assert answer.status_code == 400
    assert "读取文件“页.html”占用内存超过 320 MB 的上限，已停止；请拆分后再试。" in answer.text
    assert "我写到一半的话" in answer.text


@pytest.mark.parametrize(
    "tag", [b"<p a b c d e f>", b"<p/a/b/c/d/e/f>", b"<p a=1 b='2' c d=\"e f\" g h>"]
)
def test_attributes_of_a_page_count_though_they_have_no_value(tag: bytes) -> None:
    page = b"<html>" + (tag + b"x") * 160_000
    bounds.refuse_complex_page(page)
    with pytest.raises(UserError, match="属性 100 万个，超过 100 万个的上限"):
        bounds.refuse_complex_page(page + tag * 10_000)


def test_what_stands_in_a_value_or_beside_the_tags_is_no_attribute() -> None:
    page = b"<p style='a: b; c: d; e: f/g/h' class=MsoNormal> a b c / d e f </p>\n" * 200_000
    bounds.refuse_complex_page(page)


def test_a_process_without_limits_is_never_short() -> None:
    assert not bounds.short_of_memory()


@pytest.mark.parametrize("zip64", [False, True])
def test_the_list_of_a_zip_file_is_counted_before_objects_are_made_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zip64: bool
) -> None:
    monkeypatch.setattr(archive_guard, "MAX_ENTRIES", 40)
    if zip64:
        monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 10)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as out:
        for n in range(41):
            out.writestr(f"{n}.txt", b"PK\1\2")
    # What files hold is not counted, only the list.
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as out:
        for n in range(40):
            out.writestr(f"{n}.txt", b"PK\1\2" * 3)
    archive_guard.open_zip(tmp_path / "b.zip", "压缩包").close()

    def made(*_: object, **__: object) -> None:
        raise AssertionError("made")

    monkeypatch.setattr(archive_guard.zipfile, "ZipFile", made)
    for data in (path, path.read_bytes()):
        with pytest.raises(UserError, match="套着 41 个文件"):
            archive_guard.open_zip(data, "压缩包")


def test_the_head_of_a_table_is_read_by_a_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def ask(job: object, name: str, *args: str, how: object) -> object:
        asked.append(name)
        return job.work(*args)  # type: ignore[attr-defined]

    monkeypatch.setattr(jobs.workers, "ask", ask)
    archive = Archive.open(tmp_path)
    number = jobs.begin(archive, None, "")
    jobs.add_file(archive, number, "表.csv", io.BytesIO("甲,乙\n1,2\n".encode()))
    jobs.run(archive, number)
    view = archive.reader(EVERYTHING)
    (table,) = jobs.unclear(view)
    found = jobs.columns_of(view, table.id)
    assert found is not None and [one.name for one in found[1]] == ["甲", "乙"]
    assert asked == [jobs.COLUMNS_NAME]
    assert handed_in.JOBS[jobs.COLUMNS_NAME] is jobs.COLUMNS


# ------------------------------------------------------------------ where the guard is gone round


def declared_small(method: int) -> bytes:
    """A zip file of some kilobytes whose one part says that it holds a hundred bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as out:
        out.writestr("a.txt", bytes(8 * 1024 * 1024))
    data = bytearray(stream.getvalue())
    for at in (22, data.rfind(b"PK\1\2") + 24):
        data[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_unpacks_without_a_bound_is_not_unpacked(method: int, tmp_path: Path) -> None:
    """45 bytes of bzip2 are 900,000, and zipfile unpacks all that it has read."""
    data = declared_small(method)
    with pytest.raises(UserError, match="请用一般的 zip 方式（Deflate）重新压缩"):
        archive_guard.open_zip(data, "压缩包")
    with pytest.raises(UserError, match="不常用的压缩方式"):
        manifest.open_package(data)
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    outcome = import_paths(Archive.open(tmp_path), [path], processes=0)
    assert ["不常用的压缩方式" in one.reason for one in outcome.failed] == [True]


def test_a_false_size_of_what_is_deflated_unpacks_no_more_than_it_says() -> None:
    container = archive_guard.open_zip(declared_small(zipfile.ZIP_DEFLATED), "压缩包")
    with pytest.raises(UserError):
        archive_guard.read_part(container, "a.txt")


def test_how_much_a_zip_file_holds_is_guessed_without_opening_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as out:
        for n in range(41):
            out.writestr(f"{n}.txt", b"")
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert plan.source(path, "a.zip").items == 41


LEDGERS: dict[str, tuple[str, bytes, str]] = {
    "a line of lists": (
        "台账.jsonl",
        b'{"text": "x", "a": [' + b"[]," * 300_000 + b"[]]}\n",
        "这一行里的值超过 50 万个",
    ),
    "a row of cells": ("台账.csv", b"text,a\nx,y\n" + b"," * 200_001 + b"\n", "台账第3行过长"),
    "a row over many lines": (
        "台账.csv",
        b"text,a\n" + b'"x\n",,,,,,,,,' * 25_000 + b"\n",
        "台账第2行过长",
    ),
    "a line without end": ("台账.csv", b"text,a\n" + b"x" * 5_000_001, "台账第2行过长"),
}


@pytest.mark.parametrize("what", LEDGERS)
def test_a_ledger_whose_one_line_is_all_of_it_is_refused_at_its_line(
    tmp_path: Path, what: str
) -> None:
    name, content, said = LEDGERS[what]
    path = tmp_path / name
    path.write_bytes(content)
    outcome = import_paths(Archive.open(tmp_path), [path], processes=0)
    assert [said in one.reason for one in outcome.failed] == [True]


@pytest.mark.parametrize("date", ["²", "①", "9" * 5_000, "٤٥٢٩٢"])
def test_a_cell_that_only_looks_like_a_number_fails_its_line_alone(
    tmp_path: Path, date: str
) -> None:
    path = tmp_path / "台账.csv"
    path.write_text(f"text,date\n甲,{date}\n乙,45292\n", "utf-8")
    assert [entry.reason[:3] for entry in read_ledger(path)] == ["日期“", ""]


@pytest.mark.usefixtures("at_work")
def test_an_offices_own_template_is_read_and_filled_by_a_worker() -> None:
    """Three headers, each within the bound of a part, are more than a worker may hold."""
    parts = {f"word/header{n}.xml": f"<w:hdr {W}>{'<w:p/>' * 1_400_000}</w:hdr>" for n in range(4)}
    relations = "".join(
        f"<Relationship Id='h{n}' Type='{OFFICE}/header' Target='header{n}.xml'/>" for n in range(4)
    )
    body = "".join(
        f"<w:sectPr><w:headerReference w:type='default' r:id='h{n}'/></w:sectPr>" for n in range(4)
    )
    main = f"<Relationship Id='r' Type='{OFFICE}/officeDocument' Target='word/document.xml'/>"
    data = packed(
        {
            "[Content_Types].xml": f"<Types><Override ContentType={quoteattr(TYPE)}/></Types>",
            "_rels/.rels": f"<Relationships xmlns='{RELATIONS}'>{main}</Relationships>",
            "word/_rels/document.xml.rels": (
                f"<Relationships xmlns='{RELATIONS}'>{relations}</Relationships>"
            ),
            "word/document.xml": (
                f"<w:document {W} xmlns:r='{OFFICE}'><w:body>{body}</w:body></w:document>"
            ),
            **parts,
        }
    )
    with pytest.raises(UserError, match=r"占用内存超过 320 MB 的上限|压缩比异常"):
        handed_in.inspected_template(data, name="模板.docx")


def test_more_files_at_once_than_are_looked_into_are_refused_together(tmp_path: Path) -> None:
    browser = create_app(tmp_path).test_client()
    with Casework.open(tmp_path) as casework:
        matter = casework.create_matter(PROPOSAL)
    for page, kind in (("materials", "来往函件"), ("attachments", "file")):
        path = f"/matters/{matter}/{page}"
        token = browser.get(path).text.split('name="csrf" value="')[1].split('"')[0]
        files = [(io.BytesIO(b"x"), f"{n}.docx") for n in range(31)]
        form = {"csrf": token, "kind": kind, "file": files}
        answer = browser.post(path, data=form, content_type="multipart/form-data")
        assert (answer.status_code, "一次最多选 30 个文件" in answer.text) == (400, True)
