"""How the libraries are told to talk to this store."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

from api.adapters.s3_listing import use_fast_listings

if TYPE_CHECKING:
    from types_aiobotocore_s3 import S3Client
    from types_aiobotocore_sts import STSClient

    from api.config import Settings


async def open_clients(
    settings: Settings, stack: AsyncExitStack
) -> tuple[S3Client, S3Client, STSClient | None]:
    """One that talks to the store, one that signs for its public address, one for STS if there is
    a role. `stack` closes them."""
    session = get_session()
    use_fast_listings(session)
    secret = settings.secret_access_key
    common: dict[str, Any] = {
        "region_name": settings.region,
        "aws_access_key_id": settings.access_key_id,
        "aws_secret_access_key": secret.get_secret_value() if secret else None,
        "config": _config(settings),
    }
    s3 = await stack.enter_async_context(
        session.create_client("s3", endpoint_url=settings.s3_endpoint, **common)
    )
    s3.meta.events.register_last("before-parameter-build.s3", _stay)
    signer = await stack.enter_async_context(
        session.create_client("s3", endpoint_url=settings.public_s3_endpoint, **common)
    )
    sts = None
    if settings.sts_role_arn:
        endpoint = settings.sts_endpoint or settings.s3_endpoint
        sts = await stack.enter_async_context(
            session.create_client("sts", endpoint_url=endpoint, **common)
        )
    return s3, signer, sts


def _stay(context: dict[str, Any], **_: Any) -> None:
    """Do not follow a bucket into another region: links would still be signed for this one, and the
    library follows a store that does not name the region for ever."""
    context.setdefault("s3_redirect", {})["redirected"] = True


def _config(settings: Settings) -> AioConfig:
    return AioConfig(
        signature_version="s3v4",
        s3={"addressing_style": settings.s3_addressing_style.value},
        # Stores other than AWS do not all know the checksums that the SDK would add by default.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=50,
        retries={"mode": "standard", "max_attempts": 4},
    )


def is_aws(settings: Settings) -> bool:
    """Whether this is the original and none of the stores that speak its language."""
    host = urlsplit(settings.s3_endpoint or "").hostname or "amazonaws.com"
    return host == "amazonaws.com" or host.endswith((".amazonaws.com", ".amazonaws.com.cn"))
