"""Comments as a tree, to any depth, without recursion in Python or in templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from papers.models import Comment


@dataclass(slots=True)
class Step:
    """A comment in reading order; `opens` its place, then `closes` that many places before the next one."""

    comment: Comment
    depth: int
    closes: int = 0

    @property
    def closing(self) -> range:
        return range(self.closes)


def thread(comments: Iterable[Comment]) -> list[Step]:
    """Put comments (oldest first) into reading order, each answer below what it answers.

    A deleted comment keeps its place while something below it is there to be read.
    """
    answers: dict[int | None, list[Comment]] = {}
    for comment in _worth_a_place(list(comments)):
        answers.setdefault(comment.parent_id, []).append(comment)
    steps: list[Step] = []
    waiting = [(comment, 0) for comment in reversed(answers.get(None, []))]
    while waiting:
        comment, depth = waiting.pop()
        if steps:
            steps[-1].closes = steps[-1].depth - depth + 1
        steps.append(Step(comment, depth))
        waiting += [(answer, depth + 1) for answer in reversed(answers.get(comment.pk, []))]
    if steps:
        steps[-1].closes = steps[-1].depth + 1
    return steps


def _worth_a_place(comments: list[Comment]) -> list[Comment]:
    """Leave out deleted comments that nothing hangs on; give the others the comment that they answer, at no query."""
    known = {comment.pk: comment for comment in comments}
    answered: set[int | None] = set()
    # An answer is always written after what it answers, so its number is the higher one.
    for number in sorted(known, reverse=True):
        comment = known[number]
        if comment.deleted_at is None or number in answered:
            answered.add(comment.parent_id)
            comment.parent = known.get(comment.parent_id or 0)
        else:
            del known[number]
    return list(known.values())
