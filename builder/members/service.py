"""Inviting people, placing them, and giving them powers and roles; what only an owner may do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from runtime.audit import service as audit
from runtime.contracts import Actor, Forbidden
from runtime.db import transaction
from runtime.i18n import message, text_in, title_in
from runtime.identity import service as identity
from runtime.identity.invitations import service as invitations
from runtime.identity.models import Member
from runtime.identity.resets import service as resets
from runtime.permissions import ADMIN
from runtime.releases import service as releases
from runtime.releases.models import App


@dataclass(frozen=True)
class AppRoles:
    """The roles of an app that can be held: key and title, the app's own admin first."""

    app_id: str
    title: str
    roles: tuple[tuple[str, str], ...]


def role_choices(lang: str, admin_title: str) -> list[AppRoles]:
    """Every app of the tenant with the roles of its live release."""
    return [
        AppRoles(app.id, title_in(lang, app), ((ADMIN, admin_title), *_roles(app, lang))) for app in releases.apps()
    ]


def _roles(app: App, lang: str) -> Iterable[tuple[str, str]]:
    roles = releases.at(app.id, app.release).all("roles") if app.release else {}
    return [(key, text_in(lang, role, "title") or key) for key, role in roles.items() if key != ADMIN]


def invite(
    name: str, department_id: str | None, powers: Iterable[str], roles: Iterable[tuple[str, str]], actor: Actor
) -> tuple[Member, str]:
    """A new member and the secret of the link by which the person takes the seat."""
    with transaction():
        member = identity.add_member(name, department_id=department_id)
        keep_powers(member.id, powers, actor)
        keep_roles(member.id, roles, actor)
        return member, new_link(member.id, actor)


def new_link(member_id: str, actor: Actor) -> str:
    """The secret of a fresh invitation to a seat; earlier ones are void. That to an owner's seat only an owner has."""
    refuse_below_owner(member_id, actor)
    with transaction():
        audit.note("member.invited", {"member": member_id}, actor.member_id)
        return invitations.invite(member_id)


def reset_link(member_id: str, actor: Actor) -> str:
    """The secret of a link for a new password, to be handed to a member whose mail does not work."""
    refuse_below_owner(member_id, actor)
    with transaction():
        secret = resets.issue(member_id)
        audit.note("password.link_made", {"member": member_id}, actor.member_id)
        return secret


def keep_powers(member_id: str, wanted: Iterable[str], actor: Actor) -> None:
    """Give and take powers until these are held; only an owner makes or unmakes an owner."""
    held, wished = identity.powers().get(member_id, set()), set(wanted)
    if "owner" in held ^ wished:
        only_owners(actor)
    with transaction():
        for power in wished - held:
            identity.give_power(power, member_id)
        for power in held - wished:
            identity.take_power(power, member_id)
        _note_change("powers.changed", member_id, wished - held, held - wished, actor)


def keep_roles(member_id: str, wanted: Iterable[tuple[str, str]], actor: Actor) -> None:
    """Give and take roles until these are held; unknown apps and roles are left out."""
    known = {(app.app_id, role) for app in role_choices("", "") for role, _title in app.roles}
    held, wished = identity.held_roles(member_id), set(wanted) & known
    with transaction():
        identity.find_member(member_id)
        for app_id, role in wished - held:
            identity.give_role(app_id, role, member_id)
        for app_id, role in held - wished:
            identity.take_role(app_id, role, member_id)
        _note_change("roles.changed", member_id, wished - held, held - wished, actor)


def suspend(member_id: str, active: bool, actor: Actor) -> None:
    """Shut a member out or let one in again; an owner only by an owner."""
    refuse_below_owner(member_id, actor)
    with transaction():
        identity.suspend_member(member_id, active)
        audit.note("member.restored" if active else "member.suspended", {"member": member_id}, actor.member_id)


def _note_change(act: str, member_id: str, given: set[Any], taken: set[Any], actor: Actor) -> None:
    if given or taken:
        about = {"member": member_id, "given": sorted(given), "taken": sorted(taken)}
        audit.note(act, about, actor.member_id)


def refuse_below_owner(member_id: str, actor: Actor) -> None:
    """What concerns the seat of an owner only an owner does; raises Forbidden."""
    if "owner" in identity.powers().get(member_id, set()):
        only_owners(actor)


def only_owners(actor: Actor) -> None:
    """Refuse everybody who is no owner; raises Forbidden."""
    if "owner" not in actor.powers:
        raise Forbidden(message("Only an owner of this workspace may do that."))
