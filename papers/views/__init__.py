from papers.views.about import about_ranking
from papers.views.appearance import about_keyboard, choose_appearance
from papers.views.categories import author, categories, category
from papers.views.comments import comment, delete_comment, edit_comment, post_comment, preview_comment, reply_to_comment
from papers.views.editions import edition_day, edition_month, edition_week, front, pick_a_day
from papers.views.listings import discussed, new, trending
from papers.views.papers import paper
from papers.views.votes import upvote, withdraw

__all__ = [
    "about_keyboard",
    "about_ranking",
    "author",
    "categories",
    "category",
    "choose_appearance",
    "comment",
    "delete_comment",
    "discussed",
    "edit_comment",
    "edition_day",
    "edition_month",
    "edition_week",
    "front",
    "new",
    "paper",
    "pick_a_day",
    "post_comment",
    "preview_comment",
    "reply_to_comment",
    "trending",
    "upvote",
    "withdraw",
]
