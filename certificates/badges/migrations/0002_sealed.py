"""Which place a badge has, and the salt of what it says, are never changed or given to another. Hand-written."""

from django.db import migrations

from organizations.ledgers import append_only


class Migration(migrations.Migration):

    dependencies = [("badges", "0001_initial")]

    operations = [*append_only("badges_badge")]
