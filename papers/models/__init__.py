from papers.models.authors import Author, Authorship
from papers.models.categories import Category
from papers.models.holidays import Holiday
from papers.models.ingestion import IngestRun, RejectedRecord, SourceRecord
from papers.models.papers import Classification, Edition, Identifier, Paper, PaperRedirect, PaperVersion
from papers.models.people import Comment, CommentEdit, Sighting, Vote
from papers.models.submissions import Submission

__all__ = [
    "Author",
    "Authorship",
    "Category",
    "Classification",
    "Comment",
    "CommentEdit",
    "Edition",
    "Holiday",
    "Identifier",
    "IngestRun",
    "Paper",
    "PaperRedirect",
    "PaperVersion",
    "RejectedRecord",
    "Sighting",
    "SourceRecord",
    "Submission",
    "Vote",
]
