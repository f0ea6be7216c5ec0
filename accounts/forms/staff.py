"""Users as staff add and change them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from accounts.models import RetiredName, User


class FreeNameMixin(forms.ModelForm[User]):
    """A name of somebody who left is not given to somebody else, by staff neither."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        name = self.cleaned_data.get("username") or ""
        had = self.initial.get("username") or ""
        if name.lower() != had.lower() and RetiredName.objects.includes(name):
            self.add_error("username", User._meta.get_field("username").error_messages["unique"])
        return cleaned


class AddUserForm(FreeNameMixin, AdminUserCreationForm[User]):
    pass


class UserForm(FreeNameMixin, UserChangeForm[User]):
    pass
