"""Items as other systems write them, by interaction."""

import pytest

from assessments.quizzes.formats.entries import WARN, Problem
from assessments.quizzes.formats.qti import read
from assessments.quizzes.items.kinds import (
    Accepted,
    Choice,
    Gap,
    Gaps,
    Matching,
    Option,
    Ordering,
    Part,
    Passage,
    Prompt,
    Short,
)
from assessments.quizzes.items.marking import mark

V21 = "http://www.imsglobal.org/xsd/imsqti_v2p1"
V22 = "http://www.imsglobal.org/xsd/imsqti_v2p2"
V30 = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
MATCH = (
    '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
)
MAP = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p2/rptemplates/map_response"/>'


def document(inside: str, namespace: str = V22, *, tag: str = "assessmentItem") -> bytes:
    return f"<{tag} xmlns='{namespace}' identifier='q' title='Q'>{inside}</{tag}>".encode()


def declared(
    correct: str = "", mapping: str = "", *, cardinality="single", base="identifier", name="RESPONSE"
) -> str:
    values = "".join(f"<value>{value}</value>" for value in correct.split(";") if value)
    right = f"<correctResponse>{values}</correctResponse>" if values else ""
    start = f"<responseDeclaration identifier='{name}' cardinality='{cardinality}' baseType='{base}'>"
    return f"{start}{right}{mapping}</responseDeclaration>"


def mapping(worth: dict[str, str], bounds: str = "") -> str:
    entries = "".join(f"<mapEntry mapKey='{key}' mappedValue='{value}'/>" for key, value in worth.items())
    return f"<mapping {bounds}>{entries}</mapping>"


def choices(texts: dict[str, str], attributes: str = "maxChoices='1'", tag: str = "simpleChoice") -> str:
    inside = "".join(f"<{tag} identifier='{key}'>{text}</{tag}>" for key, text in texts.items())
    start = f"<choiceInteraction responseIdentifier='RESPONSE' {attributes}>"
    return f"{start}<prompt>Which?</prompt>{inside}</choiceInteraction>"


def item_of(
    inside: str, namespace: str = V22, *, tag: str = "assessmentItem", warnings: tuple[str, ...] = ()
):
    reading = read(document(inside, namespace, tag=tag), "q.xml")
    assert reading.problems == [Problem(code, "q.xml", "Q", severity=WARN) for code in warnings]
    [entry] = reading.entries
    assert (entry.name, entry.where, entry.key) == ("Q", "q.xml", "q")
    return entry.item


def problem_of(inside: str) -> Problem:
    reading = read(document(inside), "q.xml")
    assert reading.entries == []
    [problem] = reading.problems
    assert (problem.name, problem.where) == ("Q", "q.xml")
    return problem


ABC = {"A": "red", "B": "green", "C": "blue"}


@pytest.mark.parametrize("namespace", [V21, V22])
def test_a_choice_with_one_right_option(namespace):
    inside = f"{declared('B')}<itemBody><p>Look.</p>{choices(ABC)}</itemBody>{MATCH}"
    assert item_of(inside, namespace) == Choice(
        "single",
        "Look.\nWhich?",
        (Option("A", "red"), Option("B", "green", 1.0), Option("C", "blue")),
        shuffle=False,
    )


def test_a_choice_of_version_3():
    inside = """
        <qti-response-declaration identifier="RESPONSE" cardinality="multiple" base-type="identifier">
            <qti-correct-response><qti-value>A</qti-value><qti-value>B</qti-value></qti-correct-response>
        </qti-response-declaration>
        <qti-item-body>
            <qti-choice-interaction response-identifier="RESPONSE" shuffle="true" max-choices="2">
                <qti-prompt>Which <em>two</em>?</qti-prompt>
                <qti-simple-choice identifier="A">x<sup>2</sup></qti-simple-choice>
                <qti-simple-choice identifier="B">H<sub>2</sub>O</qti-simple-choice>
                <qti-simple-choice identifier="C">y<sup>abc</sup></qti-simple-choice>
            </qti-choice-interaction>
        </qti-item-body>
        <qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>
    """
    options = (Option("A", "x²", 1.0), Option("B", "H₂O", 1.0), Option("C", "y^(abc)"))
    assert item_of(inside, V30, tag="qti-assessment-item") == Choice("multiple", "Which two?", options)


