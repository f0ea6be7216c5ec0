from papers.models.authors import Author, Authorship
from papers.models.categories import Category
from papers.models.dismissals import Dismissal
from papers.models.embeddings import EmbeddingModel, PaperEmbedding
from papers.models.holidays import Holiday
from papers.models.ingestion import IngestRun, RejectedRecord, SourceRecord
from papers.models.maps import FieldMap
from papers.models.papers import Classification, Edition, Identifier, Paper, PaperRedirect, PaperVersion
from papers.models.people import Comment, CommentEdit, Sighting, Vote
from papers.models.search import PaperSearch, SearchLexeme, SearchStatistics, SearchWord
from papers.models.searches import SavedSearch

__all__ = [
    "Author",
    "Authorship",
    "Category",
    "Classification",
    "Comment",
    "CommentEdit",
    "Dismissal",
    "Edition",
    "EmbeddingModel",
    "FieldMap",
    "Holiday",
    "Identifier",
    "IngestRun",
    "Paper",
    "PaperEmbedding",
    "PaperRedirect",
    "PaperSearch",
    "PaperVersion",
    "RejectedRecord",
    "SavedSearch",
    "SearchLexeme",
    "SearchStatistics",
    "SearchWord",
    "Sighting",
    "SourceRecord",
    "Vote",
]
