from papers.models.announcements import AnnouncedDay, AnnouncedPaper
from papers.models.authors import Author, Authorship
from papers.models.categories import Category
from papers.models.dismissals import Dismissal
from papers.models.duplicates import Merge, PossibleDuplicate
from papers.models.embeddings import EmbeddingModel, PaperEmbedding
from papers.models.holidays import Holiday
from papers.models.ingestion import Enquiry, IngestRun, RejectedRecord, SourceRecord
from papers.models.maps import FieldMap
from papers.models.papers import Classification, Edition, Identifier, Paper, PaperRedirect, PaperVersion
from papers.models.people import Comment, CommentEdit, Sighting, Vote
from papers.models.schedules import IngestSchedule, IngestTrouble
from papers.models.search import PaperSearch, SearchLexeme, SearchStatistics, SearchWord
from papers.models.searches import SavedSearch
from papers.models.submissions import Submission

__all__ = [
    "AnnouncedDay",
    "AnnouncedPaper",
    "Author",
    "Authorship",
    "Category",
    "Classification",
    "Comment",
    "CommentEdit",
    "Dismissal",
    "Edition",
    "EmbeddingModel",
    "Enquiry",
    "FieldMap",
    "Holiday",
    "Identifier",
    "IngestRun",
    "IngestSchedule",
    "IngestTrouble",
    "Merge",
    "Paper",
    "PaperEmbedding",
    "PaperRedirect",
    "PaperSearch",
    "PaperVersion",
    "PossibleDuplicate",
    "RejectedRecord",
    "SavedSearch",
    "SearchLexeme",
    "SearchStatistics",
    "SearchWord",
    "Sighting",
    "SourceRecord",
    "Submission",
    "Vote",
]
