"""``drafting doctor``: what this machine has and lacks, and the package that provides it."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from casework import jobs
from casework.notices.channels import fault, form_name
from casework.people import sealing, second_factor, secret
from casework.procedure import ratings
from casework.sign_on.provider import Provider
from casework.sign_on.settings import check
from casework.systems import packages
from casework.webhooks import hooks
from corpus.importing import uploads
from desk.local_model.door import Door
from desk.prints import ofd
from drafting.errors import UserError
from drafting.reading.scans.engines import rapid, tesseract
from service.steps import STEPS
from service.working import ALL
from storage import Migration, connect, database
from storage.backups.backup import DATABASES, check_integrity
from storage.backups.daily import backup_folder, backups
from storage.configuration import FILE_NAME, Configuration, load
from storage.connection import connect_reading, is_there
from storage.engine import Connection
from storage.log import audit, heads
from storage.originals import of
from storage.originals.cleaning import state
from storage.originals.places import referenced, still_inside
from storage.tables.schema import differences

_MIN_PYTHON = (3, 11)
_OLD_DAYS = 3
_FONTS = ("方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "Times New Roman")
_TOOLS = (
    ("soffice", "LibreOffice", ".doc/.wps/.rtf/.odt 读取、PDF 下载", "libreoffice-writer-nogui"),
    ("prlimit", "内存限制", "打开来历不明的 PDF、旧版 Word 文件时限制内存，", "util-linux"),
    ("pdftoppm", "poppler", "PDF 转图片（测试用）", "poppler-utils"),
)


@dataclass(frozen=True, slots=True)
class Result:
    """One examined item; what is ``optional`` may be missing."""

    name: str
    ok: bool
    detail: str
    optional: bool = False


def examine(data_folder: Path) -> list[Result]:
    """Examine the interpreter, libraries, data, backups, and what is optional.

    What is configured is looked at where the configuration can be read.
    """
    chosen, wrong = _loaded(data_folder)

    def configured(
        *looks: Callable[[Configuration, Path], Iterator[Result]],
    ) -> Iterator[Result]:
        if chosen is not None:
            for look in looks:
                yield from look(chosen, data_folder)

    return [
        _python(),
        _sqlite(),
        *_libraries(),
        _folder(data_folder),
        _configuration(data_folder, wrong),
        *configured(_channels, _model, _sign_on, _heads),
        *_databases(data_folder),
        *_logs(data_folder),
        *_rights(data_folder),
        *keys(data_folder),
        *configured(_originals),
        *_work(data_folder),
        *_backups(chosen or Configuration(), data_folder),
        *(_tool(*tool) for tool in _TOOLS),
        *configured(_ofd),
        _recognition(),
        *_fonts(),
    ]


def _python() -> Result:
    version = ".".join(map(str, sys.version_info[:3]))
    ok = sys.version_info >= _MIN_PYTHON
    return Result("Python", ok, version if ok else f"{version}，需要 3.11 或更高版本")


def _sqlite() -> Result:
    db = sqlite3.connect(":memory:")
    try:
        db.execute("CREATE VIRTUAL TABLE probe USING fts5(text, content='')")
    except sqlite3.OperationalError:
        return Result("SQLite", False, f"{sqlite3.sqlite_version}，缺少 FTS5 全文检索")
    finally:
        db.close()
    return Result("SQLite", True, f"{sqlite3.sqlite_version}，有 FTS5")


def _folder(data_folder: Path) -> Result:
    place = data_folder if data_folder.exists() else data_folder.resolve().parent
    if not place.exists() or not os.access(place, os.W_OK):
        return Result("数据目录", False, f"{data_folder} 不可写")
    free = shutil.disk_usage(place).free // (1024 * 1024)
    return Result("数据目录", free >= 100, f"{data_folder}，剩余空间 {free} MB")


def _databases(data_folder: Path) -> Iterator[Result]:
    try:
        url = database.url_of(data_folder)
    except UserError:
        return  # Said with the configuration.
    for name in DATABASES:
        path = data_folder / name
        try:
            there = is_there(path)
        except UserError as error:
            yield Result(f"数据库 {name}", False, error.message)
            continue
        if there:
            # PostgreSQL looks after its own pages; what is in them is asked as of a file.
            wrong = (None if url else check_integrity(path)) or _altered(path, STEPS[name])
            detail = "完整" if wrong is None else f"{wrong}；请用 drafting restore 恢复最近的备份"
            yield Result(f"数据库 {name}", wrong is None, detail)


def _logs(data_folder: Path) -> Iterator[Result]:
    """Whether each log holds together, its triggers too, in a database of whatever version."""
    for part, name in heads.PARTS.items():
        path = data_folder / f"{part}.db"
        try:
            if not is_there(path):
                continue
            with closing(connect_reading(path)) as db:
                found = audit.verify(db)
        except (sqlite3.DatabaseError, UserError):
            continue  # Damaged, locked, or older than its log: said of the database.
        said = f"校验通过，{found.count} 条" if not found.faults else "；".join(found.faults[:5])
        yield Result(f"操作日志（{name}）", not found.faults, said)


def _seen(path: Path) -> Connection:
    """Open a database to look at it; a file is not written to, whoever looks."""
    if database.url_of(path.parent):
        return connect(path)
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    return db


def _work(data_folder: Path) -> Iterator[Result]:
    """What waits behind the pages: how much, whether anybody does it, what went wrong last."""
    path = data_folder / "casework.db"
    try:
        if not is_there(path):
            return
        with closing(_seen(path)) as db:
            found, late = jobs.counts(db), jobs.idle(db, dt.datetime.now(dt.UTC))
            last = [(kind.title, jobs.newest(db, kind.name)) for kind in ALL]
    except (sqlite3.Error, UserError):
        return  # Said with the databases: damaged, gone, or not yet of this version.
    titles = {kind.name: kind.title for kind in ALL}
    said = [
        f"{titles.get(one.kind, one.kind)}等待 {one.waiting} 件、正在做 {one.running} 件"
        for one in found
    ]
    if late:
        names = "、".join(titles.get(one.kind, one.kind) for one in late)
        said.append(f"{names}久等没有人做，请启动服务，或 drafting work")
    said += [
        f"{title}最近一次没有办成：{one.reason}"
        for title, one in last
        if one is not None and one.state == "failed"
    ]
    yield Result("后台工作", not late, "；".join(said) or "没有等待的")


def _altered(path: Path, steps: Sequence[Migration]) -> str | None:
    """What somebody changed in the tables of a sound database of this program's version."""
    try:
        with closing(connect_reading(path)) as db:
            if db.execute("PRAGMA user_version").fetchone()[0] != len(steps):
                return None  # A former one is upgraded at the next start, a newer one refused.
            return "、".join(differences(db, steps)) or None
    except sqlite3.OperationalError:
        return None  # Locked, or no right to read: the rights are distinguished.


