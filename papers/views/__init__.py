from papers.views.about import about_ranking
from papers.views.account import account_data, edit_profile, export_data, leave
from papers.views.appearance import about_keyboard, choose_appearance
from papers.views.categories import author, categories, category
from papers.views.comments import comment, delete_comment, edit_comment, post_comment, preview_comment, reply_to_comment
from papers.views.editions import edition_day, edition_month, edition_week, front, pick_a_day
from papers.views.listings import discussed, new, trending
from papers.views.papers import paper
from papers.views.profiles import profile, profile_comments, profile_upvotes
from papers.views.status import status
from papers.views.submissions import confirm_submission, submission, submit, take_submission_back
from papers.views.votes import upvote, withdraw

__all__ = [
    "about_keyboard",
    "about_ranking",
    "account_data",
    "author",
    "categories",
    "category",
    "choose_appearance",
    "comment",
    "confirm_submission",
    "delete_comment",
    "discussed",
    "edit_comment",
    "edit_profile",
    "edition_day",
    "edition_month",
    "edition_week",
    "export_data",
    "front",
    "leave",
    "new",
    "paper",
    "pick_a_day",
    "post_comment",
    "preview_comment",
    "profile",
    "profile_comments",
    "profile_upvotes",
    "reply_to_comment",
    "status",
    "submission",
    "submit",
    "take_submission_back",
    "trending",
    "upvote",
    "withdraw",
]
