"""arXiv's subject categories: codes, names, groups, and which older code now means which. Pure data.

Facts from arXiv's published taxonomy: 149 active categories, 6 aliases (the same subject under a
second code) and 21 archived ones that live on in old papers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Status = Literal["active", "alias", "archived"]

GROUPS: dict[str, str] = {
    "physics": "Physics",
    "math": "Mathematics",
    "cs": "Computer Science",
    "econ": "Economics",
    "eess": "Electrical Engineering and Systems Science",
    "q-bio": "Quantitative Biology",
    "q-fin": "Quantitative Finance",
    "stat": "Statistics",
}


@dataclass(frozen=True, slots=True)
class CategoryFact:
    """One code of the taxonomy; `canonical` is the code to show instead, or empty."""

    code: str
    name: str
    group: str
    status: Status = "active"
    canonical: str = ""


def _table() -> dict[str, CategoryFact]:
    # Tab-separated, so that a migration can read the same facts without importing this code.
    lines = Path(__file__).with_name("taxonomy.tsv").read_text(encoding="utf-8").splitlines()[1:]
    facts = {}
    for line in lines:
        code, group, status, canonical, name = line.split("\t")
        facts[code] = CategoryFact(code, name, group, _STATUSES[status], canonical)
    return facts


def canonical_code(code: str) -> str:
    """The code under which a paper is shown: an alias's target, else the code itself.

    Archived codes stay as they are, since they say where the paper was sent at its time.
    """
    fact = CATEGORIES.get(code)
    return fact.canonical if fact and fact.status == "alias" else code


_STATUSES: dict[str, Status] = {"": "active", "alias": "alias", "archived": "archived"}

CATEGORIES: dict[str, CategoryFact] = _table()
