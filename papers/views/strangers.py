"""Pages for strangers: rendered once, and sent again until anything in the database changes.

All who are not signed in are shown the same page, but for the CSRF token of its forms. What was rendered is kept in
memory with PostgreSQL's snapshot of that moment, which is another one as soon as any transaction that wrote anything
has ended. So nobody is shown an old page, nobody who writes must think of this, and processes agree; the price is one
short query. Where many write, pages live shortly: they are meant for the moments in which many read. On a replica the
snapshot says less than on the primary, so reads that go to one must not be remembered like this.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from config.htmx import VARY
from papers.appearance import appearance

View = Callable[..., HttpResponse]

# Some 100 KB each; a paper with a thousand comments is not kept, or a few such would fill the memory.
_KEPT = 200
_LARGEST = 400_000
# Whoever sends one of these is somebody, or has been told something.
_NOT_A_STRANGERS = (settings.SESSION_COOKIE_NAME, "messages")
_HEADERS = (*VARY, "HX-Target")
# What {% csrf_token %} prints; in what people wrote the quotes would be escaped.
_PRINTED_TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[A-Za-z0-9]{64}')
_TOKEN = b"\x00token\x00"


class _Page(NamedTuple):
    snapshot: str
    content: bytes  # with _TOKEN where the CSRF token stands
    headers: dict[str, str]


class _Memory:
    """The pages asked for last, for all threads of this process."""

    def __init__(self) -> None:
        self._pages: OrderedDict[tuple[str, ...], _Page] = OrderedDict()
        self._lock = Lock()

    def get(self, key: tuple[str, ...], snapshot: str) -> _Page | None:
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.snapshot != snapshot:
                return None
            self._pages.move_to_end(key)
            return page

    def put(self, key: tuple[str, ...], page: _Page) -> None:
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > _KEPT:
                self._pages.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()


_memory = _Memory()
forget_pages = _memory.clear


def remembered_for_strangers(view: View) -> View:
    """Answer a stranger's GET from memory while nothing has changed; the view may depend on nothing but its address,
    the headers of htmx, the reader's choice of appearance, the day and the database."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Within a transaction the snapshot leaves out what that transaction itself has written; and whoever develops
        # looks at templates that change.
        in_doubt = connection.in_atomic_block or settings.DEBUG
        if request.method != "GET" or in_doubt or not _is_strangers(request):
            return view(request, *args, **kwargs)
        key = _key(request)
        # Taken before the view reads anything: what is committed meanwhile makes the next reader's another.
        snapshot = _snapshot()
        if page := _memory.get(key, snapshot):
            return _sent_again(request, page)
        response = view(request, *args, **kwargs)
        if response.status_code == 200 and not response.cookies:
            content = _PRINTED_TOKEN.sub(rb"\1" + _TOKEN, response.content)
            if len(content) <= _LARGEST:
                _memory.put(key, _Page(snapshot, content, dict(response.items())))
        return response

    return answer


def _is_strangers(request: HttpRequest) -> bool:
    return not any(name in request.COOKIES for name in _NOT_A_STRANGERS)


def _key(request: HttpRequest) -> tuple[str, ...]:
    headers = (request.headers.get(name, "") for name in _HEADERS)
    # The query as it was sent: Django's own full path makes one address of some that differ in raw bytes.
    address = (request.path, request.META.get("QUERY_STRING", ""))
    return (*address, str(appearance(request)), timezone.localdate().isoformat(), *headers)


def _snapshot() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])


def _sent_again(request: HttpRequest, page: _Page) -> HttpResponse:
    content = page.content
    if _TOKEN in content:
        content = content.replace(_TOKEN, get_token(request).encode())
    response = HttpResponse(content, headers=page.headers)
    # As the session would have said, had the view looked whether there is one.
    patch_vary_headers(response, ("Cookie",))
    return response
