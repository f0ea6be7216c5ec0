"""When something is due, as staff type it: “every hour”, “daily at 04:30”, or a line of cron. Pure.

All of it becomes a line of cron and a time zone. On the day on which clocks go back, a time of day comes once, and an
hourly rhythm goes on by the hour; on the day on which they go forward, a time that is left out comes with the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import croniter
from croniter.croniter import CroniterError

EASTERN = "America/New_York"
SUGGESTIONS = (
    "every hour",
    "every 3 hours",
    "every hour, Monday to Friday",
    "daily at 04:30",
    "Monday to Friday at 07:00",
    "Sundays at 12:00",
    "after arXiv’s announcement",
)
# arXiv announces at 20:00 in New York; half an hour later its lists are there.
_ANNOUNCED = "30 20 * * 0-4"
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_DAY = "|".join(_DAYS)
_AT = r"at (?P<hour>\d{1,2}):(?P<minute>\d{2})"
_EVERY = re.compile(
    rf"every (?:(?P<count>\d+) )?(?P<unit>hour|minute)s?(?:,? (?P<first>{_DAY}) to (?P<last>{_DAY}))?", re.IGNORECASE
)
_DAILY = re.compile(rf"(?:daily|every day) {_AT}", re.IGNORECASE)
_SPAN = re.compile(rf"(?P<first>{_DAY}) to (?P<last>{_DAY}) {_AT}", re.IGNORECASE)
_NAMED = re.compile(rf"(?P<days>(?:{_DAY})s?(?:(?:, | and )(?:{_DAY})s?)*) {_AT}", re.IGNORECASE)
_QUICKEST = timedelta(minutes=5)


class BadRhythm(ValueError):
    """What was typed says no time; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A line of cron in a time zone."""

    words: str
    cron: str
    zone: ZoneInfo

    def next_after(self, moment: datetime) -> datetime:
        """The first time after that moment, in UTC."""
        return next(self._times(moment, forward=True))

    def last_until(self, moment: datetime) -> datetime:
        """The latest time that is not after that moment, in UTC."""
        return next(self._times(moment + timedelta(microseconds=1), forward=False))

    def coming(self, moment: datetime, count: int = 3) -> list[datetime]:
        """The next times after that moment, in the rhythm's own zone."""
        times = self._times(moment, forward=True)
        return [next(times).astimezone(self.zone) for _ in range(count)]

    def _times(self, moment: datetime, *, forward: bool) -> Iterator[datetime]:
        times = croniter(self.cron, moment.astimezone(self.zone))
        is_by_the_hour = self.cron.split()[1].startswith("*")
        while True:
            time: datetime = times.get_next(datetime) if forward else times.get_prev(datetime)
            if is_by_the_hour or not _is_repeated(time):
                yield time.astimezone(UTC)


def _is_repeated(time: datetime) -> bool:
    """Whether the clock showed this time an hour before as well."""
    first, second = time.replace(fold=0).utcoffset(), time.replace(fold=1).utcoffset()
    return first is not None and second is not None and first > second and time.utcoffset() == second


def read_rhythm(text: str, zone: str) -> Rhythm:
    """Read what staff typed; raises BadRhythm."""
    words = " ".join(text.replace("'", "’").split())
    if words.casefold() == SUGGESTIONS[-1].casefold():
        return Rhythm(SUGGESTIONS[-1], _ANNOUNCED, _zone(EASTERN))
    rhythm = Rhythm(words, _cron(words), _zone(zone))
    try:
        times = rhythm.coming(datetime(2026, 1, 1, tzinfo=UTC), 60)
    except CroniterError:
        raise BadRhythm(f"“{words}” never comes.") from None
    if any(later - earlier < _QUICKEST for earlier, later in pairwise(times)):
        raise BadRhythm("Sources are asked every five minutes at most.")
    return rhythm


def _cron(words: str) -> str:
    if match := _EVERY.fullmatch(words):
        days = _span(match["first"], match["last"]) if match["first"] else "*"
        return _by_the(match["unit"].lower(), int(match["count"] or 1), days)
    if match := _DAILY.fullmatch(words):
        return f"{_time(match)} * * *"
    if match := _SPAN.fullmatch(words):
        return f"{_time(match)} * * {_span(match['first'], match['last'])}"
    if match := _NAMED.fullmatch(words):
        numbers = sorted({_number(name) for name in re.findall(_DAY, match["days"], re.IGNORECASE)})
        return f"{_time(match)} * * {','.join(map(str, numbers))}"
    if len(words.split()) == 5 and re.fullmatch(r"[\w*/, -]+", words) and croniter.is_valid(words):
        return words
    raise BadRhythm(f"“{words}” is no time that is known here. Say it as {'; '.join(SUGGESTIONS)}; or as a cron line.")


def _by_the(unit: str, count: int, days: str) -> str:
    whole = 24 if unit == "hour" else 60
    if not count or whole % count or count == whole:
        # 7 hours would come at 0, 7, 14, 21 and again at 0 o’clock.
        raise BadRhythm(f"{count} {unit}s do not divide the {'day' if unit == 'hour' else 'hour'} evenly.")
    step = "*" if count == 1 else f"*/{count}"
    return f"0 {step} * * {days}" if unit == "hour" else f"{step} * * * {days}"


def _time(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 23 or minute > 59:
        raise BadRhythm(f"{match['hour']}:{match['minute']} is no time of day.")
    return f"{minute} {hour}"


def _span(first: str, last: str) -> str:
    start, end = _number(first), _number(last)
    return ",".join(str(day % 7) for day in range(start, end + 1 if end >= start else end + 8))


def _number(day: str) -> int:
    return next(number for number, name in enumerate(_DAYS) if name.casefold() == day.casefold())


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name.strip())
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise BadRhythm(f"There is no time zone “{name}”; one is Europe/Paris.") from None
