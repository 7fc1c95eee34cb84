"""What is taught (framework, tools, pages), to whom (programmes), and how far people have got (learning)."""

from .elsewhere import OutsideTraining, OutsideWithdrawal
from .framework import Capability, Framework
from .learning import Bookmark, Completion, HoursEntry, SelfCheck
from .pages import CatalogPage, LessonPage, ModulePage
from .programmes import Cohort, Enrollment, Programme
from .tools import Tool

__all__ = [
    "Bookmark",
    "Capability",
    "CatalogPage",
    "Cohort",
    "Completion",
    "Enrollment",
    "Framework",
    "HoursEntry",
    "LessonPage",
    "ModulePage",
    "OutsideTraining",
    "OutsideWithdrawal",
    "Programme",
    "SelfCheck",
    "Tool",
]
