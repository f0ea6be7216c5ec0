from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from papers.addresses import address_of
from papers.models.papers import Paper


class Author(models.Model):
    """A person as well as we know: at first everybody who prints the same name.

    The slug is papers.names.author_slug of the name, or that with a number where staff told two
    people of one name apart.
    """

    name = models.TextField()
    slug = models.CharField(max_length=200, unique=True)
    orcid = models.CharField(max_length=19, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="author_name_not_empty"),
            models.CheckConstraint(condition=~Q(slug=""), name="author_slug_not_empty"),
            models.UniqueConstraint(fields=["orcid"], condition=~Q(orcid=""), name="author_orcid_unique"),
        ]
        # What is typed into search is completed anywhere in a name.
        indexes = [GinIndex(OpClass(F("slug"), name="gin_trgm_ops"), name="author_slug_trigram")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address_of("author", self.slug)


class Authorship(models.Model):
    """A name as printed, in its place on one paper."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="authorships", db_index=False)
    author = models.ForeignKey(Author, models.PROTECT, related_name="authorships")
    position = models.PositiveIntegerField(help_text="Counted from 1.")
    name = models.TextField(help_text="As printed.")
    affiliation = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "position"], name="authorship_position_unique"),
            models.CheckConstraint(condition=Q(position__gte=1), name="authorship_position_positive"),
            models.CheckConstraint(condition=~Q(name=""), name="authorship_name_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name
