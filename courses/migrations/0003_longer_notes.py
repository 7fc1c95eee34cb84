"""Room for the whole reason of a withdrawal."""

from django.db import migrations, models

from organizations.ledgers import append_only


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_sealed")]

    operations = [
        migrations.AlterField(
            model_name="hoursentry",
            name="note",
            field=models.CharField(blank=True, max_length=200, verbose_name="note"),
        ),
        *append_only("courses_hoursentry"),
    ]
