"""The main job, in front of the user: from a roster file to a verified certificate."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from assessments.diagnostics.loading import plant_diagnostic
from assessments.evidence.loading import load_evidence_tasks
from assessments.quizzes.loading import load_questions
from certificates.badges import signing
from certificates.badges.actions import badge_of, replace_keys
from certificates.badges.models import SigningKey
from certificates.badges.verifying import verify
from certificates.models import Certificate
from certificates.printing import authority
from courses.actions import enrol_school
from courses.loading import MICROCAPABILITIES, load_catalogue
from courses.models import Capability, Cohort, Framework, ModulePage
from organizations import actions as organizations
from organizations.jobs.worker import run_due
from organizations.models import Organization, RosterImport, User
from training_site.demo import city, journey

Found = TypeVar("Found")

LOCAL = {"localhost", "127.0.0.1", "[::1]"}


class Command(BaseCommand):
    help = "Make a demo city, and take one teacher from the roster to a verified certificate."

    def handle(self, *args: Any, **options: Any) -> None:
        if urlsplit(settings.SITE_URL).hostname not in LOCAL:
            raise CommandError(
                "This makes people with known passwords, so it runs only where SITE_URL is localhost."
            )
        with translation.override(settings.LANGUAGE_CODE):
            self.run()

    def run(self) -> None:
        self.step("Load the catalogue", load_catalogue, dict)
        self.step("Load questions and evidence tasks", self.load_assessments)
        self.step("Make keys to sign certificates with", self.make_keys, "{}".format)
        bureau = self.step("Plant the city", city.plant_city, lambda found: found.name)
        officer = city.person("B610300", "秦岭", bureau, "bureau_officer")
        self.step("Import the roster", lambda: self.import_roster(bureau, officer), self.counts)
        school = Organization.objects.schools().order_by("path")[0]
        people = city.staff(bureau, school)
        programme = city.open_programmes()
        cohort = city.open_cohort(programme, school)
        self.step("Enrol the school", lambda: enrol_school(cohort=cohort, by=officer), "{} people".format)
        teacher, lead = self.people(cohort)
        certificate = self.take_the_way(teacher, people["assessor"], programme.framework)
        self.step("Colleagues at work", lambda: self.colleagues(cohort, teacher, lead))
        self.verify(certificate)
        self.step("Sign its badge, and check it", lambda: self.badge(certificate))
        self.show_logins({"teacher": teacher, "school lead": lead, **people})

    def make_keys(self) -> str:
        """Those of an earlier demo are kept."""
        with contextlib.suppress(authority.Exists):
            authority.make(settings.CERTIFICATE_ISSUER)
        return settings.KEYS_DIR.name

    def step(
        self, title: str, work: Callable[[], Found], tell: Callable[[Found], object] = lambda found: found
    ) -> Found:
        """Do one step, and print what came of it and how long it took."""
        began = time.perf_counter()
        found = work()
        self.stdout.write(f"{title:<36} {time.perf_counter() - began:6.2f} s   {tell(found)}")
        return found

    def load_assessments(self) -> str:
        added, tasks = load_questions(), load_evidence_tasks()
        code, version = MICROCAPABILITIES
        plant_diagnostic(Framework.objects.get(code=code, version=version))
        return f"{added} new question versions, {tasks} tasks"

    def import_roster(self, bureau: Organization, officer: User) -> RosterImport:
        """Check and apply the roster, unless this very file is in already."""
        with city.ROSTER.open("rb") as file:
            found = organizations.hand_in_roster(
                organization=bureau,
                file=file,
                file_name=city.ROSTER.name,
                is_complete=False,
                by=officer,
                in_background=False,
            )
        checked = organizations.check_roster(roster_import=found)
        if not any(checked.counts[kind] for kind in ("add", "change", "move", "leave")):
            return checked
        organizations.request_apply(roster_import=checked, by=officer, in_background=False)
        checked.refresh_from_db()
        return organizations.apply_roster(roster_import=checked, by=officer)

    def counts(self, found: RosterImport) -> str:
        return ", ".join(
            f"{kind} {found.counts[kind]}" for kind in ("add", "change", "move", "leave", "refuse")
        )

    def people(self, cohort: Cohort) -> tuple[User, User]:
        """The teacher who goes the whole way, and the school's head; both can sign in."""
        enrolled = cohort.enrollments.active().select_related("learner").order_by("learner__number")
        lead = next(e.learner for e in enrolled if e.learner.postings.filter(role="school_lead").exists())
        teacher = next(e.learner for e in enrolled if e.learner != lead)
        for user in (teacher, lead):
            city.person(user.number, user.name, None)
        return teacher, lead

    def take_the_way(self, teacher: User, assessor: User, framework) -> Certificate:
        module = ModulePage.objects.get(code="M02")
        capability = Capability.objects.get(framework=framework, code="A5")
        self.step(
            f"{teacher.name} studies {module.code}",
            lambda: journey.study(teacher, module),
            "{} lessons".format,
        )
        self.step(
            "… takes the quiz",
            lambda: journey.take_quiz(teacher, module),
            lambda a: f"{float(a.score or 0):g}/{a.total}",
        )
        submission = self.step(
            "… hands in evidence of A5", lambda: journey.hand_in(teacher, capability), self.status
        )
        self.step("An assessor marks it", lambda: journey.mark(assessor, submission), self.status)
        self.step("Background jobs", run_due, "{} done".format)
        certificate = Certificate.objects.filter(learner=teacher).first()
        if certificate is None or not certificate.pdf:
            problem = certificate.problem if certificate else "none was awarded"
            raise CommandError(f"No certificate was issued: {problem}")
        self.stdout.write(f"{'Certificate':<36}            {certificate.number}")
        self.stdout.write(f"{'PDF':<36}            {certificate.pdf.path}")
        return certificate

    def status(self, submission) -> str:
        return submission.get_grade_display() or submission.get_status_display()

    def colleagues(self, cohort: Cohort, teacher: User, lead: User) -> str:
        """A few more people on their way, so that the school's page shows something."""
        module = ModulePage.objects.get(code="M02")
        others = cohort.enrollments.active().exclude(learner__in=[teacher, lead]).order_by("learner__number")
        new = 0
        for lessons, enrollment in zip([4, 4, 3, 2, 2, 1], others.select_related("learner"), strict=False):
            new += journey.study(enrollment.learner, module, lessons)
        return f"{new} lessons"

    def verify(self, certificate: Certificate) -> None:
        """Ask the public page, as anybody could."""
        path = reverse("certificates:verification", args=[certificate.token])

        def ask() -> str:
            host = urlsplit(settings.SITE_URL).hostname or "localhost"
            response = Client(HTTP_HOST=host).get(path)
            if response.status_code != 200 or str(certificate) not in response.content.decode():
                raise CommandError(f"The public page does not know {certificate.number}")
            return f"{certificate.get_status_display()}: {settings.SITE_URL}{path}"

        self.step("Verify it in public", ask)

    def badge(self, certificate: Certificate) -> str:
        """Make the picture with the badge inside, and check it as anybody could."""
        if not SigningKey.objects.current().exists():
            replace_keys()
        badge = badge_of(certificate)
        outcome = verify(signing.png(badge, True)).outcome
        if outcome != "valid":
            raise CommandError(f"The badge of {certificate.number} is {outcome}")
        return f"{outcome}: {settings.SITE_URL}{reverse('badges:badge', args=[certificate.number])}"

    def show_logins(self, people: dict[str, User]) -> None:
        self.stdout.write(f"\nSite: {settings.SITE_URL}   password of all: {city.PASSWORD}")
        for role, user in people.items():
            self.stdout.write(f"  {role:<16} {user.number:<14} {user.name}")
        self.stdout.write(f"Editors write at {settings.SITE_URL}{reverse('wagtailadmin_home')}")
