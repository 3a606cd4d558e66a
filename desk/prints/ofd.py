"""A paper as OFD (GB/T 33190-2016), by the office's own converter: a program, or a service nearby.

This program writes no OFD: a seal, an archive and the state's own readers ask for what a certified
converter makes. What comes back is looked at before it is given to anybody: that it is an OFD, and
that it says what the paper says.
"""

from __future__ import annotations

import io
import ipaddress
import shlex
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import docx

from casework.notices.addresses import Allowed
from casework.notices.posting import Limits, Request, post
from desk.handing_in import handed_in
from drafting.errors import UserError
from drafting.papers.plain.lines import Line
from drafting.programs.running import TooSlow, find_program, run_program
from drafting.programs.workers import SOON, How
from storage.configuration import Ofd

MOST_BYTES = 64 * 1024 * 1024

_NONE = (
    "没有配置 OFD 转换程序，不能生成 OFD。请管理员在 config.toml 的 [ofd] 里填写本单位的转换程序或"
    "内网的转换服务；也可以先下载 Word 文件或 PDF，在版式软件里转换。"
)
_INSTEAD = "请告诉管理员，或先下载 Word 文件、PDF，在版式软件里转换。"
_MEMORY_MB = 2048
_HEAD_BYTES = 4
_TRIED = "关于试转换版式文件的函"
_NEARBY = tuple(
    ipaddress.ip_network(one)
    for one in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7")
)
_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def is_configured(chosen: Ofd) -> bool:
    """Whether the office has said what turns a paper into OFD."""
    return bool(chosen.command.strip() or chosen.url.strip())


def fault(chosen: Ofd) -> str:
    """Say what is wrong with the configuration itself, in a user's words; nothing where it fits."""
    if chosen.command.strip() and chosen.url.strip():
        return "ofd.command 和 ofd.url 只能填一项"
    if chosen.url.strip():
        return "" if urlsplit(chosen.url).hostname else "ofd.url 写得不对"
    try:
        words = shlex.split(chosen.command)
    except ValueError:
        return "ofd.command 的引号不成对"
    if words and not all(any(mark in word for word in words) for mark in ("{in}", "{out}")):
        return "ofd.command 里要有 {in} 和 {out}"
    if words and find_program(words[0]) is None:
        return f"找不到 ofd.command 的程序“{words[0]}”，或者它不能运行"
    return ""


def make_ofd(paper: bytes, chosen: Ofd, how: How) -> bytes:
    """Return the OFD of a paper. Raises :class:`UserError` that says why there is none, and what
    to do instead."""
    if not is_configured(chosen):
        raise UserError(_NONE)
    if said := fault(chosen):
        raise UserError(f"OFD 转换的配置有误：{said}。{_INSTEAD}")
    given = paper
    if chosen.takes == "pdf":
        given = handed_in.to_pdf(paper, archival=False, how=how)
    if how.waiting:
        how.waiting(0)
    try:
        made = (_run if chosen.command.strip() else _post)(given, chosen)
    except TooSlow:
        raise UserError(f"OFD 转换超过 {chosen.seconds} 秒，已停止。{_INSTEAD}") from None
    _check(made, paper)
    return made


def _run(given: bytes, chosen: Ofd) -> bytes:
    """Have the office's program do it, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="drafting-ofd-") as name:
        folder = Path(name)
        source, target = folder / f"paper.{chosen.takes}", folder / "paper.ofd"
        source.write_bytes(given)
        command = [
            word.replace("{in}", str(source)).replace("{out}", str(target))
            for word in shlex.split(chosen.command)
        ]
        done = run_program(command, timeout=chosen.seconds, memory_mb=_MEMORY_MB, folder=folder)
        if done.code or not target.is_file():
            raise UserError(f"OFD 转换程序没有转换成（退出码 {done.code}）。{_INSTEAD}")
        if target.stat().st_size > MOST_BYTES:
            raise UserError(f"OFD 转换程序的结果超过 64 MB，没有收下。{_INSTEAD}")
        return target.read_bytes()


def _post(given: bytes, chosen: Ofd) -> bytes:
    """Have the service do it: nothing leaves for an address that is not the office's own."""
    split = urlsplit(chosen.url)
    request = Request("POST", chosen.url, {"Content-Type": _TYPES[chosen.takes]}, given)
    allowed = [Allowed(split.hostname or "", split.port or 0, _NEARBY)]
    limits = Limits(chosen.seconds, chosen.seconds, MOST_BYTES)
    try:
        return post(request, allowed, limits=limits)
    except UserError as error:
        said = error.message.rstrip("。")
        raise UserError(f"OFD 转换服务没有转换成：{said}。{_INSTEAD}") from None


def try_out(chosen: Ofd) -> str:
    """Have a page of our own converted; return why that failed, or nothing."""
    stream = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(_TRIED)
    document.save(stream)
    try:
        make_ofd(stream.getvalue(), chosen, SOON)
    except UserError as error:
        return error.message
    return ""


# ------------------------------------------------------------------ what came back


def _check(made: bytes, paper: bytes) -> None:
    """Raise :class:`UserError` where ``made`` is no OFD, or says something else than the paper."""
    if made[:_HEAD_BYTES] != b"PK\x03\x04":
        raise UserError(f"转换程序给出的不是 OFD 文件，没有收下。{_INSTEAD}")
    try:
        shown = _said(handed_in.read_all_lines(made, "paper.ofd"))
    except UserError as error:
        raise UserError(f"转换出的 OFD 读不出来，没有收下：{error.message}{_INSTEAD}") from None
    wanted = _said(handed_in.read_all_lines(paper, "paper.docx"))
    if said := difference(wanted, shown):
        raise UserError(f"转换出的 OFD 与文稿不一致，没有收下：{said}。{_INSTEAD}")


def _said(lines: Sequence[Line]) -> list[str]:
    return [line.text for line in lines]


def difference(wanted: Sequence[str], shown: Sequence[str]) -> str:
    """Say in what the Chinese text of an OFD differs from the paper's; nothing where it does not.

    Lines may be broken and cells ordered otherwise, and page numbers come and go: what is compared
    is how often each Chinese character is there.
    """
    ours, theirs = "".join(map(_han, wanted)), "".join(map(_han, shown))
    if not theirs:
        return "里面没有文字"
    missing, extra = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
    if missing:
        where = next((one for one in wanted if set(_han(one)) & missing.keys()), "")
        return f"少了{missing.total()}个字（如“{''.join(missing)[:6]}”，在“{where[:16]}”一段）"
    if extra:
        return f"多了{extra.total()}个字（如“{''.join(extra)[:6]}”）"
    return ""


def _han(text: str) -> str:
    return "".join(char for char in text if "\u3400" <= char <= "\u9fff" or char > "\uffff")
