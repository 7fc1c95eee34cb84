"""The bank, quizzes made of it, and people's attempts at them."""

from .attempts import GRACE, Attempt, Response
from .bank import Question, QuestionVersion, Tag
from .imports import QuestionExport, QuestionImport
from .papers import Extension, Quiz, Section, SectionQuestion
from .pictures import Picture
from .scores import Repair, ResponseScore

__all__ = [
    "GRACE",
    "Attempt",
    "Extension",
    "Picture",
    "Question",
    "QuestionExport",
    "QuestionImport",
    "QuestionVersion",
    "Quiz",
    "Repair",
    "Response",
    "ResponseScore",
    "Section",
    "SectionQuestion",
    "Tag",
]
