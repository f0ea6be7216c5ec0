"""Every model in Django admin; lists cost a constant number of queries, and acts call services."""

from papers.admin.catalogue import AuthorAdmin, AuthorshipAdmin, CategoryAdmin, IdentifierAdmin
from papers.admin.duplicates import MergeAdmin, PossibleDuplicateAdmin
from papers.admin.editions import EditionAdmin
from papers.admin.embeddings import EmbeddingModelAdmin
from papers.admin.enquiries import EnquiryAdmin
from papers.admin.holidays import HolidayAdmin
from papers.admin.ingestion import IngestRunAdmin, RejectedRecordAdmin, SourceRecordAdmin
from papers.admin.jobs import JobAdmin
from papers.admin.log import LogEntryAdmin
from papers.admin.papers import PaperAdmin
from papers.admin.people import CommentAdmin, DismissalAdmin, ReaderAdmin, SightingAdmin, VoteAdmin
from papers.admin.schedules import AnnouncedDayAdmin, AnnouncedPaperAdmin, IngestScheduleAdmin, IngestTroubleAdmin
from papers.admin.submissions import SubmissionAdmin

__all__ = [
    "AnnouncedDayAdmin",
    "AnnouncedPaperAdmin",
    "AuthorAdmin",
    "AuthorshipAdmin",
    "CategoryAdmin",
    "CommentAdmin",
    "DismissalAdmin",
    "EditionAdmin",
    "EmbeddingModelAdmin",
    "EnquiryAdmin",
    "HolidayAdmin",
    "IdentifierAdmin",
    "IngestRunAdmin",
    "IngestScheduleAdmin",
    "IngestTroubleAdmin",
    "JobAdmin",
    "LogEntryAdmin",
    "MergeAdmin",
    "PaperAdmin",
    "PossibleDuplicateAdmin",
    "ReaderAdmin",
    "RejectedRecordAdmin",
    "SightingAdmin",
    "SourceRecordAdmin",
    "SubmissionAdmin",
    "VoteAdmin",
]
