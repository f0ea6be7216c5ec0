"""Comments as a tree, to any depth, without recursion in Python or in templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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
    """Put comments (oldest first) into reading order, each answer below what it answers."""
    answers: dict[int | None, list[Comment]] = {}
    for comment in comments:
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
