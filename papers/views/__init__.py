from papers.views.about import about_ranking
from papers.views.categories import author, categories, category
from papers.views.editions import edition_day, edition_month, edition_week, front, pick_a_day
from papers.views.listings import discussed, new, trending
from papers.views.papers import paper
from papers.views.votes import upvote, withdraw

__all__ = [
    "about_ranking",
    "author",
    "categories",
    "category",
    "discussed",
    "edition_day",
    "edition_month",
    "edition_week",
    "front",
    "new",
    "paper",
    "pick_a_day",
    "trending",
    "upvote",
    "withdraw",
]
