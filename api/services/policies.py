"""Pure: session policies that narrow S3 credentials to one task.

The syntax is that of AWS IAM; stores with STS understand it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from schema.job import Target, TranscribeAccess
from schema.source import SourceRef

# Where a role trusts everybody, as examples of some stores have it, a session could assume the role
# anew without a policy and would then own the store. A denial holds for that too.
_NO_MORE_SESSIONS: Final = {"Effect": "Deny", "Action": ["sts:*"], "Resource": ["*"]}
_WILDCARDS: Final = frozenset("*?$")


def for_task(
    sources: Sequence[SourceRef],
    target: Target,
    *,
    folders: Sequence[str] = (),
    transcribe: TranscribeAccess | None = None,
) -> dict[str, Any]:
    """Read these objects, write below one prefix, and nothing else; in the target's bucket
    `folders` are read. With `transcribe` Amazon is asked to listen, too."""
    readable = [_object(source.bucket, source.key) for source in sources]
    readable += [_object(target.bucket, folder) + "*" for folder in folders]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject"],
                "Resource": readable,
            },
            {
                "Effect": "Allow",
                "Action": [
                    "s3:PutObject",
                    "s3:AbortMultipartUpload",
                    "s3:ListMultipartUploadParts",
                ],
                "Resource": [_object(target.bucket, target.prefix) + "*"],
            },
            *(for_transcribe(target.bucket, transcribe) if transcribe else ()),
            _NO_MORE_SESSIONS,
        ],
    }


def for_transcribe(bucket: str, access: TranscribeAccess) -> list[dict[str, Any]]:
    """Statements by which a task has Amazon Transcribe listen, and sees nobody else's jobs there.

    Amazon reads the sound and writes the words with the rights of whoever asks.
    """
    return [
        {
            "Effect": "Allow",
            "Action": ["s3:GetObject", "s3:PutObject"],
            "Resource": [_object(bucket, access.prefix) + "*"],
        },
        {
            # Starting knows no resources; a job that is under way has a name.
            "Effect": "Allow",
            "Action": ["transcribe:StartTranscriptionJob"],
            "Resource": ["*"],
            "Condition": {"StringEquals": {"transcribe:OutputBucketName": bucket}},
        },
        {
            "Effect": "Allow",
            "Action": ["transcribe:GetTranscriptionJob", "transcribe:DeleteTranscriptionJob"],
            "Resource": [f"arn:aws:transcribe:*:*:transcription-job/{access.jobs}*"],
        },
    ]


def for_upload(bucket: str, key: str) -> dict[str, Any]:
    """Write exactly one object, whole or in parts, and nothing else: not even read it.

    Raises ValueError for a key with wildcards: uploads never have such keys.
    """
    if set(key) & _WILDCARDS:
        raise ValueError(f"{key!r} would open more than one key")
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": [
                    "s3:PutObject",
                    "s3:AbortMultipartUpload",
                    "s3:ListMultipartUploadParts",
                ],
                "Resource": [_object(bucket, key)],
            },
            _NO_MORE_SESSIONS,
        ],
    }


def _object(bucket: str, key: str) -> str:
    # `*`, `?` and `$` mean something in a policy; `?` matches each of them and every store knows
    # it, which the escapes of AWS are not.
    literal = "".join("?" if character in "*$" else character for character in key)
    return f"arn:aws:s3:::{bucket}/{literal}"
