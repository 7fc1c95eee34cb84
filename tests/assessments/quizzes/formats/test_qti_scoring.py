"""What a file's own response processing gives for answers."""

import pytest
from defusedxml.ElementTree import fromstring

from assessments.quizzes.formats.qti import scoring
from assessments.quizzes.formats.qti.declarations import declarations_of
from assessments.quizzes.formats.qti.scoring import Steps, Unknown, score_of

ONE = "<responseDeclaration identifier='R' cardinality='single' baseType='string'><correctResponse>\
<value>red</value></correctResponse></responseDeclaration>"
SOME = "<responseDeclaration identifier='S' cardinality='multiple' baseType='identifier'><correctResponse>\
<value>B</value><value>A</value></correctResponse><mapping lowerBound='-1' upperBound='3' defaultValue='-2'>\
<mapEntry mapKey='A' mappedValue='2'/><mapEntry mapKey='B' mappedValue='2'/></mapping></responseDeclaration>"
NUMBER = "<responseDeclaration identifier='N' cardinality='single' baseType='float'/>"
ORDER = "<responseDeclaration identifier='O' cardinality='ordered' baseType='identifier'/>"
PAIRS = "<responseDeclaration identifier='P' cardinality='multiple' baseType='pair'><correctResponse>\
<value>b a</value></correctResponse></responseDeclaration>"
TABLE = "<outcomeDeclaration identifier='SCORE' cardinality='single' baseType='float'>{}</outcomeDeclaration>"

R, S, N, O, P = (f"<variable identifier='{name}'/>" for name in "RSNOP")  # noqa: E741 -- the letters declared
GIVEN = {"R": "Red", "S": ("A", "C"), "N": 9.0, "O": ("x", "y"), "P": ("a b",)}


def score(processing: str, given: dict, table: str = "", more: str = "") -> float:
    item = fromstring(
        f"<assessmentItem>{ONE}{SOME}{NUMBER}{ORDER}{PAIRS}{TABLE.format(table)}{more}"
        f"<responseProcessing>{processing}</responseProcessing></assessmentItem>"
    )
    return score_of(item, declarations_of(item), given, Steps())


def base(kind: str, text: str) -> str:
    return f"<baseValue baseType='{kind}'>{text}</baseValue>"


def given_if(test: str) -> str:
    one = f"<setOutcomeValue identifier='SCORE'>{base('float', '1')}</setOutcomeValue>"
    return f"<responseCondition><responseIf>{test}{one}</responseIf></responseCondition>"


WORD, TEN = base("string", "red"), base("float", "10")
TRUE, NULL = "<isNull><null/></isNull>", f"<gt><null/>{TEN}</gt>"


@pytest.mark.parametrize(
    ("test", "is_met"),
    [
        (f"<match>{R}<correct identifier='R'/></match>", False),
        (f"<stringMatch caseSensitive='false'>{R}{WORD}</stringMatch>", True),
        (f"<stringMatch caseSensitive='true'>{R}{WORD}</stringMatch>", False),
        (f"<stringMatch caseSensitive='true' substring='true'>{R}{base('string', 'ed')}</stringMatch>", True),
        (f"<substring caseSensitive='true'>{base('string', 'ed')}{R}</substring>", True),
        (f"<patternMatch pattern='[Rr].*'>{R}</patternMatch>", True),
        (f"<member>{base('identifier', 'A')}{S}</member>", True),
        (f"<member>{base('identifier', 'B')}{S}</member>", False),
        (f"<not><member>{base('identifier', 'B')}{S}</member></not>", True),
        (f"<contains>{S}<multiple>{base('identifier', 'C')}</multiple></contains>", True),
        (f"<match>{S}<multiple>{base('identifier', 'C')}{base('identifier', 'A')}</multiple></match>", True),
        (f"<match>{O}<ordered>{base('identifier', 'y')}{base('identifier', 'x')}</ordered></match>", False),
        (f"<match><index n='2'>{O}</index>{base('identifier', 'y')}</match>", True),
        (f"<match><index n='3'>{O}</index>{base('identifier', 'y')}</match>", False),
        (f"<match>{P}<correct identifier='P'/></match>", True),
        (f"<equal>{N}{TEN}</equal>", False),
        (f"<equal toleranceMode='absolute' tolerance='1'>{TEN}{N}</equal>", True),
        (f"<equal toleranceMode='absolute' tolerance='1' includeLowerBound='false'>{TEN}{N}</equal>", False),
        (f"<equal toleranceMode='relative' tolerance='20 5'>{TEN}{N}</equal>", True),
        (f"<and><gte>{N}{base('float', '9')}</gte><lt>{N}{TEN}</lt></and>", True),
        (f"<or><gt>{N}{TEN}</gt><lte>{N}{base('float', '8')}</lte></or>", False),
        (f"<isNull>{R}</isNull>", False),
        (TRUE, True),
        (TEN, False),
        (f"<equal toleranceMode='absolute' tolerance='1'>{N}{TEN}</equal>", True),
        (f"<equal toleranceMode='absolute' tolerance='1' includeUpperBound='false'>{N}{TEN}</equal>", False),
        (f"<not><and>{NULL}<not>{TRUE}</not></and></not>", True),
        (f"<isNull><and>{NULL}{TRUE}</and></isNull>", True),
        (f"<or>{NULL}{TRUE}</or>", True),
        (f"<isNull><or>{NULL}<not>{TRUE}</not></or></isNull>", True),
        (f"<isNull><sum><null/>{TEN}</sum></isNull>", True),
        ("<isNull><patternMatch pattern='a'><null/></patternMatch></isNull>", True),
    ],
)  # fmt: skip
def test_conditions(test, is_met):
    assert score(given_if(test), GIVEN) == float(is_met)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (f"<sum>{N}{TEN}</sum>", 19),
        (f"<product>{N}{TEN}</product>", 90),
        (f"<subtract>{N}{TEN}</subtract>", -1),
        (f"<divide>{N}{TEN}</divide>", 0.9),
        (f"<min>{N}{TEN}</min>", 9),
        (f"<max>{N}{TEN}</max>", 10),
        (f"<round><divide>{N}{TEN}</divide></round>", 1),
        (f"<round>{base('float', '0.5')}</round>", 1),
        (f"<truncate><divide>{N}{TEN}</divide></truncate>", 0),
        ("<mapResponse identifier='S'/>", 0),
    ],
)
def test_arithmetic(value, wanted):
    assert score(f"<setOutcomeValue identifier='SCORE'>{value}</setOutcomeValue>", GIVEN) == wanted


