"""The orders in which papers stand, and why. Pure: no clock, no database.

Editions, weeks and months: our upvotes, then the source's score, then the newest (EDITION_ORDER).
Trending: `hot_rank`. The page "About the ranking" says the same in words.
"""

from __future__ import annotations

import math
from datetime import date

# Read by PaperQuerySet.most_upvoted and by the keyset pager: the one place that states the rule.
EDITION_ORDER = ("-upvote_count", "-source_score", "-dated_on", "-id")

# An upvote seen at a source counts a quarter of one cast here, so that a fresh portal has a trend
# and its own readers still decide it.
SOURCE_SCORE_WEIGHT = 0.25

# A paper must gather twice the votes to stay level with one that is this many days younger.
DAYS_PER_DOUBLING = 1.5

_EPOCH = date(1991, 8, 14)  # arXiv's first day


def hot_rank(upvote_count: int, source_score: int, listed_on: date | None) -> float:
    """Grow with votes and with the edition's date, so it is stored on write and never recomputed.

    0 for a paper in no edition.
    """
    if listed_on is None:
        return 0.0
    weight = 1 + upvote_count + SOURCE_SCORE_WEIGHT * source_score
    return math.log2(weight) + (listed_on - _EPOCH).days / DAYS_PER_DOUBLING
