"""A JSON-LD document as the one text that is hashed: RDF Dataset Canonicalization, with nothing left out.

Only contexts that lie beside this file are known; nothing is ever fetched. What JSON-LD would drop in
silence, and so leave unsigned, is refused: a term without meaning, a relative address, a null.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from pyld import jsonld
from pyld.canon import URDNA2015

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

FOLDER = Path(__file__).parent / "contexts"
CONTEXTS = {
    CREDENTIALS: "credentials-v2.json",
    OPEN_BADGES: "open-badges-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": "open-badges-3.0.2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": "open-badges-extensions.json",
    "https://w3id.org/security/data-integrity/v2": "data-integrity-v2.json",
    "https://w3id.org/security/suites/ed25519-2020/v1": "ed25519-signature-2020.json",
}
"""Address to file. Their origin and licences: contexts/README.md."""

FORBIDDEN = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
"""Characters that no address has: they would end it early in N-Quads."""

MOST_STEPS = 3000
"""Steps of the part of the algorithm whose work can explode. A badge of thirty capabilities takes none."""


class NotCanonical(ValueError):
    """The document holds what would not be signed; the message says what."""


class UnknownContext(NotCanonical):
    """The document uses a vocabulary that is not kept here: it may well be right."""


def canonical(document: dict[str, Any]) -> str:
    """The document's canonical N-Quads. Raises NotCanonical."""
    _check_names(document)
    try:
        expanded = jsonld.expand(document, OPTIONS, on_property_dropped=_refuse_term)
        _check_addresses(expanded)
        dataset = jsonld.to_rdf(expanded, OPTIONS)
        return _Bounded().main(dataset, {"format": "application/n-quads"})
    except jsonld.JsonLdError as error:
        raise NotCanonical(_cause(error)) from error


class _Bounded(URDNA2015):
    """The algorithm, with an end: a document can be made whose blank nodes take it years."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0

    def hash_n_degree_quads(self, id_: str, issuer: Any) -> Any:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise NotCanonical("too many parts that look alike")
        return super().hash_n_degree_quads(id_, issuer)


@cache
def _context(address: str) -> dict[str, Any]:
    return json.loads((FOLDER / CONTEXTS[address]).read_text(encoding="utf-8"))


def _load(address: str, _options: Any = None) -> dict[str, Any]:
    if address not in CONTEXTS:
        raise UnknownContext(f"unknown context {address}")
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": address,
        "document": _context(address),
    }


RELATIVE = "relative:"
OPTIONS = {"documentLoader": _load, "base": f"{RELATIVE}//relative/", "processingMode": "json-ld-1.1"}
"""What is no absolute address becomes one with a scheme of ours, by which it is told from all others."""


def _check_names(document: dict[str, Any]) -> None:
    """Only addresses of contexts; no other keyword anywhere, and nothing that is null."""
    contexts = document.get("@context")
    listed = contexts if isinstance(contexts, list) else [contexts]
    if len(listed) > len(CONTEXTS):
        raise NotCanonical("a context several times: reading each takes its time")
    for address in listed:
        if not isinstance(address, str) or address not in CONTEXTS:
            raise UnknownContext(f"unknown context {address}")
    for name, value in document.items():
        if name != "@context":
            _check_value(name, value, contexts)


def _check_value(name: str, value: Any, contexts: Any) -> None:
    """A credential inside of this one, as an endorsement is, may say the contexts again."""
    if name == "@context" and value != contexts:
        raise UnknownContext("another context inside the document")
    if name == "@context":
        return
    if name.startswith("@"):
        raise NotCanonical(f"{name} inside the document")
    # An empty list says nothing, signed or not: some writers leave them in.
    for one in value if isinstance(value, list) else [value]:
        if one is None or isinstance(one, list):
            raise NotCanonical(f"nothing, or a list in a list, in {name}")
        if isinstance(one, dict):
            for inner, inside in one.items():
                _check_value(inner, inside, contexts)


def _refuse_term(term: str | None) -> NoReturn:
    raise NotCanonical(f"unknown term {term}")


def _check_addresses(expanded: Any) -> None:
    """Every id and type is an absolute address: RDF would leave out what hangs on another."""
    if isinstance(expanded, list):
        for inner in expanded:
            _check_addresses(inner)
    elif isinstance(expanded, dict):
        for name, value in expanded.items():
            if name in {"@id", "@type"}:
                for address in value if isinstance(value, list) else [value]:
                    _check_address(address)
            elif name != "@value":
                _check_addresses(value)


def _check_address(address: str) -> None:
    scheme, colon, rest = address.partition(":")
    is_absolute = colon and rest and scheme[:1].isalpha() and not address.startswith(RELATIVE)
    if not is_absolute or FORBIDDEN.search(address):
        raise NotCanonical(f"no absolute address: {address}")


def _cause(error: BaseException) -> str:
    """The innermost reason, without the layers in which the library wraps it."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error).partition("\n")[0][:200]
