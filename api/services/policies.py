"""Pure: session policies that narrow S3 credentials to one task.

The syntax is that of AWS IAM; stores with STS understand it.
"""

from __future__ import annotations

from typing import Any

from schema.job import SourceRef, Target


def for_task(source: SourceRef, target: Target) -> dict[str, Any]:
    """Read one source, write below one prefix, and nothing else."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["s3:GetObject"],
                "Resource": [_object(source.bucket, source.key)],
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
        ],
    }


def _object(bucket: str, key: str) -> str:
    # `*`, `?` and `$` mean something in a policy; `?` matches each of them and every store knows
    # it, which the escapes of AWS are not.
    literal = "".join("?" if character in "*$" else character for character in key)
    return f"arn:aws:s3:::{bucket}/{literal}"