@pytest.mark.parametrize(
    ("chosen", "worth"), [(("A",), 2), (("A", "A"), 2), (("A", "B"), 3), (("C",), -1), (None, 0)]
)
def test_mapped_values_add_up_between_the_bounds(chosen, worth):
    mapped = "<setOutcomeValue identifier='SCORE'><mapResponse identifier='S'/></setOutcomeValue>"

    assert score(mapped, {"S": chosen}) == worth


@pytest.mark.parametrize(("written", "worth"), [("Red", 1), ("red", 0), ("Blue", 2)])
def test_the_case_of_what_is_mapped_matters_unless_it_is_said_that_it_does_not(written, worth):
    entries = (
        "<mapEntry mapKey='Red' mappedValue='1'/>"
        "<mapEntry mapKey='blue' mappedValue='2' caseSensitive='false'/>"
    )
    start = "<responseDeclaration identifier='M' baseType='string'>"
    more = f"{start}<mapping>{entries}</mapping></responseDeclaration>"
    mapped = "<setOutcomeValue identifier='SCORE'><mapResponse identifier='M'/></setOutcomeValue>"

    assert score(mapped, {"M": written}, more=more) == worth


def test_a_missing_answer_meets_no_condition_but_that_it_is_missing():
    word = f"<stringMatch caseSensitive='true'>{R}{WORD}</stringMatch>"

    assert score(given_if(word), {}) == 0
    assert score(given_if(f"<not>{word}</not>"), {}) == 0
    assert score(given_if(f"<isNull>{R}</isNull>"), {}) == 1


def test_the_first_branch_that_fits_is_taken_and_processing_may_end_early():
    def gives(value: str) -> str:
        return f"<setOutcomeValue identifier='SCORE'>{base('float', value)}</setOutcomeValue>"

    branches = (
        f"<responseIf><isNull>{R}</isNull>{gives('1')}</responseIf>"
        f"<responseElseIf><isNull>{P}</isNull>{gives('2')}</responseElseIf>"
        f"<responseElse>{gives('3')}<exitResponse/></responseElse>"
    )
    processing = f"<responseCondition>{branches}</responseCondition>{gives('4')}"

    assert [score(processing, given) for given in ({}, {"R": "red"}, GIVEN)] == [4, 4, 3]


LOOKUP = f"<lookupOutcomeValue identifier='SCORE'>{N}</lookupOutcomeValue>"


