"""What was revoked becomes a step in the history of the certificate."""

from django.db import migrations
from django.db.models import F


def write_history(apps, editor):
    certificate = apps.get_model("certificates", "Certificate")
    event = apps.get_model("certificates", "CertificateEvent")
    for row in certificate.objects.all().iterator():
        steps = [("", "approved", row.awarded_at, None, "")]
        if row.issued_at:
            steps.append(("approved", "issued", row.issued_at, None, ""))
        if row.status == "revoked":
            steps.append((steps[-1][1], "revoked", row.revoked_at, row.revoked_by, row.revoked_reason))
        event.objects.bulk_create(
            event(certificate=row, before=before, after=after, at=at, by=by, reason=reason)
            for before, after, at, by, reason in steps
        )
    certificate.objects.filter(status="issued").update(status_since=F("issued_at"))
    certificate.objects.filter(status="revoked").update(status_since=F("revoked_at"))


class Migration(migrations.Migration):
    dependencies = [("certificates", "0002_ledger")]

    operations = [migrations.RunPython(write_history, migrations.RunPython.noop)]
