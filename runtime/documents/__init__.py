"""Documents: their kinds and schemas, their check before they are saved, and what stands in them."""

from runtime.documents.app import check_app
from runtime.documents.bounds import MAX_APP_BYTES, MAX_BYTES
from runtime.documents.check import check
from runtime.documents.comparing import compare, refusals, retired_fields
from runtime.documents.differences import Difference
from runtime.documents.fields import SYSTEM_FIELDS, fields_of, label_field
from runtime.documents.hashing import content_hash
from runtime.documents.kinds import KINDS, schema_of
from runtime.documents.reading import parse

__all__ = [
    "KINDS",
    "MAX_APP_BYTES",
    "MAX_BYTES",
    "SYSTEM_FIELDS",
    "Difference",
    "check",
    "check_app",
    "compare",
    "content_hash",
    "fields_of",
    "label_field",
    "parse",
    "refusals",
    "retired_fields",
    "schema_of",
]
