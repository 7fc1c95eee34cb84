"""Items whose marks are held against their own response processing before they are taken."""

import time

import pytest

from assessments.quizzes.formats.qti import read, trials
from assessments.quizzes.items.kinds import Accepted, Gap, Passage
from assessments.quizzes.items.marking import mark

from .test_qti_items import (
    ABC,
    ENTRY,
    FEEDBACK,
    MAP,
    MATCH,
    choices,
    declared,
    document,
    item_of,
    mapping,
    problem_of,
)

R, CORRECT = "<variable identifier='RESPONSE'/>", "<correct identifier='RESPONSE'/>"
RIGHT = f"<match>{R}{CORRECT}</match>"
SCORE = "<outcomeDeclaration identifier='SCORE' cardinality='single' baseType='float'/>"
DIFFERS = ("marking_differs",)


def number(value: str) -> str:
    return f"<baseValue baseType='float'>{value}</baseValue>"


def outcome(name: str, default: str = "0") -> str:
    start = f"<outcomeDeclaration identifier='{name}' cardinality='single' baseType='float'>"
    return f"{start}<defaultValue><value>{default}</value></defaultValue></outcomeDeclaration>"


def sets(name: str, value: str) -> str:
    return f"<setOutcomeValue identifier='{name}'>{value}</setOutcomeValue>"


def adds(value: str, name: str = "SCORE") -> str:
    return sets(name, f"<sum><variable identifier='{name}'/>{number(value)}</sum>")


def when(test: str, *then: str, otherwise: str = "") -> str:
    rest = f"<responseElse>{otherwise}</responseElse>" if otherwise else ""
    return f"<responseCondition><responseIf>{test}{''.join(then)}</responseIf>{rest}</responseCondition>"


def asked(processing: str, correct: str = "B", body: str = "", outcomes: str = SCORE, **declaration) -> str:
    start = f"{declared(correct, **declaration)}{outcomes}<itemBody>{body or choices(ABC)}</itemBody>"
    return f"{start}<responseProcessing>{processing}</responseProcessing>"


def has(key: str) -> str:
    return f"<member><baseValue baseType='identifier'>{key}</baseValue>{R}</member>"


CAP = when(
    f"<gte><variable identifier='SCORE'/>{number('1')}</gte>",
    sets("SCORE", number("1")),
    otherwise=sets("SCORE", number("0")),
)
EXACTLY = f"<and><not>{has('A')}</not>{has('B')}{has('C')}</and>"


@pytest.mark.parametrize(
    ("processing", "outcomes"),
    [
        (when(EXACTLY, adds("1")) + CAP, SCORE),
        (
            when(EXACTLY, sets("RAW", number("4")))
            + "<lookupOutcomeValue identifier='SCORE'><variable identifier='RAW'/></lookupOutcomeValue>",
            outcome("RAW")
            + SCORE.replace("/>", "><interpolationTable><interpolationTableEntry sourceValue='4' "
            "targetValue='1'/></interpolationTable></outcomeDeclaration>"),
        ),
        (when(RIGHT, adds("1"), sets("PART", number("1"))), SCORE + outcome("PART")),
        (when(f"<and>{RIGHT}</and>", adds("1")), SCORE),
    ],
)  # fmt: skip
def test_what_is_declared_right_counts_where_processing_agrees_on_every_answer(processing, outcomes):
    item = item_of(asked(processing, "B;C", choices(ABC, "maxChoices='0'"), outcomes, cardinality="multiple"))

    assert [option.score for option in item.options] == [0.0, 1.0, 1.0]
    assert item.rule == "all"


def test_a_mapping_that_processing_looks_up_behind_a_question_for_an_answer_counts():
    worth = mapping({"A": "2", "B": "1"})
    guard = f"<and><not><isNull>{R}</isNull></not></and>"
    item = item_of(
        asked(when(guard, sets("SCORE", "<mapResponse identifier='RESPONSE'/>")), "", mapping=worth)
    )

    assert [option.score for option in item.options] == [1.0, 0.5, 0.0]


