"""Turns a recorded log into the format in which a container runtime keeps it."""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

# The time that a line of istiod, pilot-agent or Envoy carries itself, near its start.
TIME = re.compile(r'^[\[{"a-z:]{0,10}(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)')


def shift(sources: list, log_time: str = "now") -> timedelta:
    """How far to move the times of these logs: `line` not at all, else until the last of all is at `log_time`."""
    last = max((times[-1] for times in map(_times, map(_lines, sources)) if times), default=None)
    if log_time == "line" or last is None:
        return timedelta()
    return (datetime.now(timezone.utc) if log_time == "now" else parse(log_time)) - last


def convert(source: Path, target: Path, move: timedelta = timedelta()) -> str:
    """Writes `source` to `target` as `<time> stdout F <line>`; returns where it is.

    The lines stay as they are; the times that the runtime noted are the lines' own, moved.
    """
    lines = _lines(source)
    fresh = target.with_name(target.name + ".new")
    with open(fresh, "w", encoding="utf-8", errors="surrogateescape") as file:
        for time, line in zip(_times(lines), lines):
            file.write(f"{(time + move).strftime('%Y-%m-%dT%H:%M:%S.%f')}000Z stdout F {line}\n")
    fresh.replace(target)
    return str(target.resolve())


def last_line(converted: Path) -> str:
    """The last line of a log in the runtime's format, without what that format adds."""
    lines = _lines(converted)
    return lines[-1].split(" ", 3)[3] if lines else ""


def parse(text: str) -> datetime:
    """An RFC 3339 time."""
    found = re.fullmatch(TIME.pattern[1:], text)
    if found is None:
        raise ValueError(f"not a time like 2026-11-24T02:27:17Z: {text}")
    return _time(found)


def _lines(source: Path) -> list:
    # Only a line feed ends a line; what else Python takes for one may be inside a message.
    text = Path(source).read_bytes().decode("utf-8", errors="surrogateescape").removesuffix("\n")
    return text.split("\n") if text else []


def _times(lines: list) -> list:
    """A time for each line; one without has that of the line before, or of the first that has any."""
    found = [match and _time(match) for match in map(TIME.match, lines)]
    last = next((each for each in found if each), datetime.now(timezone.utc))
    times = []
    for each in found:
        # A runtime notes lines as they come, so its times never go back.
        last = max(each or last, last)
        times.append(last)
    return times


def _time(match: re.Match) -> datetime:
    day, fraction, zone = match.groups()
    text = f"{day}.{(fraction or '0')[:6].ljust(6, '0')}{'+00:00' if zone == 'Z' else zone}"
    return datetime.fromisoformat(text).astimezone(timezone.utc)
