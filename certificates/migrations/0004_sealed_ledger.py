"""The database keeps what a certificate says, its file, its history and its number."""

from django.db import migrations, models

from certificates.sealing import CERTIFICATE_GUARDS, CERTIFICATES, SERIES, SERIES_GUARDS
from organizations.ledgers import append_only, guarded


class Migration(migrations.Migration):
    dependencies = [("certificates", "0003_history")]

    operations = [
        migrations.RemoveField(
            model_name='certificate',
            name='revoked_at',
        ),
        migrations.RemoveField(
            model_name='certificate',
            name='revoked_by',
        ),
        migrations.RemoveField(
            model_name='certificate',
            name='revoked_reason',
        ),
        migrations.AddIndex(
            model_name='certificate',
            index=models.Index(condition=models.Q(('expires_on__isnull', False)), fields=['expires_on'], name='certificates_expiring'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('status__in', ['revoked', 'superseded']), _negated=True), ('replaces', None)), fields=('learner', 'rule_pack', 'subject'), name='one_live_certificate_per_pack'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('status__in', ['revoked', 'superseded']), _negated=True), ('learner', None), ('replaces', None)), fields=('organization', 'rule_pack', 'subject'), name='one_live_certificate_per_school'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'revoked'), _negated=True), fields=('replaces',), name='one_successor_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number', None), ('status', 'draft')), models.Q(models.Q(('status', 'draft'), _negated=True), ('number__isnull', False)), _connector='OR'), name='all_but_drafts_have_a_number'),
        ),
        migrations.AddConstraint(
            model_name='certificate',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'approved', 'held', 'revoked']), models.Q(('issued_at__isnull', False), models.Q(('pdf', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='issued_certificate_has_its_file'),
        ),
        *guarded(CERTIFICATES, CERTIFICATE_GUARDS),
        *guarded(SERIES, SERIES_GUARDS),
        *append_only("certificates_certificateevent"),
    ]
