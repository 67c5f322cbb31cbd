"""`startMultipartUpload`, `signUploadParts`, `completeMultipartUpload`, `abortMultipartUpload`."""

from __future__ import annotations

from typing import Final
from uuid import UUID

import orjson
import strawberry
from strawberry.scalars import JSON

from api.domain import checksums, ids
from api.domain.checksums import Checksums
from api.errors import InvalidInput
from api.graphql.context import Info
from api.graphql.mutations.options import MediaOptionsInput
from api.graphql.mutations.refusals import plain, refusals_as
from api.graphql.types.asset import Asset
from api.graphql.types.common import IDEMPOTENCY_KEY, UserError
from api.graphql.types.job import Job
from api.graphql.types.scalars import Int64
from api.graphql.types.upload import SignedPart, Upload
from api.services.upload_checks import StartUpload, WantedPart

# A page of a hundred rows brings the metadata of each along.
MAX_METADATA: Final = 65_536


@strawberry.input(description="What is known of the file")
class StartMultipartUploadInput:
    """What is known of the file."""

    filename: str = strawberry.field(description="Becomes the end of the object's key")
    size: Int64 | None = strawberry.field(default=None, description="Bytes, when known")
    content_type: str | None = strawberry.field(
        default=None, description="Of the object, such as video/mp4"
    )
    part_size: Int64 | None = strawberry.field(
        default=None, description="Bytes of every part but the last: 5 MiB to 5 GiB"
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
    first_look: bool = strawberry.field(
        default=False,
        description="Of that job: make the lowest rung of the ladder first, as a job of its own",
    )
    title: str | None = strawberry.field(default=None, description="Of the asset")
    sign_parts: int = strawberry.field(
        default=0, description="How many first parts to sign at once, up to 100"
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.type
class StartMultipartUploadPayload:
    """The open upload and its first links."""

    upload: Upload | None = None
    parts: list[SignedPart] = strawberry.field(default_factory=list)
    user_errors: list[UserError]


@strawberry.input(description="A part, and what its body must have: the store refuses another")
class PartToSignInput:
    """A part, and what its body must have: the store refuses another."""

    number: int = strawberry.field(description="1 to 10,000")
    sha256: str | None = strawberry.field(
        default=None, description="In hex or base64; for every part of an upload or for none"
    )
    md5: str | None = strawberry.field(default=None, description="In hex or base64")


@strawberry.input(
    description="Which parts, up to 100: by number, or with checksums, which links then demand"
)
class SignUploadPartsInput:
    """Which parts, up to 100: by number, or with checksums that are signed into the links."""

    upload_id: strawberry.ID = strawberry.field(description="An upload that is STARTED")
    part_numbers: list[int] | None = strawberry.field(default=None, description="Without checksums")
    parts: list[PartToSignInput] | None = strawberry.field(
        default=None, description="With checksums"
    )


@strawberry.type
class SignUploadPartsPayload:
    """Their links."""

    parts: list[SignedPart] = strawberry.field(default_factory=list)
    user_errors: list[UserError]


@strawberry.input(description="A part as the client knows it")
class UploadPartInput:
    """A part as the client knows it."""

    number: int = strawberry.field(description="1 to 10,000")
    etag: str = strawberry.field(description="As the store has answered it")


@strawberry.input(description="Parts are optional: the store is asked")
class CompleteMultipartUploadInput:
    """Parts are optional: the store is asked."""

    upload_id: strawberry.ID = strawberry.field(description="An upload that is STARTED")
    parts: list[UploadPartInput] | None = strawberry.field(
        default=None,
        description="Compared with what the store holds; without them the store decides",
    )


@strawberry.type
class CompleteMultipartUploadPayload:
    """The whole file, and the job of its preset."""

    upload: Upload | None = None
    asset: Asset | None = None
    job: Job | None = None
    user_errors: list[UserError]


@strawberry.input(description="Which upload")
class AbortMultipartUploadInput:
    """Which upload."""

    upload_id: strawberry.ID = strawberry.field(description="An upload that is STARTED")


@strawberry.type
class AbortMultipartUploadPayload:
    """The closed upload."""

    upload: Upload | None = None
    user_errors: list[UserError]


@refusals_as(lambda errors: StartMultipartUploadPayload(user_errors=errors))
async def start_multipart_upload(
    info: Info, input: StartMultipartUploadInput
) -> StartMultipartUploadPayload:
    """Open an upload."""
    context = info.context
    wanted = StartUpload(
        filename=input.filename,
        size=input.size,
        content_type=input.content_type,
        part_size=input.part_size,
        sha256=input.sha256,
        metadata=json_object(input.metadata, field="input.metadata"),
        options=plain(input.options or MediaOptionsInput()),
        preset=input.preset,
        first_look=input.first_look,
        title=input.title,
        sign_parts=input.sign_parts,
        idempotency_key=input.idempotency_key,
    )
    upload, signed = await context.services.uploads.start(context.writer, wanted)
    return StartMultipartUploadPayload(
        upload=Upload.of(upload), parts=[SignedPart.of(p) for p in signed], user_errors=[]
    )


@refusals_as(lambda errors: SignUploadPartsPayload(user_errors=errors))
async def sign_upload_parts(info: Info, input: SignUploadPartsInput) -> SignUploadPartsPayload:
    """Links for some parts, or new ones for those that have expired."""
    context = info.context
    signed = await context.services.uploads.sign(
        context.writer, upload_id(input.upload_id), _wanted_parts(input)
    )
    return SignUploadPartsPayload(parts=[SignedPart.of(p) for p in signed], user_errors=[])


@refusals_as(lambda errors: CompleteMultipartUploadPayload(user_errors=errors))
async def complete_multipart_upload(
    info: Info, input: CompleteMultipartUploadInput
) -> CompleteMultipartUploadPayload:
    """Join the parts."""
    context = info.context
    stated = None if input.parts is None else [(p.number, p.etag) for p in input.parts]
    done = await context.services.uploads.complete(
        context.writer, upload_id(input.upload_id), stated
    )
    return CompleteMultipartUploadPayload(
        upload=Upload.of(done.upload),
        asset=Asset.of(done.asset),
        job=Job.of(done.job) if done.job else None,
        user_errors=[],
    )


@refusals_as(lambda errors: AbortMultipartUploadPayload(user_errors=errors))
async def abort_multipart_upload(
    info: Info, input: AbortMultipartUploadInput
) -> AbortMultipartUploadPayload:
    """Throw the parts away."""
    context = info.context
    upload = await context.services.uploads.abort(context.writer, upload_id(input.upload_id))
    return AbortMultipartUploadPayload(upload=Upload.of(upload), user_errors=[])


def _wanted_parts(input: SignUploadPartsInput) -> list[WantedPart]:
    if (input.part_numbers is None) == (input.parts is None):
        raise InvalidInput("give either partNumbers or parts", field="input")
    if input.parts is None:
        return [WantedPart(number) for number in input.part_numbers or []]
    return [WantedPart(part.number, _checksums(part)) for part in input.parts]


def _checksums(part: PartToSignInput) -> Checksums:
    field = "input.parts"
    return Checksums(
        sha256=None if part.sha256 is None else checksums.sha256(part.sha256, field=field),
        md5=None if part.md5 is None else checksums.md5(part.md5, field=field),
    )


def upload_id(text: str) -> UUID:
    """The id inside an opaque one. Raises InvalidId."""
    return ids.expect(ids.Kind.UPLOAD, text, field="input.uploadId")


def json_object(value: object, *, field: str) -> dict[str, object]:
    """A JSON object of up to 64 KiB, or an empty one. Raises InvalidInput."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidInput("must be a JSON object", field=field)
    try:
        size = len(orjson.dumps(value))
    except TypeError:
        # Out of a document, where neither JSON nor the client's own types stand guard.
        raise InvalidInput("holds a value that is no JSON of ours", field=field) from None
    if size > MAX_METADATA:
        raise InvalidInput(f"has {MAX_METADATA:,} bytes of JSON at most", field=field)
    return value