def test_a_mapping_gives_each_option_its_share_of_the_most_that_can_be_earned():
    worth = mapping({"A": "1", "B": "3", "C": "-1"}, "lowerBound='0' defaultValue='-2'")
    body = choices({**ABC, "D": "grey"}, "maxChoices='0'")
    item = item_of(f"{declared('A;B', worth, cardinality='multiple')}<itemBody>{body}</itemBody>{MAP}")
    assert item.rule == "options"
    assert [option.score for option in item.options] == [0.25, 0.75, -0.25, -0.5]


def test_an_upper_bound_is_all_that_can_be_earned():
    worth = mapping({"A": "1", "B": "1", "C": "1"}, "upperBound='2'")
    body = choices({**ABC, "D": "grey"}, "maxChoices='0'")
    item = item_of(f"{declared('', worth, cardinality='multiple')}<itemBody>{body}</itemBody>{MAP}")
    assert [option.score for option in item.options] == [0.5, 0.5, 0.5, 0.0]
    assert mark(item, ["A", "B"]).score == 1


def test_a_mapping_of_one_choice_with_several_that_earn_is_a_judgement():
    worth = mapping({"A": "4", "B": "1", "C": "-8"})
    item = item_of(f"{declared('A', worth)}<itemBody>{choices(ABC)}</itemBody>{MAP}")
    assert item.kind == "judgement"
    assert [option.score for option in item.options] == [1.0, 0.25, -1.0]


@pytest.mark.parametrize(("fixed", "shuffle"), [("", True), ("fixed='true'", False), ("fixed='false'", True)])
def test_choices_are_shuffled_unless_one_of_them_keeps_its_place(fixed, shuffle):
    last = f"<simpleChoice identifier='N' {fixed}>none</simpleChoice></choiceInteraction>"
    body = choices(ABC, "maxChoices='1' shuffle='true'").replace("</choiceInteraction>", last)

    assert item_of(f"{declared('B')}<itemBody>{body}</itemBody>{MATCH}").shuffle is shuffle


@pytest.mark.parametrize("words", [("True", "False"), ("正确", "错误"), ("Incorrect", "Correct")])
def test_two_options_that_say_true_and_false_are_true_or_false(words):
    body = choices(dict(zip("AB", words, strict=True)))
    assert item_of(f"{declared('A')}<itemBody>{body}</itemBody>{MATCH}").kind == "truefalse"


def shown(value: str) -> str:
    inside = f"<baseValue baseType='identifier'>{value}</baseValue>"
    return f"<setOutcomeValue identifier='FEEDBACK'>{inside}</setOutcomeValue>"


def modal(value: str, text: str, when: str = "show") -> str:
    start = f"<modalFeedback outcomeIdentifier='FEEDBACK' identifier='{value}' showHide='{when}'>"
    return f"{start}{text}</modalFeedback>"


FEEDBACK = "<outcomeDeclaration identifier='FEEDBACK' cardinality='single' baseType='identifier'/>"


def test_feedback_by_option_follows_the_answer():
    said = "<feedbackInline outcomeIdentifier='FEEDBACK' identifier='{}' showHide='show'>{}</feedbackInline>"
    body = choices({"A": f"red {said.format('A', 'Warm.')}", "B": f"green {said.format('B', 'Right.')}"})
    processing = """<responseProcessing>
        <setOutcomeValue identifier="FEEDBACK"><variable identifier="RESPONSE"/></setOutcomeValue>
        <responseCondition><responseIf>
            <match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>
            <setOutcomeValue identifier="SCORE"><baseValue baseType="float">10</baseValue></setOutcomeValue>
        </responseIf></responseCondition>
    </responseProcessing>"""
    item = item_of(f"{declared('B')}{FEEDBACK}<itemBody>{body}</itemBody>{processing}")
    assert item.options == (Option("A", "red", 0.0, "Warm."), Option("B", "green", 1.0, "Right."))


def test_feedback_to_right_and_wrong_answers_goes_to_right_and_wrong_options():
    processing = f"""<responseProcessing><responseCondition>
        <responseIf>
            <match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>
            <setOutcomeValue identifier="SCORE"><variable identifier="MAXSCORE"/></setOutcomeValue>
            {shown("yes")}
        </responseIf>
        <responseElse>{shown("no")}</responseElse>
    </responseCondition></responseProcessing>
    {modal("yes", "Well done.")}{modal("no", "Look again.")}{modal("all", "See page 3.", "hide")}"""
    most = """<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float">
        <defaultValue><value>5</value></defaultValue></outcomeDeclaration>"""
    item = item_of(f"{declared('B')}{FEEDBACK}{most}<itemBody>{choices(ABC)}</itemBody>{processing}")
    assert [option.feedback for option in item.options] == ["Look again.", "Well done.", "Look again."]
    assert item.feedback == "See page 3."


