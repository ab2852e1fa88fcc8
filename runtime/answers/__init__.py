"""The one decision about answers: which questions are asked, what the answers come to, what is wrong with them."""

from runtime.answers.form import Form, compile_form
from runtime.answers.links import Link, links_of, person_fields
from runtime.answers.schemas import FormError
from runtime.answers.validate import PROTECTED, Reading, live_values, read, recalculated, values_of
from runtime.answers.visibility import Field, Unfolded

__all__ = [
    "PROTECTED",
    "Field",
    "Form",
    "FormError",
    "Link",
    "Reading",
    "Unfolded",
    "compile_form",
    "links_of",
    "live_values",
    "person_fields",
    "read",
    "recalculated",
    "values_of",
]
