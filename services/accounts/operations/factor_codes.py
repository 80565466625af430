"""Using a code of the second factor up: each time step and each recovery code serves once, whoever comes together."""

from __future__ import annotations

from sqlalchemy import CursorResult, or_, update

from services.accounts.factors import matching_step, recovery_hash
from services.accounts.models import Person, RecoveryCode
from services.accounts.queries import recovery_codes_left
from services.accounts.vault import Vault
from services.core import links
from services.core.messages import N_
from services.core.work import Work


def use_code(work: Work, vault: Vault, person: Person, code: str) -> bool:
    """Use up a time-based code or a recovery code of ``person``; tell whether it was a good one."""
    secret = vault.unseal(person.totp_secret) if person.totp_secret else None
    step = matching_step(secret, code, work.now) if secret else None
    return use_step(work, person.id, step) if step is not None else _use_recovery_code(work, person, code)


def use_step(work: Work, person_id: int, step: int) -> bool:
    """Use up a time step; False when this or a later one was used before."""
    used = work.session.execute(
        update(Person)
        .where(Person.id == person_id, or_(Person.totp_last_step.is_(None), Person.totp_last_step < step))
        .values(totp_last_step=step)
    )
    assert isinstance(used, CursorResult)
    return used.rowcount == 1


def _use_recovery_code(work: Work, person: Person, code: str) -> bool:
    used = work.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person.id,
            RecoveryCode.code_hash == recovery_hash(person.id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=work.now)
    )
    assert isinstance(used, CursorResult)
    if used.rowcount != 1:
        return False
    left = recovery_codes_left(work.session, person.id)
    work.tell(
        person.id,
        N_("A recovery code was used to sign in. %(count)s are left."),
        link=links.second_factor(),
        count=left,
    )
    work.record("second_factor.recovery_code_used", person, left=left)
    return True
