"""What people write into our own forms."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from papers.markdown import LONGEST


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
