from papers.views.about import about_api, about_ranking, robots
from papers.views.account import account_data, edit_profile, export_data, leave
from papers.views.appearance import about_keyboard, choose_appearance
from papers.views.categories import author, categories, category
from papers.views.comments import comment, delete_comment, edit_comment, post_comment, preview_comment, reply_to_comment
from papers.views.editions import edition_day, edition_month, edition_week, front, pick_a_day
from papers.views.for_you import dismiss, for_you, suggest_again
from papers.views.listings import discussed, new, trending
from papers.views.maps import category_map, day_map, week_map
from papers.views.opensearch import complete_for_browser, opensearch
from papers.views.papers import paper, paper_markdown
from papers.views.profiles import profile, profile_comments, profile_upvotes
from papers.views.result_maps import result_map
from papers.views.search import search_papers
from papers.views.searches import forget_search, keep_search, saved_searches, suggest
from papers.views.status import status
from papers.views.submissions import confirm_submission, submission, submit, take_submission_back
from papers.views.votes import upvote, withdraw

__all__ = [
    "about_api",
    "about_keyboard",
    "about_ranking",
    "account_data",
    "author",
    "categories",
    "category",
    "category_map",
    "choose_appearance",
    "comment",
    "complete_for_browser",
    "confirm_submission",
    "day_map",
    "delete_comment",
    "discussed",
    "dismiss",
    "edit_comment",
    "edit_profile",
    "edition_day",
    "edition_month",
    "edition_week",
    "export_data",
    "for_you",
    "forget_search",
    "front",
    "keep_search",
    "leave",
    "new",
    "opensearch",
    "paper",
    "paper_markdown",
    "pick_a_day",
    "post_comment",
    "preview_comment",
    "profile",
    "profile_comments",
    "profile_upvotes",
    "reply_to_comment",
    "result_map",
    "robots",
    "saved_searches",
    "search_papers",
    "status",
    "submission",
    "submit",
    "suggest",
    "suggest_again",
    "take_submission_back",
    "trending",
    "upvote",
    "week_map",
    "withdraw",
]
