"""Every reusable read of papers: small, chainable ideas in the field's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Self, cast

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Count, Exists, Max, Model, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import JSONObject, Upper
from pgvector.django import CosineDistance

from papers.querysets.functions import Unaccent
from papers.ranking import EDITION_ORDER

if TYPE_CHECKING:
    from accounts.models import User
    from papers.models import Paper
else:
    # At run time the model is not there yet: papers.models imports this module.
    Paper = "Paper"

# Names that a row prints before it says "and 5 more".
NAMES_IN_A_ROW = 3
# Papers whose titles are compared where there are no vectors.
_LOOKED_THROUGH = 400
# What it prints of the paper itself, and what the orders' cursors are made of.
_PRINTED_IN_A_ROW = (
    *("title", "abstract", "arxiv_id", "author_count", "organisation", "submitted_at", "dated_on", "listed_on"),
    *("withdrawn_at", "picked_at", "upvote_count", "comment_count", "hot_rank", "source_score"),
    *("code_url", "code_stars", "project_url"),
)


# Likewise of an answer of the API.
_TOLD = (
    *("title", "abstract", "arxiv_id", "author_count", "organisation", "submitted_at", "updated_at", "withdrawn_at"),
    *("dated_on", "listed_on", "submitter", "upvote_count", "comment_count", "hot_rank", "source_score"),
    *("source_summary", "source_keywords", "code_url", "code_stars", "project_url", "thumbnail_url", "venue"),
    *("citation_count", "open_access_url"),
)


class PaperQuerySet(QuerySet["Paper"]):
    # Who may see what

    def listed(self) -> Self:
        return self.filter(state="listed")

    def visible_to(self, viewer: User | AnonymousUser) -> Self:
        """Listed papers; staff see pending and hidden ones too."""
        return self if viewer.is_staff else self.listed()

    # Which papers

    def in_an_edition(self) -> Self:
        return self.filter(listed_on__isnull=False)

    def in_no_edition(self) -> Self:
        return self.filter(listed_on__isnull=True)

    def in_editions(self, first: date, last: date) -> Self:
        """Papers of the editions from `first` to `last`, both included.

        Narrowed by `dated_on`, which equals `listed_on` there (a constraint says so), because the
        index of the edition's order begins with it.
        """
        papers = self.in_an_edition()
        if first == last:
            return papers.filter(dated_on=first)
        return papers.filter(dated_on__gte=first, dated_on__lte=last)

    def printed(self, today: date) -> Self:
        """Papers of the editions that are out: one that staff prepare is not, until its day."""
        return self.in_an_edition().filter(dated_on__lte=today)

    def in_category(self, code: str, *, primary_only: bool = False) -> Self:
        """Papers of a category, its aliases included; cross-lists too unless `primary_only`."""
        classification = self._related("classifications").filter(category_id=code, paper=OuterRef("pk"))
        if primary_only:
            classification = classification.filter(position=0)
        return self.filter(Exists(classification))

    def by_author(self, slug: str) -> Self:
        return self.filter(Exists(self._related("authorships").filter(author__slug=slug, paper=OuterRef("pk"))))

    def with_author_named(self, words: str) -> Self:
        """Papers on which each of the words stands among the authors' names, accents and case aside."""
        papers = self.alias(names=Upper(Unaccent("authors_text")))
        for word in words.replace(",", " ").split():
            papers = papers.filter(names__contains=Upper(Unaccent(Value(word))))
        return papers

    def with_words(self, text: str) -> Self:
        """Papers whose title or authors hold each of the words, accents and case aside: one index for either."""
        papers = self.alias(heading=Upper(Unaccent("title")), names=Upper(Unaccent("authors_text")))
        for word in text.replace(",", " ").split():
            wanted = Upper(Unaccent(Value(word)))
            papers = papers.filter(Q(heading__contains=wanted) | Q(names__contains=wanted))
        return papers

    def with_identifier(self, value: str, schemes: Iterable[str]) -> Self:
        """The papers known by an identifier, of one scheme or any of several; two steps in indexes."""
        names = self._related("identifiers").filter(scheme__in=list(schemes), value=value)
        return self.filter(pk__in=names.values("paper_id"))

    def of_the_same_title(self, paper: Paper) -> Self:
        """Other papers to which a source gave a title that one gave to this."""
        keys = self._related("source_records").filter(paper=paper).exclude(title_key="").values("title_key")
        same = self._related("source_records").filter(title_key__in=keys).values("paper_id")
        return self.filter(pk__in=same).exclude(pk=paper.pk)

    def of_like_title(self, paper: Paper) -> Self:
        """Papers whose titles share letters with this one's, the likest first.

        Looked for among the few hundred that came last into its category, so that the work is bounded.
        """
        if paper.primary_category_id:
            placed = self._related("classifications").filter(category_id=paper.primary_category_id)
            papers = self.filter(pk__in=placed.order_by("-paper_id").values("paper_id")[:_LOOKED_THROUGH])
        else:
            latest = self.model._default_manager.order_by("-pk").values("pk")
            papers = self.filter(pk__in=latest[:_LOOKED_THROUGH])
        papers = papers.annotate(likeness=TrigramSimilarity("title", paper.title))
        return papers.filter(likeness__gte=0.15).order_by("-likeness", "-pk")

    def redirected_from(self, public_id: str) -> Self:
        """The paper into which one was merged that had this name in addresses."""
        return self.filter(pk__in=self._related("redirects").filter(public_id=public_id).values("paper_id"))

    def picked(self) -> Self:
        return self.filter(picked_at__isnull=False)

    def withdrawn(self) -> Self:
        return self.filter(withdrawn_at__isnull=False)

    def from_sources(self, sources: Sequence[str]) -> Self:
        return self.filter(Exists(self._related("source_records").filter(source__in=sources, paper=OuterRef("pk"))))

    def sent_in_by(self, name: str) -> Self:
        """Papers whose submitter a source names so, capitals aside."""
        # Only papers that have one are in its index.
        return self.filter(submitter__iexact=name).exclude(submitter="")

    def known_by(self, schemes: Sequence[str]) -> Self:
        """Papers that have an identifier of one of the schemes."""
        return self.filter(Exists(self._related("identifiers").filter(scheme__in=schemes, paper=OuterRef("pk"))))

    def never_asked_of(self, source: str) -> Self:
        return self.filter(~Exists(self._related("enquiries").filter(source=source, paper=OuterRef("pk"))))

    def not_seen_by(self, viewer: User) -> Self:
        """Papers whose page the reader has not opened and that they have not upvoted."""
        return self.filter(
            ~Exists(self._related("sightings").filter(user=viewer, paper=OuterRef("pk"))),
            ~Exists(self._related("votes").filter(user=viewer, paper=OuterRef("pk"))),
        )

    def not_judged_by(self, reader: User) -> Self:
        """Papers that the reader neither upvoted nor dismissed."""
        return self.filter(
            ~Exists(self._related("dismissals").filter(user=reader, paper=OuterRef("pk"))),
            ~Exists(self._related("votes").filter(user=reader, paper=OuterRef("pk"))),
        )

    def dismissed_by(self, reader: User) -> Self:
        """What the reader said is not for them, the last first."""
        return self.filter(dismissals__user=reader).order_by("-dismissals__pk")

    def upvoted_by(self, reader: User) -> Self:
        return self.filter(Exists(self._related("votes").filter(user=reader, paper=OuterRef("pk"))))

    def with_code(self) -> Self:
        return self.exclude(code_url="")

    def discussed(self) -> Self:
        return self.filter(comment_count__gt=0)

    # In which order

    def most_upvoted(self) -> Self:
        return self.order_by(*EDITION_ORDER)

    def newest_first(self) -> Self:
        # The id breaks ties: a day's papers share one date, and pages of an unstable order repeat
        # some rows and lose others.
        return self.order_by("-dated_on", "-id")

    def trending(self) -> Self:
        return self.in_an_edition().order_by("-hot_rank", "-id")

    def latest_upvotes_of(self, reader: User) -> Self:
        """The papers that a reader upvoted, the last upvote first."""
        return self.filter(votes__user=reader).order_by("-votes__pk")

    def most_discussed(self) -> Self:
        return self.order_by("-comment_count", "-dated_on", "-id")

    def nearest_to(self, slot: int, vector: Sequence[float]) -> Self:
        """With their `distance` (1 - cosine) to a vector of the slot's model, the nearest first, from its index.

        Read by `papers.search.neighbours` alone, which sets how far the index goes.
        """
        papers = self.filter(embeddings__model=slot)
        return papers.annotate(distance=CosineDistance("embeddings__vector", vector)).order_by("distance")

    # With what

    def for_listing(self, viewer: User | AnonymousUser) -> Self:
        """All that a listing row prints, in the one query: `row_authors` and `row_categories` come with the paper."""
        authors = (
            self._related("authorships")
            .filter(paper=OuterRef("pk"), position__lte=NAMES_IN_A_ROW)
            .order_by("position")
            .values(printed=JSONObject(name="name", slug="author__slug"))
        )
        categories = self._related("classifications").filter(paper=OuterRef("pk")).order_by("position")
        return (
            self.only(*_PRINTED_IN_A_ROW)
            .with_viewer_upvote(viewer)
            .annotate(
                row_authors=ArraySubquery(authors), row_categories=ArraySubquery(categories.values("category_id"))
            )
        )

    def for_api(self, *, names: int | None = None) -> Self:
        """All that the API tells of a paper, in the one query; of its authors the first `names`, None for all.

        `row_authors` have an affiliation as well, and `row_doi` is None where there is none.
        """
        authors = self._related("authorships").filter(paper=OuterRef("pk"))
        if names is not None:
            authors = authors.filter(position__lte=names)
        printed = JSONObject(name="name", slug="author__slug", affiliation="affiliation")
        categories = self._related("classifications").filter(paper=OuterRef("pk")).order_by("position")
        dois = self._related("identifiers").filter(paper=OuterRef("pk"), scheme="doi").order_by("pk")
        return self.only(*_TOLD).annotate(
            row_authors=ArraySubquery(authors.order_by("position").values(printed=printed)),
            row_categories=ArraySubquery(categories.values("category_id")),
            row_doi=Subquery(dois.values("value")[:1]),
        )

    def for_asking(self) -> Self:
        """What a source is told of a paper that it is asked about, in two queries."""
        return self.only("title", "dated_on").prefetch_related("identifiers")

    def for_desk(self) -> Self:
        """All that a row of staff's list prints, in three queries whatever the page's size."""
        return self.only(
            "title",
            "arxiv_id",
            "state",
            "listed_on",
            "dated_on",
            "picked_at",
            "withdrawn_at",
            "upvote_count",
            "comment_count",
        ).prefetch_related(
            Prefetch("classifications", self._related("classifications").order_by("position")),
            Prefetch("source_records", self._related("source_records").only("paper_id", "source")),
        )

    def for_correcting(self) -> Self:
        """All that staff's form asks of a paper's related rows beside its tables."""
        return self.prefetch_related(
            Prefetch("authorships", self._related("authorships").order_by("position")),
            Prefetch("classifications", self._related("classifications").order_by("position")),
            "source_records",
        )

    def for_page(self, viewer: User | AnonymousUser) -> Self:
        """All that a paper's own page prints, in six queries."""
        return self.with_viewer_upvote(viewer).prefetch_related(
            Prefetch("classifications", self._related("classifications").order_by("position")),
            Prefetch("authorships", self._related("authorships").select_related("author").order_by("position")),
            "versions",
            "identifiers",
            Prefetch("source_records", self._related("source_records").order_by("first_seen_at", "id")),
        )

    def with_viewer_upvote(self, viewer: User | AnonymousUser) -> Self:
        if not viewer.is_authenticated:
            return self.annotate(viewer_upvoted=Value(False))
        return self.annotate(viewer_upvoted=Exists(viewer.votes.filter(paper=OuterRef("pk"))))

    # Facts about many

    def latest_edition(self, today: date) -> date | None:
        """Today's edition or, while it is empty, the last one that has papers."""
        found: date | None = self.printed(today).aggregate(day=Max("dated_on"))["day"]
        return found

    def counted(self) -> dict[str, int]:
        """How many papers, and how many comments on them, in one query."""
        counts = self.order_by().aggregate(papers=Count("pk"), comments=Sum("comment_count", default=0))
        return {"papers": counts["papers"], "comments": counts["comments"]}

    def count_up_to(self, limit: int) -> int:
        """The number of papers, or `limit` + 1 when there are more: bounded work on any corpus."""
        return self.order_by()[: limit + 1].count()

    def category_counts(self) -> list[tuple[str, int]]:
        """(code, papers) of these papers by category, the most frequent first."""
        rows = (
            self._related("classifications")
            .filter(paper__in=self.order_by().values("pk"))
            .values_list("category_id")
            .annotate(papers=Count("paper_id"))
            .order_by("-papers", "category_id")
        )
        return list(rows)

    def neighbours(self, paper: Paper) -> tuple[Paper | None, Paper | None, int]:
        """The paper before and after this one in its edition's order, and its place there (from 1).

        Three queries; a paper in no edition has none.
        """
        from papers.paging import after, before

        if paper.listed_on is None:
            return None, None, 0
        edition = self.in_editions(paper.listed_on, paper.listed_on)
        ahead = before(edition.most_upvoted(), paper)
        return (
            ahead.reverse().only("title", "arxiv_id").first(),
            after(edition.most_upvoted(), paper).only("title", "arxiv_id").first(),
            ahead.count() + 1,
        )

    def _related(self, name: str) -> QuerySet[Model]:
        """The rows on the other side of a related name, without importing their model."""
        model = cast("type[Model]", self.model._meta.get_field(name).related_model)
        return model._default_manager.all()
