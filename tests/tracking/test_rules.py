from hypothesis import given
from hypothesis import strategies as st

from tracking.rules import ModuleState, Step, next_step

DONE = ModuleState("M01", lessons_left=0, has_quiz=True, quiz_passed=True)
READ = ModuleState("M02", lessons_left=0, has_quiz=True, quiz_passed=False)
NEW = ModuleState("M03", lessons_left=3, has_quiz=True, quiz_passed=False)
NOTHING_ELSE = {"opened": "", "returned": [], "waiting": [], "needs_evidence": False, "certified": False}


def test_a_quiz_comes_before_the_next_module():
    assert next_step(modules=[DONE, READ, NEW], **NOTHING_ELSE) == Step("quiz", "M02")


def test_the_module_opened_last_comes_first():
    assert next_step(modules=[DONE, READ, NEW], **{**NOTHING_ELSE, "opened": "M03"}) == Step("lesson", "M03")


def test_a_module_without_a_quiz_asks_for_none():
    module = ModuleState("M02", lessons_left=0, has_quiz=False, quiz_passed=False)

    assert next_step(modules=[module], **NOTHING_ELSE) == Step("nothing")


def test_returned_evidence_goes_before_everything_but_the_certificate():
    state = {**NOTHING_ELSE, "returned": ["A5"]}

    assert next_step(modules=[NEW], **state) == Step("revise", "A5")
    assert next_step(modules=[NEW], **{**state, "certified": True}) == Step("certificate")


def test_evidence_being_marked_is_waited_for():
    state = {**NOTHING_ELSE, "needs_evidence": True, "waiting": ["A5"]}

    assert next_step(modules=[DONE], **state) == Step("wait", "A5")
    assert next_step(modules=[DONE], **{**state, "waiting": []}) == Step("evidence")


@given(
    modules=st.lists(
        st.builds(
            ModuleState,
            code=st.sampled_from(["M01", "M02", "M03"]),
            lessons_left=st.integers(0, 3),
            has_quiz=st.booleans(),
            quiz_passed=st.booleans(),
        ),
        unique_by=lambda module: module.code,
    ),
    opened=st.sampled_from(["", "M01", "M02", "M09"]),
    needs_evidence=st.booleans(),
)
def test_there_is_something_to_do_exactly_while_something_is_left(modules, opened, needs_evidence):
    step = next_step(
        modules=modules,
        opened=opened,
        returned=[],
        waiting=[],
        needs_evidence=needs_evidence,
        certified=False,
    )

    left = needs_evidence or any(m.lessons_left or (m.has_quiz and not m.quiz_passed) for m in modules)
    assert (step.kind != "nothing") == left
