"""The GraphQL operations that do the same with many things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reelmill import fragments


def _on_many(mutation: str, things: str, fields: str, fragment: str) -> str:
    name = mutation[0].upper() + mutation[1:]
    return f"""
mutation {name}($input: {name}Input!) {{
  {mutation}(input: $input) {{ {things} {{ ...{fields} }} {fragments.ERRORS} }}
}}
{fragment}"""


UPDATE_ASSETS: Final = _on_many("updateAssets", "assets", "AssetFields", fragments.ASSET)
DELETE_ASSETS: Final = _on_many("deleteAssets", "assets", "AssetFields", fragments.ASSET)
CANCEL_JOBS: Final = _on_many("cancelJobs", "jobs", "JobFields", fragments.JOB)
CANCEL_JOBS_BRIEF: Final = _on_many("cancelJobs", "jobs", "JobFields", fragments.JOB_ALONE)
RETRY_JOBS: Final = _on_many("retryJobs", "jobs", "JobFields", fragments.JOB)
RETRY_JOBS_BRIEF: Final = _on_many("retryJobs", "jobs", "JobFields", fragments.JOB_ALONE)
# What a key without the scope READ may be told instead.
BRIEF: Final[Mapping[str, str]] = {
    CANCEL_JOBS: CANCEL_JOBS_BRIEF,
    RETRY_JOBS: RETRY_JOBS_BRIEF,
}