def test_feedback_that_a_later_rule_changes_is_not_for_everybody():
    processing = f"""<responseProcessing>
        {shown("no")}
        <responseCondition><responseIf>
            <match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>
            <setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue>
            {shown("yes")}
        </responseIf></responseCondition>
    </responseProcessing>
    {modal("no", "Wrong.")}"""
    inside = f"{declared('B')}{FEEDBACK}<itemBody>{choices(ABC)}</itemBody>{processing}"
    assert item_of(inside, warnings=("feedback_left_out",)).feedback == ""


def test_an_order():
    body = "<orderInteraction responseIdentifier='RESPONSE'><prompt>Sort.</prompt>{}</orderInteraction>"
    listed = "".join(f"<simpleChoice identifier='{key}'>{text}</simpleChoice>" for key, text in ABC.items())
    inside = f"{declared('C;A;B', cardinality='ordered')}<itemBody>{body.format(listed)}</itemBody>{MATCH}"
    options = (Option("C", "blue"), Option("A", "red"), Option("B", "green"))
    assert item_of(inside, warnings=("marking_differs",)) == Ordering("ordering", "Sort.", options)


def associable(texts: dict[str, str]) -> str:
    start = "<simpleAssociableChoice identifier='{}' matchMax='1'>{}</simpleAssociableChoice>"
    return "".join(start.format(key, text) for key, text in texts.items())


def matching(left: dict[str, str], right: dict[str, str]) -> str:
    sides = "".join(f"<simpleMatchSet>{associable(side)}</simpleMatchSet>" for side in (left, right))
    return (
        f"<matchInteraction responseIdentifier='RESPONSE'><prompt>Match.</prompt>{sides}</matchInteraction>"
    )


def test_a_match_has_its_prompts_on_the_side_where_each_has_one_partner():
    pairs = declared("F P;G B;F R", cardinality="multiple", base="directedPair")
    body = matching({"F": "France", "G": "Germany"}, {"P": "Paris", "B": "Berlin", "R": "Rouen"})
    assert item_of(f"{pairs}<itemBody>{body}</itemBody>{MATCH}", warnings=("marking_differs",)) == Matching(
        "matching",
        "Match.",
        (Prompt("P", "Paris", "F"), Prompt("B", "Berlin", "G"), Prompt("R", "Rouen", "F")),
        (Option("F", "France"), Option("G", "Germany")),
    )


def test_an_association_becomes_a_match_of_first_and_second():
    worth = mapping({"A C": "2", "B D": "1"})
    pairs = declared("A C;B D", worth, cardinality="multiple", base="pair")
    listed = associable({"A": "a", "B": "b", "C": "c", "D": "d", "E": "e"})
    start = "<associateInteraction responseIdentifier='RESPONSE'><prompt>Pair.</prompt>"
    body = f"{start}{listed}</associateInteraction>"
    item = item_of(f"{pairs}<itemBody>{body}</itemBody>{MAP}", warnings=("weights_evened",))
    assert item.prompts == (Prompt("A", "a", "C"), Prompt("B", "b", "D"))
    assert [option.id for option in item.options] == ["C", "D", "E"]


def test_a_choice_in_a_line():
    body = """<p>The sky is <inlineChoiceInteraction responseIdentifier="RESPONSE">
        <inlineChoice identifier="A">red</inlineChoice><inlineChoice identifier="B">blue</inlineChoice>
        </inlineChoiceInteraction>.</p>"""
    gap = Gap("RESPONSE", "choice", (Accepted("red", 0.0), Accepted("blue")))
    assert item_of(f"{declared('B')}<itemBody>{body}</itemBody>{MATCH}") == Gaps(
        "cloze", "The sky is [[RESPONSE]].", (gap,)
    )


ENTRY = "<p>It is <textEntryInteraction responseIdentifier='RESPONSE'/>.</p>"


