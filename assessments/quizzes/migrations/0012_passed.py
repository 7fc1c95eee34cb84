from django.db import migrations


def nobody_has_passed_these(apps, schema_editor):
    """Until now what was not asked yet counted as passed: its authors could have passed it themselves."""
    Question = apps.get_model('quizzes', 'Question')
    written = Question.objects.filter(current__created_by__isnull=False)
    written.exclude(status__in=['pilot', 'operational']).update(asked=None)


class Migration(migrations.Migration):

    dependencies = [
        ('quizzes', '0011_asked_as_before'),
    ]

    operations = [
        migrations.RunPython(nobody_has_passed_these, migrations.RunPython.noop),
    ]
