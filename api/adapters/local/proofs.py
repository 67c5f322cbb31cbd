"""Who claims: whoever knows the secret that its pipe has brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.domain import tokens

if TYPE_CHECKING:
    from api.domain.execution import Claimant


class PipeProofs:
    """Compares with the hash in the database."""

    async def vouches(self, proof: str, claimant: Claimant) -> bool:
        """Whether this is the secret that was written into the runner's pipe."""
        return tokens.matches(proof, claimant.proof_hash)
