"""A package taken in: first shown whole, with what would be taken and what not and why; then taken.

Each entry is taken in a transaction that says so. Where the taking was broken off, it goes on; an
entry that cannot be taken is said in the receipt and keeps no other from being taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec

from casework import Casework, Matter
from casework.matters import materials
from casework.procedure import ratings
from casework.procedure.stage import stage_of
from casework.systems import Scope, System, numbers, packages, tokens
from casework.systems.packages import Package, Verdict
from desk.context import Context
from desk.exchange import opinions, registering
from desk.exchange.nouns import Feedback, MatterState, ReplyText
from desk.exchange.packages import keeping, making, manifest
from desk.exchange.packages.manifest import Entry, Kind, Opened
from desk.exchange.registering import Card
from desk.handing_in.handed_in import read_at_all, read_paper
from desk.handing_in.materials import ENDINGS
from drafting.errors import UserError
from drafting.intake.nouns import Intake
from drafting.language.cleaning import typed_line
from drafting.language.file_names import safe_file_name
from drafting.model.serial import learned
from drafting.programs.workers import Busy
from drafting.reading.bounds import too_many_values
from storage import originals

LETTER = "来往函件"
"""Under which kind a reply that came is kept among the materials of its matter."""
WAYS = {"会办意见"}
_CARD_MAX_BYTES, _LINE_MAX = 200_000, 500
_SAID_MAX_BYTES = 8 * 1024 * 1024
READ_AT_ONCE = 30
"""So many files are looked into before anything is taken; of more, when they are."""
_READ = ("paper", "word", "attachment")
_MOST_LOOKED = 1000
_looked: dict[tuple[str, str], str] = {}
"""Why a file of this digest and name is not taken, "" where nothing speaks against it: who looks at
a package that waits again has nothing read again."""
_NEEDS: Mapping[Kind, Scope] = {"item": "登记", "paper": "登记", "feedback": "交反馈"}

Said = TypeVar("Said")
Setting = Callable[[], tuple[str, Sequence[str]]]
"""Returns the profile to register under, and the names of its unit. Raises :class:`UserError`."""


class Receipt(msgspec.Struct, frozen=True):
    """What the other side says of a package that it took."""

    package: str
    number: int
    taken: int
    refused: tuple[dict[str, str], ...] = ()


learned(Card, MatterState, ReplyText, Feedback, Receipt)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry and what becomes of it."""

    entry: Entry
    verdict: Verdict
    why: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A package that was looked through: ``missing`` are the numbers of packages before it that
    did not come, ``notes`` what is to be known. ``package`` is where it is kept meanwhile."""

    package: Package
    system: System
    signed: bool
    missing: tuple[int, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


# ------------------------------------------------------------------ looked through


def receive(context: Context, data: bytes) -> Plan:
    """Look a package through and keep it until it is taken or dropped.

    Raises :class:`UserError` for one that is damaged, not for us, of an unknown sender, not signed
    as was agreed, or was taken before; nothing of it is kept then.
    """
    casework = _casework(context)
    try:
        opened = manifest.open_package(data)
        system = _sender(casework, opened)
        manifest.check_signature(opened, casework.run(packages.key_of, system.id))
        _check_new(casework, system, opened)
    except UserError as error:
        casework.log("收交换包", "交换包", result="拒绝", detail=error.message[:200])
        raise
    said = opened.manifest
    file = casework.waiting.put(data)
    with casework.transaction():
        number = casework.run(
            packages.keep_came, system.id, said.number, opened.digest, len(said.entries), file
        )
    return plan(context, number)


def plan(context: Context, package: int) -> Plan:
    """Return what would become of a package that waits. Raises :class:`LookupError`, and
    :class:`UserError` as :func:`receive`."""
    casework = _casework(context)
    found, opened = _waiting(casework, package)
    system = _sender(casework, opened)
    noted = casework.run(packages.noted, package)
    lines = []
    papers = sum(one.kind in _READ for one in opened.manifest.entries)
    for entry in opened.manifest.entries:
        verdict, why = noted.get(entry.name) or _foreseen(context, system, opened, entry)
        if verdict == "已收" and entry.kind in _READ and papers <= READ_AT_ONCE:
            verdict, why = _looked_into(opened, entry, why)
        lines.append(Line(entry, verdict, why))
    before = casework.run(packages.partner, system.id)
    missing = tuple(range(before.got + 1, opened.manifest.number))
    notes = []
    if not before.signed:
        notes.append("没有与这个系统约定交换密钥，只核对了包是否完整，没有核对是谁做的。")
    if papers > READ_AT_ONCE:
        notes.append("文件较多，有没有密级在收的时候逐份核对。")
    if any(one.verdict == "没有收" and "密级" in one.why for one in lines):
        notes.append("包里有标密级的：不论收下其余的，还是不收这个包，整个包随即从本机删除。")
    if noted:
        notes.append("上次收到一半中断了，收下时接着收。")
    shown = tuple(_with_its_paper(one, lines) for one in lines)
    return Plan(found, system, before.signed, missing, shown, tuple(notes))


def _with_its_paper(line: Line, lines: Sequence[Line]) -> Line:
    """An item is not taken without its paper."""
    if line.entry.kind != "item" or line.verdict != "已收":
        return line
    of = line.entry.matter
    papers = (one for one in lines if one.entry.kind == "paper" and one.entry.matter == of)
    refused = next((one for one in papers if one.verdict == "没有收"), None)
    return replace(line, verdict="没有收", why=refused.why) if refused else line


def _sender(casework: Casework, opened: Opened) -> System:
    said = opened.manifest
    system = casework.run(tokens.one, said.sender)
    if system is None:
        raise UserError(
            f"包是“{said.sender}”做的，本系统没有名为“{said.sender}”的接入系统，没有收。"
        )
    if said.recipient != system.unit:
        raise UserError(f"包是给“{said.recipient}”的，不是给“{system.unit}”的，没有收。")
    return system


def _check_new(casework: Casework, system: System, opened: Opened) -> None:
    said = opened.manifest
    before = casework.run(packages.partner, system.id)
    if said.number > before.got:
        if said.number == before.got + 1 and (said.previous or "") != before.got_digest:
            raise UserError(
                f"第 {said.number} 个包接的不是本系统收到的第 {before.got} 个包，没有收；"
                "对方可能重新装过，请与对方核对。"
            )
        return
    known = casework.run(packages.find, system.id, "入", digest=opened.digest)
    if known is not None and known.digest == opened.digest:
        raise UserError(f"第 {said.number} 个包已经收过，没有重复收。")
    raise UserError(
        f"这是第 {said.number} 个包，已经收到第 {before.got} 个，是旧的或者另做的，没有收。"
    )


def _waiting(casework: Casework, package: int) -> tuple[Package, Opened]:
    found = casework.run(packages.one, package)
    content = keeping.content(casework, found) if found else None
    if found is None or found.state != "待收" or content is None:
        raise LookupError(package)
    return found, manifest.open_package(content)


def _foreseen(
    context: Context, system: System, opened: Opened, entry: Entry
) -> tuple[Verdict, str]:
    """What would become of an entry, as far as it is seen without reading the paper."""
    try:
        return _check(context, system, opened, entry)
    except UserError as error:
        return "没有收", error.message


def _looked_into(opened: Opened, entry: Entry, why: str) -> tuple[Verdict, str]:
    """Whether a file bears a 密级, before anything is taken."""
    key = (entry.sha256, _file_name(entry))
    refused = _looked.get(key)
    if refused is None:
        refused = _refusal(opened.read(entry), key[1])
        while len(_looked) >= _MOST_LOOKED:
            _looked.pop(next(iter(_looked)), None)
        _looked[key] = refused
    return ("没有收", refused) if refused else ("已收", why)


def _refusal(content: bytes, name: str) -> str:
    try:
        read_at_all(content, name)
    except Busy:
        raise
    except UserError as error:
        return error.message
    return ""


def _file_name(entry: Entry) -> str:
    """What a file is called; its ending is the one that its name within the package has."""
    name, ending = safe_file_name(entry.title or entry.name), manifest.safe_ending(entry.name)
    return name if name.lower().endswith(ending) else f"{name}{ending}"


def _check(context: Context, system: System, opened: Opened, entry: Entry) -> tuple[Verdict, str]:
    needed = _NEEDS.get(entry.kind)
    if needed and needed not in system.scopes:
        raise UserError(f"“{system.name}”没有“{needed}”这项权限。")
    if entry.kind == "receipt":
        _receipt_of(_casework(context), system, opened.read(entry))
        return "已收", ""
    matter = _matter_of(_casework(context), system, entry)
    if entry.kind in ("item", "paper"):
        return ("已有", f"提案 {matter.id}") if matter else ("已收", "登记为新的一件")
    if matter is None and _comes_with(opened, entry):
        return "已收", ""
    if matter is None:
        raise UserError("没有登记过这一件，也不在这个包里。")
    return "已收", f"提案 {matter.id}"


def _comes_with(opened: Opened, entry: Entry) -> bool:
    """Whether the matter of an entry is registered by the same package."""
    return any(one.kind == "item" and one.matter == entry.matter for one in opened.manifest.entries)


def _matter_of(casework: Casework, system: System, entry: Entry) -> Matter | None:
    """The matter of an entry here. Raises :class:`UserError` for one that was never sent there, or
    is not the unit's any more."""
    if entry.matter is None:
        raise UserError("没有写明是哪一件提案的。")
    if entry.matter.recipient is not None:
        own = {str(one): one for one in casework.run(packages.sent_matters, system.id)}
        number = own.get(entry.matter.recipient)
        if number is None:
            raise UserError(f"本系统没有把编号“{entry.matter.recipient}”的一件交给过对方。")
    else:
        number = casework.run(numbers.matter_of, system.id, str(entry.matter.sender))
    if number is None:
        return None
    matter = casework.matter(number)
    if matter is None or system.unit not in casework.units_of(number):
        raise UserError(f"提案 {number} 已不在“{system.unit}”的清单上。")
    return matter


