"""Mail is enqueued where it is decided, in the same transaction, and sent by a job."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from email.utils import make_msgid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.utils import DNS_NAME
from django.http import HttpRequest
from django.http.request import split_domain_port

from accounts.enqueuing import enqueue

_FILE_BACKEND = "django.core.mail.backends.filebased.EmailBackend"


class QueuedEmailBackend(BaseEmailBackend):
    """Make one job of each message, through Django's connection: rolled back, it was never sent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        written = [write_message(message) for message in email_messages if message.recipients()]
        for message in written:
            enqueue("accounts.tasks.deliver_mail", queue="mail", message=message)
        return len(written)


def write_message(message: EmailMessage) -> dict[str, Any]:
    """Return the message as JSON can hold it. Raise ValueError for what a job can't carry."""
    if message.attachments:
        raise ValueError("Queued mail carries no attachments.")
    alternatives = [tuple(part) for part in getattr(message, "alternatives", [])]
    if any(not isinstance(content, str) for content, _ in alternatives):
        raise ValueError("Queued mail carries text alone.")
    headers = {name: str(value) for name, value in message.extra_headers.items()}
    # Named here and not when sent: a message sent twice after a crash is then known for one.
    if "message-id" not in {name.lower() for name in headers}:
        headers["Message-ID"] = make_msgid(domain=str(DNS_NAME))
    return {
        "subject": str(message.subject),
        "body": str(message.body),
        "content_subtype": message.content_subtype,
        "from_email": str(message.from_email),
        "to": [str(address) for address in message.to],
        "cc": [str(address) for address in message.cc],
        "bcc": [str(address) for address in message.bcc],
        "reply_to": [str(address) for address in message.reply_to],
        "headers": headers,
        "alternatives": [[content, mimetype] for content, mimetype in alternatives],
    }


def read_message(written: dict[str, Any]) -> EmailMultiAlternatives:
    """The inverse of `write_message`."""
    fields = dict(written)
    subtype = fields.pop("content_subtype")
    alternatives = fields.pop("alternatives")
    message = EmailMultiAlternatives(**fields, connection=_delivery())
    message.content_subtype = subtype
    for content, mimetype in alternatives:
        message.attach_alternative(content, mimetype)
    return message


def _delivery() -> BaseEmailBackend:
    if settings.DELIVERY_EMAIL_BACKEND == _FILE_BACKEND:
        # The messages hold links that open accounts, so the folder is for our own eyes.
        Path(settings.EMAIL_FILE_PATH).mkdir(mode=0o700, parents=True, exist_ok=True)
    connection: BaseEmailBackend = get_connection(settings.DELIVERY_EMAIL_BACKEND)
    return connection


def local_mail_folder(request: HttpRequest) -> str:
    """Where the mail of this copy lies, if it is written into files and the visitor sits at this machine; else ""."""
    if settings.DELIVERY_EMAIL_BACKEND != _FILE_BACKEND:
        return ""
    host = split_domain_port(request.get_host())[0].strip("[]")
    if host == "localhost" or _is_loopback(host):
        return str(settings.EMAIL_FILE_PATH) if _is_loopback(request.META.get("REMOTE_ADDR", "")) else ""
    return ""


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