def _libraries() -> Iterator[Result]:
    """The libraries as the package itself names them, from the metadata of what is installed."""
    needed = [re.split(r"[<>=!~;\[ ]", line, maxsplit=1)[0] for line in _needed()]
    lacking = [name for name in needed if not _is_installed(name)]
    detail = f"缺 {'、'.join(lacking)}；请重新安装程序" if lacking else f"{len(needed)} 个，齐全"
    yield Result("程序库", not lacking, detail)


def _needed() -> list[str]:
    try:
        lines = metadata.requires("reply-drafting-assistant") or []
    except metadata.PackageNotFoundError:
        return []
    return [line for line in lines if "extra ==" not in line]


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _loaded(data_folder: Path) -> tuple[Configuration | None, str]:
    """Return the configuration, or why it cannot be read."""
    file = database.file_of(data_folder)
    own = file == data_folder / FILE_NAME
    try:
        return load(data_folder, None if own else file), ""
    except UserError as error:
        return None, error.message


def _configuration(data_folder: Path, wrong: str) -> Result:
    if wrong:
        return Result("配置", False, wrong)
    file = database.file_of(data_folder)
    called = FILE_NAME if file == data_folder / FILE_NAME else str(file)
    return Result(
        "配置", True, f"{called} 可用" if file.exists() else f"没有 {called}，全部用默认值"
    )


def _heads(chosen: Configuration, data_folder: Path) -> Iterator[Result]:
    """Whether the logs could be proved against something that is kept elsewhere."""
    kept = [one for one in (chosen.log.heads_file, chosen.log.heads_syslog) if one]
    said = f"每天抄存到 {'、'.join(kept)}" if kept else "没有每天抄存到别处（log.heads_file）"
    yield Result("日志校验值", bool(kept), said, optional=True)