# ------------------------------------------------------------------ taken


def take(
    context: Context, package: int, setting: Setting, *, despite_missing: bool = False
) -> tuple[Line, ...]:
    """Take a package that waits; return what became of each entry.

    ``despite_missing``: the packages before it that did not come are waited for no more. Raises
    :class:`LookupError` where it does not wait, :class:`UserError` where one before it is missing.
    """
    casework = _casework(context)
    found, opened = _waiting(casework, package)
    system = _sender(casework, opened)
    _check_new(casework, system, opened)
    got = casework.run(packages.partner, system.id).got
    if opened.manifest.number > got + 1 and not despite_missing:
        gap = "、".join(str(one) for one in range(got + 1, opened.manifest.number))
        raise UserError(f"前面的包没有收到：第 {gap} 个。请先收那些；确已丢失的，选“不再等”。")
    if any(one.kind == "item" for one in opened.manifest.entries):
        # A unit that is not set up yet is to be set up first: nothing is refused for that.
        setting()
    own = replace(context, author=system.actor, unit=system.unit)
    work = _Taking(own, casework, system, opened, found, setting)
    for entry in sorted(opened.manifest.entries, key=_order):
        if entry.name not in casework.run(packages.noted, package):
            work.take(entry)
    verdicts = casework.run(packages.noted, package)
    file, _ = casework.run(packages.held, package)
    with casework.transaction():
        now = casework.run(packages.one, package)
        if now is None or now.state != "待收":
            return _lines(opened, verdicts)
        only_receipts = all(one.kind == "receipt" for one in opened.manifest.entries)
        casework.run(packages.finish, found, making.receipt(found, verdicts))
        if only_receipts:
            casework.run(packages.note_answered, package)
        many = sum(verdict != "没有收" for verdict, _ in verdicts.values())
        detail = f"第 {found.number} 个，收 {many} 项，没有收 {len(verdicts) - many} 项"
        casework.log("收交换包", system.actor, detail=detail)
    keeping.gone(casework, file)
    return _lines(opened, verdicts)


