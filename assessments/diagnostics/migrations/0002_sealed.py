"""Runs, and what came of them, are added and never changed; so are the steps of a sitting."""

from django.db import migrations

from organizations.ledgers import append_only


class Migration(migrations.Migration):
    dependencies = [("diagnostics", "0001_initial")]

    operations = [
        *append_only("diagnostics_calibrationrun"),
        *append_only("diagnostics_itemparameter"),
        *append_only("diagnostics_abilityestimate"),
        *append_only("diagnostics_step"),
    ]
