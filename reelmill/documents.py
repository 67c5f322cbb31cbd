"""The GraphQL operations that the client sends. A test validates each against the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reelmill import fragments
from reelmill.fragments import mutation

VIEWER: Final = """
query Viewer { viewer { project { id name prefix eventCursor } keyId keyName scopes } }
"""
VIEWER_BRIEF: Final = """
query Viewer { viewer { project { id name prefix } keyId keyName scopes } }
"""
MUTATIONS: Final = """
query Mutations { __type(name: "Mutation") { fields { name } } }
"""
PRESETS: Final = """
query Presets { presets { name version title description builtin recipe } }
"""
JOB: Final = "query Job($id: ID!) { job(id: $id) { ...JobAndLinks } }" + fragments.JOB_AND_LINKS
JOBS: Final = (
    """
query Jobs($first: Int!, $after: String, $filter: JobFilter, $order: JobOrder = CREATED_AT_DESC) {
  jobs(first: $first, after: $after, filter: $filter, orderBy: $order) {
    nodes { ...JobFields } pageInfo { hasNextPage endCursor }
  }
}
"""
    + fragments.JOB
)
ASSETS: Final = (
    """
query Assets($first: Int!, $after: String, $filter: AssetFilter,
  $order: AssetOrder = CREATED_AT_DESC) {
  assets(first: $first, after: $after, filter: $filter, orderBy: $order) {
    nodes { ...AssetFields } pageInfo { hasNextPage endCursor }
  }
}
"""
    + fragments.ASSET
)
_SCAN: Final = """
fragment ScanFields on Scan {
  id status prefix found registered changed missing skipped error { code message hint }
  createdAt finishedAt
}
"""
START_SCAN: Final = (
    f"""
mutation StartScan($input: ScanMediaFolderInput) {{
  scanMediaFolder(input: $input) {{ files scan {{ ...ScanFields }} {fragments.ERRORS} }}
}}
"""
    + _SCAN
)
SCAN: Final = "query Scan($id: ID!) { scan(id: $id) { ...ScanFields } }" + _SCAN
SCAN_UPDATED: Final = (
    "subscription ScanUpdated($id: ID!) { scanUpdated(id: $id) { ...ScanFields } }" + _SCAN
)
EVENTS: Final = """
subscription Events($after: String, $types: [EventType!]) {
  events(after: $after, types: $types) { cursor type createdAt entityId payload }
}
"""
GALLERY: Final = (
    """
query Gallery($first: Int!, $refresh: Boolean!) {
  gallery(first: $first, refresh: $refresh) {
    generatedAt expiresAt
    items {
      title finishedAt posterUrl playbackUrl files { kind key size url } job { ...JobFields }
    }
  }
}
"""
    + fragments.JOB
)
_PRESET: Final = """
fragment PresetFields on Preset { name version title description builtin recipe }
"""
SAVE_PRESET: Final = mutation("savePreset", "preset { ...PresetFields }", _PRESET)
DELETE_PRESET: Final = mutation("deletePreset", "name")


def _on_job(field: str, fragment: str) -> str:
    return mutation(field, "job { ...JobFields }", fragment)


START_TRANSCODE: Final = _on_job("startTranscode", fragments.JOB)
START_TRANSCODE_BRIEF: Final = _on_job("startTranscode", fragments.JOB_ALONE)
CANCEL_JOB: Final = _on_job("cancelJob", fragments.JOB)
CANCEL_JOB_BRIEF: Final = _on_job("cancelJob", fragments.JOB_ALONE)
RETRY_JOB: Final = _on_job("retryJob", fragments.JOB)
RETRY_JOB_BRIEF: Final = _on_job("retryJob", fragments.JOB_ALONE)
SET_JOB_PRIORITY: Final = _on_job("setJobPriority", fragments.JOB)
SET_JOB_PRIORITY_BRIEF: Final = _on_job("setJobPriority", fragments.JOB_ALONE)
SAVE_SUBTITLES: Final = (
    f"""
