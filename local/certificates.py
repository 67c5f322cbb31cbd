"""Certificates for the inner connections of SeaweedFS, new on every start.

Its services talk gRPC with each other, without any password. Mutual TLS under an authority whose
key is thrown away at once admits nobody but the one process that was given the certificate.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from local.files import write_private

# A clock that is set back must not lock the stack out; the certificates die with the process.
_BEFORE = dt.timedelta(days=2)
_AFTER = dt.timedelta(days=3650)


def write_certificates(folder: Path) -> None:
    """Writes ca.pem, node.pem and node.key, mode 0600."""
    authority, node = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca_name, node_name = _name("reelmill stack"), _name("reelmill")
    ca = _builder(ca_name, ca_name, authority.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    leaf = (
        _builder(node_name, ca_name, node.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    )
    write_private(folder / "ca.pem", _pem(ca.sign(authority, hashes.SHA256())))
    write_private(folder / "node.pem", _pem(leaf.sign(authority, hashes.SHA256())))
    key = node.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_private(folder / "node.key", key.decode())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + _AFTER)
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
