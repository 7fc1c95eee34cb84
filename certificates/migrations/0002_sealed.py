"""What the database refuses to do to the ledger."""

from django.db import migrations

from certificates.sealing import (
    CERTIFICATE_GUARDS,
    CERTIFICATES,
    RULE_PACK_GUARDS,
    RULE_PACKS,
    SERIES,
    SERIES_GUARDS,
)
from organizations.ledgers import append_only, guarded


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial")]

    operations = [
        *guarded(CERTIFICATES, CERTIFICATE_GUARDS),
        *guarded(SERIES, SERIES_GUARDS),
        *guarded(RULE_PACKS, RULE_PACK_GUARDS),
        *append_only("certificates_certificateevent"),
        *append_only("certificates_signoff"),
        *append_only("certificates_designversion"),
    ]
