"""When news is told: at once, or after the answer of the request that made it."""

from django.core.signals import request_finished, request_started

from courses.signals import announce_progress, learner_progressed


def hear(happened: list, name: str = "heard"):
    def receiver(learner, **_) -> None:
        happened.append((name, learner.pk))

    return receiver


def tell(learner, *, in_request: bool, may_wait: bool, times: int, on_commit) -> list:
    """What happened in which order: who was told of, and the end of the action."""
    happened: list = []
    receiver = hear(happened)
    learner_progressed.connect(receiver)
    try:
        if in_request:
            request_started.send(sender=None)
        with on_commit(execute=True):
            for _ in range(times):
                announce_progress(learner, may_wait=may_wait)
        happened.append("answered")
        if in_request:
            request_finished.send(sender=None)
    finally:
        learner_progressed.disconnect(receiver)
    return happened


def test_news_that_may_wait_is_told_once_after_the_answer(teacher, django_capture_on_commit_callbacks):
    happened = tell(
        teacher, in_request=True, may_wait=True, times=2, on_commit=django_capture_on_commit_callbacks
    )

    assert happened == ["answered", ("heard", teacher.pk)]


def test_other_news_is_told_before_the_answer(teacher, django_capture_on_commit_callbacks):
    happened = tell(
        teacher, in_request=True, may_wait=False, times=1, on_commit=django_capture_on_commit_callbacks
    )

    assert happened == [("heard", teacher.pk), "answered"]


def test_outside_a_request_nothing_waits(teacher, django_capture_on_commit_callbacks):
    happened = tell(
        teacher, in_request=False, may_wait=True, times=1, on_commit=django_capture_on_commit_callbacks
    )

    assert happened == [("heard", teacher.pk), "answered"]
