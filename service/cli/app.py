"""The command line: the outermost ring, which imports every room and is imported by none.

Exit status 0 done, 1 findings or partly failed, 2 a mistake of the caller. Messages go to stderr
in Chinese, JSON to stdout. Names, options and keys are kept stable: offices script them.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

import click

from corpus import EVERYTHING, Archive, ArchiveView, Narrowing, import_paths
from desk import papers
from desk.context import Context, open_folder
from desk.drafts.composing import compose
from desk.local_model.asking import refuse_secret
from desk.local_model.at_once import verdicts
from desk.local_model.door import Door
from desk.local_model.opening import OpenOnly
from desk.prints import own_templates
from desk.prints.own_templates import Paper
from drafting.answering.first_draft import Verdicts
from drafting.answering.reasons import came_about
from drafting.assembly import FORM_NAMES, form_notes, main_form
from drafting.errors import UserError
from drafting.intake import for_unit, understand, with_suggestions
from drafting.language.naming.offices import same_office
from drafting.language.particulars import pending
from drafting.model import Document, Draft, Form, Kind, Reply, Skin
from drafting.model.serial import dumps
from drafting.profile import load_profile
from drafting.reading import read_file
from drafting.reading.report import summary_lines, to_report
from drafting.reading.scans.watching import watched
from drafting.writing import layout_notes, write_text
from drafting.writing.bundle import bundle_forms, make_bundle
from drafting.writing.own_template import Filled, fill, inspect
from service.cli import check as cli_check
from service.cli import digest as cli_digest
from service.cli import exchange as cli_exchange
from service.cli import keeping as cli_service
from service.cli import meaning as cli_meaning
from service.cli import notify as cli_notify
from service.cli import originals as cli_originals
from service.cli import people as cli_people
from service.cli import register as cli_register
from service.cli import systems as cli_systems
from service.cli import webhook as cli_webhook
from service.cli import working as cli_working
from service.cli.chinese_click import ChineseCommand, ChineseGroup, run
from service.cli.files import json_lines, load_draft, print_json, print_line, write
from service.cli.options import DONE, FINDINGS, config_option, data_option, operator, say
from service.cli.progress import progress_bar
from storage import configuration
from storage.lock import serving
from storage.log import audit

if TYPE_CHECKING:
    from corpus import Archive, Hit
    from drafting.intake import Intake

KINDS = [kind.value for kind in Kind]
BUNDLE = "bundle"
FORMS = [*(one for one in get_args(Form) if one != "figure-request"), BUNDLE]


@click.group(
    cls=ChineseGroup,
    help="提案答复助手：读提案、查依据、拟答复、核对、排版成 Word。",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="数据目录（也可用环境变量 DRAFTING_DATA 指定，默认 ./data）。",
)
@click.pass_context
def cli(context: click.Context, data: Path | None) -> None:
    """Keep the data folder for the command that follows."""
    context.obj = data or Path(os.environ.get("DRAFTING_DATA") or "data")


for command in (
    cli_check.check,
    cli_register.register,
    *cli_service.COMMANDS,
    *cli_people.COMMANDS,
    *cli_systems.COMMANDS,
    cli_digest.digest,
    cli_notify.notify,
    cli_webhook.webhook,
    cli_exchange.exchange,
    cli_meaning.meaning,
    cli_originals.group,
    cli_working.work,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line and exit with its status."""
    sys.exit(run(cli))


# ------------------------------------------------------------------ archive


@cli.command("import", cls=ChineseCommand, help="把文件、文件夹、压缩包或台账导入档案。")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(["auto", *KINDS]), default="auto", help="文档种类。")
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
@data_option
@click.pass_obj
def import_(data: Path, paths: tuple[Path, ...], kind: str, as_json: bool) -> int:
    """Import and report; exit 1 where something failed."""
    with serving(data):
        archive = Archive.open(data)
        with _progress("导入") as step:
            outcome = import_paths(
                archive, paths, kind=None if kind == "auto" else Kind(kind), progress=step
            )
        said = (
            f"导入 {outcome.imported} 件，未变 {outcome.unchanged} 件，"
            f"失败 {len(outcome.failed)} 件"
        )
        names = "、".join(path.name for path in paths)
        audit.write(archive.db, "导入档案", who=operator(), where="命令行", what=names, detail=said)
    for failure in outcome.failed:
        say(f"未导入 {failure.path}：{failure.reason}")
    for note in outcome.notes:
        say(f"请注意：{note}")
    say(said + "。")
    if as_json:
        failed = [{"path": failure.path, "reason": failure.reason} for failure in outcome.failed]
        print_json({"imported": outcome.imported, "unchanged": outcome.unchanged, "failed": failed})
    return FINDINGS if outcome.failed else DONE


