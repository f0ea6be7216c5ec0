from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F

from papers.models.papers import Paper


class PaperSearch(models.Model):
    """What search reads of a listed paper. Triggers of the database write it; no code of ours does.

    Apart from the paper, so that a vote leaves its words alone. A paper that is not listed has no row.
    """

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="search")
    document = SearchVectorField()
    length = models.FloatField(db_default=0, help_text="In words; those of the title count three times.")

    class Meta:
        indexes = [GinIndex(fields=["document"], name="paper_search_words")]

    def __str__(self) -> str:
        return f"document of paper {self.paper_id}"


class SearchLexeme(models.Model):
    """In how many papers a lexeme of the documents stands, as last counted (papers.search.index)."""

    lexeme = models.TextField(primary_key=True)
    papers = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.lexeme


class SearchWord(models.Model):
    """A word of titles and names as people write it, without accents and capitals: what spelling is held against."""

    word = models.TextField(primary_key=True)
    papers = models.PositiveIntegerField()

    class Meta:
        indexes = [GinIndex(OpClass(F("word"), name="gin_trgm_ops"), name="search_word_trigram")]

    def __str__(self) -> str:
        return self.word


class SearchStatistics(models.Model):
    """The one row that says over how many papers the lexemes were counted, and when."""

    papers = models.PositiveIntegerField()
    average_length = models.FloatField()
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "search statistics"

    def __str__(self) -> str:
        return f"{self.papers} papers"
