"""Addresses of papers, grouped by prefix; the full list is DESIGN's."""

from __future__ import annotations

from django.urls import include, path, re_path, register_converter
from django.views.decorators.http import require_safe

from papers import views
from papers.feeds.searches import SearchFeed
from papers.views.slashes import without_slash


class PublicIdConverter:
    """An arXiv id, an old one with its slash, or bs-<number>; the view says which exist."""

    regex = r"[a-z-]+(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?|[A-Za-z0-9.-]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(PublicIdConverter, "public_id")

# Its addresses hold public ids too.
from papers.api.urls import api_urls  # noqa: E402

listing_urls = [
    path("date", views.pick_a_day, name="pick-a-day"),
    path("date/<code>", views.edition_day, name="edition-day"),
    path("week/<code>", views.edition_week, name="edition-week"),
    path("date/<code>/map", views.day_map, name="day-map"),
    path("week/<code>/map", views.week_map, name="week-map"),
    path("month/<code>", views.edition_month, name="edition-month"),
    path("trending", views.trending, name="trending"),
    path("new", views.new, name="new"),
    path("discussed", views.discussed, name="discussed"),
]

paper_urls = [
    path("<public_id:public_id>.md", views.paper_markdown, name="paper-markdown"),
    path("<public_id:public_id>", views.paper, name="paper"),
    path("<public_id:public_id>/upvote", views.upvote, name="paper-upvote"),
    path("<public_id:public_id>/withdraw", views.withdraw, name="paper-withdraw"),
    path("<public_id:public_id>/dismiss", views.dismiss, name="paper-dismiss"),
    path("<public_id:public_id>/suggest-again", views.suggest_again, name="paper-suggest-again"),
    path("<public_id:public_id>/comments", views.post_comment, name="paper-comment"),
    path("<public_id:public_id>/comments/preview", views.preview_comment, name="paper-comment-preview"),
]

submission_urls = [
    path("submit", views.submit, name="submit"),
    path("submit/<int:number>", views.submission, name="submission"),
    path("submit/<int:number>/confirm", views.confirm_submission, name="submission-confirm"),
    path("submit/<int:number>/take-back", views.take_submission_back, name="submission-take-back"),
]

comment_urls = [
    path("<int:number>", views.comment, name="comment"),
    path("<int:number>/reply", views.reply_to_comment, name="comment-reply"),
    path("<int:number>/edit", views.edit_comment, name="comment-edit"),
    path("<int:number>/delete", views.delete_comment, name="comment-delete"),
]

profile_urls = [
    path("<str:name>", views.profile, name="profile"),
    path("<str:name>/upvotes", views.profile_upvotes, name="profile-upvotes"),
    path("<str:name>/comments", views.profile_comments, name="profile-comments"),
]

# Beside allauth's, and with a slash at the end as theirs.
account_urls = [
    path("profile/", views.edit_profile, name="account-profile"),
    path("data/", views.account_data, name="account-data"),
    path("data/export/", views.export_data, name="account-export"),
    path("delete/", views.leave, name="account-delete"),
]

urlpatterns = [
    path("", views.front, name="front"),
    path("for-you", views.for_you, name="for-you"),
    path("papers/", include(listing_urls + submission_urls + paper_urls)),
    path("comments/", include(comment_urls)),
    path("users/", include(profile_urls)),
    path("accounts/", include(account_urls)),
    path("search", views.search_papers, name="search"),
    path("search/map", views.result_map, name="search-map"),
    path("search/suggestions", views.suggest, name="suggest"),
    path("search/completions", views.complete_for_browser, name="complete"),
    path("opensearch.xml", views.opensearch, name="opensearch"),
    path("searches", views.saved_searches, name="saved-searches"),
    path("searches/save", views.keep_search, name="save-search"),
    path("searches/<int:number>/forget", views.forget_search, name="forget-search"),
    path("feeds/search", require_safe(SearchFeed()), name="search-feed"),
    path("api/", include(api_urls())),
    path("categories", views.categories, name="categories"),
    path("categories/<code>", views.category, name="category"),
    path("categories/<code>/map", views.category_map, name="category-map"),
    path("authors/<slug>", views.author, name="author"),
    path("robots.txt", views.robots, name="robots"),
    path("about/ranking", views.about_ranking, name="about-ranking"),
    path("about/api", views.about_api, name="about-api"),
    path("about/keyboard", views.about_keyboard, name="about-keyboard"),
    path("status", views.status, name="status"),
    path("appearance", views.choose_appearance, name="appearance"),
    re_path(r".+/$", without_slash),
]
