"""The function table of the expression language, one file a subject."""

from collections.abc import Mapping

from runtime.expressions.functions import dates, lists, logic, numbers, texts
from runtime.expressions.functions.table import Function

FUNCTIONS: Mapping[str, Function] = {
    function.name: function for subject in (logic, numbers, lists, texts, dates) for function in subject.FUNCTIONS
}
"""Every function by its name in capitals."""