@pytest.mark.parametrize(
    ("table", "wanted"),
    [
        ("<interpolationTable><interpolationTableEntry sourceValue='9' targetValue='2'/>"
         "<interpolationTableEntry sourceValue='5' targetValue='1'/></interpolationTable>", [2, 1, 0]),
        ("<interpolationTable defaultValue='-1'><interpolationTableEntry sourceValue='9' targetValue='2' "
         "includeBoundary='false'/></interpolationTable>", [-1, -1, -1]),
        ("<matchTable defaultValue='3'><matchTableEntry sourceValue='8' targetValue='4'/></matchTable>",
         [3, 4, 3]),
    ],
)  # fmt: skip
def test_tables(table, wanted):
    assert [score(LOOKUP, {"N": value}, table) for value in (9.0, 8.0, 1.0)] == wanted


BEYOND = f"<product>{base('float', '1e300')}{base('float', '1e300')}</product>"


@pytest.mark.parametrize(
    "processing",
    [
        "",
        LOOKUP,
        "<setOutcomeValue identifier='OTHER'><baseValue baseType='float'>1</baseValue></setOutcomeValue>",
        given_if(f"<customOperator>{R}</customOperator>"),
        given_if(f"<patternMatch pattern='(a+)+'>{R}</patternMatch>"),
        given_if(f"<equal toleranceMode='absolute' tolerance='T'>{N}{TEN}</equal>"),
        given_if(f"<gt>{R}{TEN}</gt>"),
        f"<setOutcomeValue identifier='SCORE'><divide>{N}{base('float', '0')}</divide></setOutcomeValue>",
        f"<setOutcomeValue identifier='SCORE'>{WORD}</setOutcomeValue>",
        f"<setOutcomeValue identifier='SCORE'><round>{BEYOND}</round></setOutcomeValue>",
        f"<setOutcomeValue identifier='SCORE'><truncate>{BEYOND}</truncate></setOutcomeValue>",
        f"<setOutcomeValue identifier='SCORE'>{BEYOND}</setOutcomeValue>",
        "<setOutcomeValue identifier='SCORE'><variable identifier='SCORE' weightIdentifier='W'/>"
        "</setOutcomeValue>",
        given_if(f"<contains>{O}<ordered>{base('identifier', 'y')}</ordered></contains>"),
    ],
)
def test_what_is_not_understood_is_not_guessed(processing):
    with pytest.raises(Unknown):
        score(processing, GIVEN)


@pytest.mark.parametrize("default", ["true", "1", "false"])
def test_an_outcome_that_is_yes_or_no_begins_with_its_default(default):
    flag = "<variable identifier='F'/>"
    begins = f"<defaultValue><value>{default}</value></defaultValue>"
    outcome = f"<outcomeDeclaration identifier='F' baseType='boolean'>{begins}</outcomeDeclaration>"

    assert score(given_if(flag), {}, more=outcome) == float(default != "false")
    assert score(given_if(f"<match>{flag}{base('boolean', default)}</match>"), {}, more=outcome) == 1


TWICE = "<multiple><variable identifier='X'/><variable identifier='X'/></multiple>"
SEARCHED = "<interpolationTableEntry sourceValue='99' targetValue='1'/>" * 2_000


@pytest.mark.parametrize(
    ("processing", "table"),
    [
        (
            f"<setOutcomeValue identifier='X'><multiple>{WORD}</multiple></setOutcomeValue>"
            + f"<setOutcomeValue identifier='X'>{TWICE}</setOutcomeValue>" * 50,
            "",
        ),
        (LOOKUP * 2_000, f"<interpolationTable>{SEARCHED}</interpolationTable>"),
        ("<setOutcomeValue identifier='X'><mapResponse identifier='S'/></setOutcomeValue>" * 200, ""),
        ("<setOutcomeValue identifier='X'><correct identifier='S'/></setOutcomeValue>" * 1_000, ""),
        ("<setOutcomeValue identifier='X'><sum><null/></sum></setOutcomeValue>" * 1_000, ""),
    ],
    ids=["doubled", "tables", "maps", "right ones", "operators"],
)
def test_what_would_never_end_is_left_alone(processing, table, monkeypatch):
    monkeypatch.setattr(scoring, "MOST_STEPS", scoring.MOST_STEPS if "multiple" in processing else 900)
    one = f"<setOutcomeValue identifier='SCORE'>{base('float', '1')}</setOutcomeValue>"

    with pytest.raises(Unknown):
        score(one + processing, GIVEN, table)


@pytest.mark.parametrize(
    ("template", "wanted"),
    [("match_correct", [1, 0]), ("map_response.xml", [3, 2]), ("CC2_match_basic", [1, 0])],
)
def test_templates_of_any_version(template, wanted):
    item = fromstring(
        f"<assessmentItem>{SOME}<responseProcessing template='https://example.org/{template}'/></assessmentItem>"
    )
    declared = declarations_of(item)

    assert [score_of(item, declared, {"S": chosen}, Steps()) for chosen in (("A", "B"), ("A",))] == wanted