@cli.command(cls=ChineseCommand, help="在档案中检索。")
@click.argument("query", required=False)
@click.option("--file", type=click.Path(path_type=Path), help="以文件的内容为检索内容。")
@click.option("--batch", type=click.Path(path_type=Path), help="逐行检索 JSONL 文件。")
@click.option("--kind", type=click.Choice(KINDS), help="只查一种文档。")
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=10,
    metavar="N",
    help="条数，1—1000（默认 10）。",
)
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
@data_option
@click.pass_obj
def search(
    data: Path,
    query: str | None,
    file: Path | None,
    batch: Path | None,
    kind: str | None,
    limit: int,
    as_json: bool,
) -> int:
    """Search by words, by a whole file, or by a batch of questions."""
    if sum(value is not None for value in (query, file, batch)) != 1:
        raise UserError("请给出检索内容、--file 或 --batch 中的一项。")
    archive = Archive.open(data).reader(EVERYTHING)
    kinds = (Kind(kind),) if kind else ()
    if batch is not None:
        return _search_batch(archive, batch, kinds, limit)
    title = ""
    if file is not None:
        document = _read_watched(file)
        query, title = document.text, document.subject or document.title or ""
    found = _timed_search(archive, query or "", title, kinds, limit)
    if as_json:
        print_json(found)
    else:
        for line in _what_was_done(query or "", found):
            say(line)
        if not found["hits"]:
            say(_what_to_try(archive, query or "", kinds))
        _print_hits(found["hits"], found["ms"])
    return DONE


def _search_batch(archive: ArchiveView, batch: Path, kinds: tuple[Kind, ...], limit: int) -> int:
    bad = 0
    for number, record in json_lines(batch):
        if not isinstance(record, dict) or not isinstance(record.get("text"), str):
            say(f"第{number}行：缺少“text”。")
            bad += 1
            continue
        title = str(record.get("title") or "")
        # A batch of questions compares documents: every version counts as its own.
        found = _timed_search(archive, record["text"], title, kinds, limit, distinct=False)
        print_line({"id": record.get("id"), **found})
    return FINDINGS if bad else DONE


def _timed_search(
    archive: ArchiveView,
    query: str,
    title: str,
    kinds: tuple[Kind, ...],
    limit: int,
    *,
    distinct: bool = True,
) -> dict[str, Any]:
    start = time.perf_counter()
    narrowing = Narrowing.to_kinds(kinds)
    results = archive.look(
        query, title=title, narrowing=narrowing, limit=limit, distinct=distinct, counts=False
    )
    elapsed = (time.perf_counter() - start) * 1000
    hits = [_plain_hit(hit) for hit in results.hits]
    found: dict[str, Any] = {"hits": hits, "ms": round(elapsed, 2)}
    if results.loosened:
        found |= {"loosened": True, "left_out": list(results.left_out)}
    changed = {"mended": results.corrected, "offered": results.offered}
    return found | {name: text for name, text in changed.items() if text}


def _what_was_done(query: str, found: dict[str, Any]) -> Iterator[str]:
    """Yield what was changed of a question, and what else it may have meant."""
    if "mended" in found:
        yield f"没有找到“{query}”，已按“{found['mended']}”检索。"
    if "loosened" in found:
        missing = "".join(f"“{word}”" for word in found["left_out"])
        rest = f"（最相近的一份不含{missing}）" if missing else ""
        yield f"没有连着写有“{query}”的文件，以下文件含其中的词{rest}。"
    if "offered" in found:
        yield f"要找的也许是“{found['offered']}”。"


def _plain_hit(hit: Hit) -> dict[str, Any]:
    return {
        "document": hit.document,
        "source": hit.source,
        "title": hit.title,
        "kind": hit.kind.value,
        "date": hit.date.isoformat() if hit.date else None,
        "score": hit.score,
        "excerpt": hit.excerpt,
        "variants": hit.variants,
        "subject": hit.subject,
        "issuer": hit.issuer,
        "state": hit.state or None,
        "why": hit.why,
    }


def _what_to_try(archive: ArchiveView, query: str, kinds: tuple[Kind, ...]) -> str:
    if not archive.count():
        return "档案还是空的，先用 drafting import 导入往年的答复和文件。"
    if query and not any(char.isalnum() for char in query):
        return "检索词里没有汉字、字母或数字。"
    return "没有找到。可以换一个更短的词" + ("，或去掉 --kind。" if kinds else "。")


