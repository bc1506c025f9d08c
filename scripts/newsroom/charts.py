"""The values of one series of figures -> the geometry of its line chart. Pure; the template draws it.

A chart has one line: figures of another scope get a chart of their own. The scale begins at zero, or at the lowest value below it,
so that a small change does not look like a large one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from .data_views import Chart, ChartDot, ChartTick

_LETTER_WIDTH = 6.2
"""Of a digit in a label, in the chart's units."""
_MARGIN = 6.0
_LABEL_HEIGHT = 20.0
_MINIMUM_YEARS = 3
"""A shorter time is labelled with its first and last day."""
_MAXIMUM_YEAR_TICKS = 6
_STEPS = (1, 2, 4, 6, 8, 10)


class Point(NamedTuple):
    """One value. Of several on one day, the first given is on the line, the others stand alone."""

    day: date
    value: int | float
    text: str
    """The value as it is written, with qualifier and unit."""
    is_exact: bool = True


class Size(NamedTuple):
    """Width and height in units of the drawing; labels are left out of a small one."""

    width: int
    height: int
    is_labelled: bool = True


LARGE = Size(360, 190)
SMALL = Size(180, 56, is_labelled=False)


def draw_chart(points: Sequence[Point], *, size: Size, label: str, write_value: Callable[[float], str], write_day: Callable[[date], str], breaks: Iterable[date] = (), notes: Sequence[str] = ()) -> Chart | None:
    """The chart of points in any order; None for less than two days. `breaks`: days on which what is counted became another thing."""
    ordered = sorted(points, key=lambda point: point.day)
    if not ordered or ordered[0].day == ordered[-1].day:
        return None
    bottom, top = _find_range([point.value for point in ordered])
    marks = _mark_values(bottom, top) if size.is_labelled else []
    left = max((len(write_value(mark)) for mark in marks), default=0) * _LETTER_WIDTH + _MARGIN
    floor = size.height - (_LABEL_HEIGHT if size.is_labelled else _MARGIN)
    first, days = ordered[0].day, (ordered[-1].day - ordered[0].day).days

    def x(day: date) -> str:
        return _shorten(left + _MARGIN + (day - first).days / days * (size.width - left - 3 * _MARGIN))

    def y(value: float) -> str:
        return _shorten(floor - (value - bottom) / (top - bottom) * (floor - 2 * _MARGIN))

    on_line = {point.day: point for point in reversed(sorted(points, key=lambda point: point.day))}
    segments = _cut_segments(sorted(on_line.values(), key=lambda point: point.day), sorted(breaks))
    return Chart(
        width=size.width, height=size.height, left=_shorten(left), label=label, notes=tuple(notes),
        lines=tuple(" ".join(f"{x(point.day)},{y(point.value)}" for point in segment) for segment in segments if len(segment) > 1),
        dots=tuple(ChartDot(x(point.day), y(point.value), f"{write_day(point.day)}: {point.text}", point.is_exact) for point in ordered),
        rows=tuple(ChartTick(y(mark), write_value(mark)) for mark in marks),
        columns=tuple(_mark_days(first, ordered[-1].day, x, write_day)) if size.is_labelled else (),
    )  # fmt: skip


def _shorten(place: float) -> str:
    """A tenth of a unit is all that can be seen."""
    return f"{round(place, 1):g}"


def _find_range(values: Sequence[int | float]) -> tuple[float, float]:
    """The lowest and highest value of the scale."""
    highest, lowest = max(0, *values), min(0, *values)
    top, bottom = _round_up(highest), -_round_up(-lowest)
    return (bottom, top) if top > bottom else (0.0, 1.0)


def _round_up(value: float) -> float:
    """The next number of one digit and zeros that is easy to halve."""
    if value <= 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in _STEPS if step * power >= value * (1 - 1e-9))


def _mark_values(bottom: float, top: float) -> list[float]:
    """Zero, the end of the scale and its middle; no middle that would be a part of one."""
    middle = top / 2
    marks = [bottom, 0.0, middle, top] if top > 1 else [bottom, 0.0, top]
    return sorted(set(marks))


def _cut_segments(points: Sequence[Point], breaks: Sequence[date]) -> list[list[Point]]:
    segments: list[list[Point]] = [[]]
    for previous, point in zip([None, *points], points, strict=False):
        if previous and any(previous.day < day <= point.day for day in breaks):
            segments.append([])
        segments[-1].append(point)
    return segments


def _mark_days(first: date, last: date, x: Callable[[date], str], write_day: Callable[[date], str]) -> list[ChartTick]:
    """The first days of years; of a short time its first and last day."""
    years = [year for year in range(first.year, last.year + 1) if first <= date(year, 1, 1) <= last]
    if last.year - first.year < _MINIMUM_YEARS:
        return [ChartTick(x(first), write_day(first), "start"), ChartTick(x(last), write_day(last), "end")]
    step = math.ceil(len(years) / _MAXIMUM_YEAR_TICKS)
    return [ChartTick(x(date(year, 1, 1)), str(year), "middle") for year in years[::step]]
