from django.db import migrations
from django.db.models import F


def ask_the_newest(apps, schema_editor):
    """Until now every wording was asked as soon as it was saved."""
    Question = apps.get_model('quizzes', 'Question')
    Question.objects.update(asked=F('current'))


class Migration(migrations.Migration):

    dependencies = [
        ('quizzes', '0010_asked'),
    ]

    operations = [
        migrations.RunPython(ask_the_newest, migrations.RunPython.noop),
    ]
