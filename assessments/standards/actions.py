"""Setting a pass mark: a panel judges, one person leads it, another adopts what it found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from assessments.diagnostics.queries import current_run
from assessments.quizzes.models import Quiz
from organizations.models import User

from . import queries
from .models import ROUNDS, Panel, Panelist, Rating

STEP = 5
"""Percent: judges cannot tell chances apart more finely."""


class AlreadyOpen(Exception):
    """A panel for this quiz is at work."""


class NothingToJudge(Exception):
    """The quiz has no question in use, or none that is calibrated where a booklet is wanted."""


class NotEligible(Exception):
    """Only who marks evidence below the leader's organization is invited. Holds those who do not."""


class PanelClosed(Exception):
    """The panel is over, or in another round than the page was."""


class AlreadyHandedIn(Exception):
    """What was handed in in this round stays as it is."""


class Incomplete(Exception):
    """A judge who skips a question would seem strict or lenient. Holds how many are missing."""


class TooFewJudges(Exception):
    """A cut needs two judges who have handed in."""


class OwnPanel(Exception):
    """A cut is adopted by somebody other than who opened the panel or judged in it."""


class AlreadyAdopted(Exception):
    """The cut is in force already."""


@transaction.atomic
def open_panel(*, quiz: Quiz, method: str, by: User) -> Panel:
    """Begin to set the pass mark of a quiz, for the questions that are in use now.

    Raises AlreadyOpen, NothingToJudge.
    """
    quiz = Quiz.objects.select_for_update(no_key=True).get(pk=quiz.pk)
    if Panel.objects.filter(quiz=quiz, closed_at=None).exists():
        raise AlreadyOpen
    run = current_run(quiz.pk) if method == Panel.Method.BOOKMARK else None
    versions = queries.questions_of(quiz)
    if method == Panel.Method.BOOKMARK:
        asked = set(versions)
        versions = [version for version in queries.booklet(run) if version in asked] if run else []
    if not versions:
        raise NothingToJudge
    panel = Panel.objects.create(quiz=quiz, method=method, run=run, versions=versions, opened_by=by)
    log(instance=panel, action="standards.open", user=by, data={"questions": len(versions)})
    return panel


@transaction.atomic
def invite(*, panel: Panel, people: Collection[User], by: User) -> int:
    """Ask people to judge. Returns how many are new. Raises PanelClosed, NotEligible."""
    panel = _open(panel)
    if refused := [person for person in people if not queries.may_be_invited(person, by=by)]:
        raise NotEligible(*refused)
    there = set(panel.panelists.values_list("person", flat=True))
    added = [person for person in people if person.pk not in there]
    Panelist.objects.bulk_create(Panelist(panel=panel, person=person) for person in added)
    return len(added)


@transaction.atomic
def keep_draft(*, panelist: Panelist, chances: Mapping[int, int], round_number: int) -> None:
    """Keep judgements that are not handed in yet. Raises PanelClosed, AlreadyHandedIn."""
    _judging(panelist, round_number)
    panelist.draft = {str(version): chance for version, chance in chances.items()}
    panelist.save(update_fields=["draft"])


@transaction.atomic
def hand_in(*, panelist: Panelist, chances: Mapping[int, int | None], round_number: int) -> None:
    """Give one's judgement of a round, for good: by version a chance in percent, or None for a bookmark.

    Raises PanelClosed, AlreadyHandedIn, Incomplete.
    """
    panel = _judging(panelist, round_number)
    wanted = len(panel.versions) if panel.method == Panel.Method.ANGOFF else 1
    known = {version: chance for version, chance in chances.items() if version in panel.versions}
    if len(known) != wanted:
        raise Incomplete(wanted - len(known))
    Rating.objects.bulk_create(
        Rating(panelist=panelist, round=round_number, version_id=version, chance=chance)
        for version, chance in known.items()
    )


@transaction.atomic
def close_round(*, panel: Panel, round_number: int, by: User) -> Panel:
    """End a round; after the last one the cut is known. Raises PanelClosed, TooFewJudges."""
    panel = _open(panel)
    if panel.round != round_number:
        raise PanelClosed
    found = queries.judged(panel, panel.round)
    cut = queries.cut(panel, found)
    if cut is None:
        raise TooFewJudges
    told = {"round": panel.round, "judges": len(found.people), "share": cut.share, "se": cut.se}
    if panel.round < ROUNDS:
        panel.round += 1
    else:
        panel.closed_at, panel.share, panel.se = timezone.now(), cut.share, cut.se
    panel.save(update_fields=["round", "closed_at", "share", "se"])
    log(instance=panel, action="standards.close_round", user=by, data=told)
    return panel


@transaction.atomic
def adopt(*, panel: Panel, by: User) -> Panel:
    """Make the cut the quiz's pass mark, for attempts that begin from now on: others keep theirs.

    Raises PanelClosed while there is no cut, AlreadyAdopted, OwnPanel.
    """
    panel = _locked(panel)
    if panel.share is None:
        raise PanelClosed
    if panel.adopted_at is not None:
        raise AlreadyAdopted
    if panel.opened_by_id == by.pk or panel.panelists.filter(person=by).exists():
        raise OwnPanel
    quiz = Quiz.objects.select_for_update(no_key=True).get(pk=panel.quiz_id)
    before, quiz.pass_share = quiz.pass_share, pass_mark(panel.share)
    quiz.save(update_fields=["pass_share"])
    panel.adopted_by, panel.adopted_at = by, timezone.now()
    panel.save(update_fields=["adopted_by", "adopted_at"])
    told = {"before": str(before), "after": str(quiz.pass_share)}
    log(instance=panel, action="standards.adopt", user=by, data=told)
    return panel


def pass_mark(share: float) -> Decimal:
    """A cut as quizzes keep it: in hundredths, and never so low that an empty paper passes."""
    return max(Decimal("0.01"), round(Decimal(str(share)), 2))


def _locked(panel: Panel) -> Panel:
    return Panel.objects.select_for_update(no_key=True).get(pk=panel.pk)


def _open(panel: Panel) -> Panel:
    panel = _locked(panel)
    if not panel.is_open:
        raise PanelClosed
    return panel


def _judging(panelist: Panelist, round_number: int) -> Panel:
    """The panel, kept still, if its round is on and this person has yet to hand in."""
    panel = _open(Panel(pk=panelist.panel_id))
    if panel.round != round_number:
        raise PanelClosed
    if panelist.ratings.filter(round=round_number).exists():
        raise AlreadyHandedIn
    return panel
