"""Papers as a page fills them in, and one with every kind of question."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count

from django.test import Client
from django.urls import reverse

from assessments.quizzes import actions, queries
from assessments.quizzes.items import kinds
from assessments.quizzes.items.kinds import Accepted, Answer, Gap, Item, Option, Prompt
from assessments.quizzes.loading import plant_quiz
from assessments.quizzes.models import Attempt, Quiz, Section, SectionQuestion
from assessments.quizzes.names import cover
from organizations.models import User
from tests.factories import plant_question

from .pictures import BLUE, RED

OPTIONS = (
    Option("a", "先备课", 1.0, "机密：先备课"),
    Option("b", "再上课", 0.0, "机密：再上课"),
    Option("c", "后反思", 0.0, "机密：后反思"),
)
SAYS = "机密：总评"


def with_scores(*scores: float) -> tuple[Option, ...]:
    return tuple(
        Option(option.id, option.text, score, option.feedback)
        for option, score in zip(OPTIONS, scores, strict=True)
    )


EVERY_KIND: dict[str, Item] = {
    "single": kinds.Choice("single", "单选？", OPTIONS, feedback=SAYS),
    "multiple": kinds.Choice("multiple", "多选？", with_scores(1, 1, 0), rule="even", feedback=SAYS),
    "truefalse": kinds.Choice(
        "truefalse",
        "是非？",
        (Option("true", "对", 1.0), Option("false", "错", 0.0, "机密：错")),
        feedback=SAYS,
    ),
    "judgement": kinds.Choice("judgement", "情境？", with_scores(0.73, 1, -0.41), feedback=SAYS),
    "picture": kinds.Choice(
        "picture",
        "哪张图？",
        (Option("a", "设置页", 1.0, image=RED), Option("b", "首页", image=BLUE)),
        feedback=SAYS,
    ),
    "fill": kinds.Gaps(
        "fill",
        "投屏用[[1]]。",
        (Gap("1", "text", (Accepted("希沃机密*", 1.0, "机密：对了"),)),),
        feedback=SAYS,
    ),
    "cloze": kinds.Gaps(
        "cloze",
        "课前[[1]]，课中[[2]]，一节课[[3]]分钟。",
        (
            Gap("1", "text", (Accepted("推送机密微课"), Accepted("机密半对", 0.5, "机密：一半"))),
            Gap("2", "choice", (Accepted("测一测"), Accepted("点名", 0.0, "机密：点名"))),
            Gap("3", "number", (Accepted("40.625", tolerance=0.375),)),
        ),
        feedback=SAYS,
    ),
    "numeric": kinds.Gaps(
        "numeric",
        "文件不超过[[1]]",
        (Gap("1", "number", (Accepted("73.5", tolerance=0.25),)),),
        feedback=SAYS,
        unit="MB",
    ),
    "matching": kinds.Matching(
        "matching",
        "配对：",
        (Prompt("1", "问卷星", "a"), Prompt("2", "剪映", "b")),
        (Option("a", "收集意见"), Option("b", "剪辑视频"), Option("c", "绘制图形")),
        feedback=SAYS,
    ),
    "ordering": kinds.Ordering("ordering", "排序：", OPTIONS, feedback=SAYS),
    "short": kinds.Short("short", "写几句：", guide="机密：要点", sample="机密：范文", feedback=SAYS),
    "passage": kinds.Passage(
        "passage",
        "阅读材料：某校的一节课。",
        (
            kinds.Part("1", kinds.Choice("single", "材料单选？", OPTIONS, feedback=SAYS)),
            kinds.Part("2", kinds.Ordering("ordering", "材料排序：", OPTIONS, feedback=SAYS)),
            kinds.Part("3", kinds.Short("short", "材料简答：", guide="机密：要点", sample="机密：范文")),
        ),
        feedback=SAYS,
    ),
}
"""One question of each kind. What must not be seen before its time has 机密 in it, or is a rare number."""

numbers = count(1)


def plant_paper(*items: Item, code: str = "all", **settings) -> Quiz:
    """A quiz that names these questions one by one; every kind unless told."""
    quiz = plant_quiz(module=None, code=code, title="各种题型", size=0)
    for name, value in settings.items():
        setattr(quiz, name, value)
    quiz.save()
    section = Section.objects.get(quiz=quiz)
    for position, item in enumerate(items or EVERY_KIND.values(), start=1):
        question = plant_question(f"kind-{next(numbers)}", item)
        SectionQuestion.objects.create(section=section, question=question, position=position)
    return quiz


def form_of(item: Item, name: str, answer: Answer | None) -> dict[str, str | list[str]]:
    """The fields with which a page answers a question."""
    if not answer:
        return {}
    if isinstance(item, kinds.Passage):
        parts = {part.id: part.item for part in item.parts}
        fields: dict[str, str | list[str]] = {}
        for key, value in answer.items():
            fields |= form_of(parts[key], f"{name}.{key}", value)
        return fields
    if isinstance(item, kinds.Choice):
        return {name: [cover(name, option) for option in answer]}
    if isinstance(item, kinds.Ordering):
        return {f"{name}.{cover(name, option)}": str(place) for place, option in enumerate(answer, start=1)}
    if isinstance(item, kinds.Matching):
        return {f"{name}.{prompt}": cover(name, option) for prompt, option in answer.items()}
    if isinstance(item, kinds.Gaps):
        return {f"{name}.{gap}": text for gap, text in answer.items()}
    return {name: answer}


def form_for(attempt: Attempt, answers: Mapping[str, Answer | None]) -> dict[str, str | list[str]]:
    """The whole form of a paper, with these answers (by id of the version)."""
    fields: dict[str, str | list[str]] = {}
    for version in queries.paper_of(attempt):
        fields |= form_of(version.item, str(version.pk), answers.get(str(version.pk)))
    return fields


def keep(attempt: Attempt, answers: Mapping[str, Answer | None], by: User, **told) -> Attempt:
    """Save answers as the page does that holds the lease, unless told otherwise."""
    told = {"lease": Attempt.objects.get(pk=attempt.pk).lease, "seconds": {}, **told}
    return actions.save_answers(attempt_id=attempt.pk, read=lambda paper: answers, by=by, **told)


def hand_in(attempt: Attempt, answers: Mapping[str, Answer | None], by: User) -> Attempt:
    """Hand a paper in as the page does that holds the lease."""
    lease = Attempt.objects.get(pk=attempt.pk).lease
    return actions.submit(attempt=attempt, answers=answers, lease=lease, by=by)


def fail(quiz: Quiz, by: User, answered: Callable, right: int = 1) -> Attempt:
    """An attempt with so many right answers."""
    attempt = actions.start(quiz=quiz, by=by)
    return hand_in(attempt, answered(attempt, right=right), by)


def lease_of(client: Client, attempt: Attempt) -> str:
    """Open the paper; returns what the page may send answers with."""
    return client.get(reverse("quizzes:attempt", args=[attempt.pk])).context["attempt"].lease
