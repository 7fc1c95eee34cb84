"""Badges are added and never changed."""

from django.db import migrations

from organizations.ledgers import append_only


class Migration(migrations.Migration):
    dependencies = [("badges", "0001_initial")]

    operations = [
        *append_only("badges_badge"),
    ]
