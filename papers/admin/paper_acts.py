"""The acts on papers, and what some of them ask first."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django import forms
from django.utils import timezone

from papers.admin.acts import Act, Cleaned, told
from papers.models import Paper
from papers.periods import long_day
from papers.services import curation

FIRST_DAY = date(1991, 8, 14)  # arXiv's first


def edition_day(day: date | None) -> date | None:
    """A day to which staff may take a paper, or none."""
    if day is not None and not FIRST_DAY <= day <= timezone.localdate() + timedelta(days=366):
        raise forms.ValidationError("Choose a day between arXiv’s first, 14 August 1991, and a year from now.")
    return day


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text="For the log, which staff read. A sentence is enough.",
    )


class MoveForm(forms.Form):
    day = forms.DateField(
        label="To the edition of",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Left empty, the sources decide again.",
    )
    # Asked only about a day that has no edition yet, or never will.
    sure = forms.BooleanField(label="Move them all the same", required=False, widget=forms.HiddenInput)

    def clean_day(self) -> date | None:
        return edition_day(self.cleaned_data["day"])

    def clean(self) -> Cleaned:
        cleaned: Cleaned = super().clean() or {}
        day = cleaned.get("day")
        if day and not cleaned.get("sure") and (doubt := _doubt(day)):
            self.fields["sure"].widget = forms.CheckboxInput()
            self.add_error("day", doubt)
        return cleaned


def _doubt(day: date) -> str:
    if day > timezone.localdate():
        return f"{long_day(day)} is still to come: readers will not see the papers on the front page before."
    if day.weekday() >= 5:
        return f"{long_day(day)} is at a weekend, when editions do not appear."
    return ""


def _move(ids: list[int], cleaned: Cleaned, now: datetime) -> list[Paper]:
    day = cleaned["day"]
    return curation.move_papers(ids, day, now) if day else curation.move_papers_back(ids, now)


def _moved(cleaned: Cleaned) -> str:
    day = cleaned["day"]
    return f"Moved to the edition of {long_day(day)}." if day else "Moved back to where the sources have it."


FEATURE = Act(
    name="feature",
    menu="Make them picks of their editions",
    button="Make it a pick",
    done="picked",
    left="picked already, or not listed in an edition",
    run=lambda ids, cleaned, now: curation.feature_papers(ids, now),
    log=told("Made a pick of its edition."),
    offered=lambda paper: paper.picked_at is None and paper.state == "listed" and paper.listed_on is not None,
)
UNFEATURE = Act(
    name="unfeature",
    menu="Take the pick back",
    button="Take the pick back",
    done="no longer picked",
    left="not picked",
    run=lambda ids, cleaned, now: curation.unfeature_papers(ids),
    log=told("Took the pick back."),
    offered=lambda paper: paper.picked_at is not None,
)
HIDE = Act(
    name="hide",
    menu="Hide…",
    button="Hide…",
    question="Why hide it from readers?",
    done="hidden",
    left="hidden already",
    run=lambda ids, cleaned, now: curation.hide_papers(ids),
    log=lambda cleaned: f"Hidden: {cleaned['reason']}",
    form=ReasonForm,
    offered=lambda paper: paper.state == "listed",
)
RESTORE = Act(
    name="restore",
    menu="Restore what was hidden",
    button="Restore",
    done="shown again",
    left="not hidden",
    run=lambda ids, cleaned, now: curation.restore_papers(ids),
    log=told("Restored."),
    offered=lambda paper: paper.state == "hidden",
)
ACCEPT = Act(
    name="accept",
    menu="Accept what is pending",
    button="Accept",
    done="accepted",
    left="not pending",
    run=lambda ids, cleaned, now: curation.accept_papers(ids),
    log=told("Accepted."),
    offered=lambda paper: paper.state == "pending",
)
REJECT = Act(
    name="reject",
    menu="Reject what is pending…",
    button="Reject…",
    question="Why reject it?",
    done="rejected",
    left="not pending",
    run=lambda ids, cleaned, now: curation.reject_papers(ids),
    log=lambda cleaned: f"Rejected: {cleaned['reason']}",
    form=ReasonForm,
    offered=lambda paper: paper.state == "pending",
)
HOLD = Act(
    name="hold",
    menu="Set aside as pending",
    button="Set aside as pending",
    done="set aside as pending",
    left="pending already",
    run=lambda ids, cleaned, now: curation.hold_papers(ids),
    log=told("Set aside as pending."),
    offered=lambda paper: paper.state != "pending",
)
MOVE = Act(
    name="move",
    menu="Move to another edition…",
    button="Move to another edition…",
    question="To which edition?",
    done="moved",
    left="there already by staff’s word",
    run=_move,
    log=_moved,
    form=MoveForm,
)

PAPER_ACTS = (FEATURE, UNFEATURE, MOVE, HIDE, RESTORE, ACCEPT, REJECT, HOLD)
