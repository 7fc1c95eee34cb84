"""The bank, quizzes made of it, and people's attempts at them."""

from .attempts import GRACE, Attempt, Response
from .bank import Question, QuestionVersion, Tag
from .imports import QuestionImport
from .papers import Extension, Quiz, Section, SectionQuestion

__all__ = [
    "GRACE",
    "Attempt",
    "Extension",
    "Question",
    "QuestionImport",
    "QuestionVersion",
    "Quiz",
    "Response",
    "Section",
    "SectionQuestion",
    "Tag",
]
