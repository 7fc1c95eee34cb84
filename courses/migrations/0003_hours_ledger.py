"""A line of the hours ledger is never changed or deleted. Hand-written."""

from django.db import migrations

from organizations.ledgers import append_only


class Migration(migrations.Migration):

    dependencies = [("courses", "0002_initial")]

    operations = append_only("courses_hoursentry")