def _channels(chosen: Configuration, data_folder: Path) -> Iterator[Result]:
    """The channels for messages; nothing is sent, and none need be configured."""
    for channel in chosen.channels:
        why = fault(channel, chosen, data_folder)
        said = why or f"{form_name(channel)}，配置齐全；试发：drafting notify --test {channel.name}"
        yield Result(f"消息渠道 {channel.name}", not why, said)


def _model(chosen: Configuration, data_folder: Path) -> Iterator[Result]:
    """Whether the local model answers; nothing is asked of it, and none need be configured."""
    model = chosen.model
    if not model.url:
        return
    try:
        said = Door(model, data_folder).first_model()
    except UserError as error:
        yield Result("本地模型", False, error.message)
    else:
        yield Result("本地模型", True, f"{model.url} 可用，模型 {model.name or said}")


def _sign_on(chosen: Configuration, data_folder: Path) -> Iterator[Result]:
    """The office's own sign-on, where it is configured: it is asked what it says of itself."""
    if not chosen.oidc.issuer:
        return
    try:
        check(chosen, data_folder)
        fault = Provider(chosen.oidc, data_folder).look()
    except UserError as error:
        fault = error.message
    yield Result("统一登录", not fault, fault or f"{chosen.oidc.issuer}，应答正常")


def _originals(chosen: Configuration, data_folder: Path) -> Iterator[Result]:
    """The files that rows name by their digest: whether the store answers and has them."""
    there = [name for name in DATABASES if is_there(data_folder / name)]
    if not there:
        return
    needed: frozenset[str] = frozenset()
    inside = 0
    for name in there:
        try:
            with closing(connect_reading(data_folder / name)) as db:
                needed |= referenced(db, name)
                inside += still_inside(db, name)[1]
        except sqlite3.Error:
            return  # Said with the databases: damaged, or not yet of this version.
    store = of(data_folder)
    try:
        found = state(store, needed)
    except UserError as error:
        yield Result("原件", False, f"{store.place}：{error.message}")
        return
    held = f"{store.place}，{found.count} 个，共 {found.size >> 20} MB"
    lost = f"缺失 {len(found.missing)} 个，损坏 {len(found.damaged)} 个（共核对 {found.read} 个）"
    whole = not found.missing and not found.damaged
    said = "齐全" if whole else f"{lost}；请用 drafting restore 恢复最近的备份"
    yield Result("原件", whole, f"{held}，{said}")
    if inside:
        more = f"还有 {inside >> 20} MB 在数据库里，可用 drafting originals move 移出"
        yield Result("数据库里的原件", False, more, optional=True)


def _rights(data_folder: Path) -> Iterator[Result]:
    """Files that another user made (root, by a restore) stop the service at its next write."""
    present = [data_folder / name for name in DATABASES if (data_folder / name).exists()]
    foreign = [path.name for path in present if not os.access(path, os.R_OK | os.W_OK)]
    owners = {path.stat().st_uid for path in (*present, data_folder) if path.exists()}
    if foreign:
        yield Result("读写权限", False, f"当前用户不能读写 {'、'.join(foreign)}")
    elif len(owners) > 1:
        yield Result("读写权限", False, "数据文件属于不同的用户，请用 chown 改为运行服务的用户")
    for name in (secret.NAME, sealing.FILE):
        key = data_folder / name
        if os.name != "nt" and key.exists() and key.stat().st_mode & 0o077:
            yield Result("登录密钥", False, f"其他用户可以读取 {name}，请用 chmod 600 收紧")