def _print_hits(hits: list[dict[str, Any]], ms: float) -> None:
    for number, hit in enumerate(hits, start=1):
        others = f"　另有 {hit['variants']} 个版本" if hit["variants"] else ""
        about = hit["subject"] or hit["title"]
        particulars = (
            hit["issuer"],
            hit["date"],
            hit["state"],
            hit["title"] if hit["subject"] else "",
        )
        click.echo(f"{number}. {about}{others}")
        click.echo(f"   {' · '.join(filter(None, (*particulars, hit['why'])))}")
        click.echo(f"   {hit['excerpt']}")
    say(f"{len(hits)} 件，{ms} 毫秒。")


# ------------------------------------------------------------------ read and draft


def _read_watched(path: Path) -> Document:
    """Read a file; the pages of a long scan are counted on the terminal as they are recognised."""
    with progress_bar("识别文字", unit="页") as step, watched(step):
        return read_file(path)


@cli.command(cls=ChineseCommand, help="读一个文件，说明读出了什么。")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="结果以 JSON 输出。")
def read(path: Path, as_json: bool) -> int:
    """Print a document's fields and structure."""
    document = with_suggestions(_read_watched(path))
    if as_json:
        print_json(to_report(document))
    else:
        for line in summary_lines(document):
            click.echo(line)
    return DONE


@cli.command(cls=ChineseCommand, help="由提案文件拟出答复草稿（JSON）。")
@click.argument("proposal", type=click.Path(path_type=Path))
@click.option("--profile", default="default", metavar="P", help="单位配置（默认 default）。")
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="草稿文件。")
@click.option("--with-model", is_flag=True, help="依据先经本地模型核对（配置 [model]）。")
@config_option
@data_option
@click.pass_obj
def draft(
    data: Path,
    proposal: Path,
    profile: str,
    output: Path,
    *,
    with_model: bool,
    config: Path | None,
) -> int:
    """Take the proposal in, find evidence for each suggestion, write DRAFT.json."""
    unit = load_profile(profile, data / "profiles").unit
    taken = for_unit(_understood(proposal).proposal, (unit.name, unit.short))
    if (
        taken.role == "主办"
        and taken.handling_unit
        and not same_office(unit.name, taken.handling_unit)
    ):
        say(f"请注意：提案的主办单位是“{taken.handling_unit}”，所用配置是“{unit.name}”。")
    library, names = Archive.open(data).reader(EVERYTHING), (unit.name, unit.short)
    begun = Draft(proposal=taken, profile=profile)
    drafted = compose(
        begun,
        library,
        names,
        dt.datetime.now(dt.UTC),
        verdicts=_judged(data, config, begun, library, names) if with_model else {},
    )
    write(output, dumps(drafted).encode("utf-8"))
    if drafted.answers:
        say(f"已拟出草稿：{len(drafted.answers)} 条建议，见 {output}。")
    else:
        say(f"草稿里只有读到的要素，没有建议，见 {output}。")
    for number, answer in enumerate(drafted.answers, start=1):
        say(f"  {number}. {answer.suggestion.text}　{came_about(answer)}")
    return DONE if drafted.answers else FINDINGS


def _judged(
    data: Path, config: Path | None, begun: Draft, library: ArchiveView, names: tuple[str, str]
) -> Verdicts:
    """Ask the local model what the passages are. Raises :class:`UserError` where none may be."""
    chosen = configuration.load(data, config).model
    if not chosen.url:
        raise UserError("没有配置本地模型：请在配置文件的 [model] 里填写 url。")
    refuse_secret(begun)
    return verdicts(begun.proposal, OpenOnly(library), names, Door(chosen, data), say)


def _understood(path: Path) -> Intake:
    """Take the paper in; say what speaks against the list that was read, and what was left out."""
    taken = understand(_read_watched(path))
    for note in taken.notes:
        say(f"请注意：{note}")
    for doubt in taken.suggestions.doubts:
        say(f"请核对：{doubt}")
    for left in taken.suggestions.left_out:
        say(f"  没有列入：{left.text}")
    for other in taken.suggestions.others:
        say(f"  也可以分为{len(other.suggestions)}条：{other.how}。")
    return taken