def test_words_to_write_with_several_that_are_taken():
    worth = """<mapping><mapEntry mapKey="York" mappedValue="2" caseSensitive="false"/>
        <mapEntry mapKey="约克" mappedValue="1"/></mapping>"""
    item = item_of(f"{declared('York', worth, base='string')}<itemBody>{ENTRY}</itemBody>{MAP}")
    assert item == Gaps(
        "fill", "It is [[RESPONSE]].", (Gap("RESPONSE", "text", (Accepted("York"), Accepted("约克", 0.5))),)
    )


def test_an_asterisk_in_a_right_answer_is_one():
    item = item_of(f"{declared('a*b', base='string')}<itemBody>{ENTRY}</itemBody>{MATCH}")

    assert item.gaps == (Gap("RESPONSE", "text", (Accepted(r"a\*b"),), has_case=True),)
    assert [mark(item, {"RESPONSE": text}).score for text in ("a*b", "axb")] == [1, 0]


def test_capital_letters_matter_in_a_mapping_of_version_2_and_not_of_version_3():
    old = f"{declared('York', mapping({'York': '1'}), base='string')}<itemBody>{ENTRY}</itemBody>{MAP}"
    new = """<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="string">
            <qti-mapping><qti-map-entry map-key="York" mapped-value="1"/></qti-mapping>
        </qti-response-declaration>
        <qti-item-body>
            <p>It is <qti-text-entry-interaction response-identifier="RESPONSE"/>.</p>
        </qti-item-body>
        <qti-response-processing template="https://example.org/rptemplates/map_response.xml"/>"""
    items = [item_of(old), item_of(new, V30, tag="qti-assessment-item")]

    assert [item.gaps[0].has_case for item in items] == [True, False]


def test_words_that_show_up_on_demand_stand_in_brackets():
    hint = "<span data-role='tooltip-content' aria-hidden='true'>warm</span>"
    body = choices({"A": f"red{hint} paint", "B": "green"})

    assert item_of(f"{declared('A')}<itemBody>{body}</itemBody>{MATCH}").options[0].text == "red (warm) paint"


def test_aids_are_left_out_with_a_warning():
    aids = (
        "<catalogInfo><catalog id='c'><card><htmlContent><audio src='a.mp3'/></htmlContent></card></catalog>"
    )
    inside = f"{declared('A')}<itemBody>{choices(ABC)}</itemBody>{MATCH}{aids}</catalogInfo>"

    assert item_of(inside, warnings=("aids_left_out",)).stem == "Which?"


def test_items_are_known_by_their_identifiers_and_not_by_labels_that_may_be_the_same():
    content = document(f"{declared('A')}<itemBody>{choices(ABC)}</itemBody>{MATCH}")
    named = content.replace(b"identifier='q'", b"identifier='i7' label='Item 1'")
    numbered = content.replace(b"identifier='q'", b"identifier='item263324'")
    ours = content.replace(b"identifier='q'", b"identifier='item00007' label='7-A'")
    found = [read(text, "q.xml").entries[0].key for text in (named, numbered, ours)]

    assert found == ["i7", "item263324", "7-A"]


def test_a_number_to_write():
    body = "<p>Two and a half?</p><p><textEntryInteraction responseIdentifier='RESPONSE'/></p>"
    item = item_of(f"{declared('2.5', base='float')}<itemBody>{body}</itemBody>{MATCH}")
    assert item == Gaps("numeric", "Two and a half?", (Gap("RESPONSE", "number", (Accepted("2.5"),)),))


def condition(test: str, value: str = "1") -> str:
    return f"""<responseProcessing><responseCondition><responseIf>{test}
        <setOutcomeValue identifier="SCORE"><baseValue baseType="float">{value}</baseValue></setOutcomeValue>
    </responseIf></responseCondition></responseProcessing>"""


VARIABLE = "<variable identifier='RESPONSE'/>"
YORK = "<baseValue baseType='string'>York</baseValue>"


