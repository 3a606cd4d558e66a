"""The census of pages (`python -m bench pages`) asks for every page there is."""

from __future__ import annotations

from flask import Flask

from bench.pages import calls

# What gives no page of the workbench: single files as they came, answers for scripts and other
# systems, what only accounts have, and what leads on.
OTHERS = {
    "static",
    "login.show",
    "login.invited",
    "rating.show",
    "account.show",
    "account.factor",
    "login.second",
    # Leads to and from the office's own sign-on.
    "sign_on.begin",
    "sign_on.back",
    "sign_on.left",
    "notices.show",
    "wayback.show",
    # What is exchanged with another system by files.
    "packages.plan",
    "packages.file",
    # Only a paper that came back sealed has one.
    "sealed.show",
    "worklist.original",
    "coopinions.original",
    "asking.letters",
    "feedback.sheets",
    "materials.file",
    "attaching.file",
    # Leads on to the first paper that waits.
    "deciding.start",
    "figures.sheet",
    "archive.original",
    "paperfiles.pdf",
    "paperfiles.progress",
    "check.show",
    "check.download",
    "library.job",
    "batch.state",
    "library.columns",
    "api.description",
    "exchange.description",
    "exchange.matters",
    "exchange.matter",
    "exchange.reply",
    "exchange.reply_docx",
    "exchange.reply_pdf",
    "exchange.attachment",
    "exchange.list_opinions",
    "exchange.feedback",
    "api.document",
    "logbook.export",
    "manual.image",
    "settings.export",
    # What a unit has that is set up.
    "own_templates.show",
    "own_templates.one",
    "own_templates.original",
    "own_templates.sample",
}


def test_every_page_is_in_the_census(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    asked = {
        adapter.match(call.path.partition("?")[0], method="POST" if call.form else "GET")[0]
        for call in calls({"usual": 1})
    }
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - asked == OTHERS
