"""What IPTC ninjs 3.2 asks of the properties that this program writes, as a JSON schema in our own words.

Not IPTC's own file: no package of a registry holds it, and nothing of others is kept here. It is stricter in two ways, which helps
to find mistakes: properties of ninjs that we never write are unknown to it, and what we always write is required. Names, types,
nesting and enumerations follow the public schema, whose address stands in every item (`standard.schema`).
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

_TEXT = {"type": "string", "minLength": 1}
_URI = {"type": "string", "pattern": r"^(https?://[^\s\"<>]+|tag:[^\s\"<>,]+,\d{4}:[^\s\"<>]+)$"}
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$"}


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": {**required, **(optional or {})}, "additionalProperties": False}


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": item}


_RELATED = _object({"name": _TEXT, "rel": {"enum": ["about", "mentions"]}}, {"uri": _URI})
_WRITTEN = _object({"role": _TEXT, "value": _TEXT}, {"contentType": _TEXT})
_STANDARD = _object({"name": {"const": "ninjs"}, "version": {"const": "3.2"}, "schema": _URI})
_ITEM_REQUIRED = {
    "uri": _URI, "type": {"const": "text"}, "version": _TEXT, "firstCreated": _MOMENT, "versionCreated": _MOMENT, "contentCreated": _MOMENT,
    "pubStatus": {"enum": ["usable", "withheld", "canceled"]}, "language": _TEXT, "title": _TEXT, "slugline": _TEXT, "headlines": _list(_WRITTEN),
    "renditions": _list(_object({"name": _TEXT}, {"href": _URI, "contentType": _TEXT, "title": _TEXT})), "standard": _STANDARD,
    "genres": _list(_object({"name": _TEXT}, {"uri": _URI})),
}  # fmt: skip
_ITEM_OPTIONAL = {
    "descriptions": _list(_WRITTEN), "people": _list(_RELATED), "organisations": _list(_RELATED), "places": _list(_RELATED), "events": _list(_RELATED),
    "by": _TEXT, "located": _TEXT,
}  # fmt: skip
_COUNT = {"type": "integer", "minimum": 1}
_BODY = _object({"role": _TEXT, "contentType": _TEXT, "value": _TEXT}, {"charCount": _COUNT, "wordCount": _COUNT})

ITEM = Draft202012Validator(_object({**_ITEM_REQUIRED, "representationType": {"const": "full"}, "bodies": _list(_BODY)}, _ITEM_OPTIONAL))
"""One version of a story."""

_MEMBER = _object({**_ITEM_REQUIRED, "name": _TEXT, "rel": _TEXT, "representationType": {"const": "partial"}}, _ITEM_OPTIONAL)
FEED = Draft202012Validator(
    _object(
        {"uri": _URI, "type": {"const": "composite"}, "language": _TEXT, "title": _TEXT, "headlines": _list(_WRITTEN), "standard": _STANDARD, "associations": {"type": "array", "items": _MEMBER}},
        {"versionCreated": _MOMENT},
    )
)
"""The newest stories of a language."""
