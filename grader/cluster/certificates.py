"""Make the certificates of a cluster: a CA of its own, and one certificate for all of its members.

dask checks that the other side has a certificate of this CA, but not its name. The CA's key is
discarded, so certificates cannot be added later; a new set replaces a lost one.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UsageError
from ..files.writing import PRIVATE, write_aside
from .cluster_address import TlsFiles

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

#: Validity of certificates, in days.
DAYS = 365
#: Time before its creation from which a certificate is valid, because machines' clocks differ.
_EARLIER = datetime.timedelta(hours=12)


def write_certificates(folder: Path, days: int = DAYS) -> TlsFiles:
    """Write `ca.pem`, `cert.pem` and `key.pem` into a folder and return their names.

    Only its owner can read the key. Raises UsageError if one of the files exists or cannot be
    written.
    """
    from cryptography.hazmat.primitives import serialization

    names = [folder / name for name in ("ca.pem", "cert.pem", "key.pem")]
    for name in names:
        if name.exists():
            raise UsageError("cluster", "certificates_there", path=name)
    ca_key, key = _new_key(), _new_key()
    authority = _certificate("learncnn cluster CA", ca_key, ca_key, days)
    member = _certificate("learncnn cluster", key, ca_key, days)
    pem = serialization.Encoding.PEM
    contents = [
        authority.public_bytes(pem),
        member.public_bytes(pem),
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in zip(names, contents, strict=True):
            write_aside(name, content, mode=PRIVATE if name.name == "key.pem" else None)
    except OSError as error:
        raise UsageError("workspace", "unwritable", path=folder, reason=error.strerror) from error
    return TlsFiles(*map(str, names))


def _new_key() -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _certificate(
    name: str, key: EllipticCurvePrivateKey, issuer: EllipticCurvePrivateKey, days: int
) -> x509.Certificate:
    """Return a certificate for `key`, signed by `issuer`; a CA's if both are the same key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import NameOID

    def named(common: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])

    now = datetime.datetime.now(datetime.timezone.utc)
    authority = key is issuer
    signer = x509.SubjectKeyIdentifier.from_public_key(issuer.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named("learncnn cluster CA"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.BasicConstraints(authority, 0 if authority else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(signer), critical=False
        )
    )
    return builder.sign(issuer, hashes.SHA256())
