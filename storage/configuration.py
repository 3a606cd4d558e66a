"""The configuration of a server, read from one TOML file; every key has a default.

The file is ``config.toml`` in the data folder, or the one that ``--config`` or ``DRAFTING_CONFIG``
names. A section is a frozen dataclass below, a key one of its fields, with name, default, meaning
and bounds in one place; ``docs/operations.md`` prints the same table (a test compares). Options on
the command line override the file.
"""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_type_hints

from drafting.errors import UserError

FILE_NAME = "config.toml"
CHANNEL_NAME_MAX = 20


def key(default: Any, meaning: str, *, low: int = 0, high: int = 0, form: str = "") -> Any:
    """A key: its ``meaning`` in Chinese; bounds of a number, or the regular ``form`` of a text."""
    return field(
        default=default, metadata={"meaning": meaning, "low": low, "high": high, "form": form}
    )


@dataclass(frozen=True, slots=True)
class Server:
    """Where the service listens, and what stands before it."""

    host: str = key("127.0.0.1", "监听地址；前面有反向代理时保持不变")
    port: int = key(8000, "端口", low=1, high=65535)
    processes: int = key(
        0,
        "服务进程数；0 表示与处理器核数相同，最多 4；不止一个时另有一个专办费时的",
        low=0,
        high=16,
    )
    threads: int = key(8, "每个进程同时处理的请求数", low=2, high=64)
    proxy: str = key("", "反向代理的地址，如 127.0.0.1；填了才相信它转来的来访者地址和 https")
    public_url: str = key(
        "",
        "提案者用手机打得开的地址，如 https://tian.example.gov.cn；填了才有征询链接和二维码，并须登录",
        form=r"(https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?)?",
    )
    rating_days: int = key(45, "征询链接多少天内有效", low=1, high=365)


@dataclass(frozen=True, slots=True)
class Accounts:
    """Who comes in, and how."""

    required: bool = key(False, "本机使用也要登录；监听其他地址或有反向代理时总是要登录")
    sign_on_header: str = key(
        "",
        "统一登录：反向代理用哪个请求头转来用户名；只信 server.proxy 转来的",
        form=r"[A-Za-z0-9-]*",
    )
    sign_on_new: bool = key(False, "统一登录时没有账号的人自动建立账号，角色为经办")
    second_factor: str = key(
        "chosen",
        "登录时再输手机上的验证码：chosen 各人自己启用，administrators 系统管理必须，all 都必须",
        form="chosen|administrators|all",
    )
    log_days: int = key(730, "操作日志留多少天", low=183, high=36500)


@dataclass(frozen=True, slots=True)
class Oidc:
    """The office's own sign-on by OpenID Connect; without an issuer there is none."""

    issuer: str = key(
        "",
        "统一身份认证平台（OIDC）的地址，与平台自己写的一字不差，如 https://sso.example.gov.cn/realms/a；"
        "须是 https（本机可以 http）；留空即不用",
        form=r"(https?://[^\s?#]+)?",
    )
    client_id: str = key("", "本系统在平台上登记的客户端标识（client_id）", form=r"[!-~]*")
    secret_file: str = key(
        "", "存放客户端密钥的文件（只有服务账号能读）；相对路径从数据目录算起；留空即没有密钥"
    )
    label: str = key("用统一身份登录", "登录页上按钮的文字", form=r".{1,20}")
    scopes: str = key("openid profile", "向平台要哪些信息（scope），用空格隔开", form=r"[!-~ ]*")
    name_claim: str = key(
        "preferred_username", "平台给的哪一项（claim）是本系统的用户名", form=r"[!-~]+"
    )
    unit_claim: str = key("", "平台给的哪一项是单位名称；留空即由管理员填写", form=r"[!-~]*")
    role_claim: str = key(
        "",
        "平台给的哪一项是角色或组，如 groups、realm_access.roles；留空即由管理员给",
        form=r"[!-~]*",
    )
    roles: str = key(
        "",
        "role_claim 的值对应什么角色，用分号隔开，如 tian-clerk=经办；tian-lead=核稿。"
        "写在这里的角色每次登录照平台的增减，没有写的不动",
    )
    new_accounts: bool = key(
        False, "平台上有、本系统没有账号的人自动建立账号，不给角色（role_claim 给的除外）"
    )
    second_factor: str = key(
        "",
        "平台已做第二因素的标志：acr 或 amr 的值，用分号隔开，如 mfa；otp。"
        "平台给出其中之一的，不再要验证码；留空即照 accounts.second_factor 另要",
    )
    passwords: str = key(
        "administrators",
        "谁还可以用本系统的密码登录：administrators 系统管理（平台不通时用），all 所有人，"
        "none 谁也不能",
        form="administrators|all|none",
    )
    address: str = key(
        "",
        "各人打开本系统用的网址，如 https://tian.example.gov.cn，平台登录后转回这里；"
        "留空即照浏览器打开的",
        form=r"(https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?)?",
    )
    hosts: str = key(
        "", "平台另用的主机，用分号隔开，如 keys.example.gov.cn:8443；除此以外只连 issuer 那一个"
    )
    ca_file: str = key(
        "", "平台的证书由单位自己的 CA 签发时，CA 证书文件（PEM）；相对路径从数据目录算起"
    )
    leeway: int = key(60, "与平台的时钟最多相差多少秒", low=0, high=300)