@pytest.mark.parametrize(
    ("test", "answer", "has_case"),
    [
        (f"<stringMatch caseSensitive='false'>{VARIABLE}{YORK}</stringMatch>", "York", False),
        (f"<stringMatch substring='true'>{VARIABLE}{YORK}</stringMatch>", "*York*", True),
        (f"<substring caseSensitive='false'>{YORK}{VARIABLE}</substring>", "*York*", False),
        (f"<patternMatch pattern='[Nn]ew.*\\.'>{VARIABLE}</patternMatch>", None, None),
        (f"<patternMatch pattern='New.*\\.'>{VARIABLE}</patternMatch>", "New*.", True),
        (f"<patternMatch pattern='[Yy][Oo]'>{VARIABLE}</patternMatch>", "YO", False),
        (f"<patternMatch pattern='(a|b)+'>{VARIABLE}</patternMatch>", None, None),
        (f"<patternMatch pattern='a\\*b.*'>{VARIABLE}</patternMatch>", r"a\*b*", True),
        (f"<patternMatch pattern='a\\\\.*'>{VARIABLE}</patternMatch>", None, None),
    ],
)  # fmt: skip
def test_conditions_on_words(test, answer, has_case):
    inside = f"{declared(base='string')}<itemBody>{ENTRY}</itemBody>{condition(test)}"
    if answer is None:
        assert problem_of(inside).code == "qti_processing_unknown"
    else:
        gap = Gap("RESPONSE", "text", (Accepted(answer),), has_case)
        assert item_of(inside).gaps == (gap,)


@pytest.mark.parametrize(
    ("mode", "tolerance"),
    [
        ("toleranceMode='exact'", 0.0),
        ("toleranceMode='absolute' tolerance='0.5 0.5'", 0.5),
        ("toleranceMode='absolute' tolerance='0.5'", 0.5),
        ("toleranceMode='relative' tolerance='10 10'", 2.0),
        ("toleranceMode='relative' tolerance='0.7'", 0.14),
        ("toleranceMode='absolute' tolerance='0.5 1'", None),
        ("toleranceMode='absolute' tolerance='0.5' includeLowerBound='false'", None),
    ],
)
def test_tolerances_of_numbers(mode, tolerance):
    test = f"<equal {mode}>{VARIABLE}<correct identifier='RESPONSE'/></equal>"
    inside = f"{declared('20', base='float')}<itemBody>{ENTRY}</itemBody>{condition(test)}"
    if tolerance is None:
        assert problem_of(inside).code == "qti_processing_unknown"
    else:
        assert item_of(inside).gaps[0].answers == (Accepted("20", tolerance=tolerance),)


def test_words_to_drag_into_gaps():
    worth = mapping({"W G": "1", "S H": "2"}, "defaultValue='-1' lowerBound='0'")
    body = """<gapMatchInteraction responseIdentifier="RESPONSE"><prompt>Complete.</prompt>
        <gapText identifier="W" matchMax="1">winter</gapText>
        <gapText identifier="S" matchMax="1">summer</gapText>
        <p>Cold is <gap identifier="G"/>,<br/>warm is <gap identifier="H"/>.</p></gapMatchInteraction>"""
    pairs = declared("W G;S H", worth, cardinality="multiple", base="directedPair")
    warnings = ("weights_evened", "marking_differs")
    item = item_of(f"{pairs}<itemBody>{body}</itemBody>{MAP}", warnings=warnings)
    assert item == Gaps(
        "cloze",
        "Complete.\nCold is [[G]],\nwarm is [[H]].",
        (
            Gap("G", "choice", (Accepted("winter"), Accepted("summer", 0.0))),
            Gap("H", "choice", (Accepted("winter", 0.0), Accepted("summer"))),
        ),
    )


def test_words_to_drag_into_more_gaps_than_any_question_has_are_refused():
    gaps = "".join(f"<gap identifier='G{n}'/>" for n in range(201))
    body = f"""<gapMatchInteraction responseIdentifier="RESPONSE"><gapText identifier="W">winter</gapText>
        <gapText identifier="S">summer</gapText><p>{gaps}</p></gapMatchInteraction>"""
    pairs = declared("W G0", cardinality="multiple", base="directedPair")

    assert problem_of(f"{pairs}<itemBody>{body}</itemBody>{MATCH}").code == "places_many"


def test_words_to_mark_in_a_text():
    body = """<hottextInteraction responseIdentifier="RESPONSE" maxChoices="0"><p>The
        <hottext identifier="A">cat</hottext> <hottext identifier="B">sees</hottext> a
        <hottext identifier="C">dog</hottext>.</p></hottextInteraction>"""
    item = item_of(
        f"{declared('A;C', cardinality='multiple')}<itemBody><p>Nouns?</p>{body}</itemBody>{MATCH}"
    )
    assert item == Choice(
        "multiple",
        "Nouns?\nThe cat sees a dog.",
        (Option("A", "cat", 1.0), Option("B", "sees"), Option("C", "dog", 1.0)),
        shuffle=False,
    )


