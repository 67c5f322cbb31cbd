"""The cluster's certificates: one authority, one certificate for each who speaks."""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.cluster.addresses import NODE_NAME, Addresses

_CLIENTS = {
    # file name: (common name = user, organisation = group)
    "admin": ("reelmill-tests-admin", "system:masters"),
    "kube-controller-manager": ("system:kube-controller-manager", None),
    "kube-scheduler": ("system:kube-scheduler", None),
    "kube-proxy": ("system:kube-proxy", None),
    "kubelet": (f"system:node:{NODE_NAME}", "system:nodes"),
    "apiserver-kubelet-client": ("reelmill-tests-apiserver", "system:masters"),
    "policies": ("reelmill-tests-policies", "system:masters"),
}
_DAYS = 30


def write(folder: Path, addresses: Addresses) -> None:
    """Writes `ca.crt`, `<name>.crt`, `<name>.key` for all, and `service-account.key` and `.pub`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = _Authority()
    _put(folder / "ca.crt", authority.certificate.public_bytes(serialization.Encoding.PEM))
    _put(folder / "ca.key", _private(authority.key))
    for name, (user, group) in _CLIENTS.items():
        authority.issue(folder, name, user, group, ())
    names = (
        "kubernetes",
        "kubernetes.default",
        "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local",
        "localhost",
        "127.0.0.1",
        str(addresses.kubernetes_service),
        str(addresses.node),
    )
    authority.issue(folder, "apiserver", "kube-apiserver", None, names)
    authority.issue(
        folder, "kubelet-server", NODE_NAME, None, (NODE_NAME, "127.0.0.1", str(addresses.node))
    )
    # RSA: kube-controller-manager's signer of ServiceAccount tokens and every OIDC client know it.
    tokens = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    _put(folder / "service-account.key", _private(tokens))
    public = tokens.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _put(folder / "service-account.pub", public)


class _Authority:
    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name("reelmill-tests-ca", None)
        self.certificate = (
            _builder(self.name, self.name, self.key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self.key, hashes.SHA256())
        )

    def issue(
        self, folder: Path, name: str, user: str, group: str | None, hosts: Sequence[str]
    ) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        usage = ExtendedKeyUsageOID.SERVER_AUTH if hosts else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = _builder(_name(user, group), self.name, key).add_extension(
            x509.ExtendedKeyUsage([usage]), critical=False
        )
        if hosts:
            names = x509.SubjectAlternativeName([_alternative(host) for host in hosts])
            builder = builder.add_extension(names, critical=False)
        certificate = builder.sign(self.key, hashes.SHA256())
        _put(folder / f"{name}.crt", certificate.public_bytes(serialization.Encoding.PEM))
        _put(folder / f"{name}.key", _private(key))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # An hour back: a machine's clock may be put right while the cluster runs.
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=_DAYS))
    )


def _name(user: str, group: str | None) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, user)]
    if group:
        parts.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, group))
    return x509.Name(parts)


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _private(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _put(path: Path, body: bytes) -> None:
    path.write_bytes(body)
    path.chmod(0o600)
