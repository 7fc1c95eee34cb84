"""A calibration, its parameters and what was estimated by it are never changed or deleted. Hand-written."""

from django.db import migrations

from organizations.ledgers import append_only


class Migration(migrations.Migration):

    dependencies = [("diagnostics", "0001_initial")]

    operations = [
        *append_only("diagnostics_calibrationrun"),
        *append_only("diagnostics_itemparameter"),
        *append_only("diagnostics_abilityestimate"),
    ]
