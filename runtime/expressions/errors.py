"""What can go wrong with an expression: when it is read, checked, or evaluated."""

from dataclasses import dataclass

from runtime.i18n import Message


class ExpressionError(Exception):
    """The source is not an expression of this language; `position` counts characters from 0."""

    def __init__(self, message: Message, position: int) -> None:
        self.message = message
        self.position = position
        super().__init__(f"{message} (at {position})")


class EvaluationError(Exception):
    """An expression met a value it cannot work with; `position` is -1 until the place is known."""

    def __init__(self, message: Message, position: int = -1) -> None:
        self.message = message
        self.position = position
        super().__init__(str(message))

    def __str__(self) -> str:
        return f"{self.message} (at {self.position})" if self.position >= 0 else str(self.message)


@dataclass(frozen=True)
class ExpressionProblem:
    """One thing a check against types found, at a place in the source."""

    message: Message
    position: int