mutation SaveSubtitles($input: SaveSubtitlesInput!) {{
  saveSubtitles(input: $input) {{
    outputs {{ ...OutputFields url playbackUrl }} {fragments.ERRORS}
  }}
}}
"""
    + fragments.OUTPUT
)
ASSET: Final = "query Asset($id: ID!) { asset(id: $id) { ...AssetFields } }" + fragments.ASSET
UPDATE_ASSET: Final = mutation("updateAsset", "asset { ...AssetFields }", fragments.ASSET)
DELETE_ASSET: Final = mutation("deleteAsset", "asset { ...AssetFields }", fragments.ASSET)
UPDATE_ASSETS: Final = mutation("updateAssets", "assets { ...AssetFields }", fragments.ASSET)
DELETE_ASSETS: Final = mutation("deleteAssets", "assets { ...AssetFields }", fragments.ASSET)
CANCEL_JOBS: Final = mutation("cancelJobs", "jobs { ...JobFields }", fragments.JOB)
CANCEL_JOBS_BRIEF: Final = mutation("cancelJobs", "jobs { ...JobFields }", fragments.JOB_ALONE)
RETRY_JOBS: Final = mutation("retryJobs", "jobs { ...JobFields }", fragments.JOB)
RETRY_JOBS_BRIEF: Final = mutation("retryJobs", "jobs { ...JobFields }", fragments.JOB_ALONE)
USAGE: Final = """
query Usage($from: DateTime, $to: DateTime) {
  usage(from: $from, to: $to) {
    from to assets sourceBytes outputs outputBytes jobs succeeded failed canceled
    mediaSeconds computeSeconds
  }
}
"""
_KEY: Final = """
fragment KeyFields on ApiKey { id name scopes createdAt expiresAt revokedAt }
"""
API_KEYS: Final = "query ApiKeys { apiKeys { ...KeyFields } }" + _KEY
CREATE_API_KEY: Final = mutation("createApiKey", "apiKey { ...KeyFields } secret", _KEY)
REVOKE_API_KEY: Final = mutation("revokeApiKey", "apiKey { ...KeyFields }", _KEY)
START_UPLOAD: Final = (
    f"""
mutation StartUpload($input: StartMultipartUploadInput!) {{
  startMultipartUpload(input: $input) {{
    upload {{ ...UploadFields }} parts {{ ...SignedFields }} {fragments.ERRORS}
  }}
}}
"""
    + fragments.UPLOAD
    + fragments.SIGNED
)
UPLOAD: Final = (
    "query Upload($id: ID!) { upload(id: $id) { ...UploadFields parts { number size } } }"
    + fragments.UPLOAD
)
UPLOADS: Final = (
    """
query Uploads($first: Int!, $after: String, $filter: UploadFilter) {
  uploads(first: $first, after: $after, filter: $filter) {
    nodes { ...UploadFields } pageInfo { hasNextPage endCursor }
  }
}
"""
    + fragments.UPLOAD
)
SIGN_PARTS: Final = (
    f"""
mutation SignParts($input: SignUploadPartsInput!) {{
  signUploadParts(input: $input) {{ parts {{ ...SignedFields }} {fragments.ERRORS} }}
}}
"""
    + fragments.SIGNED
)
COMPLETE_UPLOAD: Final = (
    f"""
mutation CompleteUpload($input: CompleteMultipartUploadInput!) {{
  completeMultipartUpload(input: $input) {{
    upload {{ ...UploadFields asset {{ ...AssetFields }} job {{ ...JobFields }} }}
    {fragments.ERRORS}
  }}
}}
"""
    + fragments.UPLOAD
    + fragments.JOB
)
COMPLETE_UPLOAD_BRIEF: Final = (
    f"""
mutation CompleteUpload($input: CompleteMultipartUploadInput!) {{
  completeMultipartUpload(input: $input) {{
    upload {{ ...UploadFields }} asset {{ ...AssetFields }} job {{ ...JobFields }}
    {fragments.ERRORS}
  }}
}}
"""
    + fragments.UPLOAD
    + fragments.ASSET
    + fragments.JOB_ALONE
)
ABORT_UPLOAD: Final = (
    f"""
mutation AbortUpload($input: AbortMultipartUploadInput!) {{
  abortMultipartUpload(input: $input) {{ upload {{ ...UploadFields }} {fragments.ERRORS} }}
}}
"""
    + fragments.UPLOAD
)
JOB_UPDATED: Final = (
    "subscription JobUpdated($id: ID!) { jobUpdated(id: $id) { ...JobAndLinks } }"
    + fragments.JOB_AND_LINKS
)
# What a key without the scope READ may be told instead. Each of these may be sent twice.
BRIEF: Final[Mapping[str, str]] = {
    VIEWER: VIEWER_BRIEF,
    START_TRANSCODE: START_TRANSCODE_BRIEF,
    CANCEL_JOB: CANCEL_JOB_BRIEF,
    RETRY_JOB: RETRY_JOB_BRIEF,
    SET_JOB_PRIORITY: SET_JOB_PRIORITY_BRIEF,
    CANCEL_JOBS: CANCEL_JOBS_BRIEF,
    RETRY_JOBS: RETRY_JOBS_BRIEF,
    COMPLETE_UPLOAD: COMPLETE_UPLOAD_BRIEF,
}
