"""Making an app of tables that were looked through: its forms go live, then its rows come in behind it."""

from collections.abc import Mapping
from typing import Any

from builder.drafts import roles
from builder.drafts.parts import key_for
from builder.gallery.tables.plans import Plan, plans
from builder.gallery.tables.proposals import Proposal, forms_of, proposed
from builder.publishing import service as publishing
from runtime.contracts import Actor, Problem, Refused
from runtime.db import transaction
from runtime.exchange import service as imports
from runtime.exchange.models import ImportJob
from runtime.exchange.surveys import service as surveys
from runtime.exchange.surveys.models import Survey
from runtime.i18n import message
from runtime.identity import service as identity
from runtime.permissions import ADMIN
from runtime.releases import service as releases
from runtime.releases.models import App


def proposal_of(survey: Survey) -> Proposal:
    """What a finished survey proposes; the app is called as its first file."""
    title = str(survey.files[0]["name"]).rpartition(".")[0]
    return proposed(survey.found or [], title)


def make(survey: Survey, proposal: Proposal, members: str, actor: Actor) -> App:
    """The app, live, with a role called `members`; its imports are on their way.

    All or nothing: raises Refused with what stands in the way, Conflict when an app was made of it already.
    """
    _refuse_the_empty(proposal)
    with transaction() as session:
        app, _ = publishing.take_in(_document(proposal, members, actor), actor, live=True)
        surveys.claim(survey, app.id)
        if actor.member_id:
            identity.give_role(app.id, ADMIN, actor.member_id)
        jobs = _prepared(app, plans(proposal, survey.found or []), actor)
        survey.app_id, survey.imports = app.id, [job.id for job in jobs]
        session.flush()
        if jobs:
            imports.call_for(jobs[0])
    return app


def imports_of(survey: Survey, actor: Actor) -> list[ImportJob]:
    """The imports that fill its app, in their order."""
    return imports.all_of(survey.imports or [], actor)


def _prepared(app: App, wanted: list[Plan], actor: Actor) -> list[ImportJob]:
    """The imports in a row, each calling for the next."""
    jobs: list[ImportJob] = []
    for plan in reversed(wanted):
        table = plan.table
        header = [column["header"] for column in table["columns"]]
        kept = imports.Kept(table["file"], table["name"], header, table["rows"])
        jobs.append(imports.prepare(app.id, plan.form, kept, plan.asked, actor, jobs[-1].id if jobs else None))
    return jobs[::-1]


def _document(proposal: Proposal, members: str, actor: Actor) -> Mapping[str, Any]:
    forms, role = forms_of(proposal), roles.standard(members)
    for form in forms:
        role = roles.with_form(role, form["key"])
    key = key_for(proposal.title, [app.key for app in releases.apps()], "app")
    lang = identity.this_tenant().lang
    return {"format": "app/1", "key": key, "title": proposal.title, "lang": lang, "forms": forms, "roles": [role]}


def _refuse_the_empty(proposal: Proposal) -> None:
    problems = []
    if not proposal.title:
        problems.append(Problem("/title", "required", message("Enter a name for the app.")))
    taken = [sheet for sheet in proposal.sheets if sheet.taken]
    if not taken:
        problems.append(Problem("", "minItems", message("Take at least one table.")))
    for sheet in taken:
        if not any(column.taken for column in sheet.columns):
            why = message("Take at least one column of “%(table)s”, or leave the table out.", table=sheet.title)
            problems.append(Problem(f"/t{sheet.number}", "minItems", why))
    if problems:
        raise Refused(problems)
