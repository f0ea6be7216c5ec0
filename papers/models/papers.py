from __future__ import annotations

from datetime import date, datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Upper
from django.urls import reverse

from papers.addresses import address_of
from papers.identifiers import ARXIV, DOI, SCHEMES, address
from papers.models.categories import Category
from papers.querysets.editions import EditionQuerySet
from papers.querysets.functions import Unaccent
from papers.querysets.papers import PaperQuerySet


class Paper(models.Model):
    """A paper across its versions. Its facts are composed from its source records (papers.ingest.composing)."""

    class State(models.TextChoices):
        LISTED = "listed"
        PENDING = "pending"
        HIDDEN = "hidden"

    title = models.TextField()
    abstract = models.TextField(blank=True)
    authors_text = models.TextField(blank=True, help_text="Names in order, as rows and search use them.")
    author_count = models.PositiveIntegerField(null=True, blank=True)
    author_note = models.TextField(blank=True, help_text="The authors' own remark; arXiv calls it comments.")
    journal_reference = models.TextField(blank=True)
    report_number = models.TextField(blank=True)
    licence = models.TextField(blank=True)
    organisation = models.TextField(blank=True)
    arxiv_id = models.CharField(
        max_length=32, null=True, blank=True, unique=True, help_text="Without version; gives the paper its address."
    )
    state = models.CharField(max_length=8, choices=State, default=State.LISTED)

    submitted_at = models.DateTimeField(null=True, blank=True, help_text="Version 1.")
    updated_at = models.DateTimeField(null=True, blank=True, help_text="Latest version.")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    listed_on = models.DateField(null=True, blank=True, help_text="The date of its edition.")
    dated_on = models.DateField(
        help_text="The best day known, for order: its edition, else its submission, else the month of its arXiv id."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    categories: models.ManyToManyField[Category, Classification] = models.ManyToManyField(
        Category, through="Classification", related_name="papers"
    )
    primary_category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="primary_papers")

    upvote_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0)
    hot_rank = models.FloatField(default=0, help_text="papers.ranking.hot_rank, stored on every write.")
    picked_at = models.DateTimeField(null=True, blank=True, help_text="When staff picked it for its edition.")

    source_score = models.PositiveIntegerField(default=0, help_text="Upvotes seen at the source.")
    source_comment_count = models.PositiveIntegerField(default=0)
    submitter = models.TextField(blank=True, help_text="As the source names them.")
    source_summary = models.TextField(blank=True)
    source_keywords = ArrayField(models.TextField(), default=list, blank=True)
    code_url = models.URLField(max_length=500, blank=True)
    code_stars = models.PositiveIntegerField(null=True, blank=True)
    project_url = models.URLField(max_length=500, blank=True)
    thumbnail_url = models.URLField(max_length=500, blank=True)
    venue = models.TextField(blank=True, help_text="The journal’s or conference’s name.")
    citation_count = models.PositiveIntegerField(null=True, blank=True, help_text="The most that a source counts.")
    open_access_url = models.URLField(max_length=500, blank=True, help_text="A PDF that anybody may read.")
    fields_of_study = ArrayField(models.TextField(), default=list, blank=True)

    objects = PaperQuerySet.as_manager()

    # What PaperQuerySet.for_listing adds.
    row_authors: list[dict[str, str]]  # name, slug
    row_categories: list[str]
    viewer_upvoted: bool
    # And what PaperQuerySet.for_api does.
    row_doi: str | None
    # What papers.search.passages adds.
    row_marked: tuple[str, ...]
    row_passage: str
    # What papers.querysets.embeddings.nearest adds: 1 - cosine.
    distance: float

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title__regex=r"^\s*$"), name="paper_title_not_empty"),
            models.CheckConstraint(condition=Q(state__in=["listed", "pending", "hidden"]), name="paper_state_known"),
            models.CheckConstraint(
                condition=Q(listed_on=None) | Q(dated_on=F("listed_on")), name="paper_dated_by_its_edition"
            ),
        ]
        indexes = [
            # One index an order; each begins with what the listing narrows by.
            models.Index(
                F("dated_on"),
                F("upvote_count").desc(),
                F("source_score").desc(),
                F("id").desc(),
                name="paper_edition_order",
                condition=Q(state="listed", listed_on__isnull=False),
            ),
            models.Index(F("dated_on").desc(), F("id").desc(), name="paper_newest", condition=Q(state="listed")),
            models.Index(
                F("hot_rank").desc(),
                F("id").desc(),
                name="paper_trending",
                condition=Q(state="listed", listed_on__isnull=False),
            ),
            models.Index(
                F("comment_count").desc(),
                F("dated_on").desc(),
                F("id").desc(),
                name="paper_discussed",
                condition=Q(state="listed"),
            ),
            models.Index(
                F("upvote_count").desc(),
                F("source_score").desc(),
                F("dated_on").desc(),
                F("id").desc(),
                name="paper_most_upvoted",
                condition=Q(state="listed"),
            ),
            # contains compares the text as it is, so what `with_author_named` compares is indexed.
            GinIndex(OpClass(Upper(Unaccent("authors_text")), name="gin_trgm_ops"), name="paper_authors_trigram"),
            GinIndex(OpClass(Upper(Unaccent("title")), name="gin_trgm_ops"), name="paper_title_trigram"),
            # What searches narrow by. The first answers for days and years without reading papers, which are wide.
            models.Index(
                fields=["id"], include=["dated_on", "submitted_at"], name="paper_listed", condition=Q(state="listed")
            ),
            models.Index(fields=["submitted_at"], name="paper_submitted", condition=Q(state="listed")),
            models.Index(fields=["id"], name="paper_with_code", condition=Q(state="listed") & ~Q(code_url="")),
            GinIndex(
                OpClass(Upper("organisation"), name="gin_trgm_ops"),
                name="paper_organisation_trigram",
                condition=~Q(organisation=""),
            ),
            models.Index(Upper("submitter"), name="paper_submitter", condition=~Q(submitter="")),
            # Staff see all states, newest first; the others are small, for what is rare.
            models.Index(F("dated_on").desc(), F("id").desc(), name="paper_by_date"),
            models.Index(
                F("state"), F("dated_on").desc(), F("id").desc(), name="paper_unlisted", condition=~Q(state="listed")
            ),
            models.Index(
                F("dated_on").desc(), F("id").desc(), name="paper_in_no_edition", condition=Q(listed_on__isnull=True)
            ),
            models.Index(
                F("dated_on").desc(), F("id").desc(), name="paper_picked", condition=Q(picked_at__isnull=False)
            ),
            models.Index(
                F("dated_on").desc(), F("id").desc(), name="paper_withdrawn", condition=Q(withdrawn_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("paper", self.public_id)

    @property
    def public_id(self) -> str:
        """The paper's name in addresses: its arXiv id, else bs-<number>."""
        return self.arxiv_id or f"bs-{self.pk}"

    @property
    def printed_date(self) -> date | datetime:
        """The day that a row prints: of its submission, else the best one known."""
        return self.submitted_at or self.dated_on


class PaperVersion(models.Model):
    """One numbered revision: v1, v2."""

    # db_index=False, here and below: an index of the table begins with the column already.
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveSmallIntegerField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    size_kb = models.PositiveIntegerField(null=True, blank=True)
    source_type = models.CharField(max_length=8, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="version_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_number_positive"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


class Identifier(models.Model):
    """A name by which the outside world knows a paper; each belongs to one paper alone."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=16, choices=SCHEMES)
    value = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "value"], name="identifier_unique"),
            models.CheckConstraint(condition=~Q(value=""), name="identifier_not_empty"),
            # A DOI ignores case, so it is kept in one.
            models.CheckConstraint(condition=~Q(scheme=DOI) | Q(value=Lower("value")), name="identifier_doi_lower"),
            # Two arXiv ids are two papers.
            models.UniqueConstraint(
                fields=["paper"], condition=Q(scheme=ARXIV), name="identifier_one_arxiv_id_per_paper"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.value}"

    @property
    def address(self) -> str:
        return address(self.scheme, self.value)


class Classification(models.Model):
    """A paper in a category: its primary one, or a cross-list."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="classifications", db_index=False)
    category = models.ForeignKey(Category, models.PROTECT, related_name="classifications", db_index=False)
    position = models.PositiveSmallIntegerField(help_text="0 is the primary category.")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "category"], name="classification_unique"),
            models.UniqueConstraint(fields=["paper", "position"], name="classification_position_unique"),
        ]
        # The position tells the primary category from the others.
        indexes = [
            models.Index(fields=["category", "paper"], include=["position"], name="classification_by_category"),
        ]

    def __str__(self) -> str:
        return self.category_id


class PaperRedirect(models.Model):
    """Where the address of a paper that was merged away leads now."""

    public_id = models.CharField(max_length=40, primary_key=True)
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="redirects")

    def __str__(self) -> str:
        return self.public_id


class Edition(models.Model):
    """One day, and what staff say of it; the papers themselves carry their day in `listed_on`.

    The row comes with the day's first paper, or before, when staff prepare a day.
    """

    date = models.DateField(primary_key=True)
    note = models.TextField(blank=True, max_length=600, help_text="Printed under the date. Plain text.")

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-date"]

    def __str__(self) -> str:
        return f"{self.date:%A} {self.date.day} {self.date:%B %Y}"

    def get_absolute_url(self) -> str:
        return reverse("edition-day", args=[self.date.isoformat()])
