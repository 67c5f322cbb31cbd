"""`createUploadCredentials`."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import strawberry
from strawberry.scalars import JSON

from api.errors import InvalidInput
from api.graphql.context import Info
from api.graphql.mutations.options import MediaOptionsInput
from api.graphql.mutations.refusals import plain, refusals_as
from api.graphql.mutations.uploads import json_object, upload_id
from api.graphql.types.common import IDEMPOTENCY_KEY, UserError
from api.graphql.types.scalars import Int64
from api.graphql.types.upload import Upload
from api.services.upload_checks import StartUpload

if TYPE_CHECKING:
    from api.config import Settings
    from api.services.upload_credentials import Given


@strawberry.input(
    description="What is known of the file; or `uploadId` alone, to renew an upload's credentials"
)
class CreateUploadCredentialsInput:
    """What is known of the file; or `uploadId` alone, to renew the credentials of an upload."""

    filename: str | None = strawberry.field(
        default=None, description="Becomes the end of the object's key; needed for a new upload"
    )
    size: Int64 | None = strawberry.field(default=None, description="Bytes, when known")
    content_type: str | None = strawberry.field(
        default=None, description="Kept in the upload's record; the S3 client sets the object's own"
    )
    sha256: str | None = strawberry.field(
        default=None,
        description="Of the whole file, in hex or base64; completing the upload compares it",
    )
    metadata: JSON | None = strawberry.field(
        default=None, description="A JSON object of up to 64 KiB"
    )
    options: MediaOptionsInput | None = strawberry.field(
        default=None, description="Of the asset, for jobs by preset"
    )
    preset: str | None = strawberry.field(
        default=None, description="Completing the upload starts this job in the same transaction"
    )
    title: str | None = strawberry.field(default=None, description="Of the asset")
    seconds: int = strawberry.field(
        default=3600, description="Life of the credentials, 900 to 43,200; a role may allow less"
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)
    upload_id: strawberry.ID | None = strawberry.field(
        default=None, description="An upload whose credentials are renewed"
    )


@strawberry.type(description="For any S3 client; they may write one key and do nothing else")
class UploadCredentials:
    """STS credentials, and where they are good."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    expires_at: datetime
    endpoint: str | None = strawberry.field(description="null means AWS")
    region: str
    bucket: str
    key: str
    addressing_style: str = strawberry.field(description="path, virtual or auto")

    @classmethod
    def of(cls, given: Given, settings: Settings) -> UploadCredentials:
        """From the service's value."""
        made = given.credentials
        return cls(
            access_key_id=made.access_key_id,
            secret_access_key=made.secret_access_key,
            session_token=made.session_token,
            expires_at=made.expires_at,
            endpoint=settings.public_s3_endpoint,
            region=settings.region,
            bucket=given.upload.bucket,
            key=given.upload.key,
            addressing_style=settings.s3_addressing_style.value,
        )


@strawberry.type
class CreateUploadCredentialsPayload:
    """The open upload, and what sends it."""

    upload: Upload | None = None
    credentials: UploadCredentials | None = None
    user_errors: list[UserError]


@refusals_as(lambda errors: CreateUploadCredentialsPayload(user_errors=errors))
async def create_upload_credentials(
    info: Info, input: CreateUploadCredentialsInput
) -> CreateUploadCredentialsPayload:
    """Make or renew them."""
    services = info.context.services
    who = info.context.writer
    if (input.filename is None) == (input.upload_id is None):
        raise InvalidInput("give either filename or uploadId", field="input")
    if input.upload_id is not None:
        known = upload_id(input.upload_id)
        given = await services.upload_credentials.renew(who, known, input.seconds)
    else:
        wanted = StartUpload(
            filename=input.filename or "",
            size=input.size,
            content_type=input.content_type,
            sha256=input.sha256,
            metadata=json_object(input.metadata, field="input.metadata"),
            options=plain(input.options or MediaOptionsInput()),
            preset=input.preset,
            title=input.title,
            idempotency_key=input.idempotency_key,
        )
        given = await services.upload_credentials.create(who, wanted, input.seconds)
    return CreateUploadCredentialsPayload(
        upload=Upload.of(given.upload),
        credentials=UploadCredentials.of(given, services.settings),
        user_errors=[],
    )
