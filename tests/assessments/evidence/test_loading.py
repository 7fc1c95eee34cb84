"""From the evidence files to the database; the real files too."""

import pytest
import yaml
from django.core.management import CommandError, call_command

from assessments.evidence import loading
from assessments.evidence.loading import load_evidence_tasks
from assessments.evidence.models import EvidenceFile, EvidenceTask, Indicator
from courses.loading import load_frameworks
from courses.models import Capability
from organizations.files import SAME
from tests.factories import plant_framework

FORMATS = {"pdf", "docx", "pptx", "xlsx", "jpg", "png", "mp4", "mp3", "m4a", "zip"}


def task(key: str = "plan", **fields) -> dict:
    return {
        "key": key,
        "title": "教学设计",
        "instructions": "交一份。\n",
        "formats": ["pdf"],
        "max_mb": 20,
        "graded": True,
        "indicators": {"pass": ["写明了目标", "写出了步骤"], "excellent": ["写出了过渡语"]},
        **fields,
    }


@pytest.fixture
def capability(db) -> Capability:
    capability = plant_framework(["A5"]).capabilities.get()
    capability.evidence_tasks.all().delete()
    return capability


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Writes the file of A5, in place of the real ones."""
    monkeypatch.setattr(loading, "CONTENT", tmp_path)

    def write(*tasks: dict, describes: str = "会导入。\n") -> None:
        text = yaml.safe_dump(
            {"code": "A5", "describes": describes, "tasks": list(tasks)}, allow_unicode=True
        )
        (tmp_path / "A5.yaml").write_text(text, encoding="utf-8")

    return write


def lines(capability: Capability) -> list[tuple]:
    live = Indicator.objects.filter(task__capability=capability, retired=False).order_by(
        "task__position", "position"
    )
    return list(live.values_list("task__key", "level", "text"))


def test_the_database_holds_what_the_file_says(capability, write):
    write(task(), task("talk", graded=False, indicators={}))

    assert load_evidence_tasks() == 2

    capability.refresh_from_db()
    plan, talk = capability.evidence_tasks.all()
    assert capability.description == "会导入。"
    assert (plan.key, plan.position, plan.instructions, plan.graded) == ("plan", 1, "交一份。", True)
    assert (talk.key, talk.position, talk.graded) == ("talk", 2, False)
    assert lines(capability) == [
        ("plan", "pass", "写明了目标"),
        ("plan", "pass", "写出了步骤"),
        ("plan", "excellent", "写出了过渡语"),
    ]


def test_loading_again_writes_nothing(capability, write, django_assert_num_queries):
    write(*(task(f"plan{number}") for number in range(20)))
    load_evidence_tasks()

    with django_assert_num_queries(6):
        load_evidence_tasks()


def test_what_changed_is_changed_in_place(capability, write):
    write(task())
    load_evidence_tasks()
    before = EvidenceTask.objects.get().pk, Indicator.objects.get(text="写出了步骤").pk
    write(task(title="新题目", max_mb=30, indicators={"pass": ["写出了步骤"], "excellent": []}))

    load_evidence_tasks()

    after = EvidenceTask.objects.get()
    assert (after.title, after.max_mb) == ("新题目", 30)
    assert (after.pk, Indicator.objects.get(text="写出了步骤", position=1).pk) == before
    assert lines(capability) == [("plan", "pass", "写出了步骤")]


def test_what_the_file_has_no_more_is_retired_and_can_come_back(capability, write):
    write(task(), task("talk"))
    load_evidence_tasks()
    write(task())
    load_evidence_tasks()
    retired = EvidenceTask.objects.get(retired=True)
    write(task(), task("talk"))

    load_evidence_tasks()

    assert retired.key == "talk"
    assert list(EvidenceTask.objects.filter(retired=False).values_list("key", flat=True)) == ["plan", "talk"]
    assert EvidenceTask.objects.count() == 2


@pytest.mark.parametrize("text", [None, "code: [A5"], ids=["no file", "not YAML"])
def test_a_bad_file_stops_the_load_and_is_named(capability, tmp_path, monkeypatch, text):
    monkeypatch.setattr(loading, "CONTENT", tmp_path)
    if text:
        (tmp_path / "A5.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(CommandError, match=r"A5\.yaml"):
        call_command("load_evidence_tasks")


def test_all_thirty_real_files_load(db, capsys):
    load_frameworks()

    call_command("load_evidence_tasks")

    tasks = list(EvidenceTask.objects.prefetch_related("indicators"))
    assert capsys.readouterr().out == f"{len(tasks)} evidence tasks\n"
    assert len({task.capability_id for task in tasks}) == 30
    assert {name for task in tasks for name in task.formats} <= FORMATS
    assert not FORMATS & SAME.keys()
    for task in tasks:
        levels = {indicator.level for indicator in task.indicators.all()}
        assert levels == ({"pass", "excellent"} if task.graded else set()), task
    assert not EvidenceFile.objects.exists()
