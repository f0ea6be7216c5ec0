"""Every model in Django admin, in a plain form; lists cost a constant number of queries."""

from papers.admin.ingestion import IngestRunAdmin, RejectedRecordAdmin, SourceRecordAdmin
from papers.admin.jobs import JobAdmin
from papers.admin.papers import AuthorAdmin, CategoryAdmin, EditionAdmin, IdentifierAdmin, PaperAdmin
from papers.admin.people import CommentAdmin, ReaderAdmin, SightingAdmin, VoteAdmin

__all__ = [
    "AuthorAdmin",
    "CategoryAdmin",
    "CommentAdmin",
    "EditionAdmin",
    "IdentifierAdmin",
    "IngestRunAdmin",
    "JobAdmin",
    "PaperAdmin",
    "ReaderAdmin",
    "RejectedRecordAdmin",
    "SightingAdmin",
    "SourceRecordAdmin",
    "VoteAdmin",
]
