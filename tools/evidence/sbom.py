"""A CycloneDX bill of materials of one function's binary, valid against the published schema."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from crates import Crate, linked

NAMESPACE = uuid.UUID("6f3f0f0e-4f3c-5a5e-9b1f-0d6a3a0e6c11")


class InvalidBomError(ValueError):
    """What was made does not satisfy the CycloneDX schema."""


def bill_of_materials(function: str, architecture: str, zip_hash: str, made_at: datetime) -> str:
    """The BOM as JSON text; the same zip and time give the same text, as the serial number comes from the hash."""
    crates = linked(function, architecture)
    components = {key: _component(crate) for key, crate in crates.items()}
    root, *others = components.values()
    root.type = ComponentType.APPLICATION
    root.hashes.add(HashType(alg=HashAlgorithm.SHA_256, content=zip_hash))
    bom = Bom(components=others, serial_number=uuid.uuid5(NAMESPACE, zip_hash))
    bom.metadata.component = root
    bom.metadata.timestamp = made_at
    for key, crate in crates.items():
        bom.register_dependency(components[key], [components[dependency] for dependency in sorted(crate.dependencies)])
    text = JsonV1Dot6(bom).output_as_string(indent=2)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem is not None:
        raise InvalidBomError(f"{function}: {problem}")
    return text


def write(function: str, architecture: str, zip_hash: str, made_at: datetime, folder: Path) -> Path:
    """Writes `sbom-FUNCTION.cdx.json` into the folder."""
    path = folder / f"sbom-{function}.cdx.json"
    path.write_text(bill_of_materials(function, architecture, zip_hash, made_at) + "\n")
    return path


def _component(crate: Crate) -> Component:
    url = PackageURL("cargo", None, crate.name, crate.version)
    component = Component(
        name=crate.name,
        version=crate.version,
        type=ComponentType.LIBRARY,
        purl=None if crate.own else url,
        bom_ref=str(url),
        # Old manifests separate alternatives by a slash, which SPDX writes as OR.
        licenses=[LicenseFactory().make_from_string(crate.licence.replace("/", " OR "))],
    )
    if crate.checksum:
        component.hashes.add(HashType(alg=HashAlgorithm.SHA_256, content=crate.checksum))
    if crate.repository.startswith("https://"):
        component.external_references.add(
            ExternalReference(type=ExternalReferenceType.VCS, url=XsUri(crate.repository))
        )
    return component
