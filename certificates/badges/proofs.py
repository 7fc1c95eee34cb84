"""Data Integrity proofs with the cryptosuite eddsa-rdfc-2022: W3C VC-DI-EdDSA 1.0, section 3.2."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .canonical import canonical
from .multibase import base58_decode, base58_encode
from .shapes import several
from .times import written

SUITE = "eddsa-rdfc-2022"
PURPOSE = "assertionMethod"
NEEDED = {"type", "cryptosuite", "verificationMethod", "proofPurpose", "proofValue"}
KNOWN = NEEDED | {"created", "id"}
"""Members of a proof that are understood here. Another one might limit what the proof is good for."""


class BadProof(ValueError):
    """The proof is not right; the message says why."""


class Unsigned(BadProof):
    """There is no proof at all."""


class UnknownKind(BadProof):
    """Each proof is of a kind that is not checked here; it may well be right."""

    def __init__(self, *proofs: dict[str, Any]) -> None:
        # The first that says where its key is speaks for all.
        proof = next((one for one in proofs if "verificationMethod" in one), proofs[0])
        is_general = proof.get("type") == "DataIntegrityProof"
        self.name = str(proof.get("cryptosuite" if is_general else "type"))
        self.method = proof.get("verificationMethod")
        super().__init__(f"a proof of the kind {self.name[:40]}")


def secured(document: dict[str, Any], *, key: Ed25519PrivateKey, method: str, at: datetime) -> dict[str, Any]:
    """The document with its proof. `method` is the address under which the public key is found."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": written(at),
        "verificationMethod": method,
        "proofPurpose": PURPOSE,
    }
    signature = key.sign(hash_data(document, proof))
    return {**document, "proof": {**proof, "proofValue": base58_encode(signature)}}


def proof_of(secured_document: dict[str, Any]) -> dict[str, Any]:
    """The first of its proofs that can be checked here: each alone is enough. Raises BadProof."""
    proofs = _proofs(secured_document)
    own = [proof for proof in proofs if _is_of_suite(proof)]
    whole = [proof for proof in own if _is_whole(proof)]
    if own and not whole:
        raise BadProof("parts of the proof are missing")
    known = [proof for proof in whole if set(proof) <= KNOWN]
    if not known:
        raise UnknownKind(*proofs)
    asserting = [proof for proof in known if proof["proofPurpose"] == PURPOSE]
    if not asserting:
        raise BadProof("the proof was made for something else")
    return asserting[0]


def _proofs(secured_document: dict[str, Any]) -> list[dict[str, Any]]:
    """All of them, one at least. Raises BadProof."""
    proofs = several(secured_document.get("proof"))
    if not proofs:
        raise Unsigned("no proof")
    if not all(isinstance(proof, dict) and isinstance(proof.get("type"), str) for proof in proofs):
        raise BadProof("a proof is an object with a type")
    return proofs


def _is_of_suite(proof: dict[str, Any]) -> bool:
    return proof.get("type") == "DataIntegrityProof" and proof.get("cryptosuite") == SUITE


def _is_whole(proof: dict[str, Any]) -> bool:
    return set(proof) >= NEEDED and all(isinstance(value, str) for value in proof.values())


def check(secured_document: dict[str, Any], key: Ed25519PublicKey) -> None:
    """Raises BadProof unless the holder of this key signed exactly this document; NotCanonical."""
    proof = proof_of(secured_document)
    document = {name: value for name, value in secured_document.items() if name != "proof"}
    config = {name: value for name, value in proof.items() if name != "proofValue"}
    signed = hash_data(document, config)
    try:
        key.verify(base58_decode(proof["proofValue"]), signed)
    except (InvalidSignature, ValueError) as error:
        raise BadProof("the signature does not match the document") from error


def hash_data(document: dict[str, Any], proof: dict[str, Any]) -> bytes:
    """What is signed: the hash of the proof's own details, then that of the document. Raises NotCanonical."""
    config = {"@context": document.get("@context"), **proof}
    return b"".join(hashlib.sha256(canonical(part).encode()).digest() for part in (config, document))