@dataclass(frozen=True, slots=True)
class Database:
    """Where the tables are: without an address in files of the data folder (SQLite)."""

    url: str = key(
        "",
        "PostgreSQL 的地址，如 postgresql://drafting@127.0.0.1:5432/drafting；"
        "留空即用数据目录里的 SQLite，不必另装",
        form=r"(postgres(ql)?://\S+)?",
    )
    password_file: str = key(
        "", "存放数据库密码的文件（只有服务账号能读）；相对路径从数据目录算起；留空即地址里没有密码"
    )


@dataclass(frozen=True, slots=True)
class Backups:
    """The daily backup that the service makes itself."""

    daily: bool = key(True, "服务运行时每天自动备份")
    at: str = key("01:30", "备份时刻，24 小时制", form=r"([01][0-9]|2[0-3]):[0-5][0-9]")
    folder: str = key("", "备份放在哪里，最好是另一块磁盘；留空即数据目录下的 backups")
    keep_days: int = key(14, "每天的备份留几天", low=1, high=3650)
    keep_months: int = key(12, "每月第一份备份留几个月", high=600)


@dataclass(frozen=True, slots=True)
class Originals:
    """Where the files that were handed in are kept; without an address in the data folder."""

    url: str = key(
        "",
        "原件放在哪个对象存储（S3 接口），如 s3://drafting/originals：桶名，斜杠后是前缀；"
        "留空即放在数据目录下的 files 文件夹",
        form=r"(s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._-]+)*/?)?",
    )
    endpoint: str = key(
        "",
        "对象存储的地址，如 https://10.8.0.20:9000；http 只用于本机和内网。除此以外哪里也不连",
        form=r"(https?://[A-Za-z0-9.:\[\]-]+/?)?",
    )
    region: str = key("us-east-1", "对象存储的区域名，照它的要求填", form=r"[A-Za-z0-9-]+")
    key_file: str = key(
        "",
        "存放密钥的文件，两行：访问密钥编号、访问密钥；只有服务账号能读，否则不用。"
        "相对路径从数据目录算起",
    )
    ca_file: str = key(
        "", "对象存储的证书由单位自己的 CA 签发时，CA 证书文件（PEM）；相对路径从数据目录算起"
    )
    seconds: int = key(10, "对象存储多少秒没有应答就不再等", low=1, high=120)
    tries: int = key(2, "一次存取最多试几次", low=1, high=10)


@dataclass(frozen=True, slots=True)
class Log:
    """The running log, which holds no text of a paper and no name, and where proofs of the log of
    actions are kept."""

    file: str = key("", "运行日志写到哪个文件（每行一个 JSON）；留空即标准错误")
    max_mb: int = key(20, "日志文件满多少 MB 换一个新文件", low=1, high=1024)
    keep_files: int = key(10, "旧日志文件留几个", low=1, high=1000)
    requests: bool = key(False, "每个请求也记一行（方法、页面、结果、用时）")
    heads_file: str = key(
        "",
        "操作日志的校验值每天抄存到哪个文件，最好在另一台机器上（挂载的目录）；留空即不抄",
    )
    heads_syslog: str = key(
        "",
        "操作日志的校验值每天发到哪个 syslog：/dev/log，或“主机:端口”（UDP）；留空即不发",
        form=r"(/\S+|[A-Za-z0-9.-]+:[0-9]{1,5})?",
    )


