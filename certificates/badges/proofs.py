"""Data Integrity proofs with the cryptosuite eddsa-rdfc-2022: W3C VC-DI-EdDSA 1.0, section 3.2."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .canonical import canonical
from .multibase import base58_decode, base58_encode
from .times import written

SUITE = "eddsa-rdfc-2022"
NAMES = {"type", "cryptosuite", "created", "verificationMethod", "proofPurpose", "proofValue"}
"""What a proof made here has. Another one would be signed, too, but not understood."""


class BadProof(ValueError):
    """The proof is of a kind that is not known here, or is not right; the message says which."""


def secured(document: dict[str, Any], *, key: Ed25519PrivateKey, method: str, at: datetime) -> dict[str, Any]:
    """The document with its proof. `method` is the address under which the public key is found."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": written(at),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    signature = key.sign(hash_data(document, proof))
    return {**document, "proof": {**proof, "proofValue": base58_encode(signature)}}


def proof_of(secured_document: dict[str, Any]) -> dict[str, Any]:
    """The document's one proof, of the kind that is known here. Raises BadProof."""
    proofs = secured_document.get("proof")
    proof = proofs[0] if isinstance(proofs, list) and len(proofs) == 1 else proofs
    if not isinstance(proof, dict):
        raise BadProof("not exactly one proof")
    if proof.get("type") != "DataIntegrityProof" or proof.get("cryptosuite") != SUITE:
        raise BadProof("not a proof of the kind eddsa-rdfc-2022")
    if set(proof) != NAMES or not all(isinstance(value, str) for value in proof.values()):
        raise BadProof("parts of the proof are missing or unknown")
    if proof["proofPurpose"] != "assertionMethod":
        raise BadProof("the proof was made for something else")
    return proof


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
