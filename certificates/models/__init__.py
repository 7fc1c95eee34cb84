"""Rule packs, and the ledger of certificates awarded under them."""

from .ledger import EXPIRED, STATES, Certificate, CertificateEvent, CertificateQuerySet, NumberSeries
from .packs import RulePack

__all__ = [
    "EXPIRED",
    "STATES",
    "Certificate",
    "CertificateEvent",
    "CertificateQuerySet",
    "NumberSeries",
    "RulePack",
]
