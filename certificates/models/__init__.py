"""Rule packs, and the ledger of certificates awarded under them."""

from .designs import Design, DesignVersion
from .ledger import EXPIRED, STATES, Certificate, CertificateEvent, CertificateQuerySet, NumberSeries
from .packs import RulePack, chosen
from .sign_offs import SignOff
from .simulations import Simulation, SimulationLine

__all__ = [
    "EXPIRED",
    "STATES",
    "Certificate",
    "CertificateEvent",
    "CertificateQuerySet",
    "Design",
    "DesignVersion",
    "NumberSeries",
    "RulePack",
    "SignOff",
    "Simulation",
    "SimulationLine",
    "chosen",
]
