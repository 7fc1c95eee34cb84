"""Rule packs of every kind, by county and with an end; sign-offs; trials of rules."""

import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from certificates.sealing import RULE_PACK_GUARDS, RULE_PACKS
from organizations.ledgers import append_only, guarded


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0004_sealed_ledger'),
        ('courses', '0004_outside_hours'),
        ('organizations', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SignOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='what is confirmed')),
                ('is_given', models.BooleanField(default=True, verbose_name='given')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='recorded at')),
            ],
            options={
                'verbose_name': 'sign-off',
                'verbose_name_plural': 'sign-offs',
            },
        ),
        migrations.CreateModel(
            name='Simulation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.JSONField(help_text='The pack, as certificates.loading.read_pack takes it.')),
                ('title', models.CharField(max_length=80, verbose_name='rule pack')),
                ('status', models.CharField(choices=[('counting', 'Being counted'), ('done', 'Counted')], default='counting', max_length=10, verbose_name='status')),
                ('percent', models.PositiveSmallIntegerField(default=0)),
                ('counts', models.JSONField(default=list)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='begun at')),
            ],
            options={
                'verbose_name': 'trial of rules',
                'verbose_name_plural': 'trials of rules',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='SimulationLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('gains', 'Would earn it'), ('loses', 'Would not earn it again; the certificate stays'), ('forfeits', 'Earned, not given yet, and would earn it no longer')], max_length=10)),
                ('county', models.CharField(max_length=80, verbose_name='county')),
                ('school', models.CharField(max_length=80, verbose_name='school')),
                ('holder', models.CharField(max_length=80, verbose_name='holder')),
                ('number', models.CharField(max_length=30, verbose_name='staff number')),
                ('subject', models.CharField(blank=True, max_length=60)),
                ('missing', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='rulepack',
            name='one_rule_pack_per_programme_and_version',
        ),
        migrations.AddField(
            model_name='rulepack',
            name='awards',
            field=models.CharField(choices=[('at once', 'As soon as it is earned'), ('on request', 'When its holder asks for it'), ('in batches', 'Only in batches that two people approved')], default='at once', max_length=12, verbose_name='awarded'),
        ),
        migrations.AddField(
            model_name='rulepack',
            name='county',
            field=models.ForeignKey(blank=True, help_text="For this county alone: there it wins over the city's. Empty for the whole city.", limit_choices_to={'kind': 'county'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rule_packs', to='organizations.organization', verbose_name='county'),
        ),
        migrations.AddField(
            model_name='rulepack',
            name='effective_until',
            field=models.DateField(blank=True, help_text='The last day on which it holds.', null=True, verbose_name='effective until'),
        ),
        migrations.AddField(
            model_name='rulepack',
            name='is_draft',
            field=models.BooleanField(default=False, help_text='Drafts hold nowhere and may be changed.', verbose_name='draft'),
        ),
        migrations.AddField(
            model_name='rulepack',
            name='kind',
            field=models.CharField(choices=[('teacher', "Programme's certificate"), ('capability', 'Statement of a capability'), ('hours', 'Statement of hours'), ('school', "School's completion"), ('team', 'Member of a training team')], default='teacher', max_length=12, verbose_name='kind'),
        ),
        migrations.AddField(
            model_name='rulepack',
            name='renewal_months',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='months before its end in which it may be renewed'),
        ),
        migrations.AddField(
            model_name='rulepack',
            name='valid_months',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Empty: for good.', null=True, verbose_name='months of validity'),
        ),
        migrations.AlterField(
            model_name='rulepack',
            name='programme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rule_packs', to='courses.programme', verbose_name='programme'),
        ),
        migrations.AlterField(
            model_name='rulepack',
            name='rules',
            field=models.JSONField(help_text='As docs/rule-packs.md describes them.', verbose_name='rules'),
        ),
        migrations.AddConstraint(
            model_name='rulepack',
            constraint=models.UniqueConstraint(django.db.models.functions.comparison.Coalesce('programme', 0), django.db.models.functions.comparison.Coalesce('county', 0), models.F('code'), models.F('version'), name='one_rule_pack_per_version', violation_error_message='There is such a version already: take the next number.'),
        ),
        migrations.AddConstraint(
            model_name='rulepack',
            constraint=models.CheckConstraint(condition=models.Q(('effective_until', None), ('effective_until__gte', models.F('effective_from')), _connector='OR'), name='rule_pack_ends_after_it_begins', violation_error_message='It ends before it begins.'),
        ),
        migrations.AddConstraint(
            model_name='rulepack',
            constraint=models.CheckConstraint(condition=models.Q(('programme__isnull', False), models.Q(('kind__in', ['school', 'teacher']), _negated=True), _connector='OR'), name='rule_pack_has_the_programme_it_needs', violation_error_message='A rule pack of this kind belongs to a programme.'),
        ),
        migrations.AddField(
            model_name='signoff',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='signoff',
            name='cohort',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sign_offs', to='courses.cohort'),
        ),
        migrations.AddField(
            model_name='signoff',
            name='enrollment',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sign_offs', to='courses.enrollment'),
        ),
        migrations.AddField(
            model_name='simulation',
            name='bureau',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organizations.organization'),
        ),
        migrations.AddField(
            model_name='simulation',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='simulationline',
            name='simulation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='certificates.simulation'),
        ),
        migrations.AddIndex(
            model_name='signoff',
            index=models.Index(fields=['cohort', 'name'], name='sign_offs_of_cohort'),
        ),
        migrations.AddIndex(
            model_name='simulationline',
            index=models.Index(fields=['simulation', 'kind'], name='simulated_by_kind'),
        ),
        *guarded(RULE_PACKS, RULE_PACK_GUARDS),
        *append_only("certificates_signoff"),
    ]
