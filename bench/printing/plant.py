"""Certificates that wait for their PDFs: python -m bench.printing.plant COUNT"""

from __future__ import annotations

import sys

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django first
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from certificates.models import Certificate, RulePack  # noqa: E402
from courses.models import Programme  # noqa: E402
from organizations.models import Organization, User  # noqa: E402
from training_site.demo import city  # noqa: E402

from .people import certificates  # noqa: E402


def main() -> None:
    plant(int(sys.argv[1]), status="approved")


def plant(count: int, *, status: str) -> None:
    """So many certificates of as many people; drafts have no number yet."""
    samples = certificates(count)
    is_draft = status == "draft"
    call_command("load_catalogue", verbosity=0)
    bureau = city.plant_city()
    city.open_programmes()
    pack = RulePack.objects.filter(programme=Programme.objects.get(slug="full-2026")).first()
    school = bureau.add_child(kind=Organization.Kind.SCHOOL, name="示例学校")
    learners = User.objects.bulk_create(
        User(number=sample.holder_number, name=sample.holder, password="!")  # noqa: S106
        for sample in samples
    )
    Certificate.objects.bulk_create(
        Certificate(
            learner=learner, organization=school, rule_pack=pack, status=status,
            awarded_at=timezone.now(), number=None if is_draft else sample.number,
            token=sample.token[:32], holder=sample.holder, school=sample.school,
            holder_number=sample.holder_number, county=sample.county, facts=sample.facts,
        )
        for learner, sample in zip(learners, samples, strict=True)
    )  # fmt: skip
    call_command("make_certificate_authority", name=settings.CERTIFICATE_ISSUER, verbosity=0)


if __name__ == "__main__":
    main()
