"""People for tests, with a password that is compared quickly."""

from itertools import count

import pyotp
from sqlalchemy.orm import Session

from services.accounts.factors import recovery_hash
from services.accounts.models import Person, RecoveryCode
from services.accounts.vault import Vault
from services.core import clock

PASSWORD = "seven brass lanterns"
# The hash of PASSWORD, with the least costs.
QUICK_HASH = "$argon2id$v=19$m=8,t=1,p=1$yls4SwR2Dlvm62Fzpc4sxw$jC9b7/37pyiONsgPzltv1L47nnh7x0cPSo6yl83Pwk8"
RECOVERY_CODE = "k7mq-3xwa-p9dt"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

_numbers = count(1)


def make_person(session: Session, **over) -> Person:
    """Make somebody with a mobile number and PASSWORD; flushed, so they have an id."""
    number = next(_numbers)
    values = {"name": f"李示例{number}", "mobile": f"138{number:08d}"} | over
    now = clock.now()
    person = Person(password_hash=QUICK_HASH, password_changed_at=now, created_at=now, **values)
    session.add(person)
    session.flush()
    return person


def give_factor(session: Session, person: Person, vault: Vault) -> pyotp.TOTP:
    """Give a person a second factor and one recovery code; return what their app would be."""
    person.totp_secret = vault.seal(SECRET)
    person.totp_confirmed_at = clock.now()
    session.add(RecoveryCode(person_id=person.id, code_hash=recovery_hash(person.id, RECOVERY_CODE)))
    session.flush()
    return pyotp.TOTP(SECRET)
