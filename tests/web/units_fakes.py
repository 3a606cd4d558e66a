"""Two units on one server, each with something of everything, and the walk over all addresses."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from days import today
from flask import Flask
from flask.testing import FlaskClient
from procedure_fakes import PROPOSAL, through, whole

from casework import Casework, figures
from casework.batches import Batches
from casework.matters import materials as kept_materials
from casework.matters.proofing import WORDS_LONGEST
from casework.procedure import promises as owed
from casework.procedure import ratings
from casework.procedure.ratings import Rating
from corpus import Archive
from corpus.importing import jobs
from desk.batch.work import BatchWork
from desk.context import Context
from desk.handing_in import materials
from drafting.model import Attached, Finding, Ignored, Proposer
from drafting.reading import read_bytes
from storage import originals
from web.access.rules import BY_TOKEN, RULES

SECRET = "青岚2026城管"
NUMBERS = {
    "library.job": "job",
    "library.columns": "table",
    "library.keep_columns": "table",
    "library.restore": "deleted",
}
OF_NOBODY = {
    "static": "files of the program",
    "manual.image": "pictures of the manual",
    "rating.show": "a one-time link is its bearer's, whoever he is",
    "rating.send": "a one-time link is its bearer's, whoever he is",
    **{
        f"settings.{page}": "a profile by its name; test_web_settings asks for another unit's"
        for page in ("save", "history", "restore", "export", "toml", "take_toml")
    },
    **{
        f"own_templates.{one}": "a profile by its name; test_web_own_templates asks for another's"
        for one in (*("show", "hand_in", "one", "change", "stop", "restore", "original", "sample"),)
    },
    **{
        f"notices.{one}": "a message that waits to be sent: an administrator's of the whole service"
        for one in ("again", "drop")
    },
    **{
        f"webhooks.{one}": "what another system is told: an administrator's of the whole service"
        for one in ("change", "switch", "rotate", "try_out", "all_again", "again", "drop")
    },
    **{
        f"packages.{one}": "a package for another office: an administrator's of the whole service"
        for one in ("file", "plan", "take", "drop")
    },
    "undo.take": "a step is its author's; test_web_undoing asks for another's",
    "setup.pass_by": "a step of setting up; the own unit's always",
}
"""Routes with an argument that is no unit's; a new one has to be settled or to be named here."""


@dataclass(frozen=True)
class Office:
    """A unit with something of everything; ``word`` stands in all its texts and names."""

    unit: str
    word: str
    clerk: str
    ids: Mapping[str, object]

    def of(self, endpoint: str) -> dict[str, object]:
        """The ids as a route's arguments; a ``number`` is another thing for each kind of page."""
        return dict(self.ids) | {"number": self.ids[NUMBERS.get(endpoint, "first")]}


