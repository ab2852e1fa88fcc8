"""The expression language of conditions, formulas, defaults and texts."""

from runtime.expressions.drawing import draw, write
from runtime.expressions.errors import EvaluationError, ExpressionError, ExpressionProblem
from runtime.expressions.expression import Expression, compile_expression
from runtime.expressions.functions import FUNCTIONS
from runtime.expressions.functions.table import Function
from runtime.expressions.kinds import ANY, BOOLEAN, DATE, DATETIME, DURATION, NUMBER, TEXT, Scope, Type
from runtime.expressions.renaming import rename_steps, rename_steps_in_text
from runtime.expressions.schema import COMMON_NAMES, ME, PERSON, json_of, record_scope, type_of, value_of
from runtime.expressions.templates import Text, compile_text
from runtime.expressions.values import KINDS, Linked

__all__ = [
    "ANY",
    "BOOLEAN",
    "COMMON_NAMES",
    "DATE",
    "DATETIME",
    "DURATION",
    "FUNCTIONS",
    "KINDS",
    "ME",
    "NUMBER",
    "PERSON",
    "TEXT",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "ExpressionProblem",
    "Function",
    "Linked",
    "Scope",
    "Text",
    "Type",
    "compile_expression",
    "compile_text",
    "draw",
    "json_of",
    "record_scope",
    "rename_steps",
    "rename_steps_in_text",
    "type_of",
    "value_of",
    "write",
]
