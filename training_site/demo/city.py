"""The tree, the people with duties, the programme and its school. Running it again changes nothing."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

from django.contrib.auth.models import Group
from django.utils import timezone

from certificates.loading import load_rule_packs
from courses.loading import MICROCAPABILITIES
from courses.models import Capability, Cohort, Framework, ModulePage, Programme
from organizations.models import Organization, Posting, User
from organizations.roles import Role

PASSWORD = "baoji-demo-2026"  # noqa: S105  the site it opens is made of invented people
ROSTER = Path(__file__).parent / "roster.xlsx"
COUNTIES = Path(__file__).parents[2] / "organizations" / "data" / "counties.csv"


def plant_city() -> Organization:
    """The bureau and its counties."""
    bureau = Organization.objects.filter(kind=Organization.Kind.BUREAU).first()
    if bureau is None:
        bureau = Organization.add_root(kind=Organization.Kind.BUREAU, name="宝鸡市教育局", code="610300")
    known = {county.name for county in bureau.get_children()}
    with COUNTIES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["name"] not in known:
                bureau.refresh_from_db()
                bureau.add_child(kind=Organization.Kind.COUNTY, name=row["name"], code=row["code"] or None)
    return bureau


def person(number: str, name: str, organization: Organization | None, role: str = "", **fields) -> User:
    """Somebody who can sign in with PASSWORD, posted where they work."""
    user = User.objects.filter(number=number).first()
    user = user or User.objects.create_user(number, name=name, **fields)
    if not user.has_usable_password():
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    if organization is not None:
        Posting.objects.get_or_create(person=user, organization=organization, role=role, ended_on=None)
    return user


def open_programmes() -> Programme:
    """A first round on live teaching with its rule pack, and the full programme. Returns the first."""
    code, version = MICROCAPABILITIES
    framework = Framework.objects.get(code=code, version=version)
    starter = _programme(
        "starter-2026", "2026年信息技术应用能力起步研修", framework, ["M02"], online=3, practice=5, years=1
    )
    everything = [*ModulePage.objects.exclude(code="M16").values_list("code", flat=True)]
    _programme(
        "full-2026", "宝鸡市中小学教师信息技术应用能力提升工程2.0", framework, everything,
        online=25, practice=25, years=3,
    )  # fmt: skip
    load_rule_packs()
    return starter


def _programme(
    slug: str, title: str, framework: Framework, codes: list[str], *, online: int, practice: int, years: int
) -> Programme:
    today = timezone.localdate()
    programme, created = Programme.objects.get_or_create(
        slug=slug,
        defaults={
            "title": title,
            "framework": framework,
            "starts_on": today - datetime.timedelta(days=30),
            "ends_on": today + datetime.timedelta(days=365 * years),
            "online_hours": online,
            "practice_hours": practice,
        },
    )
    if created:
        programme.modules.set(ModulePage.objects.filter(code__in=codes))
    return programme


def open_cohort(programme: Programme, school: Organization) -> Cohort:
    """The school's place in the programme, with the capabilities it works on."""
    cohort, created = Cohort.objects.get_or_create(
        programme=programme,
        school=school,
        defaults={
            "plan": "本学期全员学完《在线直播教学》，每人完成一份课堂导入或课堂讲授的证据。",
            "due_on": timezone.localdate() + datetime.timedelta(days=30),
        },
    )
    if created:
        cohort.capabilities.set(
            Capability.objects.filter(framework=programme.framework, code__in=["A5", "A6"])
        )
    return cohort


def staff(bureau: Organization, school: Organization) -> dict[str, User]:
    """One person of each duty, who can sign in."""
    county = school.get_parent()
    people = {
        "bureau officer": person("B610300", "秦岭", bureau, Role.BUREAU_OFFICER),
        "county lead": person("C610302", "魏渭", county, Role.COUNTY_LEAD),
        "assessor": person("P610302", "段评", school, Role.ASSESSOR),
        "editor": person("E610300", "文编", None),
        "operator": person("ADMIN", "管理员", None, is_superuser=True),
    }
    people["editor"].groups.add(Group.objects.get(name="Editors"))
    return people
