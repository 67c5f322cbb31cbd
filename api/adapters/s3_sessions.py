"""Credentials of the store that live for minutes and may do little: STS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from api.adapters.s3_errors import S3Error, translated
from api.domain.objects import Credentials, SessionCredentials
from api.errors import CredentialsUnavailable, InvalidInput, StorageDenied

if TYPE_CHECKING:
    from types_aiobotocore_sts import STSClient

    from api.config import Settings


class Sessions:
    """AssumeRole with a policy of one's own, where the store has it."""

    def __init__(self, sts: STSClient | None, settings: Settings) -> None:
        self._sts = sts
        self._settings = settings

    async def for_runner(self, *, name: str, policy: dict[str, Any], seconds: int) -> Credentials:
        """For a process of ours. Without STS the store's own keys, where the operator allows that.

        Raises StorageDenied where nothing can be given.
        """
        settings = self._settings
        if self._sts is not None:
            made = await self._assume(self._sts, name, policy, seconds)
            return Credentials(
                made.access_key_id, made.secret_access_key, made.session_token, made.expires_at
            )
        if not settings.allow_plain_keys or not settings.access_key_id:
            raise StorageDenied(
                "no STS: set REELMILL_STS_ROLE_ARN, or REELMILL_ALLOW_PLAIN_KEYS=true"
            )
        secret = settings.secret_access_key
        plain = secret.get_secret_value() if secret else ""
        return Credentials(settings.access_key_id, plain, None, None)

    def require(self) -> STSClient:
        """Raise CredentialsUnavailable where clients get none."""
        if self._sts is None:
            raise CredentialsUnavailable(
                "this installation makes no credentials, because REELMILL_STS_ROLE_ARN is not set;"
                " use startMultipartUpload, whose links need none"
            )
        return self._sts

    async def for_client(
        self, *, name: str, policy: dict[str, Any], seconds: int
    ) -> SessionCredentials:
        """For somebody outside: never the store's own keys.

        Raises CredentialsUnavailable without STS, InvalidInput when the role lives shorter.
        """
        sts = self.require()
        try:
            return await self._assume(sts, name, policy, seconds)
        except S3Error as error:
            # AWS: the role's own maximum, an hour by default, and always an hour where this
            # service's keys come from a role themselves.
            if error.reason in {"ValidationError", "InvalidParameterValue"}:
                raise InvalidInput(
                    f"the store does not give credentials for {seconds:,} seconds; ask for 3,600"
                    " or fewer and renew them with uploadId",
                    field="input.seconds",
                ) from error
            raise

    async def _assume(
        self, sts: STSClient, name: str, policy: dict[str, Any], seconds: int
    ) -> SessionCredentials:
        with translated():
            answer = await sts.assume_role(
                RoleArn=self._settings.sts_role_arn,
                RoleSessionName=name,
                DurationSeconds=seconds,
                Policy=json.dumps(policy),
            )
        made = answer["Credentials"]
        return SessionCredentials(
            made["AccessKeyId"],
            made["SecretAccessKey"],
            made["SessionToken"],
            made["Expiration"],
        )