def _lines(opened: Opened, verdicts: Mapping[str, tuple[Verdict, str]]) -> tuple[Line, ...]:
    return tuple(Line(one, *verdicts[one.name]) for one in opened.manifest.entries)


_ORDER = ("item", "paper", "state", "reply", "word", "attachment", "feedback", "receipt")


def _order(entry: Entry) -> int:
    """Items first: what else is in the package may be of them."""
    return _ORDER.index(entry.kind)


@dataclass(frozen=True, slots=True)
class _Taking:
    """The taking of one package."""

    context: Context
    casework: Casework
    system: System
    opened: Opened
    package: Package
    setting: Setting

    def take(self, entry: Entry) -> None:
        """Take one entry, and say what became of it in the same transaction."""
        if entry.kind == "paper":
            self._with_its_item(entry)
            return
        try:
            verdict, why = _check(self.context, self.system, self.opened, entry)
            # What takes long, or may fail, is read before anything is written.
            do = _TAKEN[entry.kind](self, entry) if verdict == "已收" else None
            with self.casework.transaction():
                if self._is_noted(entry):
                    return  # Somebody else takes the same package at the same time.
                said = do() if do else why
                self._note(entry, verdict, said)
        except Busy:
            # It is taken up again where it stopped; nothing is wrong with the package.
            raise
        except UserError as error:
            with self.casework.transaction():
                if not self._is_noted(entry):
                    self._note(entry, "没有收", error.message)

    def _with_its_item(self, paper: Entry) -> None:
        """A paper is taken with its item, or not at all."""
        noted = self.casework.run(packages.noted, self.package.id)
        items = [
            one
            for one in self.opened.manifest.entries
            if one.kind == "item" and one.matter == paper.matter
        ]
        verdict, why = noted[items[0].name] if items else ("没有收", "没有随它的登记要素。")
        with self.casework.transaction():
            if not self._is_noted(paper):
                self._note(paper, verdict, why)

    def _is_noted(self, entry: Entry) -> bool:
        return entry.name in self.casework.run(packages.noted, self.package.id)

    def _note(self, entry: Entry, verdict: Verdict, why: str) -> None:
        title = f"{manifest.KINDS[entry.kind]} {entry.title}".strip()
        note = packages.note_entry
        self.casework.run(note, self.package.id, entry.name, title, verdict, why)

    def matter(self, entry: Entry) -> Matter:
        found = _matter_of(self.casework, self.system, entry)
        if found is None:
            raise UserError("这一件没有登记成，随它的也没有收。")
        return found

    def item(self, entry: Entry) -> Callable[[], str]:
        card = _card(self.opened.read(entry))
        paper = self._paper(entry)
        name = _file_name(paper)
        content = self.opened.read(paper)
        profile, unit_names = self.setting()
        intake: Intake = read_paper(content, name)
        alike = registering.alike(self.context, self.system, intake, card)
        of = entry.matter

        def do() -> str:
            made = registering.take(
                self.context,
                self.system,
                str(of.sender if of else 0),
                intake,
                card,
                profile=profile,
                unit_names=unit_names,
                original=(name, content),
                alike=alike,
            )
            more = "；" + alike[0].said if alike else ""
            return f"登记为提案 {made.matter.id}，请核对建议{more}"

        return do

    def _paper(self, item: Entry) -> Entry:
        found = [
            one
            for one in self.opened.manifest.entries
            if one.kind == "paper" and one.matter == item.matter
        ]
        if len(found) != 1 or item.matter is None or item.matter.recipient is not None:
            raise UserError("登记的一件要有一份正文，没有收。")
        return found[0]

    def state(self, entry: Entry) -> Callable[[], str]:
        said = _read(self.opened.read(entry), MatterState)
        return self._told(entry, said.stage.said)

    def reply(self, entry: Entry) -> Callable[[], str]:
        said = _read(self.opened.read(entry), ReplyText)
        return self._told(entry, said.title)

    def _told(self, entry: Entry, what: str) -> Callable[[], str]:
        number = self.matter(entry).id
        text = self.opened.read(entry).decode()

        def do() -> str:
            self.casework.run(packages.note_told, self.system.id, number, entry.kind, text)
            return f"提案 {number}：{typed_line(what)[:80]}"

        return do

    def letter(self, entry: Entry) -> Callable[[], str]:
        """A file of the reply: the opinion that was asked for, else kept among the materials."""
        matter, content = self.matter(entry), self.opened.read(entry)
        name = _file_name(entry)
        if not name.lower().endswith(ENDINGS):
            raise UserError(f"“{name}”不是文稿、表格或图片，没有存放。")
        read_at_all(content, name)
        opinion = self._opinion(entry) if entry.kind == "word" else None

        def do() -> str:
            if opinion is not None:
                self._hand_in(matter, opinion, (name, content))
                return f"提案 {matter.id}：收为{self.system.name}的会办意见"
            return self._filed(matter, name, content)

        return do

    def _opinion(self, word: Entry) -> ReplyText | None:
        """The reply of a Word file, where it is the opinion of a 会办 unit that may hand it in."""
        found = next(
            (
                one
                for one in self.opened.manifest.entries
                if one.kind == "reply"
                and one.name.rpartition(".")[0] == word.name.rpartition(".")[0]
            ),
            None,
        )
        said = _read(self.opened.read(found), ReplyText) if found else None
        if said is None or said.form not in WAYS or "交会办意见" not in self.system.scopes:
            return None
        return said

    def _hand_in(self, matter: Matter, said: ReplyText, file: tuple[str, bytes]) -> None:
        day = min(said.date or self.context.today, self.context.today)
        opinions.hand_in(self.context, matter, self.system.name, day, said.text, file)

    def _filed(self, matter: Matter, name: str, content: bytes) -> str:
        digest = originals.digest_of(content)
        if any(one.digest == digest for one in self.casework.run(materials.listed, matter.id)):
            return f"提案 {matter.id}：已有同一份"
        now = dt.datetime.now(dt.UTC)
        author = self.context.author
        kept = materials.Material(0, matter.id, name, LETTER, digest, len(content), now, author)
        self.casework.run(materials.check, kept)
        self.casework.originals.put(content)
        self.casework.run(materials.add, kept)
        self.casework.log("存放材料", f"提案 {matter.id}", detail=f"{LETTER}：{name}")
        return f"提案 {matter.id}：存入办理材料"

    def feedback(self, entry: Entry) -> Callable[[], str]:
        matter, said = self.matter(entry), _read(self.opened.read(entry), Feedback)

        def do() -> str:
            round_ = self.casework.run(stage_of, matter.id).round
            rated = self.casework.run(ratings.of_matter, matter.id, round_)
            known = {one.proposer for one in rated}
            new = [one for one in said.ratings if one.proposer not in known]
            for one in new:
                opinions.rate(
                    self.context,
                    matter,
                    typed_line(one.proposer),
                    one.satisfaction,
                    one.attitude,
                    one.words,
                    min(one.day, self.context.today),
                )
            return f"提案 {matter.id}：评价 {len(new)} 份，已有 {len(said.ratings) - len(new)} 份"

        return do

    def receipt(self, entry: Entry) -> Callable[[], str]:
        data = self.opened.read(entry)
        said = _receipt_of(self.casework, self.system, data)

        def do() -> str:
            text = data.decode()
            self.casework.run(packages.acknowledge, self.system.id, said.package, text)
            refused = f"，没有收 {len(said.refused)} 项" if said.refused else ""
            return f"第 {said.number} 个包对方收了 {said.taken} 项{refused}"

        return do


