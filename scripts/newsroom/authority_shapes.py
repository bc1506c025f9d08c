"""What an editor writes in an authority file, as msgspec types that refuse unknown fields, and the entities made of it.

A year may stand where only the year is known; here it becomes days. No checks beyond the types: authority_files makes them.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Literal

import msgspec

from .authority import MAXIMUM_TILE, DatedName, DatedText, Entity, Kind, Measure, Organization, Person, Region, Role, Union, digest_value
from .model import Text

YEARS = range(1800, 2200)

Moment = date | int
"""A day, or a year when only that is known."""


class Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every dated thing has; what the fields mean stands at the top of each authority file."""

    required_texts: ClassVar[tuple[str, ...]] = ("names",)
    """Fields that need a text in every language of the site."""

    since: Moment | None = None
    until: Moment | None = None


class FormerShape(Shape, frozen=True, kw_only=True):
    names: Text
    short: Text = {}
    until: Moment


class FormerRegionShape(FormerShape, frozen=True, kw_only=True):
    required_texts: ClassVar[tuple[str, ...]] = ("names", "inside")

    inside: Text


class CentreShape(Shape, frozen=True, kw_only=True):
    names: Text


class RoleShape(Shape, frozen=True, kw_only=True):
    required_texts: ClassVar[tuple[str, ...]] = ("title",)

    title: Text
    organization: str | None = None


class EntityShape(Shape, frozen=True, kw_only=True):
    names: Text
    short: Text = {}
    former: tuple[FormerShape, ...] = ()
    spellings: tuple[str, ...] = ()
    shared_spellings: tuple[str, ...] = ()


class TileShape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A region's place on the map of the front page."""

    row: int
    column: int


class RegionShape(EntityShape, frozen=True, kw_only=True):
    required_texts: ClassVar[tuple[str, ...]] = ("names", "inside")

    iso: str
    type: Literal["region", "city"]
    inside: Text
    former: tuple[FormerRegionShape, ...] = ()
    centres: tuple[CentreShape, ...] = ()
    predecessors: tuple[str, ...] = ()
    tile: TileShape | None = None
    label: Text = {}


class UnionShape(EntityShape, frozen=True, kw_only=True):
    required_texts: ClassVar[tuple[str, ...]] = ("names", "sector")

    sector: Text
    official: tuple[str, ...] = ()
    member_since: date | None = None
    membership_verified: bool = True


class PersonShape(EntityShape, frozen=True, kw_only=True):
    roles: tuple[RoleShape, ...] = ()


class OrganizationShape(EntityShape, frozen=True, kw_only=True):
    official: tuple[str, ...] = ()
    centre_of: str | None = None


class KindShape(EntityShape, frozen=True, kw_only=True):
    required_texts: ClassVar[tuple[str, ...]] = ("names", "plural")

    plural: Text


class MeasureShape(EntityShape, frozen=True, kw_only=True):
    unit: Literal["people", "percent", "years", "count"]


SHAPES: dict[str, type[EntityShape]] = {
    "regions": RegionShape,
    "unions": UnionShape,
    "people": PersonShape,
    "organizations": OrganizationShape,
    "kinds": KindShape,
    "measures": MeasureShape,
}


# ---------------------------------------------------------------- entities


def build_entity(section: str, id: str, shape: EntityShape) -> Entity:
    """The entity an entry describes; its digest covers the whole entry, whatever the order of its fields."""
    common = {
        "id": id,
        "names": (*(_build_name(part) for part in shape.former), _build_name(shape, is_dated=False)),
        "aliases": (*shape.spellings, *shape.shared_spellings),
        "digest": digest_value((section, id, shape)),
        **_find_period(shape),
    }
    if isinstance(shape, RegionShape):
        centres = tuple(DatedText(text=centre.names, **_find_period(centre)) for centre in shape.centres)
        tile = _place_tile(shape.tile) if shape.tile else (0, 0)
        return Region(iso=shape.iso, type=shape.type, centres=centres, predecessors=shape.predecessors, tile=tile, label=shape.label, **common)
    if isinstance(shape, UnionShape):
        return Union(
            sector=shape.sector, official=shape.official, member_since=shape.member_since,
            membership_verified=shape.membership_verified, **common,
        )  # fmt: skip
    if isinstance(shape, PersonShape):
        return Person(roles=tuple(Role(title=role.title, organization=role.organization, **_find_period(role)) for role in shape.roles), **common)
    if isinstance(shape, OrganizationShape):
        return Organization(official=shape.official, centre_of=shape.centre_of, **common)
    if isinstance(shape, KindShape):
        return Kind(plural=shape.plural, **common)
    assert isinstance(shape, MeasureShape)
    return Measure(unit=shape.unit, **common)


def _place_tile(tile: TileShape) -> tuple[int, int]:
    """Row and column; (0, 0) for a place outside of the map."""
    is_inside = 1 <= tile.row <= MAXIMUM_TILE and 1 <= tile.column <= MAXIMUM_TILE
    return (tile.row, tile.column) if is_inside else (0, 0)


def _build_name(part: EntityShape | FormerShape, *, is_dated: bool = True) -> DatedName:
    period = _find_period(part) if is_dated else {}
    return DatedName(text=part.names, short=part.short, inside=getattr(part, "inside", {}), **period)


def _find_period(part: Shape) -> dict[str, Any]:
    return {
        "since": None if part.since is None else find_first_day(part.since),
        "until": None if part.until is None else find_day_after(part.until),
        "is_by_year": isinstance(part.since, int) or isinstance(part.until, int),
    }


def find_first_day(moment: Moment) -> date:
    """The day itself, or the first of the year."""
    return date(_clamp_year(moment), 1, 1) if isinstance(moment, int) else moment


def find_day_after(moment: Moment) -> date:
    """A day is the first on which it no longer holds; a year counts whole, since the day in it is not known."""
    return date(_clamp_year(moment) + 1, 1, 1) if isinstance(moment, int) else moment


def _clamp_year(year: int) -> int:
    return min(max(year, YEARS.start), YEARS.stop)