def test_a_text_to_write_with_what_markers_are_told():
    body = """<extendedTextInteraction responseIdentifier="RESPONSE">
            <prompt>Explain.</prompt></extendedTextInteraction>
        <rubricBlock view="scorer"><p>One mark for each reason.</p></rubricBlock>
        <rubricBlock view="candidate"><p>In 50 words.</p></rubricBlock>"""
    item = item_of(f"{declared('Because.', base='string')}<itemBody>{body}</itemBody>")
    assert item == Short("short", "Explain.\nIn 50 words.", "One mark for each reason.", "Because.")


def test_several_questions_under_a_text():
    names = declared("B") + declared("w", name="R2", base="string") + declared("4", name="R3", base="integer")
    places = """<p>Write <textEntryInteraction responseIdentifier="R2"/></p>
        <p>and <textEntryInteraction responseIdentifier="R3"/>.</p>"""
    part = """<responseCondition><responseIf>
        <match><variable identifier="{0}"/><correct identifier="{0}"/></match>
        <setOutcomeValue identifier="SCORE"><sum>
            <variable identifier="SCORE"/><baseValue baseType="float">1</baseValue></sum></setOutcomeValue>
    </responseIf></responseCondition>"""
    processing = "".join(part.format(name) for name in ("RESPONSE", "R2", "R3"))
    item = item_of(
        f"{names}<itemBody><blockquote><p>A story.</p></blockquote>{choices(ABC)}{places}</itemBody>"
        f"<responseProcessing>{processing}</responseProcessing>"
    )
    gaps = (Gap("R2", "text", (Accepted("w"),), has_case=True), Gap("R3", "number", (Accepted("4"),)))
    assert item == Passage(
        "passage",
        "A story.",
        (
            Part(
                "RESPONSE",
                Choice(
                    "single",
                    "Which?",
                    (Option("A", "red"), Option("B", "green", 1.0), Option("C", "blue")),
                    shuffle=False,
                ),
            ),
            Part("R2", Gaps("cloze", "Write [[R2]]\nand [[R3]].", gaps)),
        ),
    )


def test_scoring_written_out_behind_a_question_for_an_answer_is_understood():
    processing = f"""<responseProcessing><responseCondition>
        <responseIf><isNull>{VARIABLE}</isNull>
            <setOutcomeValue identifier="SCORE"><baseValue baseType="float">0</baseValue></setOutcomeValue>
        </responseIf>
        <responseElse>
            <setOutcomeValue identifier="SCORE"><mapResponse identifier="RESPONSE"/></setOutcomeValue>
        </responseElse>
    </responseCondition></responseProcessing>"""
    item = item_of(
        f"{declared('A', mapping({'A': '2', 'B': '1'}))}<itemBody>{choices(ABC)}</itemBody>{processing}"
    )
    assert [option.score for option in item.options] == [1.0, 0.5, 0.0]


def test_a_table_becomes_lines_with_bars():
    table = "<table><tbody><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></tbody></table>"
    assert (
        item_of(f"{declared('B')}<itemBody>{table}{choices(ABC)}</itemBody>{MATCH}").stem
        == "a | b\n1 | 2\nWhich?"
    )


def few(limit: int) -> str:
    body = choices(ABC, f"maxChoices='{limit}'")
    return f"<itemBody>{body}</itemBody>{MAP}"


TEXT = f"{declared('x', base='string')}<itemBody>{ENTRY}</itemBody>"