@dataclass(frozen=True, slots=True)
class Mail:
    """The digest of each day by mail, where a server for mail is named."""

    host: str = key("", "发邮件的服务器；留空即不发，今日要办的只在网页上看")
    port: int = key(25, "邮件服务器的端口", low=1, high=65535)
    security: str = key(
        "none", "加密：none 不加密，starttls 连上后加密，tls 一开始就加密", form="none|starttls|tls"
    )
    ca_file: str = key(
        "",
        "邮件服务器的证书由单位自己的 CA 签发时，CA 证书文件（PEM）；相对路径从数据目录算起",
    )
    user: str = key("", "邮件服务器的用户名；留空即不用登录")
    password_file: str = key("", "存放密码的文件（只有服务账号能读）；相对路径从数据目录算起")
    sender: str = key("", "发件地址")
    recipients: str = key(
        "", "收件人，用分号隔开；“沈知秋=shen@example.cn”发本人要办的，只写地址的发全单位的"
    )
    at: str = key("08:00", "每天几点以后发，24 小时制", form=r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class Ofd:
    """The office's own converter to OFD, a program or a service; this program holds none."""

    command: str = key(
        "",
        "转换为 OFD 的程序，如 /opt/ofd/convert {in} {out}：{in} 换成输入文件，{out} 换成结果文件；"
        "留空即没有",
    )
    url: str = key(
        "",
        "或者转换服务的地址，如 http://10.8.0.9:8090/convert：POST 输入文件，应答即 OFD；"
        "只能在本机或内网",
        form=r"(https?://\S+)?",
    )
    takes: str = key("docx", "转换程序或服务收什么文件：docx 或 pdf", form="docx|pdf")
    seconds: int = key(60, "转换一件最多用多少秒", low=5, high=600)


_QUIET = r"(([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9])?"


@dataclass(frozen=True, slots=True)
class Notices:
    """To where messages may go at all, and when; what is sent is in the sections ``channels``."""

    allowed: str = key(
        "",
        "消息可以发到的主机，用分号隔开，如 oapi.dingtalk.com；内网的写明网段："
        "sms.example.cn:8443=10.8.0.0/16。不在其中的一律不发",
    )
    quiet: str = key(
        "21:30-07:30", "各人没有另设时，哪段时间不发，可以跨过零点；留空即不设", form=_QUIET
    )
    digest_at: str = key(
        "08:30",
        "选了每日汇总的人几点以后发，24 小时制",
        form=r"([01][0-9]|2[0-3]):[0-5][0-9]",
    )


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Other systems told of what happens; which ones, the administrator says on a page."""

    allow: str = key(
        "",
        "外部通知可以发到的内部网段、主机，用逗号隔开，如 10.1.2.0/24, oa.example.gov.cn；"
        "不在其中的只发到外面的 https 地址",
    )
    ca_file: str = key(
        "", "对方证书由单位自己的 CA 签发时，CA 证书文件（PEM）；相对路径从数据目录算起"
    )


@dataclass(frozen=True, slots=True)
class Channel:
    """One way for messages, a section ``[channels.NAME]``: a robot of a group, or an SMS gateway.

    ``name`` is that of the section.
    """

    name: str
    form: str = key(
        "json",
        "格式：dingtalk 钉钉，wecom 企业微信或政务微信，feishu 飞书，json 通用，sms 短信网关",
        form="dingtalk|wecom|feishu|json|sms",
    )
    url: str = key(
        "", "地址，https；http 只用于本机和内网。{token}、{to}、{text}、{id} 换成实际内容"
    )
    people: str = key(
        "",
        "发给谁，用分号隔开：“沈知秋=13800000000”，等号后是手机号（机器人据以 @ 本人，可不写；"
        "短信必填）；* 指所有用户",
    )
    secret_file: str = key(
        "", "存放签名密钥的文件（dingtalk、feishu、json）；相对路径从数据目录算起"
    )
    token_file: str = key("", "存放 {token} 的文件；相对路径从数据目录算起")
    ca_file: str = key("", "对方证书由单位自己的 CA 签发时，CA 证书文件（PEM）")
    method: str = key("POST", "短信网关的请求方法", form="POST|GET")
    headers: str = key("", "短信网关另需的请求头，用换行隔开，如 Authorization: Bearer {token}")
    content_type: str = key(
        "application/json",
        "短信网关的内容类型",
        form="application/json|application/x-www-form-urlencoded",
    )
    body: str = key(
        "", '短信网关的内容模板，如 {"mobile": "{to}", "content": "{text}", "id": "{id}"}'
    )
    success: str = key("", '短信网关的应答里有这段文字才算发成，如 "code":0；留空即只看状态码')


@dataclass(frozen=True, slots=True)
class Model:
    """The local model, where the office runs one; without an address nothing of it is shown."""

    url: str = key(
        "",
        "本地模型服务的地址，如 http://10.8.0.5:8000/v1（OpenAI 接口：vLLM、Ollama、MindIE 等）；"
        "留空即不用",
        form=r"(https?://[A-Za-z0-9.:\[\]-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?)?",
    )
    name: str = key("", "模型的名称，如 qwen2.5-14b-instruct；留空即用服务的第一个")
    key_file: str = key("", "存放访问密钥的文件（只有服务账号能读）；相对路径从数据目录算起")
    ca_file: str = key("", "对方证书由单位自己的 CA 签发时，CA 证书文件（PEM）")
    allowed: str = key(
        "",
        "地址不在本机和内网时，允许的主机，用分号隔开，如 model.example.gov.cn:8443；"
        "留空即只许本机和内网",
    )
    timeout: int = key(120, "一次问答最多等多少秒", low=5, high=1800)
    silence: int = key(30, "多少秒没有新的文字就不再等", low=2, high=600)
    running: int = key(1, "同时问几处，其余的排队", low=1, high=8)
    waiting: int = key(20, "最多排多少处", low=1, high=200)
    window: int = key(
        12_000, "一次最多给它看多少字的材料；按模型的上下文长度定", low=1_000, high=200_000
    )
    tokens: int = key(2_000, "一次最多让它写多少个词元", low=100, high=32_000)


@dataclass(frozen=True, slots=True)
class Work:
    """Who does what waits behind the pages."""

    in_service: bool = key(
        True,
        "导入、识别、校对长文、生成 PDF、发提醒等后台工作由服务自己做；false 即全部交给另外启动的 "
        "drafting work",
    )


@dataclass(frozen=True, slots=True)
class Configuration:
    """The whole file; ``config.toml`` has a section for each field, ``channels`` one for each."""

    server: Server = Server()
    accounts: Accounts = Accounts()
    oidc: Oidc = Oidc()
    backup: Backups = Backups()
    originals: Originals = Originals()
    log: Log = Log()
    mail: Mail = Mail()
    database: Database = Database()
    notices: Notices = Notices()
    webhooks: Webhooks = Webhooks()
    ofd: Ofd = Ofd()
    model: Model = Model()
    work: Work = Work()
    channels: tuple[Channel, ...] = ()

    def _reached(self) -> bool:
        named = self.server.proxy or self.server.public_url or self.oidc.issuer
        return self.accounts.required or bool(named)

    def needs_accounts(self) -> bool:
        """Return whether nobody works here without an account: others can reach the service."""
        local = self.server.host == "localhost" or self.server.host.startswith("127.")
        local = local or self.server.host == "::1"
        return self._reached() or not local


def load(data_folder: Path, path: Path | None = None) -> Configuration:
    """Read ``path``, or else ``config.toml`` of the data folder where there is one.

    Raises :class:`UserError` naming the file and the key that is wrong.
    """
    chosen = path or data_folder / FILE_NAME
    if path is None and not chosen.exists():
        return Configuration()
    try:
        data = tomllib.loads(chosen.read_text("utf-8-sig"))
    except OSError as error:
        raise _wrong(chosen, "", "打不开，请检查路径和权限。") from error
    except UnicodeDecodeError as error:
        raise _wrong(chosen, "", "不是 UTF-8 编码，请另存为 UTF-8。") from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        place = f"第 {line[1]} 行附近" if line else "末尾"
        raise _wrong(chosen, "", f"{place}不合 TOML 写法，请检查引号和等号。") from error
    return _build(data, chosen)


def switch_database(data_folder: Path, file: Path, url: str) -> None:
    """Write ``url`` as that of ``[database]`` into ``file``, leaving the rest as it stands.

    Raises :class:`UserError` where it cannot be read or written; then it is as it was.
    """
    line = f"url = {json.dumps(url)}"
    try:
        text = file.read_text("utf-8-sig") if file.exists() else ""
        section = re.search(r"^\s*\[database\][^\n]*\n?", text, re.M)
        if section is None:
            text = f"{text.rstrip()}\n\n[database]\n{line}\n".lstrip()
        else:
            rest = text[section.end() :]
            end = re.search(r"^\s*\[", rest, re.M)
            own, behind = (rest, "") if end is None else (rest[: end.start()], rest[end.start() :])
            own, count = re.subn(r"^[ \t]*url[ \t]*=[^\n]*", lambda _: line, own, flags=re.M)
            own = own if count else f"{line}\n{own}"
            begun = text[: section.end()]
            text = begun + ("" if begun.endswith("\n") else "\n") + own + behind
        made = file.with_name(f".{file.name}.new")
        made.write_text(text, "utf-8")
        if file.exists():
            made.chmod(file.stat().st_mode & 0o777)
        if load(data_folder, made).database.url != url:
            made.unlink()
            raise _wrong(file, "database.url", "没能自动改写，请手工修改。")
        made.replace(file)
    except OSError as error:
        raise _wrong(file, "database.url", "改写不了，请检查权限，或手工修改。") from error


def _build(data: dict[str, Any], path: Path) -> Configuration:
    sections = get_type_hints(Configuration)
    made: dict[str, Any] = {}
    for name, values in data.items():
        if name not in sections:
            raise _wrong(path, name, f"不是可用的节；可用：{'、'.join(sections)}。")
        if not isinstance(values, dict):
            raise _wrong(path, name, "应为一节，以方括号中的节名开头。")
        if name == "channels":
            made[name] = tuple(_channel(one, given, path) for one, given in values.items())
        else:
            made[name] = _section(sections[name], values, path, name)
    return Configuration(**made)


def _channel(name: str, values: object, path: Path) -> Channel:
    where = f"channels.{name}"
    if not isinstance(values, dict):
        raise _wrong(path, where, f'应为一节：[channels."{name}"]。')
    if not 0 < len(name) <= CHANNEL_NAME_MAX or not name.isprintable():
        raise _wrong(path, where, f"的名称应在 {CHANNEL_NAME_MAX} 个字以内。")
    found: Channel = _section(Channel, values, path, where, {"name": name})
    return found


def _section(
    kind: Any,
    values: dict[str, Any],
    path: Path,
    name: str,
    given: Mapping[str, str] = MappingProxyType({}),
) -> Any:
    known = {one.name: one for one in dataclasses.fields(kind) if one.name not in given}
    hints = get_type_hints(kind)
    for key_name, value in values.items():
        where = f"{name}.{key_name}"
        if key_name not in known:
            raise _wrong(path, where, f"不是可用的项；可用：{'、'.join(known)}。")
        # bool is an int in Python, but 1 must not pass for true.
        if type(value) is not hints[key_name]:
            raise _wrong(path, where, f"应为{_TYPES[hints[key_name]]}。")
        _check(value, known[key_name].metadata, path, where)
    return kind(**given, **values)


_TYPES = {str: "文字，写在引号里", bool: "true 或 false", int: "整数"}


def _check(value: object, bounds: Any, path: Path, where: str) -> None:
    low, high, form = bounds["low"], bounds["high"], bounds["form"]
    if type(value) is int and not low <= value <= high:
        raise _wrong(path, where, f"应在 {low}—{high} 之间。")
    if form and not re.fullmatch(form, str(value)):
        raise _wrong(path, where, "的写法不对。")


def _wrong(path: Path, where: str, message: str) -> UserError:
    place = f"“{where}”" if where else ""
    return UserError(f"配置文件 {path.name}：{place}{message}", field=str(path))


def example(configuration: Configuration) -> str:
    """Return ``configuration`` as a file that can be edited: every key, its meaning above it."""
    lines = ["# 提案答复助手的配置。改后重新启动服务生效；删去一项即恢复默认。"]
    for section in dataclasses.fields(configuration):
        values = getattr(configuration, section.name)
        named = (
            {f"channels.{_toml(one.name)}": one for one in values}
            if section.name == "channels"
            else {section.name: values}
        )
        for name, one in named.items():
            lines += ["", f"[{name}]", *_keys(one)]
    return "\n".join(lines) + "\n"


def _keys(values: Any) -> Iterator[str]:
    for one in dataclasses.fields(values):
        if "meaning" in one.metadata:
            yield f"# {explanation(one)}"
            yield f"{one.name} = {_toml(getattr(values, one.name))}"


def explanation(one: dataclasses.Field[Any]) -> str:
    """Return what a key means, with the bounds of a number."""
    low, high = one.metadata["low"], one.metadata["high"]
    return str(one.metadata["meaning"]) + (f"（{low}—{high}）" if high else "")


def _toml(value: object) -> str:
    # JSON's texts, numbers and yes and no are TOML's too.
    return json.dumps(value, ensure_ascii=False)