RANGE = f"<and><gte>{R}{number('3')}</gte><lte>{R}{number('5')}</lte></and>"


@pytest.mark.parametrize(
    ("code", "inside"),
    [
        ("qti_right_contradicted", asked(when(RIGHT, adds("1")) + sets("SCORE", number("0")))),
        (
            "qti_right_contradicted",
            asked(
                when(RIGHT, sets("P", number("1")))
                + sets("SCORE", f"<product><variable identifier='P'/>{number('0')}</product>"),
                outcomes=SCORE + outcome("P"),
            ),
        ),
        ("qti_processing_unknown", asked(when(RANGE, adds("1")), "4", ENTRY, base="float")),
        (
            "qti_processing_unknown",
            asked(when(f"<or>{RIGHT}{has('A')}</or>", adds("1"))),
        ),
        ("qti_processing_unknown", asked(when(f"<customOperator>{R}</customOperator>", adds("1")))),
    ],
)  # fmt: skip
def test_what_gives_everything_on_one_side_only_is_a_problem(code, inside):
    assert problem_of(inside).code == code


TWO = declared("x", name="R1", base="string") + declared("y", name="R2", base="string")
PLACES = """<itemBody><p><textEntryInteraction responseIdentifier="R1"/>
    <textEntryInteraction responseIdentifier="R2"/></p></itemBody>"""


def is_right(name: str) -> str:
    return f"<match><variable identifier='{name}'/><correct identifier='{name}'/></match>"


@pytest.mark.parametrize(
    "processing",
    [
        when(f"<and>{is_right('R1')}{is_right('R2')}</and>", sets("SCORE", number("1"))),
        when(is_right("R1"), adds("1", "N")) + when(is_right("R2"), adds("1", "N"))
        + when(f"<equal><variable identifier='N'/>{number('2')}</equal>", sets("SCORE", number("1"))),
    ],
)  # fmt: skip
def test_gaps_that_only_count_together_are_taken_with_a_warning(processing):
    inside = f"{TWO}{SCORE}{outcome('N')}{PLACES}<responseProcessing>{processing}</responseProcessing>"
    item = item_of(inside, warnings=DIFFERS)

    assert mark(item, {"R1": "x"}).score == 0.5


def test_parts_that_count_differently_are_taken_with_a_warning():
    body = choices(ABC) + choices(ABC).replace("RESPONSE", "R2")
    processing = when(RIGHT, adds("1")) + when(is_right("R2"), adds("3"))
    inside = (
        f"{declared('B')}{declared('A', name='R2')}{SCORE}<itemBody><p>Read.</p>{body}</itemBody>"
        f"<responseProcessing>{processing}</responseProcessing>"
    )

    assert isinstance(item_of(inside, warnings=DIFFERS), Passage)


@pytest.mark.parametrize("outcomes", [SCORE, outcome("SCORE", "1")])
def test_points_for_nothing_are_a_difference(outcomes):
    processing = when(RIGHT, adds("2"))

    item_of(asked(processing, outcomes=outcomes), warnings=() if outcomes == SCORE else DIFFERS)


def test_a_lower_bound_that_gives_points_for_wrong_answers_is_a_difference():
    worth = mapping({"B": "2"}, "lowerBound='1'")

    item_of(f"{declared('B', worth)}<itemBody>{choices(ABC)}</itemBody>{MAP}", warnings=DIFFERS)


def test_full_width_signs_that_are_the_same_to_us_make_no_difference():
    worth = mapping({"１": "1", "2": "0.5"})
    item = item_of(f"{declared('１', worth, base='string')}<itemBody>{ENTRY}</itemBody>{MAP}")

    assert item.gaps[0].answers == (Accepted("１"), Accepted("2", 0.5))


