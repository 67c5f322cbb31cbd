"""The first key of an installation: made by us, brought by the operator, or kept in a Secret."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Protocol, Self

from api.domain import tokens
from api.errors import BadConfiguration


class Keeper(Protocol):
    """Where the key is kept for people to read."""

    async def read(self) -> str | None:
        """The key that is there."""

    async def write(self, key: str | None) -> None:
        """Put this key there, or take away what is there."""


@dataclass(frozen=True, slots=True)
class FirstKey:
    """The key that becomes the first one, should the database know none yet.

    A keeper gets it before the database does: a crash between the two leaves a key that the next
    run takes up, and never one in the database that nobody knows.
    """

    key: tokens.ApiKey
    keeper: Keeper | None = None
    fresh: bool = True

    @classmethod
    async def choose(cls, keeper: Keeper | None, brought: str | None) -> Self:
        """Raises BadConfiguration when what was brought, or what the keeper holds, is no key."""
        if brought:
            return cls(_parsed(brought, "REELMILL_FIRST_KEY"), fresh=False)
        if keeper is None:
            return cls(tokens.new_api_key())
        held = await keeper.read()
        if held:
            return cls(_parsed(held, "the Secret of the first key"), keeper, fresh=False)
        key = tokens.new_api_key()
        await keeper.write(key.text)
        return cls(key, keeper)

    async def settle(self, *, made: bool) -> str | None:
        """What may be printed. `made`: the database knew no key, and has taken this one."""
        if self.keeper and self.fresh and not made:
            await self.keeper.write(None)
            print(
                "the database has keys already, such as those of a backup; the Secret of the first"
                " key stays empty",
                file=sys.stderr,
            )
        return self.key.text if made and self.fresh and not self.keeper else None


def _parsed(text: str, where: str) -> tokens.ApiKey:
    key = tokens.parse_api_key(text.strip())
    if key is None:
        raise BadConfiguration(
            f"{where}: is no API key; it looks like rm_<12 letters or digits>_<38 more>, and its"
            " last six are a checksum; leave it out, and one is made"
        )
    return key
