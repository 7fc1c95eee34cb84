"""What the database itself refuses to do to the ledger, whoever asks."""

from __future__ import annotations

from organizations.ledgers import Guard, frozen

from .lifecycle import STEPS

CERTIFICATES = "certificates_certificate"
SERIES = "certificates_numberseries"
RULE_PACKS = "certificates_rulepack"

_STEPS = ", ".join(f"'{before}>{after}'" for before, steps in STEPS.items() for after in sorted(steps))

CERTIFICATE_GUARDS = [
    Guard(
        "delete",
        "DELETE",
        "OLD.status <> 'draft'",
        "a certificate is never deleted: revoke it, and its number stays known",
    ),
    Guard(
        "step",
        "UPDATE",
        f"NEW.status <> OLD.status AND (OLD.status || '>' || NEW.status) NOT IN ({_STEPS})",
        "no such step in the life of a certificate",
    ),
    Guard(
        "frozen",
        "UPDATE",
        "OLD.status <> 'draft' AND "
        + frozen(
            "learner_id", "organization_id", "rule_pack_id", "subject", "number", "token", "holder_number",
            "school", "county", "facts", "awarded_at", "expires_on", "replaces_id",
        ),
        "what a certificate says does not change: replace it by a corrected one",
    ),
    Guard(
        "holder",
        "UPDATE",
        f"OLD.status NOT IN ('draft', 'held') AND {frozen('holder')}",
        "the holder of a certificate does not change: replace it by a corrected one",
    ),
    Guard(
        "file",
        "UPDATE",
        f"OLD.issued_at IS NOT NULL AND {frozen('pdf', 'sha256', 'issued_at')}",
        "the file of an issued certificate does not change",
    ),
    Guard(
        "design",
        "UPDATE",
        f"OLD.status <> 'draft' AND {frozen('design_version_id')}",
        "the design of a certificate does not change: replace it by a corrected one",
    ),
]  # fmt: skip

SERIES_GUARDS = [
    Guard("delete", "DELETE", "OLD.last > 0", "a series that gave out numbers is never deleted"),
    Guard(
        "back",
        "UPDATE",
        f"NEW.last < OLD.last OR {frozen('series')}",
        "a series of numbers never goes back",
    ),
]

RULE_PACK_GUARDS = [
    Guard("delete", "DELETE", "NOT OLD.is_draft", "a rule pack is never deleted: let it end on a day"),
    Guard(
        "frozen",
        "UPDATE",
        "NOT OLD.is_draft AND "
        + frozen(
            "kind", "programme_id", "county_id", "code", "version", "title", "rules", "effective_from",
            "awards", "valid_months", "renewal_months", "is_draft",
        ),
        "a rule pack does not change: write a further version",
    ),
]  # fmt: skip
