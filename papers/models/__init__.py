from papers.models.authors import Author, Authorship
from papers.models.categories import Category
from papers.models.duplicates import Merge, PossibleDuplicate
from papers.models.holidays import Holiday
from papers.models.ingestion import Enquiry, IngestRun, RejectedRecord, SourceRecord
from papers.models.papers import Classification, Edition, Identifier, Paper, PaperRedirect, PaperVersion
from papers.models.people import Comment, CommentEdit, Sighting, Vote

__all__ = [
    "Author",
    "Authorship",
    "Category",
    "Classification",
    "Comment",
    "CommentEdit",
    "Edition",
    "Enquiry",
    "Holiday",
    "Identifier",
    "IngestRun",
    "Merge",
    "Paper",
    "PaperRedirect",
    "PaperVersion",
    "PossibleDuplicate",
    "RejectedRecord",
    "Sighting",
    "SourceRecord",
    "Vote",
]
