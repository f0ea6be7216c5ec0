"""Polite HTTP for sources: one request at a time, with limits on everything and patience with refusals."""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import metadata
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urljoin, urlsplit

import requests
import urllib3

from papers.ingest.errors import SourceError
from papers.ingest.revalidation import Forgetful, Kept, Memory

logger = logging.getLogger(__name__)

_TRANSIENT = {429, 500, 502, 503, 504}
_NOT_MODIFIED = 304
_REDIRECTS = {301, 302, 303, 307, 308}
_MOST_REDIRECTS = 5
_CHUNK_BYTES = 65_536
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait for what, in seconds, and how much to take."""

    interval: float = 1.0  # between the end of one request and the start of the next
    connect: float = 10.0
    read: float = 30.0  # for the next bytes
    answer: float = 120.0  # for the whole answer
    answer_bytes: int = 50_000_000  # after decompression
    attempts: int = 5
    first_pause: float = 1.0  # doubled with every attempt, with jitter
    longest_pause: float = 60.0
    longest_retry_after: float = 300.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer; `next_address` is where its Link header says that more follows."""

    body: bytes
    content_type: str
    address: str
    next_address: str = ""
    status: int = 200  # or one that the caller reads as well
    etag: str = ""
    last_modified: str = ""


class TryAgain(Exception):
    """This attempt failed in a way that time may heal; `pause` is what the server asked for.

    The reason goes on from the server's name: "answered 503".
    """

    def __init__(self, reason: str, pause: float | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


class PoliteSession:
    """A requests session that identifies itself, keeps its distance, and gives up with one sentence.

    Transient failures (429, 5xx, refused, reset, cut short, too slow) are tried again with growing,
    jittered pauses, or after the server's Retry-After; a wish to wait longer than the limit ends the
    run, which can be started again, since asking sooner would be impolite. Redirects are followed
    on the same host only, and to hosts of the domain `home`. Every failure that remains is a
    SourceError. `headers` go with every request, and `secrets` in its address; no sentence repeats either.
    """

    def __init__(
        self,
        contact: str = "",
        limits: Limits | None = None,
        *,
        home: str = "",
        memory: Memory | None = None,
        headers: Mapping[str, str] | None = None,
        secrets: Mapping[str, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._limits, self._home, self._memory = limits or Limits(), home, Forgetful() if memory is None else memory
        self._sleep, self._clock, self._now, self._jitter = sleep, clock, now, jitter
        self._lock = threading.Lock()
        self._free_at: float | None = None
        self._session = requests.Session()
        self._session.headers.update(headers or {})
        self._session.headers["User-Agent"] = user_agent(contact)
        self._secrets = dict(secrets or {})
        self._session.params = dict(self._secrets)
        hidden = {*self._secrets.values(), *(headers or {}).values()} - {""}
        self._hidden = {form for value in hidden for form in (value, quote(value, safe=""), quote_plus(value))}

    def wait_by(self, sleep: Callable[[float], None]) -> None:
        """Wait by that function from now on; what it raises ends the wait."""
        self._sleep = sleep

    def get_json(self, address: str, params: Mapping[str, str] | None = None) -> tuple[Any, Answer]:
        """The parsed body beside the answer; SourceError when it is not JSON, whatever it claims to be."""
        answer = self.get(address, params, accept="application/json")
        try:
            return json.loads(answer.body), answer
        except (ValueError, RecursionError):
            kind = answer.content_type.partition(";")[0] or "something unnamed"
            raise SourceError(f"{answer.address} answered with {kind} that is not JSON.") from None

    def get(self, address: str, params: Mapping[str, str] | None = None, *, accept: str = "*/*") -> Answer:
        """Fetch one address, trying again as long as that may help."""
        return self.read(address, params, lambda answer: answer, accept=accept)

    def read(
        self,
        address: str,
        params: Mapping[str, str] | None,
        reader: Callable[[Answer], T],
        *,
        accept: str = "*/*",
        also: Collection[int] = (),
        kept: bool = False,
        body: Any = None,
    ) -> T:
        """Fetch one address and read the answer, trying again when `reader` raises TryAgain too.

        So an answer with status 200 that is cut short, or is a page that says "busy", is asked for
        again. Answers with a status of `also` are read instead of being failures. With `kept` the
        answer is remembered and asked for on the condition that it changed; for what is asked often.
        With a `body` it is sent as JSON, by POST; never `kept`.
        """
        known = Kept(self._memory if kept else Forgetful(), address, params)
        headers = {"Accept": accept, **known.conditions}
        readable = {*also, _NOT_MODIFIED} if known.conditions else also
        for attempt in range(1, self._limits.attempts + 1):
            try:
                with self._turn():
                    answer = self._follow(address, params, headers, readable, body)
                if answer.status == _NOT_MODIFIED:
                    return reader(replace(answer, body=known.body, status=200))
                result = reader(answer)
                if answer.status == 200:
                    known.keep(answer.body, answer.etag, answer.last_modified)
                return result
            except TryAgain as failure:
                if attempt == self._limits.attempts:
                    raise SourceError(f"{_host(address)} {failure} ({attempt} attempts).") from None
                pause = self._pause(attempt, failure.pause)
                # Somebody may be waiting for this run.
                told = self._without_secrets(f"{_host(address)} {failure}")
                logger.warning("%s; asking again in %.0f s.", told, pause)
                self._sleep(pause)
            except SourceError as error:
                # What a server says may repeat what it was asked.
                error.args = tuple(self._without_secrets(str(part)) for part in error.args)
                raise
        raise AssertionError("unreachable: at least one attempt is made")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One request at a time, a minimum interval after the one before."""
        with self._lock:
            if self._free_at is not None and (wait := self._free_at - self._clock()) > 0:
                self._sleep(wait)
            try:
                yield
            finally:
                self._free_at = self._clock() + self._limits.interval

    def _pause(self, attempt: int, asked: float | None) -> float:
        if asked is not None:
            return asked + self._jitter()
        return min(self._limits.first_pause * 2.0 ** (attempt - 1), self._limits.longest_pause) * (0.5 + self._jitter())

    def _follow(
        self,
        address: str,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        also: Collection[int],
        body: Any,
    ) -> Answer:
        for _ in range(_MOST_REDIRECTS + 1):
            with _failures_named(address), self._request(address, params, headers, body) as response:
                if response.status_code not in _REDIRECTS:
                    return self._read(response, also)
                address, params = _redirect_target(response, self._home), None
        raise SourceError(f"{_host(address)} redirects in circles.")

    def _request(
        self, address: str, params: Mapping[str, str] | None, headers: Mapping[str, str], body: Any
    ) -> requests.Response:
        return self._session.request(
            "GET" if body is None else "POST",
            address,
            params=params,
            json=body,
            headers=headers,
            timeout=(self._limits.connect, self._limits.read),
            allow_redirects=False,
            stream=True,
        )

    def _read(self, response: requests.Response, also: Collection[int]) -> Answer:
        status = response.status_code
        if status in _TRANSIENT:
            raise TryAgain(f"answered {status}", self._retry_after(response))
        if status != 200 and status not in also:
            raise SourceError(f"{self._told(response)} answered {status} {response.reason or ''}".rstrip() + ".")
        return Answer(
            body=self._body(response),
            content_type=response.headers.get("Content-Type", ""),
            address=self._told(response),
            next_address=response.links.get("next", {}).get("url", ""),
            status=status,
            etag=response.headers.get("ETag", ""),
            last_modified=response.headers.get("Last-Modified", ""),
        )

    def _told(self, response: requests.Response) -> str:
        """The address that answered, without secrets."""
        address = str(response.url)
        if not self._secrets:
            return address
        parts = urlsplit(address)
        query = [pair for pair in parse_qsl(parts.query) if pair[0] not in self._secrets]
        return parts._replace(query=urlencode(query)).geturl()

    def _without_secrets(self, sentence: str) -> str:
        for form in sorted(self._hidden, key=len, reverse=True):
            sentence = sentence.replace(form, "…")
        return sentence

    def _body(self, response: requests.Response) -> bytes:
        """Read what has come so far again and again, so that a trickle can't outlast the time limit."""
        started, parts, size = self._clock(), [], 0
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            parts.append(chunk)
            size += len(chunk)
            if size > self._limits.answer_bytes:
                raise SourceError(f"{self._told(response)} answers with more than {self._limits.answer_bytes:,} bytes.")
            if self._clock() - started > self._limits.answer:
                raise TryAgain(f"needed more than {self._limits.answer:g} seconds for one answer")
        return b"".join(parts)

    def _retry_after(self, response: requests.Response) -> float | None:
        """The server's wish in seconds; SourceError when it is longer than a run should wait."""
        seconds = _seconds(response.headers.get("Retry-After", ""), self._now())
        if seconds is not None and seconds > self._limits.longest_retry_after:
            raise SourceError(f"{_host(str(response.url))} asks to come back in {seconds:,.0f} seconds.")
        return seconds


def user_agent(contact: str = "") -> str:
    """`Broadsheet/0.1.0 (+contact)`; the contact is an address of the operator, of web or mail."""
    try:
        version = metadata.version("broadsheet")
    except metadata.PackageNotFoundError:
        version = "0.1.0"
    contact = "".join(letter for letter in contact if " " < letter <= "~")
    return f"Broadsheet/{version} (+{contact})" if contact else f"Broadsheet/{version}"


def http_address(address: str) -> str:
    """An endpoint as an operator types it, without a slash at its end; SourceError for what is none."""
    try:
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.hostname:
            return address.rstrip("/")
    except ValueError:
        pass
    raise SourceError(f"{address!r} is not the address of an API.")


@contextmanager
def _failures_named(address: str) -> Iterator[None]:
    """Turn the network's own exceptions into ours, which name the host alone: the rest may hold a key."""
    try:
        yield
    except ValueError:
        # Ours, or one to which we were redirected: requests looks at both.
        raise SourceError("The address to fetch from, or one that it redirects to, is no http address.") from None
    except (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError):
        raise TryAgain("did not answer in time") from None
    except (requests.exceptions.SSLError, urllib3.exceptions.SSLError) as error:
        raise SourceError(f"The connection to {_host(address)} is not secure: {_reason(error)}.") from None
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError):
        raise TryAgain("could not be reached, or cut the answer short") from None


def _redirect_target(response: requests.Response, home: str) -> str:
    """The new address, when it is on the same host, or one of our domain, and not less secure."""
    here, location = str(response.url), response.headers.get("Location", "")
    place = "another place"
    try:
        target = urljoin(here, location)
        old, new = urlsplit(here), urlsplit(target)
        host = new.hostname or ""
        is_ours = host == old.hostname or (home and f".{host}".endswith(f".{home}"))
        if is_ours and (new.scheme, new.port) in {(old.scheme, old.port), ("https", None)}:
            return target
        place = f"another place, {new.scheme}://{_host(target)}"[:200]
    except ValueError:
        pass
    raise SourceError(f"{_host(here)} redirects to {place}.")


def _reason(error: Exception) -> str:
    """Why, without the address that libraries wrap around it."""
    inner = error.args[0] if error.args else error
    return str(getattr(inner, "reason", None) or "it says no more")


def _seconds(text: str, now: datetime) -> float | None:
    """Retry-After, in seconds or as an HTTP date; None when it says neither."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
        return max(0.0, (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now.timestamp())
    except (ValueError, TypeError, OverflowError):
        return None


def _host(address: str) -> str:
    return urlsplit(address).netloc.rpartition("@")[2]
