from __future__ import annotations

import io
from copy import deepcopy

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from assessments.diagnostics import queries
from assessments.diagnostics.calibration import TooLittleData, calibrate, input_sha256
from assessments.diagnostics.models import AbilityEstimate, CalibrationRun, ItemParameter
from assessments.diagnostics.scoring import Item
from assessments.quizzes.desk.actions import approve, propose
from assessments.quizzes.models import QuestionVersion

from .conftest import DIMENSIONS, sit


def command(*arguments: str) -> str:
    out = io.StringIO()
    call_command("calibrate", *arguments, stdout=out)
    return out.getvalue()


def points_of(run: CalibrationRun) -> float:
    rows = AbilityEstimate.objects.filter(run=run, scale="")
    return sum(rows.values_list("points", flat=True))


@pytest.mark.parametrize("model", ["1PL", "2PL"])
def test_simulated_answers_give_their_items_back_and_everybody_an_estimate(world, model):
    people = sit(world.quiz, 400)

    said = command("--quiz", world.quiz.code, "--model", model)

    run = CalibrationRun.objects.get()
    rows = {row.version_id: row for row in run.parameters.all()}
    d = np.array([rows[pk].d for pk in people.ids])
    assert "400 people, 8000 answers, 40 items" in said
    assert (run.model, run.people, run.responses, run.converged) == (model, 400, 8000, True)
    assert np.corrcoef(d, people.d)[0, 1] > 0.95
    assert {row.dimension for row in rows.values()} == set(DIMENSIONS)
    assert all(row.n > 100 and row.se_d > 0 for row in rows.values())
    estimates = AbilityEstimate.objects.filter(run=run, scale="")
    theta = dict(estimates.values_list("learner_id", "theta"))
    found = np.array([theta[learner.pk] for learner in people.learners])
    assert np.corrcoef(found, people.theta)[0, 1] > 0.80
    assert AbilityEstimate.objects.filter(run=run).count() == 400 * 5


def test_the_run_in_force_is_the_newest_that_converged(world):
    sit(world.quiz, 320)
    first, second = calibrate(quiz=world.quiz), calibrate(quiz=world.quiz, model="1PL")
    fields = {
        field.name: getattr(second, field.name) for field in CalibrationRun._meta.fields if field.name != "id"
    }
    CalibrationRun.objects.create(**{**fields, "converged": False})

    assert queries.current_run(world.quiz.pk) == second
    assert first.input_sha256 == second.input_sha256
    assert first.code_version == second.code_version


def test_the_same_answers_give_the_same_numbers(world):
    sit(world.quiz, 320)
    runs = [calibrate(quiz=world.quiz) for _ in range(2)]

    first, second = (list(run.parameters.order_by("version").values_list("a", "d")) for run in runs)

    assert first == second


def test_a_second_sitting_does_not_shift_the_scale(world):
    sit(world.quiz, 320)
    before = calibrate(quiz=world.quiz)
    sit(world.quiz, 50, seed=9, number=2)

    after = calibrate(quiz=world.quiz)

    assert (after.people, after.input_sha256) == (320, before.input_sha256)
    assert AbilityEstimate.objects.filter(run=after, scale="").count() == 370


def test_a_calibration_goes_by_corrected_keys(world, bureau_officer, county_lead):
    people = sit(world.quiz, 320)
    version = QuestionVersion.objects.get(pk=people.ids[0])
    before = calibrate(quiz=world.quiz)
    content = deepcopy(version.content)
    for option in content["options"]:
        option["score"] = float(option["id"] == "b")
    repair = propose(version=version, content=content, reason="b 才对。", by=bureau_officer)
    approve(repair=repair, by=county_lead)

    after = calibrate(quiz=world.quiz)

    # All these people said a: a question that nobody has right tells nothing.
    assert before.parameters.filter(version=version).exists()
    assert not after.parameters.filter(version=version).exists()
    assert points_of(after) < points_of(before)


def test_too_little_data_is_refused_and_says_what_is_needed(world):
    sit(world.quiz, 40)

    with pytest.raises(TooLittleData):
        calibrate(quiz=world.quiz)
    with pytest.raises(
        CommandError, match=r"needs 300 people, and 10 items with 100 answers each.*found 40 people"
    ):
        command()
    with pytest.raises(CommandError, match="needs 200 people, and 10 items with 30 answers each"):
        command("--model", "1PL")
    assert not CalibrationRun.objects.exists()


def test_no_answers_at_all_are_too_little(world):
    with pytest.raises(CommandError, match="found 0 people, and 0 such items"):
        command()


def test_an_unknown_quiz_is_refused(world):
    with pytest.raises(CommandError, match="no such diagnosis"):
        command("--quiz", "nothing")


def test_a_run_and_its_numbers_are_never_changed(world):
    sit(world.quiz, 320)
    calibrate(quiz=world.quiz)

    for model, changes in ((CalibrationRun, {"people": 1}), (ItemParameter, {"a": 1.0})):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.update(**changes)
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.all()._raw_delete(model.objects.db)


def test_data_are_named_by_items_and_answers():
    table = np.array([[1.0, np.nan], [0.0, 1.0]])
    items = [Item(1), Item(2, "p")]

    names = {
        input_sha256(items, table),
        input_sha256(items[::-1], table),
        input_sha256(items, table[::-1]),
        input_sha256(items, np.nan_to_num(table)),
    }

    assert len(names) == 4
    assert input_sha256(items, table.copy()) in names