def keys(data_folder: Path) -> Iterator[Result]:
    """What was sealed or made by a key that is not here: on a machine whose folder came without."""
    path = data_folder / "casework.db"
    made = (data_folder / secret.NAME).exists()
    try:
        if not is_there(path):
            return
        with closing(connect_reading(path)) as db:
            factors, hooked = second_factor.unreadable(db), hooks.unreadable(db)
            signed = packages.unreadable(db)
            key = secret.secret_key(data_folder) if made else b""
            linked = ratings.of_another_key(db, key, dt.datetime.now(dt.UTC))
    except (sqlite3.Error, UserError):
        return  # Said with the databases: damaged, or not yet of this version.
    lost = f"的密钥读不出（{sealing.FILE} 不在或已换过）；放回原来的文件，"
    if factors:
        said = f"{'、'.join(factors)} {lost}或用 drafting user forget-factor 取消"
        yield Result("验证码", False, said)
    if hooked:
        yield Result("外部通知", False, f"{'、'.join(hooked)} {lost}或更换各系统的签名密钥")
    if signed:
        yield Result("交换密钥", False, f"{'、'.join(signed)} {lost}或与对方重新约定")
    if linked:
        said = f"{linked} 个不是用本机的 {secret.NAME} 生成的（不在或已换过）；发出去的仍然可用，"
        yield Result("评价链接", False, said + "放回原来的文件以前不能再印")


_BESIDE = (
    *(secret.NAME, sealing.FILE, "config.toml", "words.toml", "*.csv", "profiles"),
    *("files", "waiting", uploads.FOLDER),
)


def beside(data_folder: Path) -> list[str]:
    """Return what of the office stands in the data folder beside its databases: who moves to
    another machine takes it along."""
    found = sorted({path.name for one in _BESIDE for path in data_folder.glob(one)})
    return [name for name in found if _holds(data_folder / name)]


def _holds(path: Path) -> bool:
    return path.is_file() or any(one.is_file() for one in path.rglob("*"))


def _backups(chosen: Configuration, data_folder: Path) -> Iterator[Result]:
    try:
        if not any(is_there(data_folder / name) for name in DATABASES):
            return
    except UserError:
        return  # Said with the databases.
    found = backups(backup_folder(data_folder, chosen.backup))
    if not found:
        yield Result("每日备份", False, "还没有；服务运行时每天自动备份", optional=True)
        return
    time, path = found[-1]
    age = (dt.datetime.now() - time).days
    detail = f"{len(found)} 份，最近 {time:%Y-%m-%d %H:%M}，在 {path.parent}"
    yield Result("每日备份", age < _OLD_DAYS, detail + ("" if age < _OLD_DAYS else "；已过期"))


def _tool(command: str, name: str, purpose: str, package: str) -> Result:
    found = shutil.which(command)
    detail = found or f"没有安装；{purpose}需要它（Debian/Ubuntu 软件包 {package}）"
    return Result(name, bool(found), detail, optional=True)


def _ofd(chosen: Configuration, data_folder: Path) -> Iterator[Result]:
    """The office's own converter to OFD, tried with a page; nothing where it has none."""
    if ofd.is_configured(chosen.ofd):
        why = ofd.try_out(chosen.ofd)
        yield Result("OFD 转换", not why, why or "试转换成功，文字一致")


def _recognition() -> Result:
    """Scanned PDF files and images want an engine: RapidOCR where installed, or tesseract."""
    engines: list[str] = []
    remarks: list[str] = []
    if rapid.is_installed():
        found = engines if rapid.works() else remarks
        found.append("RapidOCR（中文、英文）" if rapid.works() else "RapidOCR 已安装但不能运行")
    lacking = tesseract.missing()
    if lacking is None:
        spoken = "、".join(sorted(tesseract.languages("tesseract")))
        engines.append(f"tesseract（{spoken}）")
    else:
        remarks.append(f"tesseract 读取扫描件和图片需要软件包 {lacking}")
    if not engines:
        return Result("文字识别", False, f"没有安装；{'；'.join(remarks)}", optional=True)
    used = "，先用前者" if len(engines) > 1 else ""
    return Result("文字识别", True, "；".join(["、".join(engines) + used, *remarks]), optional=True)


def _fonts() -> Iterator[Result]:
    """Fonts matter only where this machine itself turns Word files into PDF."""
    listing = _installed_fonts()
    if listing is None:
        yield Result("字体", False, "无法列出字体（缺 fontconfig）", optional=True)
        return
    missing = [font for font in _FONTS if font not in listing]
    detail = (
        "公文字体齐全" if not missing else f"缺 {'、'.join(missing)}；本机转 PDF 时以相近字体代替"
    )
    yield Result("字体", not missing, detail, optional=True)


def _installed_fonts() -> str | None:
    command = shutil.which("fc-list")
    if command is None:
        return None
    done = subprocess.run([command, ":", "family"], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None