def test_a_question_without_a_score_is_read_by_its_conditions():
    """Some systems add up the scores of the parts themselves."""
    item = item_of(asked(when(RIGHT, sets("SCORE_1", number("1"))), outcomes=outcome("SCORE_1")))

    assert [option.score for option in item.options] == [0.0, 1.0, 0.0]


def test_a_condition_that_only_says_something_does_not_keep_a_question_out():
    def says(value: str) -> str:
        return sets("FEEDBACK", f"<baseValue baseType='identifier'>{value}</baseValue>")

    def told(value: str, text: str) -> str:
        start = f"<modalFeedback outcomeIdentifier='FEEDBACK' identifier='{value}' showHide='show'>"
        return f"{start}{text}</modalFeedback>"

    processing = (
        when(RIGHT, sets("SCORE", number("1")))
        + when(f"<and>{has('A')}</and>", says("a"))
        + when(f"<and><not>{has('B')}</not></and>", says("b"))
    )
    inside = asked(processing, outcomes=SCORE + FEEDBACK) + told("a", "Not red.") + told("b", "Look at B.")
    item = item_of(inside, warnings=("feedback_left_out",))

    assert [option.feedback for option in item.options] == ["Not red.", "", ""]


def test_a_gap_that_takes_anything_is_not_tried_out():
    inside = f"{declared(base='string')}<itemBody>{ENTRY}</itemBody>"
    test = f"<patternMatch pattern='.*'>{R}</patternMatch>"
    item = item_of(f"{inside}<responseProcessing>{when(test, adds('1'))}</responseProcessing>")

    assert item.gaps == (Gap("RESPONSE", "text", (Accepted("*"),), has_case=False),)


def many_gaps(count: int, said: str) -> str:
    names = [f"R{number}" for number in range(count)]
    declarations = "".join(declared("x", name=name, base="string") for name in names)
    places = " ".join(f"<textEntryInteraction responseIdentifier='{name}'/>" for name in names)
    rules = "".join(when(is_right(name), adds("1")) for name in names)
    return (
        f"{declarations}{SCORE}<itemBody><p>{places}</p></itemBody>"
        f"<responseProcessing>{rules}{said}</responseProcessing>"
    )


def test_an_item_too_large_to_try_out_is_taken_by_its_form_or_not_at_all(monkeypatch):
    monkeypatch.setattr(trials, "MOST_STEPS", 5_000)

    assert len(item_of(many_gaps(20, "")).gaps) == 20
    assert problem_of(many_gaps(20, CAP)).code == "qti_processing_unknown"


def test_a_large_item_costs_no_more_than_what_is_allowed():
    """Twice as many gaps would be eight times the work."""
    read(document(many_gaps(2, "")), "q.xml")
    spent = []
    for count in (100, 200):
        start = time.process_time()
        assert read(document(many_gaps(count, "")), "q.xml").problems == []
        spent.append(time.process_time() - start)

    assert spent[1] < 4 * spent[0]


@pytest.mark.parametrize(("letters", "codes"), [(400, ["qti_right_contradicted"]), (400_000, [])])
def test_letters_take_time_as_elements_do(letters, codes, monkeypatch):
    monkeypatch.setattr(trials, "MOST_STEPS", 1_000)
    inside = asked(when(RIGHT, adds("1")) + sets("SCORE", number("0")))
    reading = read(document(inside.replace("<itemBody>", f"<itemBody class='{'x' * letters}'>")), "q.xml")

    assert [problem.code for problem in reading.problems] == codes


def test_an_item_that_has_one_name_for_two_things_is_read_or_refused():
    stray = "<textEntryInteraction responseIdentifier='RESPONSE'/>"
    body = choices({"A": f"red {stray}", "B": "green"})

    item = item_of(f"{declared('A')}<itemBody>{body}</itemBody>{MATCH}")

    assert [option.score for option in item.options] == [1.0, 0.0]
