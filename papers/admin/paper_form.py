"""A paper as staff correct it: each field says from whom it is, and staff's word can be taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.utils.text import Truncator

from papers.admin.paper_acts import edition_day
from papers.formats import short_day
from papers.ingest.records import TITLE_LENGTH
from papers.ingest.text import web_address
from papers.models import Paper
from papers.provenance import provenance, words_for
from papers.services.corrections import CORRECTABLE, corrected_fields
from papers.taxonomy import CATEGORIES, canonical_code

_LONGEST_NAME, _MOST_AUTHORS = 300, 10_000

# Where a field's name is not its fact's.
_FACTS = {"category_codes": "categories"}

HELP = {
    "title": "TeX between dollar signs becomes formulas.",
    "authors": "One name a line, in the paper’s order. An affiliation may follow after a semicolon.",
    "categories": "Codes with blanks between, the primary one first, as in cs.LG stat.ML.",
    "listed_on": "The date of its edition.",
    "submitted_at": "Version 1, UTC.",
    "updated_at": "The latest version, UTC.",
    "withdrawn_at": "By its authors, UTC. To take a paper off the site, hide it.",
    "author_note": "The authors’ own remark; arXiv calls it comments.",
    "licence": "The address of the licence.",
    "venue": "The journal’s or conference’s name.",
    "open_access_url": "A PDF that anybody may read.",
    "source_summary": "Shown as its source’s own.",
}


class PaperForm(forms.ModelForm[Paper]):
    """Only what was touched becomes staff's word, even where a harvest changed the rest meanwhile."""

    authors = forms.CharField(required=False, widget=AdminTextareaWidget(attrs={"rows": 4}))
    # Not "categories": a form saves a relation of that name by itself.
    category_codes = forms.CharField(
        label="Categories", required=False, widget=AdminTextInputWidget(attrs={"spellcheck": "false"})
    )
    take_back = forms.MultipleChoiceField(
        required=False,
        label="Take back",
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick what the sources shall decide again, and save.",
    )

    class Meta:
        model = Paper
        fields: list[str] = []  # admin asks for those of its fieldsets, with its own widgets
        labels = {
            "code_url": "Code",
            "project_url": "Project page",
            "thumbnail_url": "Picture",
            "open_access_url": "Open-access PDF",
            "listed_on": "Edition",
        }
        widgets = {
            "title": AdminTextareaWidget(attrs={"rows": 2}),
            "source_summary": AdminTextareaWidget(attrs={"rows": 2}),
            **{
                name: AdminTextInputWidget()
                for name in ("journal_reference", "venue", "report_number", "licence", "organisation", "submitter")
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        paper = self.instance
        self.corrected = corrected_fields(paper) if paper.pk else {}
        self.initial["authors"] = "\n".join(_line(row.name, row.affiliation) for row in paper.authorships.all())
        self.initial["category_codes"] = " ".join(row.category_id for row in paper.classifications.all())
        known = provenance(paper)
        for field_name, field in self.fields.items():
            name = _FACTS.get(field_name, field_name)
            if name in CORRECTABLE:
                origin = known.of.get(name, "")
                if origin and name in known.on:
                    origin = f"{origin}, {short_day(known.on[name])}"
                field.help_text = _help(name, origin, is_corrected=name in self.corrected)
                # What a harvest changed between opening the form and saving it was not touched by staff. A program
                # that sends only what it wants to change need not know of this.
                sent = not self.is_bound or any(key.startswith(f"initial-{field_name}") for key in self.data)
                field.show_hidden_initial = sent
        self._offer_to_take_back()

    def _offer_to_take_back(self) -> None:
        if "take_back" not in self.fields:
            return
        choices = [(name, f"{words_for(name).capitalize()}: {_short(value)}") for name, value in self.corrected.items()]
        if choices:
            self.fields["take_back"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["take_back"]

    def clean_authors(self) -> str:
        lines = [line for line in self.cleaned_data["authors"].splitlines() if line.strip(" ;")]
        if any(len(line) > 2 * _LONGEST_NAME for line in lines):
            raise forms.ValidationError(f"A name has at most {_LONGEST_NAME} characters.")
        if any(line.strip().startswith(";") for line in lines):
            raise forms.ValidationError("An affiliation stands after a name.")
        if len(lines) > _MOST_AUTHORS:
            raise forms.ValidationError(f"That is more than {_MOST_AUTHORS:,} names.")
        return "\n".join(lines)

    def clean_title(self) -> str:
        title = str(self.cleaned_data["title"])
        if len(title) > TITLE_LENGTH:
            raise forms.ValidationError(
                f"A title has at most {TITLE_LENGTH:,} characters; this one has {len(title):,}."
            )
        return title

    def clean_category_codes(self) -> str:
        codes = self.cleaned_data["category_codes"].replace(",", " ").split()
        if unknown := [code for code in codes if code not in CATEGORIES]:
            raise forms.ValidationError(f"There is no category {', '.join(unknown)}.")
        return " ".join(dict.fromkeys(canonical_code(code) for code in codes))

    def clean_listed_on(self) -> date | None:
        day: date | None = self.cleaned_data["listed_on"]
        # Where a source has it is not for staff to mend before they save something else.
        return edition_day(day) if "listed_on" in self.changed_data else day

    def clean_licence(self) -> str:
        licence: str = self.cleaned_data["licence"]
        if "licence" not in self.changed_data or not licence:
            return licence
        # It stands on the paper's page as a link.
        if address := web_address(licence):
            return address
        raise forms.ValidationError("Type the licence’s web address, beginning with https://, or nothing.")

    def corrections(self) -> dict[str, Any]:
        """What staff changed, as papers.services.corrections takes it."""
        changed = {_FACTS.get(name, name): self.cleaned_data[name] for name in self.changed_data if name != "take_back"}
        if "authors" in changed:
            changed["authors"] = [_author(line) for line in changed["authors"].splitlines()]
        if "categories" in changed:
            changed["categories"] = changed["categories"].split()
        return {name: value for name, value in changed.items() if name not in self.taken_back()}

    def taken_back(self) -> list[str]:
        return list(self.cleaned_data.get("take_back", []))


def _line(name: str, affiliation: str) -> str:
    return f"{name}; {affiliation}" if affiliation else name


def _author(line: str) -> dict[str, str]:
    name, _, affiliation = (part.strip() for part in line.partition(";"))
    return {"name": name, "affiliation": affiliation} if affiliation else {"name": name}


def _help(name: str, origin: str, *, is_corrected: bool) -> str:
    said = "Staff’s word." if is_corrected else f"From {origin}." if origin else ""
    return " ".join(part for part in (HELP.get(name, ""), said) if part)


def _short(value: Any) -> str:
    if value == "":
        return "none, say staff"
    if isinstance(value, list):
        value = ", ".join(part["name"] if isinstance(part, dict) else part for part in value)
    return Truncator(str(value)).chars(90)