@cli.command(cls=ChineseCommand, help="把草稿导出为 Word 文档。")
@click.argument("draft_file", metavar="DRAFT.json", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="Word 文件。")
@click.option("--skin", type=click.Choice(["letter", "document"]), help="信函格式或文件格式。")
@click.option(
    "--form",
    type=click.Choice(FORMS),
    help="文书种类（默认答复；会办件为会办意见函；bundle 为全套文书 .zip）。",
)
@click.option("--to", metavar="单位", multiple=True, help="征求会办意见函送哪家（默认各家）。")
@click.option(
    "--template",
    metavar="模板",
    help="Word 模板文件；own 为本单位采用的模板，standard 为国标版式（默认按单位设置）。",
)
@data_option
@click.pass_obj
def export(
    data: Path,
    draft_file: Path,
    output: Path,
    skin: Skin | None,
    form: str | None,
    to: tuple[str, ...],
    template: str | None,
) -> int:
    """Assemble the draft and typeset it; what gave way on the paper is said."""
    loaded = load_draft(draft_file)
    if form == BUNDLE:
        return _export_bundle(data, loaded, output, skin, template)
    if output.suffix.lower() != ".docx":
        raise UserError("导出的是 Word 文档，文件名请以 .docx 结尾。", field=str(output))
    chosen = cast(Form, form) if form else main_form(loaded)
    if to and chosen != "opinion-request":
        raise UserError("--to 只用于征求会办意见函（--form opinion-request）。")
    with _context(data, opens=_asks_folder(data, loaded, chosen, template)) as context:
        reply = papers.paper(context, loaded, chosen, skin, to=to)
        profile = context.profile(loaded.profile)
        left_open = papers.open_told(context, loaded, chosen)
        filled = _printed(context, loaded, reply, template)
    write(output, filled.content)
    open_marks = len(pending(write_text(reply)))
    undated = "成文日期未填。" if reply.signatures and reply.date is None else ""
    marks = f"文中还有 {open_marks} 处【待核实】。" if open_marks else ""
    say(f"已导出 {output}。{marks}{left_open}{undated}")
    own = filled.template
    for note in (*form_notes(loaded, profile, chosen), *(() if own else layout_notes(reply))):
        say(note)
    for note in filled.notes:
        say(note)
    return DONE


def _printed(context: Context, draft: Draft, reply: Reply, template: str | None) -> Filled:
    """Make the Word file as ``--template`` says; a file that is no template is refused."""
    if template in (None, *get_args(Paper)):
        usual = own_templates.usual_paper(context, draft.profile, reply.form)
        return own_templates.printed(context, draft, reply, cast(Paper, template or usual))
    path = Path(cast(str, template))
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError("没有这个模板文件，或者不能读。", field=str(path)) from error
    try:
        wrong = inspect(content, name=path.name).errors
    except UserError as error:
        raise UserError(error.message, field=str(path)) from error
    if wrong:
        raise UserError("；".join(one.said.rstrip("。") for one in wrong) + "。", field=str(path))
    return fill(content, reply, draft)


def _export_bundle(
    data: Path, draft: Draft, output: Path, skin: Skin | None, template: str | None
) -> int:
    if template not in (None, *get_args(Paper)):
        raise UserError("全套文书里各件的模板不同，--template 请用 own 或 standard。")
    if output.suffix.lower() != ".zip":
        raise UserError("全套文书是压缩包，文件名请以 .zip 结尾。", field=str(output))
    with open_folder(data) as context:
        profile = context.profile(draft.profile)
        read = papers.proofreading(context, draft)
        notes = papers.notes_of_all(context, draft, profile)
        printer = own_templates.printer(context, draft, cast("Paper | None", template))
        name, content = make_bundle(
            papers.draft_of(draft),
            profile,
            skin=skin,
            proofread=read,
            notes=notes,
            printed=printer,
        )
    write(output, content)
    names = "、".join(FORM_NAMES[form] for form in bundle_forms(draft, profile))
    say(f"已导出全套文书 {output}（{name}）：{names}。")
    for note in notes:
        say(note)
    return DONE


def _asks_folder(data: Path, draft: Draft, form: Form, template: str | None) -> bool:
    """Whether a paper needs the archive and what is ignored, as a sheet does that tells of the
    proofreading, or the unit's own template."""
    if form == "sign-off" or template == "own":
        return True
    usual = Context(data, dt.date.today()).profile(draft.profile).layout.paper
    return template is None and usual == "own"


def _context(data: Path, *, opens: bool) -> AbstractContextManager[Context]:
    return open_folder(data) if opens else nullcontext(Context(data, dt.date.today()))


# ------------------------------------------------------------------ small tools


def _progress(label: str) -> Any:
    return progress_bar(label)


if __name__ == "__main__":
    main()
