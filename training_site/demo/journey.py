"""One teacher's way from the first lesson to a certificate, by the same actions that the web uses."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from weasyprint import HTML

from assessments.evidence import actions as evidence
from assessments.evidence.models import Submission
from assessments.evidence.queries import tasks_of
from assessments.quizzes import actions as quizzes
from assessments.quizzes.items.marking import right_answer
from assessments.quizzes.models import Attempt, Quiz
from assessments.quizzes.queries import paper_of
from courses import actions as courses
from courses.models import Capability, Completion, LessonPage, ModulePage
from organizations.files import check
from organizations.models import User

EVIDENCE = Path(__file__).parent / "evidence"
STYLE = '<style>body{font-family:"Noto Serif CJK SC",serif;line-height:1.8}h1{font-size:20pt}</style>'


def right_answers(questions: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """What somebody who has understood everything would tick."""
    return {
        question["id"]: [option["id"] for option in question["options"] if option["correct"]]
        for question in questions
    }


def study(teacher: User, module: ModulePage, lessons: int | None = None) -> int:
    """Read the module's lessons (the first few, if told), pass their checks. Returns how many are new."""
    pages = LessonPage.objects.live().child_of(module).order_by("position")
    done = set(Completion.objects.filter(learner=teacher).values_list("lesson_id", flat=True))
    new = [page for page in pages[:lessons] if page.pk not in done]
    for page in new:
        courses.open_lesson(lesson_id=page.pk, by=teacher)
        courses.answer_self_check(lesson=page, answers=right_answers(page.questions), by=teacher)
    return len(new)


def take_quiz(teacher: User, module: ModulePage) -> Attempt:
    """Take the module's quiz, unless it is passed already."""
    quiz = Quiz.objects.get(module=module)
    passed = Attempt.objects.visible_to(teacher).filter(quiz=quiz, passed=True).first()
    if passed:
        return passed
    attempt = quizzes.open_paper(attempt=quizzes.start(quiz=quiz, by=teacher), by=teacher)
    answers = {str(version.pk): right_answer(version.item) for version in paper_of(attempt)}
    return quizzes.submit(attempt=attempt, answers=answers, lease=attempt.lease, by=teacher)


def hand_in(
    teacher: User, capability: Capability, texts: Sequence[str] = ("plan", "clip", "reflection")
) -> Submission:
    """Write the evidence as PDF files and hand it in, unless that was done."""
    submission = evidence.begin(capability=capability, by=teacher)
    if not submission.is_open:
        return submission
    for task, text in zip(tasks_of(capability), texts, strict=True):
        body = (EVIDENCE / f"{text}.html").read_text(encoding="utf-8")
        pdf = io.BytesIO()
        HTML(string=STYLE + body).write_pdf(pdf)
        upload = SimpleUploadedFile(f"{task.title}.pdf", pdf.getvalue())
        evidence.attach(
            submission=submission,
            task=task,
            upload=check(upload, formats=task.formats, max_mb=task.max_mb),
            by=teacher,
        )
    return evidence.hand_in(
        submission=submission,
        reflection="五年级科学课的导入。先让学生看矛盾的照片再投票，用三张卡片的实验来裁判。下次请投“说不准”的同学先说。",
        by=teacher,
    )


def mark(assessor: User, submission: Submission) -> Submission:
    """Mark the evidence: every indicator is met but one of those for excellence. Done once."""
    submission.refresh_from_db()
    if submission.status == Submission.Status.SUBMITTED:
        indicators = [
            indicator
            for task in tasks_of(submission.capability)
            if task.graded
            for indicator in task.live_indicators
        ]
        verdicts = {indicator.pk: evidence.Verdict(met=True) for indicator in indicators}
        verdicts[indicators[-1].pk] = evidence.Verdict(
            met=False, comment="对话里看不出是学生的哪句话引出了新课。"
        )
        evidence.review(
            submission=submission,
            round_=submission.round,
            verdicts=verdicts,
            feedback="矛盾放在后面、票数留在黑板上，这两处设计得好。",
            by=assessor,
        )
        submission.refresh_from_db()
    return submission
