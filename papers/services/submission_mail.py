"""What a reader is told of a submission by mail; enqueued in the caller's transaction."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

from papers.models import Submission

_SUBJECTS = {
    Submission.State.FOUND: "Found: the paper that you submitted",
    Submission.State.ACCEPTED: "Accepted: the paper that you submitted",
    Submission.State.REJECTED: "Not accepted: the paper that you submitted",
    Submission.State.FAILED: "Not submitted: the paper that you named",
}


def tell(submission: Submission) -> None:
    """Write to the reader's main confirmed address, if there is one, what became of the submission."""
    subject = _SUBJECTS.get(Submission.State(submission.state))
    to = EmailAddress.objects.filter(user=submission.user_id, verified=True).order_by("-primary", "pk").first()
    if subject is None or to is None:
        return
    context = {"submission": submission, "site_name": settings.SITE_NAME, "site_url": settings.BROADSHEET_URL}
    send_mail(subject, render_to_string("emails/submission_message.txt", context), None, [to.email])
