"""Signs documents with the seal key of this installation, so that any change afterwards is seen.

The key and its certificate lie in the instance folder. A portal without them makes its own, self-signed, at the first
need; an operator with a certificate of a recognised authority puts ``report_seal.p12`` there instead.
"""

from __future__ import annotations

import io
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

FILE = "report_seal.p12"
VALID = timedelta(days=3650)
MOST_CHARACTERS = 64  # of a common name (RFC 5280)


class SealUnreadable(Exception):
    """The file with the seal key is damaged or needs a password."""


def sign(pdf: bytes, instance: Path, *, owner: str, signatory: str, reason: str, now: datetime) -> bytes:
    """Return ``pdf`` signed for ``owner``, certified against any later change; ``signatory`` authorised it."""
    details = signers.PdfSignatureMetadata(
        field_name="Seal",
        name=signatory,
        reason=reason,
        md_algorithm="sha256",
        certify=True,
        subfilter=SigSeedSubFilter.PADES,
    )
    signer = signers.SimpleSigner.load_pkcs12_data(seal_key(instance, owner, now), [], passphrase=None)
    if signer is None:
        raise SealUnreadable(str(instance / FILE))
    with ThreadPoolExecutor(max_workers=1) as aside:  # pyhanko runs an event loop, and whoever calls may have one
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        signed: io.BytesIO = aside.submit(signers.sign_pdf, writer, details, signer=signer).result()
    return signed.getvalue()


def seal_key(instance: Path, owner: str, now: datetime) -> bytes:
    """Return the key with its certificate; when there is none yet it is made, once even if two ask at the same time."""
    path = instance / FILE
    if not path.exists():
        beside = path.with_suffix(f".{secrets.token_hex(8)}")
        beside.touch(mode=0o600)
        beside.write_bytes(_new_key(owner, now))
        try:
            os.link(beside, path)
        except FileExistsError:
            pass  # another process was first; its key is the one that stays
        finally:
            beside.unlink()
    return path.read_bytes()


def _new_key(owner: str, now: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, owner[:MOST_CHARACTERS])])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        owner.encode()[:MOST_CHARACTERS], key, certificate, None, NoEncryption()
    )
