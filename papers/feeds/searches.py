"""What is new in a search, for feed readers."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from papers.filters import SearchFilter
from papers.models import Paper
from papers.search.timeout import SearchTooSlow, time_limit
from papers.views.access import searches_too_often, with_retry_after
from papers.views.finding import find_every

_MOST = 50
_PLAIN = "text/plain; charset=utf-8"
# XML has no way to write these.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def _unread(request: HttpRequest) -> str:
    filters = SearchFilter(request.GET, Paper.objects.none(), viewer=request.user)
    return " ".join(filters.misread) if "q" in filters.form.errors else ""


class SearchFeed(Feed[Paper, SearchFilter]):
    """The papers that hold all words of a search and pass its filters, the newest first; its order is left out."""

    feed_type = Atom1Feed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if searches_too_often(request):
            sentence = "Those were many searches at once. Wait a moment.\n"
            return with_retry_after(HttpResponse(sentence, status=429, content_type=_PLAIN))
        # What other filters can't be read is left out, as on the page; without its words it would be another search.
        if unread := _unread(request):
            return HttpResponse(f"{unread}\n", status=400, content_type=_PLAIN)
        try:
            with time_limit():
                response = super().__call__(request, *args, **kwargs)
        except SearchTooSlow as slow:
            return HttpResponse(f"{slow}\n", status=503, content_type=_PLAIN)
        response["X-Robots-Tag"] = "noindex"
        return response

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> SearchFilter:
        return SearchFilter(request.GET, Paper.objects.listed(), viewer=request.user)

    def title(self, filters: SearchFilter) -> str:
        return _printable(f"{filters.text or 'All papers'} · {settings.SITE_NAME}")

    def link(self, filters: SearchFilter) -> str:
        return f"{reverse('search')}?{filters.query}"

    def subtitle(self, filters: SearchFilter) -> str:
        narrowed = ", ".join(chip.text for chip in filters.chips)
        return _printable(f"New papers of a search{f' ({narrowed})' if narrowed else ''}.")

    def items(self, filters: SearchFilter) -> list[Paper]:
        columns = ("title", "abstract", "arxiv_id", "authors_text", "dated_on", "updated_at")
        return list(find_every(filters).newest_first().only(*columns)[:_MOST])

    def item_title(self, item: Paper) -> str:
        return _printable(item.title)

    def item_description(self, item: Paper) -> str:
        return _printable(item.abstract)

    def item_author_name(self, item: Paper) -> str:
        return _printable(item.authors_text)

    def item_pubdate(self, item: Paper) -> datetime:
        return datetime.combine(item.dated_on, time(), UTC)

    def item_updateddate(self, item: Paper) -> datetime:
        return item.updated_at or self.item_pubdate(item)
