"""What people write into our own forms."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.models import User
from papers.markdown import LONGEST
from papers.references import read_reference


class SourceField(forms.CharField):
    """Markdown as its author sees it: lines end as they do on their screen, and a first line keeps its indent."""

    def __init__(self) -> None:
        super().__init__(
            max_length=LONGEST,
            strip=False,
            widget=forms.Textarea(attrs={"rows": 6}),
            help_text="Markdown and $TeX$",
            error_messages={
                "required": "Write something first.",
                "max_length": f"A comment has at most {LONGEST:,} characters; this one has %(show_value)s.",
            },
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # A browser cuts what is pasted at this length and says nothing, so it lies far above the length that we
        # refuse with a sentence, and below the size of form that no view ever sees.
        return {"maxlength": "90000"}

    def to_python(self, value: Any) -> str:
        # Browsers send \r\n, which would count twice.
        return str(value or "").replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()

    def validate(self, value: str) -> None:
        if all(unicodedata.category(character) in _UNSEEN for character in value):
            raise ValidationError(self.error_messages["required"], code="required")


# Blanks, and characters that leave no mark on the page.
_UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Zs"}


class CommentForm(forms.Form):
    """A new comment, a reply or an edit; `place` tells apart the forms that are open on one page."""

    source = SourceField()

    def __init__(self, data: QueryDict | None = None, *, place: str, initial: dict[str, str] | None = None) -> None:
        super().__init__(data, auto_id=f"{place}-%s", initial=initial)

    def focus(self) -> CommentForm:
        """Let the words be where the reader goes on: in a form that was just opened, or that has an error."""
        self.fields["source"].widget.attrs["autofocus"] = True
        return self


class ReferenceField(forms.CharField):
    """What names a paper: an arXiv id, a DOI, or an address with either; cleaned, (scheme, value)."""

    def __init__(self) -> None:
        super().__init__(
            label="arXiv id, DOI or address",
            max_length=2_000,
            widget=forms.TextInput(
                attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "inputmode": "url"}
            ),
            help_text="For example 2512.00001, 10.1000/boats, or a page’s address at arxiv.org, alphaxiv.org, "
            "huggingface.co or doi.org.",
            error_messages={
                "required": "Name a paper: its arXiv id, its DOI, or its address.",
                "max_length": "This is too long for an arXiv id, a DOI or an address.",
            },
        )

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # No maxlength: a browser would cut what is pasted and say nothing.
        return {}

    def clean(self, value: Any) -> tuple[str, str]:
        found = read_reference(str(super().clean(value)))
        if found is None:
            raise ValidationError(
                "This names no paper that can be looked up here. An arXiv id looks like 2512.00001 or math/0309136, "
                "a DOI like 10.1000/boats; an address must hold one of them."
            )
        return found


class SubmissionForm(forms.Form):
    paper = ReferenceField()

    def focus(self) -> SubmissionForm:
        """Let the name be where the reader goes on."""
        self.fields["paper"].widget.attrs["autofocus"] = True
        return self


class ConfirmForm(forms.Form):
    with_upvote = forms.BooleanField(label="Upvote it, too", required=False)


class ProfileForm(forms.ModelForm[User]):
    """What others may know. The user name is not in it: addresses and other people's memory hold it."""

    class Meta:
        model = User
        fields = ["about", "link", "has_public_upvotes", "has_public_comments"]
        widgets = {
            "about": forms.Textarea(attrs={"rows": 3}),
            "link": forms.URLInput(attrs={"autocomplete": "url"}),
        }
        labels = {
            "has_public_upvotes": "Everybody may see which papers I upvoted",
            "has_public_comments": "My profile lists my comments",
        }

    def clean_about(self) -> str:
        # Browsers send \r\n; a few lines are fine, a page of empty ones is not.
        lines = [line.strip() for line in self.cleaned_data["about"].splitlines()]
        return "\n".join(line for line in lines if line)


class LeaveForm(forms.Form):
    """Whoever deletes an account knows its name and, where there is one, its password."""

    username = forms.CharField(
        label="Your user name",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label="Your password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, data: QueryDict | None = None, *, user: User) -> None:
        super().__init__(data)
        self.user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"]).strip()
        if name != self.user.username:
            raise ValidationError("This is not your user name, written as you see it above.")
        return name

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not self.user.check_password(password):
            raise ValidationError("This is not your password.")
        return password
