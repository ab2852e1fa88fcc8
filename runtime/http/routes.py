"""Pages that belong to no subject: the start, the language, and what an operator's tools ask."""

from flask import Blueprint, Response, current_app, g, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from runtime import queue
from runtime.contracts import BadRequest
from runtime.db import dumps
from runtime.http.language import LANGUAGES
from runtime.http.metrics import measures
from runtime.http.pages import page_lang
from runtime.http.reply import reply
from runtime.http.service import database_answers
from runtime.i18n import message
from runtime.security.access import member, public
from runtime.security.addresses import local_path

blueprint = Blueprint("http", __name__)

ICONS = (("192", 192, "any"), ("512", 512, "any"), ("maskable-512", 512, "maskable"))
A_YEAR = 365 * 24 * 3600


@blueprint.get("/")
@public
def start() -> BaseResponse:
    """To one's tenants, or to the sign-in page."""
    return redirect("/tenants" if g.visitor else "/sign-in")


@blueprint.post("/language")
@public
def language() -> BaseResponse:
    """Keep in the browser which language it is spoken to; an account keeps its own on /me."""
    lang = request.form.get("lang", "")
    if lang not in LANGUAGES:
        raise BadRequest(message("There is no such language."))
    answer = redirect(local_path(request.form.get("back")), 303)
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    answer.set_cookie("lang", lang, A_YEAR, secure=secure, httponly=True, samesite="Lax")
    return answer


@blueprint.get("/t/<tenant>/manifest.webmanifest")
@member
def manifest(tenant: str) -> Response:
    """What a phone needs to keep this workspace beside its other apps."""
    asset = current_app.jinja_env.globals["asset"]
    icons = [
        {"src": str(asset(f"icons/{name}.png")), "type": "image/png", "sizes": f"{size}x{size}", "purpose": purpose}
        for name, size, purpose in ICONS
    ]
    told = {
        "id": f"/t/{tenant}/", "start_url": f"/t/{tenant}/", "scope": "/", "display": "standalone", "icons": icons,
        "name": g.tenant.title, "short_name": g.tenant.title[:12], "lang": page_lang(),
        "theme_color": "#0f766e", "background_color": "#ffffff",
    }  # fmt: skip
    return Response(dumps(told), content_type="application/manifest+json")


@blueprint.get("/healthz")
@public
def healthy() -> Response:
    """This process answers."""
    return reply({"status": "ok"})


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """The database answers; without the queue all is kept too, it only starts later."""
    parts = {"database": database_answers(), "queue": queue.answers()}
    said = {name: "ok" if there else "gone" for name, there in parts.items()}
    return reply(said, 200 if parts["database"] else 503)


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Prometheus text; nothing of any tenant is in it."""
    told = measures.metrics() + current_app.extensions["trellis.vitals"]()
    return Response("".join(metric.text for metric in told), content_type="text/plain; version=0.0.4; charset=utf-8")
