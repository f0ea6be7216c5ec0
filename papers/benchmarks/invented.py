"""Papers that nobody wrote, in the shape of arXiv's snapshot: for measurements and tests without a real file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

_FIRST_DAY = date(2024, 1, 1)
_A_DAY = 150  # papers
_SYLLABLES = (
    *("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo"),
    *("bran", "crel", "dost", "flim", "gral", "klen", "pran", "strum"),
)
_CATEGORIES = ("cs.LG", "cs.CL", "cs.CV", "math.CO", "stat.ML", "astro-ph.EP", "hep-th", "q-bio.NC", "econ.TH")


def write_invented(path: Path, count: int, seed: int = 1) -> None:
    """Write `count` records, one a line; the same number and seed give the same file."""
    with path.open("w") as file:
        for record in invented_records(count, seed):
            file.write(json.dumps(record) + "\n")


def invented_records(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Records of ordinary length: some 170 words of abstract, one to seven authors who often come again."""
    chance = Random(seed)  # noqa: S311 - nothing here is secret
    words = ["".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(4_000)]
    people = [f"{_name(chance)} {_name(chance)}" for _ in range(max(count, 10))]
    for number in range(count):
        day = _FIRST_DAY + timedelta(days=number // _A_DAY)
        yield {
            "id": f"{day:%y%m}.{number % 100_000:05}",
            "title": _sentence(chance, words, 9),
            "authors": ", ".join(chance.choices(people, k=chance.randint(1, 7))),
            "abstract": "\n".join(_sentence(chance, words, 12) + "." for _ in range(14)),
            "categories": " ".join(chance.sample(_CATEGORIES, chance.randint(1, 3))),
            "comments": f"{chance.randint(4, 40)} pages",
            "update_date": day.isoformat(),
        }


def _name(chance: Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 3))).capitalize()


def _sentence(chance: Random, words: list[str], length: int) -> str:
    return " ".join(chance.choices(words, k=length)).capitalize()
