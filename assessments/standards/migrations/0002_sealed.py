"""Judgements are added and never changed."""

from django.db import migrations

from organizations.ledgers import append_only


class Migration(migrations.Migration):
    dependencies = [("standards", "0001_initial")]

    operations = [
        *append_only("standards_rating"),
    ]
