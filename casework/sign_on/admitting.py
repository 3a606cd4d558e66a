"""Which account it is that has signed on at the provider's, and what that brings it here."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from casework.nouns import Person
from casework.people import sign_ons
from casework.people.accounts import NAME_MAX, NO_FIRST
from casework.people.roles import UserRole
from casework.people.sign_ons import SignedOn
from casework.sign_on.settings import roles
from casework.sign_on.tokens import Claims, Refused, claim
from casework.store import Casework
from drafting.errors import UserError
from storage.configuration import Oidc
from storage.log import audit

NO_ACCOUNT = "“{}”还没有本系统的账号，或者已停用，请与管理员联系。"
PLATFORM = "统一身份认证平台"


def admit(casework: Casework, chosen: Oidc, signed_on: SignedOn, now: dt.datetime) -> Person:
    """Return the account of who has signed on, made where the configuration says so, with the unit
    and the roles that the provider gives.

    Raises :class:`UserError`, a :class:`Refused` where the log is to say more.
    """
    people, name = casework.people, _name(chosen, signed_on.claims)
    if not people.any():
        raise UserError(NO_FIRST)
    given, unit = _roles(chosen, signed_on.claims), _unit(chosen, signed_on.claims)
    with casework.transaction(), _as_the_provider(casework):
        people = casework.people
        person = people.one(name)
        if person is None and chosen.new_accounts:
            person = people.one(people.add(name, unit=unit, roles=given))
        if person is None or not person.active:
            raise Refused(f"没有这个账号或已停用：{name}", NO_ACCOUNT.format(name))
        if sign_ons.bind(casework.db, name, chosen.issuer, signed_on.subject, now):
            casework.log("对应统一身份", f"用户 {name}", detail=signed_on.subject[:80])
        return _as_given(casework, chosen, person, given, unit)


def refuse(casework: Casework, why: str) -> None:
    """Keep in the log that somebody was not let in by the provider's word, and why."""
    where = casework.actor.where
    audit.write(casework.db, "统一登录", who=audit.NOBODY, where=where, result="拒绝", detail=why)


@contextmanager
def _as_the_provider(casework: Casework) -> Iterator[None]:
    """Have the log say that what is done in the block is done on the provider's word."""
    actor = casework.actor
    casework.actor = audit.Actor(PLATFORM, actor.where)
    try:
        yield
    finally:
        casework.actor = actor


def _as_given(
    casework: Casework, chosen: Oidc, person: Person, given: Collection[UserRole], unit: str
) -> Person:
    """Have the account have what the provider gives: of the roles that the configuration names,
    those and no others; what administrators gave besides stays."""
    managed = set(roles(chosen).values())
    wanted = (person.roles - managed) | set(given)
    place = unit or person.unit
    if wanted == person.roles and place == person.unit:
        return person
    casework.people.change(
        person.name, unit=place, section=person.section, roles=wanted, active=True
    )
    found = casework.people.one(person.name)
    assert found is not None
    return found


def _name(chosen: Oidc, claims: Claims) -> str:
    found = claim(claims, chosen.name_claim)
    if chosen.name_claim == "email" and claims.get("email_verified") is not True:
        raise Refused(
            "email 没有核实（email_verified）", f"{PLATFORM}没有核实您的邮箱，请先在平台上核实。"
        )
    text = unicodedata.normalize("NFC", found.strip()) if isinstance(found, str) else ""
    if not 0 < len(text) <= NAME_MAX:
        raise Refused(
            f"没有用户名（{chosen.name_claim}）",
            f"{PLATFORM}没有给出您的用户名（{chosen.name_claim}），请告诉管理员。",
        )
    return text


def _roles(chosen: Oidc, claims: Claims) -> frozenset[UserRole]:
    """The roles for the values of the claim: a list, or a text of one value."""
    found = claim(claims, chosen.role_claim)
    values = found if isinstance(found, list) else [found]
    known = roles(chosen)
    return frozenset(known[one] for one in values if isinstance(one, str) and one in known)


def _unit(chosen: Oidc, claims: Claims) -> str:
    found = claim(claims, chosen.unit_claim)
    return found if isinstance(found, str) else ""