def settle(
    casework: Casework, archive: Archive, unit: str, word: str, *, clerk: str = ""
) -> Office:
    """Have a unit with a clerk of every role and something of everything."""
    clerk = clerk or f"{word}员"
    casework.people.add(clerk, SECRET, unit=unit, roles=["经办", "核稿", "签发"])
    proposal = replace(
        PROPOSAL,
        subject=f"关于{word}的提案",
        proposers=(Proposer(f"{word}先生"),),
        co_units=("区财政局",),
        assigned=dt.date(today().year, 5, 11),
        due=dt.date(today().year, 8, 11),
    )
    draft = whole(proposal)
    first = replace(
        draft.answers[0], done=f"{word}已完成。", next_step=f"我局将于年底前办好{word}。"
    )
    enclosed = f"{word}清单".encode()
    digest = originals.of(archive.path.parent).put(enclosed)
    more = Attached(f"{word}附件", file=f"{word}清单.docx", digest=digest, size=len(enclosed))
    draft = replace(draft, answers=(first, *draft.answers[1:]), attachments=(more,))
    file = (f"{word}.txt", f"{word}原件".encode())
    matter = casework.create_matter(proposal, original=file, author=clerk, unit=unit)
    casework.confirm_suggestions(matter, draft, 1, author=clerk)
    casework.keep_co_units(matter, ["区财政局"])
    (opinion,) = casework.co_opinions(matter)
    casework.receive_opinion(opinion.id, dt.date(today().year, 5, 20), f"{word}意见", file)
    section = f"{word}科"[: figures.LINE_MAX_CHARS]
    asked = figures.Asking(f"{word}的盏数", section, suggestion=proposal.suggestions[0].text)
    given = figures.read_given(
        "12盏", dt.date(today().year, 1, 5), section, "", dt.date(today().year, 1, 6)
    )
    request = figures.ask_and_record(
        casework, matter, asked, given, dt.date(today().year, 1, 6), author=clerk
    )
    through(casework, matter, "submit", "pass", "approve", "number", "send", override="照来件印")
    rating = Rating(0, matter, 1, f"{word}先生", "满意", "", f"{word}甚好", today(), "表格")
    rated = casework.run(ratings.add, rating)
    context = Context(archive.path.parent, today(), casework)
    found = casework.matter(matter)
    assert found is not None
    materials.add(context, found, f"{word}函.txt", f"{word}的函".encode(), "来往函件")
    (material,) = casework.run(kept_materials.listed, matter)
    (promise, *_) = owed.of_matter(casework.db, matter)
    finding = Finding("t", "warn", "safe", 0, 0, 1, word[0], word, word, "改")
    checked = casework.proofing.keep_check(word, "default", word, [finding], author=clerk)
    short = word[:WORDS_LONGEST]
    casework.proofing.ignore("default", Ignored("t", short, word), unit=unit, author=clerk)
    (ignored,) = casework.proofing.ignored("default", units=[unit])
    view = archive.for_unit(unit)
    view.reserve(reserved=True)
    view.store(read_bytes(f"关于{word}的答复\n{word}。\n".encode(), "a.txt"), f"{word}.txt", b"x")
    gone = f"{word}二.txt"
    view.store(read_bytes(f"关于{word}的通知\n{word}。\n".encode(), "a.txt"), gone, b"y")
    numbers = {row["source"]: row["id"] for row in archive.db.execute("SELECT * FROM documents")}
    view.delete(numbers[gone])
    job = jobs.begin(view, None, clerk, unit)
    jobs.add_file(view, job, f"{word}.docx", io.BytesIO(b"broken"))
    jobs.add_file(view, job, f"{word}.csv", io.BytesIO(f"{word}栏,其他\n甲,乙\n".encode()))
    assert jobs.run(view, job)
    (table,) = jobs.unclear(view.own_reader())
    ledger = f"案号,案由\n7,关于{word}照明的提案\n".encode()
    batch = Batches(casework).begin(clerk, unit, "default", [(f"{word}.csv", ledger)])
    work = BatchWork(archive.path.parent)
    while work.step_of(batch):
        pass
    work.close()
    token = casework.people.log_in(clerk, SECRET)
    session = casework.people.session(token)
    assert session is not None
    return Office(
        unit,
        word,
        clerk,
        {
            "matter_id": matter,
            "opinion_id": opinion.id,
            "request_id": request,
            "promise_id": promise.id,
            "rating_id": rated,
            "material_id": material.id,
            "check_id": checked,
            "line_id": ignored.id,
            "batch_id": batch,
            "phrase_id": casework.add_phrase(f"{word}常用语。", author=clerk, unit=unit),
            "document_id": numbers[f"{word}.txt"],
            "deleted": numbers[gone],
            "session_id": session[1].id,
            "token": casework.people.invite(clerk),
            "job": job,
            "table": table.id,
            "first": 1,
            "move_id": "urge",
        },
    )


def enter(app: Flask, name: str) -> tuple[FlaskClient, str]:
    """A client logged in as ``name``, and the token of its forms."""
    client = app.test_client()
    token = re.findall(r'name="csrf" value="([^"]+)"', client.get("/login").text)[0]
    form = {"csrf": token, "name": name, "password": SECRET}
    assert client.post("/login", data=form).status_code == 302
    return client, re.findall(r'name="csrf" value="([^"]+)"', client.get("/account").text)[0]


def addresses(app: Flask, *offices: Office) -> Iterator[tuple[str, str, str]]:
    """Every (endpoint, method, path) with an id, that id being the first office's.

    With a second office the first argument is that one's, where there are several: an own matter
    with another's opinion.
    """
    with app.test_request_context():
        for rule in sorted(app.url_map.iter_rules(), key=lambda one: one.rule):
            if not rule.arguments or rule.endpoint in OF_NOBODY:
                continue
            if RULES.get(rule.endpoint) == BY_TOKEN:
                # No session opens these; what a token opens: test_web_exchange_attacks.py.
                continue
            values = {name: offices[0].of(rule.endpoint)[name] for name in rule.arguments}
            if len(offices) > 1:
                if (
                    not {"material_id", "opinion_id", "promise_id", "rating_id", "request_id"}
                    & rule.arguments
                ):
                    continue
                values["matter_id"] = offices[1].ids["matter_id"]
            # library.restore is asked for what lies in the trash.
            if rule.endpoint == "library.restore":
                values["document_id"] = offices[0].ids["deleted"]
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule.endpoint, method, app.url_for(rule.endpoint, **values)