@pytest.mark.parametrize(
    ("code", "inside"),
    [
        ("qti_right_missing", f"{declared()}<itemBody>{choices(ABC)}</itemBody>"),
        ("qti_right_missing", f"{declared('Z')}<itemBody>{choices(ABC)}</itemBody>{MATCH}"),
        ("qti_right_missing", f"{declared('', mapping({'A': '0'}))}<itemBody>{choices(ABC)}</itemBody>{MAP}"),
        ("qti_response_undeclared", f"<itemBody>{choices(ABC)}</itemBody>{MATCH}".replace(MATCH, "")),
        ("qti_no_interaction", f"{declared('A')}<itemBody><p>Read.</p></itemBody>"),
        ("qti_no_interaction", declared("A")),
        ("picture_alone", f"{declared('A')}<itemBody><img src='a.png'/>{choices(ABC)}</itemBody>{MATCH}"),
        ("media", f"{declared('A')}<itemBody><p><audio src='a.mp3'/></p>{choices(ABC)}</itemBody>{MATCH}"),
        ("qti_interaction", "<itemBody><uploadInteraction responseIdentifier='RESPONSE'/></itemBody>"),
        ("qti_template", f"<templateDeclaration identifier='T' cardinality='single'/>{TEXT}"),
        ("qti_stimulus", f"<assessmentStimulusRef identifier='S' href='s.xml'/>{TEXT}"),
        ("qti_processing_unknown", TEXT + condition(f"<gte>{VARIABLE}{YORK}</gte>")),
        ("qti_processing_unknown", f"{TEXT}<responseProcessing template='http://example.org/own'/>"),
        ("qti_processing_unknown", f"{TEXT}<responseProcessing><exitResponse/></responseProcessing>"),
        ("qti_processing_unknown", f"{declared('A;B')}<itemBody>{choices(ABC)}</itemBody>{MATCH}"),
        ("number_invalid", f"{declared('x', base='float')}<itemBody>{ENTRY}</itemBody>{MATCH}"),
        ("qti_response_type", f"{declared('x', base='duration')}<itemBody>{ENTRY}</itemBody>{MATCH}"),
        (
            "qti_choices_limited",
            declared("A", mapping({"A": "1"}), cardinality="multiple") + few(2),
        ),
        (
            "qti_mapping_bounds",
            declared("A", mapping({"A": "1"}, "lowerBound='1'"), cardinality="multiple") + few(0),
        ),
        (
            "qti_case_mixed",
            declared("York", "<mapping><mapEntry mapKey='York' mappedValue='1'/>"
            "<mapEntry mapKey='Kent' mappedValue='1' caseSensitive='false'/></mapping>", base="string")
            + f"<itemBody>{ENTRY}</itemBody>{MAP}",
        ),
        (
            "qti_right_contradicted",
            declared("A Y;B X", mapping({"A X": "1"}), cardinality="multiple", base="directedPair")
            + f"<itemBody>{matching({'A': 'a', 'B': 'b'}, {'X': 'x', 'Y': 'y'})}</itemBody>{MAP}",
        ),
        (
            "qti_pairs",
            declared("A X", cardinality="multiple", base="directedPair")
            + f"<itemBody>{matching({'A': 'a', 'B': 'b'}, {'X': 'x', 'Y': 'y'})}</itemBody>{MATCH}",
        ),
        (
            "qti_order_partial",
            declared("A;B", cardinality="ordered")
            + f"<itemBody>{choices(ABC).replace('choiceInteraction', 'orderInteraction')}</itemBody>{MATCH}",
        ),
        (
            "qti_hottext_twice",
            f"{declared('A')}<itemBody><hottextInteraction responseIdentifier='RESPONSE'>"
            f"<p><hottext identifier='A'>a</hottext><hottext identifier='B'>a</hottext></p>"
            f"</hottextInteraction></itemBody>{MATCH}",
        ),
        ("options_missing", f"{declared('A')}<itemBody>{choices({'A': 'a'})}</itemBody>{MATCH}"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_or_marked_for_certain_is_a_problem(code, inside):
    assert problem_of(inside).code == code


def test_adaptive_items_are_a_problem():
    content = document(TEXT).replace(b"identifier='q'", b"identifier='q' adaptive='true'")
    assert [problem.code for problem in read(content, "q.xml").problems] == ["qti_adaptive"]


def test_two_orders_that_are_both_right_are_a_problem():
    def branch(tag: str, *order: str) -> str:
        values = "".join(f"<baseValue baseType='identifier'>{value}</baseValue>" for value in order)
        score = (
            "<setOutcomeValue identifier='SCORE'><baseValue baseType='float'>1</baseValue></setOutcomeValue>"
        )
        return f"<{tag}><match>{VARIABLE}<ordered>{values}</ordered></match>{score}</{tag}>"

    branches = branch("responseIf", "A", "B") + branch("responseElseIf", "B", "A")
    processing = f"<responseCondition>{branches}</responseCondition>"
    body = choices({"A": "a", "B": "b"}).replace("choiceInteraction", "orderInteraction")
    inside = f"{declared(cardinality='ordered')}<itemBody>{body}</itemBody>"
    assert (
        problem_of(f"{inside}<responseProcessing>{processing}</responseProcessing>").code
        == "qti_processing_unknown"
    )
