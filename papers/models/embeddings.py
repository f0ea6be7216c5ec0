from __future__ import annotations

from django.db import models
from django.db.models import Q
from pgvector.django import HalfVectorField, HnswIndex

from papers.models.papers import Paper
from papers.querysets.embeddings import EmbeddingModelQuerySet, PaperEmbeddingQuerySet

# A vector's room; papers.search.embedder fills shorter ones up.
DIMENSIONS = 384


class EmbeddingModel(models.Model):
    """A model by which papers are embedded. There are two places, so that one serves while the next is filled."""

    class Slot(models.IntegerChoices):
        FIRST = 1
        SECOND = 2

    slot = models.PositiveSmallIntegerField(primary_key=True, choices=Slot, default=Slot.FIRST)
    name = models.CharField(max_length=200, unique=True, help_text="The model and all that decides about its vectors.")
    setting = models.TextField(help_text="The value of BROADSHEET_EMBEDDER that names it.")
    is_serving = models.BooleanField(help_text="Whether search and similar papers go by it.")
    started_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True, help_text="When every paper had its vector, last.")
    embedded_at = models.DateTimeField(null=True, blank=True, help_text="When papers were embedded, last.")
    papers_per_second = models.FloatField(default=0, help_text="How quick that was.")

    objects = EmbeddingModelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(slot__in=[1, 2]), name="embedding_model_slot_known"),
            models.UniqueConstraint(
                fields=["is_serving"], condition=Q(is_serving=True), name="embedding_model_one_serving"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PaperEmbedding(models.Model):
    """A paper's place among all papers by meaning, as one model sees it."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="embeddings", db_index=False)
    model = models.ForeignKey(EmbeddingModel, models.CASCADE, related_name="embeddings", db_index=False)
    vector = HalfVectorField(dimensions=DIMENSIONS)
    content_hash = models.BinaryField(
        max_length=32, help_text="Of the text; empty once a trigger has seen the paper's title or abstract change."
    )

    objects = PaperEmbeddingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "model"], name="embedding_unique")]
        indexes = [
            # One a slot: a graph over both would lead from one model's vectors into the other's.
            *(
                HnswIndex(
                    fields=["vector"],
                    opclasses=["halfvec_cosine_ops"],
                    condition=Q(model=slot),
                    name=f"embedding_near_{slot}",
                )
                for slot in (1, 2)
            ),
            # What is asked of each paper many times over: whether it has a vector that is not outdated.
            models.Index(fields=["model", "paper"], condition=~Q(content_hash=b""), name="embedding_current"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} by {self.model_id}"
