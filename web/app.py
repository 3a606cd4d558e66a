"""The app factory."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from casework import Casework, secret_key
from drafting.language.limits import FILE_MAX_BYTES
from storage.configuration import Configuration, load
from web import errors, filters, form_bodies, menus, navigation, profiles, purposes, stores, undoing
from web.access import account, logbook, login, people, proxy, requestlog, security, sign_on
from web.archive_pages import api, archive, library
from web.case_pages import (
    asking,
    batch,
    cohandling,
    coopinions,
    figures,
    intake,
    materials,
    procedure,
    redrafting,
    register,
    reuse,
    review,
    units,
    workbench,
)
from web.case_pages.deciding import page as deciding
from web.exchange_pages import pages as exchange
from web.feedback_pages import office as feedback
from web.feedback_pages import public as rating
from web.office_pages import (
    due,
    health,
    manual,
    notices,
    own_templates,
    packages,
    procedurelists,
    settings,
    setup,
    statistics,
    systems,
    webhooks,
    worklist,
)
from web.paper_pages import (
    attaching,
    check,
    checkdraft,
    history,
    paper,
    paperfiles,
    sealed,
    wayback,
)

# An upload past the limit is answered on its page, with what was typed; only a request past this
# is cut off unread, because then nothing of the form is known.
REQUEST_MAX_BYTES = 3 * FILE_MAX_BYTES


class _IdConverter(IntegerConverter):
    """Numbers that SQLite can hold; a longer one in an address is a page that does not exist."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**63 - 1)


def create_app(
    data_folder: Path, configuration: Configuration | None = None, shared: Path | None = None
) -> Flask:
    """Return the application over ``data_folder``, which is made where it is absent.

    ``configuration`` is what the folder's own file says, where none is given; pages find it in
    ``app.config["CONFIGURATION"]``. ``shared`` is a folder for what the processes of
    a service share while it runs.

    Raises :class:`drafting.errors.UserError` where the folder or its databases cannot be used, so
    that a server says so at its start and not at the first page.
    """
    app = Flask("web")
    app.request_class = form_bodies.FormRequest
    app.config.update(
        DATA_FOLDER=Path(data_folder),
        CONFIGURATION=configuration or load(Path(data_folder)),
        SHARED_FOLDER=shared,
        SECRET_KEY=secret_key(Path(data_folder)),
        MAX_CONTENT_LENGTH=REQUEST_MAX_BYTES,
        MAX_FORM_MEMORY_SIZE=form_bodies.MOST_BYTES,
        MAX_FORM_PARTS=form_bodies.MOST_FIELDS,
        SESSION_COOKIE_NAME="drafting",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    with Casework.open(Path(data_folder)):
        pass
    server, accounts = app.config["CONFIGURATION"].server, app.config["CONFIGURATION"].accounts
    app.wsgi_app = proxy.Proxied(  # type: ignore[assignment, method-assign]
        app.wsgi_app, [server.proxy], accounts.sign_on_header
    )
    app.url_map.converters["id"] = _IdConverter
    stores.install(app)
    requestlog.install(app)
    security.install(app)
    errors.install(app)
    filters.install(app)
    menus.install(app)
    purposes.install(app)
    navigation.install(app)
    profiles.install(app)
    drafting_pages = (intake, workbench, coopinions, reuse, review, checkdraft, paper, history)
    paper_pages = (paperfiles, wayback, sealed, check, attaching)
    for page in (worklist, register, *drafting_pages, *paper_pages, archive, library, api, login):
        app.register_blueprint(page.blueprint)
    for page in (
        asking,
        cohandling,
        batch,
        redrafting,
        figures,
        account,
        people,
        sign_on,
        units,
        logbook,
        procedure,
        deciding,
        procedurelists,
        due,
        notices,
        webhooks,
        exchange,
        statistics,
        settings,
        own_templates,
        setup,
        health,
        manual,
        feedback,
        rating,
        materials,
        packages,
        systems,
        undoing,
    ):
        app.register_blueprint(page.blueprint)
    undoing.install(app)
    return app
