"""Names by which the outside world knows a paper, added and removed by staff."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from papers.identifiers import ARXIV
from papers.ingest.composing import DENIED_NAMES
from papers.ingest.locking import lock_writer
from papers.models import Identifier, Paper, PaperRedirect
from papers.services.corrections import Facts, amend


class IdentifierRefused(Exception):
    """Why a paper can't have this identifier, in a sentence for staff."""


class IdentifierTaken(IdentifierRefused):
    """Another paper has it; perhaps the two are one."""

    def __init__(self, owner: Paper) -> None:
        super().__init__(f"It is already an identifier of “{owner.title}” ({owner.public_id}).")
        self.owner = owner


def owner_of(scheme: str, value: str) -> Paper | None:
    """The paper that has an identifier; one indexed look."""
    return Paper.objects.filter(identifiers__scheme=scheme, identifiers__value=value).first()


@transaction.atomic
def add_identifier(paper: Paper, scheme: str, value: str, now: datetime) -> bool:
    """Give the paper an identifier, as staff's word; return whether it was new.

    `value` is normalised as papers.identifiers does. An arXiv id gives the paper its address, and the old one
    redirects. Raise IdentifierTaken, and IdentifierRefused for a second arXiv id.
    """
    lock_writer()
    locked = Paper.objects.select_for_update().get(pk=paper.pk)
    owner = owner_of(scheme, value)
    if owner == locked:
        return False
    if owner is not None:
        raise IdentifierTaken(owner)
    if scheme == ARXIV and locked.arxiv_id:
        raise IdentifierRefused(f"This paper is arXiv {locked.arxiv_id} already; remove that id first.")
    name = [scheme, value]

    def add(facts: Facts) -> None:
        facts["identifiers"] = [*facts.get("identifiers", []), name]
        _keep(facts, DENIED_NAMES, [other for other in facts.get(DENIED_NAMES, []) if other != name])

    amend([locked], add, now)
    return True


@transaction.atomic
def remove_identifier(paper: Paper, scheme: str, value: str, now: datetime) -> bool:
    """Take an identifier from the paper, and keep later harvests from giving it back; return whether it had it.

    An address that goes with an arXiv id leads to the paper still, until another paper has that id.
    """
    lock_writer()
    locked = Paper.objects.select_for_update().get(pk=paper.pk)
    if not Identifier.objects.filter(paper=locked, scheme=scheme, value=value).delete()[0]:
        return False
    name = [scheme, value]

    def remove(facts: Facts) -> None:
        _keep(facts, "identifiers", [other for other in facts.get("identifiers", []) if other != name])
        _keep(facts, DENIED_NAMES, [*facts.get(DENIED_NAMES, []), name])

    amend([locked], remove, now)
    if scheme == ARXIV:
        PaperRedirect.objects.bulk_create(
            [PaperRedirect(public_id=value, paper=locked)],
            update_conflicts=True,
            unique_fields=["public_id"],
            update_fields=["paper"],
        )
    return True


def _keep(facts: Facts, name: str, names: list[list[str]]) -> None:
    facts.pop(name, None)
    if names:
        facts[name] = names
