"""本单位模板: handed in, bound, adopted, used for papers, put back; kept apart by unit and form."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from office_templates import WHOLE, of_lines
from procedure_fakes import TODAY, store

from casework import Casework, own_templates
from casework.migrations import STEPS
from desk.context import Context
from desk.prints import own_templates as templates
from desk.sample_letter import sample_draft, sample_letter
from drafting.assembly import assemble
from drafting.errors import UserError
from drafting.model import Draft
from drafting.profile import load_profile
from drafting.reading import read_lines
from drafting.writing import write_docx
from drafting.writing.bundle import make_bundle
from drafting.writing.own_template import BLANK
from service import steps
from storage import connect, migrate
from storage.backups.backup import backup
from storage.backups.restoring import restore
from storage.log import audit

PROFILE = load_profile("default")
TEMPLATE = of_lines("青岚区某局红头纸", *WHOLE)


def a_draft() -> Draft:
    return sample_draft(PROFILE, "提案", TODAY)


def lines_of(content: bytes) -> list[str]:
    return [line.text for line in read_lines(content, "a.docx")]


def adopted(context: Context, content: bytes = TEMPLATE) -> own_templates.TemplateVersion:
    made = templates.hand_in(context, "default", "reply", "红头纸.docx", content)
    return templates.rebind(context, made, made.fields, made.headings, adopt=True)


def test_a_template_holds_only_once_it_is_adopted(context: Context) -> None:
    made = templates.hand_in(context, "default", "reply", "红头纸.docx", TEMPLATE)
    assert not templates.holds(context, "default", "reply")
    assert templates.opened(context, made).inspection.errors == ()
    adopted = templates.rebind(context, made, {}, {}, adopt=True)
    assert (made.number, adopted.number, adopted.author) == (1, 2, "林知远")
    assert templates.holds(context, "default", "reply")
    assert not templates.holds(context, "default", "co-handling")
    assert not templates.holds(context, "other", "reply")
    logged = audit.entries(store(context).db, audit.Filters())
    assert [(one.action, one.what, one.detail) for one in logged][:2] == [
        ("采用模板", "default", "答复：红头纸.docx"),
        ("上传模板", "default", "答复：红头纸.docx"),
    ]


def test_what_its_placeholders_stand_for_is_kept_for_the_next_file(context: Context) -> None:
    made = templates.hand_in(
        context, "default", "reply", "甲.docx", of_lines(*WHOLE, "{{ 流水 }}", "{{ 归档 }}")
    )
    with pytest.raises(UserError, match="还有 2 处要改：第7段：“流水”不是认得的栏目"):
        templates.rebind(context, made, {}, {}, adopt=True)
    bound = templates.rebind(
        context, made, {"流水": "item_no", "归档": BLANK}, {"1": ""}, adopt=True
    )
    again = templates.hand_in(context, "default", "reply", "乙.docx", TEMPLATE)
    assert (bound.number, again.number, again.fields) == (2, 3, bound.fields)
    assert not again.adopted
    held = store(context).run(own_templates.in_force, "default", "reply")
    assert held is not None and held.file_name == "甲.docx"


def test_a_paper_is_made_on_the_paper_that_is_chosen(context: Context) -> None:
    draft = a_draft()
    reply = sample_letter(PROFILE, "提案", TODAY)
    with pytest.raises(UserError, match="“答复”还没有采用本单位模板"):
        templates.printed(context, draft, reply, "own")
    adopted(context)
    own = templates.printed(context, draft, reply, "own")
    assert lines_of(own.content)[0] == "青岚区某局红头纸"
    assert "附注" in own.notes[0]
    standard = templates.printed(context, draft, reply, "standard")
    assert (standard.content, standard.notes) == (write_docx(reply), ())
    # The unit's habits say on which it is made where nobody chooses.
    assert templates.usual_paper(context, "default", "reply") == "standard"


def test_the_papers_of_a_matter_are_each_on_their_own(context: Context) -> None:
    adopted(context)
    draft = a_draft()
    printer = templates.printer(context, draft, "own")
    _, content = make_bundle(draft, PROFILE, printed=printer)
    with zipfile.ZipFile(io.BytesIO(content)) as bundle:
        names = [name for name in bundle.namelist() if name.endswith(".docx")]
        own = [name for name in names if "红头纸" in lines_of(bundle.read(name))[0]]
        told = bundle.read("目录.txt").decode("utf-8-sig")
    assert [name[:4] for name in own] == ["2_答复"]
    assert len(names) > 2
    assert "答复：本单位模板没有印附注" in told


def test_a_former_version_returns_and_none_may_hold(context: Context) -> None:
    first = adopted(context)
    adopted(context, of_lines("另一张红头纸", *WHOLE))
    templates.stop(context, "default", "reply")
    assert not templates.holds(context, "default", "reply")
    assert templates.stop(context, "default", "reply") is None
    templates.put_back(context, "default", "reply", first.number)
    held = store(context).run(own_templates.in_force, "default", "reply")
    assert held is not None
    assert (held.digest, held.note) == (first.digest, f"恢复到第 {first.number} 版")
    with pytest.raises(UserError, match="没有这一版模板"):
        templates.put_back(context, "default", "reply", 99)


def test_two_people_do_not_overwrite_each_other(context: Context) -> None:
    made = templates.hand_in(context, "default", "reply", "甲.docx", TEMPLATE)
    templates.rebind(context, made, {}, {}, adopt=False)
    with pytest.raises(UserError, match="刚刚被改过"):
        templates.rebind(context, made, {}, {}, adopt=True)


def test_what_is_no_template_leaves_nothing(context: Context) -> None:
    with pytest.raises(UserError, match="本单位模板只用于答复"):
        templates.hand_in(context, "default", "consultation", "甲.docx", TEMPLATE)
    with pytest.raises(UserError, match="文件已损坏"):
        templates.hand_in(context, "default", "reply", "甲.docx", "不是".encode())
    assert store(context).run(own_templates.newest, "default") == {}
    assert not (context.folder / "files").exists()


def test_a_backup_brings_the_file_along(context: Context, tmp_path: Path) -> None:
    adopted(context)
    backup(context.folder, tmp_path / "b.zip", steps=steps.STEPS)
    restore(tmp_path / "b.zip", tmp_path / "new", steps=steps.STEPS)
    with Casework.open(tmp_path / "new") as casework:
        there = Context(tmp_path / "new", TODAY, casework)
        draft = a_draft()
        reply = assemble(draft, PROFILE, form="reply")
        own = templates.printed(there, draft, reply, "own")
    assert lines_of(own.content)[0] == "青岚区某局红头纸"


@pytest.mark.sqlite
def test_a_database_from_before_gets_the_table(tmp_path: Path) -> None:
    db = connect(tmp_path / "casework.db")
    migrate(db, STEPS[: STEPS.index(own_templates.install)])
    migrate(db, STEPS)
    assert own_templates.newest(db, "default") == {}
    db.close()
