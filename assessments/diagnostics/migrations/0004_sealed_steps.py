"""What an adaptive sitting showed is never changed or deleted. Hand-written."""

from django.db import migrations

from organizations.ledgers import append_only


class Migration(migrations.Migration):

    dependencies = [("diagnostics", "0003_adaptive")]

    operations = [*append_only("diagnostics_step")]
