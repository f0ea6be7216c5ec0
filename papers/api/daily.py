"""The papers of an edition, week or month, or of all editions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from papers.api.answers import READ, TROUBLES, answer, with_next
from papers.api.limits import too_often
from papers.api.shapes import NAMES_IN_A_LIST, Entry, Trouble, entry_of
from papers.models import Paper
from papers.periods import Kind, Period, parse_period
from papers.querysets.papers import PaperQuerySet
from papers.search.timeout import SearchTooSlow, time_limit
from papers.views.access import searches_too_often

# No portal has so many, and the database counts no further than it must.
_NOBODY_PAGES_FURTHER = 10_000_000


router = Router(by_alias=True, exclude_none=True)


@router.api_operation(
    READ,
    "/daily_papers",
    response={200: list[Entry], **TROUBLES, 429: Trouble},
    summary="List an edition",
    description="A day’s papers come with the most upvoted first; others, the newest first or by what is trending.",
    operation_id="list_daily_papers",
    url_name="api-daily-papers",
)
def list_daily_papers(
    request: HttpRequest,
    *,
    date: Annotated[str, Query(description="An edition’s day: 2025-12-25.")] = "",
    week: Annotated[str, Query(description="An ISO week of editions: 2025-W52.")] = "",
    month: Annotated[str, Query(description="A month of editions: 2025-12.")] = "",
    submitter: Annotated[str, Query(description="Only what they sent in, as the source names them.")] = "",
    sort: Annotated[
        Literal["publishedAt", "trending"], Query(description="A day’s order is by upvotes whatever this says.")
    ] = "publishedAt",
    p: Annotated[int, Query(ge=0, description="The page, counted from 0.")] = 0,
    limit: Annotated[int, Query(ge=1, le=100, description="At most so many.")] = 50,
) -> HttpResponse:
    papers = _listed_in(_period(date, week, month))
    if submitter:
        # Whoever tries names, searches.
        if searches_too_often(request):
            return too_often()
        papers = papers.sent_in_by(submitter)
    try:
        with time_limit():
            page, has_more = _page(_in_order(papers, "upvotes" if date else sort), p * limit, limit)
    except SearchTooSlow:
        raise SearchTooSlow("This list took too long and was stopped. A day or a week is quicker.") from None
    response = answer([entry_of(paper) for paper in page])
    return with_next(response, request, p=p + 1) if has_more else response


def _listed_in(period: Period | None) -> PaperQuerySet:
    papers = Paper.objects.listed().printed(timezone.localdate())
    return papers.in_editions(period.first, period.last) if period else papers


def _in_order(papers: PaperQuerySet, order: str) -> PaperQuerySet:
    match order:
        case "upvotes":
            return papers.most_upvoted()
        case "trending":
            return papers.trending()
        case _:
            return papers.newest_first()


def _period(day: str, week: str, month: str) -> Period | None:
    asked: dict[Kind, str] = {"day": _day(day), "week": week, "month": month}
    asked = {kind: code for kind, code in asked.items() if code}
    if len(asked) > 1:
        raise BadRequest("Ask for a date, a week or a month, not for several at once.")
    for kind, code in asked.items():
        try:
            return parse_period(kind, code)
        except ValueError:
            form = {"day": "2025-12-25", "week": "2025-W52", "month": "2025-12"}[kind]
            name = "date" if kind == "day" else kind
            raise BadRequest(f"“{name}” can’t be read: there is no such {kind}; write it like {form}.") from None
    return None


def _day(text: str) -> str:
    """The day, in UTC, of a whole timestamp, which some clients send."""
    if "T" not in text:
        return text
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).date().isoformat()
    except (ValueError, OverflowError):
        return text


def _page(papers: PaperQuerySet, start: int, size: int) -> tuple[list[Paper], bool]:
    """Its papers, and whether there are more.

    Pages are numbered by the contract, so earlier rows are passed over: as numbers alone, without what is told of them.
    """
    if start > _NOBODY_PAGES_FURTHER:
        return [], False
    numbers = list(papers.values_list("pk", flat=True)[start : start + size + 1])
    read = Paper.objects.listed().for_api(names=NAMES_IN_A_LIST).in_bulk(numbers[:size])
    return [read[number] for number in numbers[:size] if number in read], len(numbers) > size