_TAKEN: Mapping[Kind, Callable[[_Taking, Entry], Callable[[], str]]] = {
    "item": _Taking.item,
    "state": _Taking.state,
    "reply": _Taking.reply,
    "word": _Taking.letter,
    "attachment": _Taking.letter,
    "feedback": _Taking.feedback,
    "receipt": _Taking.receipt,
}


def _receipt_of(casework: Casework, system: System, data: bytes) -> Receipt:
    said = _read(data, Receipt)
    found = casework.run(packages.find, system.id, "出", digest=said.package)
    if found is None or found.digest != said.package:
        raise UserError("回执说的包不是本系统做的。")
    return said


def _card(data: bytes) -> Card:
    if len(data) > _CARD_MAX_BYTES:
        raise UserError("登记的要素过长。")
    card = _read(data, Card)
    lines = {
        name: typed_line(value)
        for name, value in card.given.items()
        if isinstance(value, str) and name not in ("matter", "role")
    }
    long = [name for name, text in lines.items() if len(text) > _LINE_MAX]
    if long:
        raise UserError(f"{registering.TITLES[long[0]]}过长。")
    return replace(card, **lines)  # type: ignore[arg-type]


def _read(data: bytes, kind: type[Said]) -> Said:
    if len(data) > _SAID_MAX_BYTES or too_many_values(data):
        raise UserError("内容过长，不像是所约定的格式。")
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UserError("内容不是所约定的格式。") from error


def _casework(context: Context) -> Casework:
    if context.casework is None:
        raise LookupError("casework")
    return context.casework
