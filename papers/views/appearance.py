"""A reader's own choice of theme and of keys. It needs no account: the browser keeps it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from config.htmx import asking_page, render_page, wants_fragment
from papers.appearance import THEMES, keep_shortcuts, keep_theme


@require_http_methods(["GET", "HEAD", "POST"])
def choose_appearance(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render_page(request, "papers/appearance.html", {"next": _own_path(request.GET.get("next", ""))})
    theme = request.POST.get("theme", "")
    if theme not in THEMES:
        raise BadRequest("There is no such theme.")
    response = HttpResponseRedirect(_own_path(request.POST.get("next", "")) or request.path)
    keep_theme(response, theme)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def about_keyboard(request: HttpRequest) -> HttpResponse:
    """The list of keys: a page, and for htmx the part of it that the dialog shows."""
    if request.method != "POST":
        context = {"next": _page_of(request), "is_fragment": wants_fragment(request)}
        return render_page(request, "papers/about_keyboard.html", context, fragment="keys")
    wanted = "shortcuts" in request.POST
    messages.success(request, f"Keyboard shortcuts are {'on' if wanted else 'off'}.")
    response = HttpResponseRedirect(_own_path(request.POST.get("next", "")) or request.path)
    keep_shortcuts(response, wanted)
    return response


def _page_of(request: HttpRequest) -> str:
    """The page over which the dialog stands, to come back to."""
    if not wants_fragment(request):
        return ""
    asking = asking_page(request)
    is_ours = (asking.scheme, asking.netloc) == (request.scheme, request.get_host())
    return _own_path(asking._replace(scheme="", netloc="").geturl()) if is_ours else ""


def _own_path(path: str) -> str:
    own = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if own else ""
