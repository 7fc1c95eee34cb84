"""Hours, and training elsewhere, are added and never changed."""

from django.db import migrations

from organizations.ledgers import append_only


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]

    operations = [
        *append_only("courses_hoursentry"),
        *append_only("courses_outsidetraining"),
        *append_only("courses_outsidewithdrawal"),
    ]
