"""Why a step most likely failed, and what helps, by what it said."""

from collections.abc import Mapping

from runtime.i18n import Message, message

CAUSES: Mapping[str, Message] = {
    "Nobody was found who should be told.": message(
        "Nobody holds the role or stands in the field that this step tells. Give the role to somebody, or name "
        "somebody else for that case."
    ),
    "%(field)s: %(problem)s": message(
        "The form does not take what this step writes. Correct the record or the values of the step."
    ),
    "There is no such record.": message("The record was deleted, or it belongs to a form that the flow may not see."),
    "It could not be reached: %(error)s": message("The other system did not answer. It often helps to retry later."),
    "Somebody else changed this record in the meantime.": message("Two changes met. A retry usually goes through."),
    "The worker was lost during this call; it may have been carried out or not.": message(
        "Look into the other system first: a retry makes the call once more."
    ),
}
"""By the text of the error as it is written in English."""


def likely_cause(error: Message | None) -> Message | None:
    """What helps, where the error is one that is known."""
    return CAUSES.get(error.id) if error else None
