"""Rule packs, and the ledger of certificates awarded under them."""

from .ledger import Certificate, CertificateQuerySet, NumberSeries
from .packs import RulePack

__all__ = ["Certificate", "CertificateQuerySet", "NumberSeries", "RulePack"]
