"""Designs, the frozen versions of them, and which of these prints a certificate."""

import re

import django.core.validators
import django.db.models.deletion
import wagtail.models.preview
from django.db import migrations, models

from certificates.sealing import CERTIFICATES, DESIGN_GUARDS
from organizations.ledgers import append_only, guarded


class Migration(migrations.Migration):

    dependencies = [
        ('certificates', '0005_packs'),
        ('wagtailcore', '0098_apitoken'),
        ('wagtailimages', '0027_image_description'),
    ]

    operations = [
        migrations.CreateModel(
            name='Design',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('live', models.BooleanField(default=True, editable=False, verbose_name='live')),
                ('has_unpublished_changes', models.BooleanField(default=False, editable=False, verbose_name='has unpublished changes')),
                ('first_published_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='first published at')),
                ('last_published_at', models.DateTimeField(editable=False, null=True, verbose_name='last published at')),
                ('go_live_at', models.DateTimeField(blank=True, null=True, verbose_name='go live date/time')),
                ('expire_at', models.DateTimeField(blank=True, null=True, verbose_name='expiry date/time')),
                ('expired', models.BooleanField(default=False, editable=False, verbose_name='expired')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='name')),
                ('layout', models.CharField(choices=[('formal', 'Formal: a meander frame'), ('classic', 'Classic: a double frame with round corners'), ('modern', 'Modern: a bar on the left')], default='formal', max_length=10, verbose_name='layout')),
                ('ink', models.CharField(default='#1d2a28', max_length=7, validators=[django.core.validators.RegexValidator(re.compile('#[0-9a-f]{6}\\Z'), 'A colour as #rrggbb, in small letters.')], verbose_name='colour of the text')),
                ('accent', models.CharField(default='#12433b', max_length=7, validators=[django.core.validators.RegexValidator(re.compile('#[0-9a-f]{6}\\Z'), 'A colour as #rrggbb, in small letters.')], verbose_name='colour of titles')),
                ('rule', models.CharField(default='#a5834a', max_length=7, validators=[django.core.validators.RegexValidator(re.compile('#[0-9a-f]{6}\\Z'), 'A colour as #rrggbb, in small letters.')], verbose_name='colour of lines')),
                ('paper', models.CharField(default='#ffffff', max_length=7, validators=[django.core.validators.RegexValidator(re.compile('#[0-9a-f]{6}\\Z'), 'A colour as #rrggbb, in small letters.')], verbose_name='colour of the paper')),
                ('title', models.CharField(blank=True, help_text='Empty: the title of the rule pack.', max_length=20, verbose_name='title')),
                ('subtitle', models.CharField(blank=True, default='Certificate of Professional Training', max_length=60, verbose_name='English subtitle')),
                ('issuer', models.CharField(blank=True, help_text='Empty: the one of the settings.', max_length=30, verbose_name='issuing body')),
                ('footer', models.CharField(blank=True, max_length=60, verbose_name='footer')),
                ('is_bilingual', models.BooleanField(default=True, verbose_name='with an English sentence')),
                ('text_teacher', models.CharField(default='[于{period}][参加“{programme}”，]完成培训{hours}学时[（其中网络研修{online}学时，校本实践{practice}学时）]，经考核成绩合格。特颁发此证书。', max_length=240, verbose_name="teacher's certificate")),
                ('text_capability', models.CharField(default='[于{period}][在“{programme}”中，]经考核认定，掌握微能力“{capability}”[，成绩{grade}]。特此证明。', max_length=240, verbose_name='statement of a capability')),
                ('text_hours', models.CharField(default='[于{period}][参加“{programme}”，]完成培训{hours}学时[（其中网络研修{online}学时，校本实践{practice}学时）]。特此证明。', max_length=240, verbose_name='statement of hours')),
                ('text_school', models.CharField(default='[于{period}][组织实施“{programme}”，]按期完成整校推进任务，经考核合格。特颁发此证书。', max_length=240, verbose_name="school's certificate")),
                ('text_team', models.CharField(default='[在“{programme}”中，]受聘为信息化培训团队成员，承担校本研修的指导与考核工作。特颁发此证书。', max_length=240, verbose_name='appointment to the training team')),
                ('latest_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='latest revision')),
                ('live_revision', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailcore.revision', verbose_name='live revision')),
                ('logo', models.ForeignKey(blank=True, help_text='A picture at the top left. Never a seal.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='wagtailimages.image', verbose_name='logo')),
            ],
            options={
                'verbose_name': 'certificate design',
                'verbose_name_plural': 'certificate designs',
            },
            bases=(wagtail.models.preview.PreviewableMixin, models.Model),
        ),
        migrations.AddField(
            model_name='rulepack',
            name='design',
            field=models.ForeignKey(blank=True, help_text='Empty: the standard design.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rule_packs', to='certificates.design', verbose_name='design'),
        ),
        migrations.CreateModel(
            name='DesignVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(help_text='SHA-256 of its content', max_length=64)),
                ('content', models.JSONField(help_text='As certificates.printing.design.Look reads it.')),
                ('frozen_at', models.DateTimeField(auto_now_add=True)),
                ('design', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='certificates.design')),
            ],
            options={
                'verbose_name': 'version of a certificate design',
                'verbose_name_plural': 'versions of certificate designs',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='certificate',
            name='design_version',
            field=models.ForeignKey(help_text='The frozen design that prints it; the standard one if there is none.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='certificates.designversion'),
        ),
        *append_only("certificates_designversion"),
        *guarded(CERTIFICATES, DESIGN_GUARDS),
    ]
