"""The GraphQL operations that the client sends. A test validates each against the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ASSET: Final = """
fragment AssetFields on Asset {
  id key bucket etag size sha256 md5 title kind status tags duration width height videoCodec
  audioCodec metadata createdAt updatedAt
}
"""
_OUTPUT: Final = """
fragment OutputFields on Output {
  id kind key bucket contentType size files sha256 title start duration width height
  videoCodec audioCodec channels sampleRate languages label bitrate renditions reused
  loudness {
    target truePeak gain limited
    source { integrated range peak }
    made { integrated range peak }
    curve { step values }
  }
  report {
    checks drift blackSeconds frozenSeconds black { start end } frozen { start end }
    vmaf { mean lowest lowestAt step curve }
    bitrate { step values }
  }
}
"""
_OF_JOB: Final = """
  id status waitingReason phase progress etaSeconds speed title preset recipe priority metadata
  error { code message hint } createdAt startedAt finishedAt
"""
_JOB: Final = (
    f"""
fragment JobFields on Job {{
  {_OF_JOB} asset {{ ...AssetFields }} outputs {{ ...OutputFields }}
}}
"""
    + _ASSET
    + _OUTPUT
)
_JOB_ALONE: Final = f"""
fragment JobFields on Job {{ {_OF_JOB} }}
"""
# Links are signed one by one: a list of jobs does without them.
_JOB_AND_LINKS: Final = (
    """
fragment JobAndLinks on Job {
  ...JobFields outputs { url playbackUrl }
  attempts { number status reason memory storage startedAt finishedAt log }
}
"""
    + _JOB
)
_UPLOAD: Final = """
fragment UploadFields on Upload {
  id status method key filename size partSize partCount createdAt expiresAt
}
"""
_SIGNED: Final = """
fragment SignedFields on SignedPart { number url headers { name value } }
"""
_ERRORS: Final = "userErrors { code message field }"

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
JOB: Final = "query Job($id: ID!) { job(id: $id) { ...JobAndLinks } }" + _JOB_AND_LINKS
JOBS: Final = (
    """
query Jobs($first: Int!, $after: String, $filter: JobFilter, $order: JobOrder = CREATED_AT_DESC) {
  jobs(first: $first, after: $after, filter: $filter, orderBy: $order) {
    nodes { ...JobFields } pageInfo { hasNextPage endCursor }
  }
}
"""
    + _JOB
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
    + _ASSET
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
  scanMediaFolder(input: $input) {{ files scan {{ ...ScanFields }} {_ERRORS} }}
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
    + _JOB
)
_PRESET: Final = """
fragment PresetFields on Preset { name version title description builtin recipe }
"""
SAVE_PRESET: Final = (
    f"""
mutation SavePreset($input: SavePresetInput!) {{
  savePreset(input: $input) {{ preset {{ ...PresetFields }} {_ERRORS} }}
}}
"""
    + _PRESET
)
DELETE_PRESET: Final = f"""
mutation DeletePreset($input: DeletePresetInput!) {{
  deletePreset(input: $input) {{ name {_ERRORS} }}
}}
"""


def _on_job(mutation: str, fields: str) -> str:
    name = mutation[0].upper() + mutation[1:]
    return f"""
mutation {name}($input: {name}Input!) {{
  {mutation}(input: $input) {{ job {{ ...JobFields }} {_ERRORS} }}
}}
{fields}"""


START_TRANSCODE: Final = _on_job("startTranscode", _JOB)
START_TRANSCODE_BRIEF: Final = _on_job("startTranscode", _JOB_ALONE)
CANCEL_JOB: Final = _on_job("cancelJob", _JOB)
CANCEL_JOB_BRIEF: Final = _on_job("cancelJob", _JOB_ALONE)
RETRY_JOB: Final = _on_job("retryJob", _JOB)
RETRY_JOB_BRIEF: Final = _on_job("retryJob", _JOB_ALONE)
SET_JOB_PRIORITY: Final = _on_job("setJobPriority", _JOB)
SET_JOB_PRIORITY_BRIEF: Final = _on_job("setJobPriority", _JOB_ALONE)
SAVE_SUBTITLES: Final = (
    f"""
mutation SaveSubtitles($input: SaveSubtitlesInput!) {{
  saveSubtitles(input: $input) {{ outputs {{ ...OutputFields url playbackUrl }} {_ERRORS} }}
}}
"""
    + _OUTPUT
)
ASSET: Final = "query Asset($id: ID!) { asset(id: $id) { ...AssetFields } }" + _ASSET
UPDATE_ASSET: Final = (
    f"""
mutation UpdateAsset($input: UpdateAssetInput!) {{
  updateAsset(input: $input) {{ asset {{ ...AssetFields }} {_ERRORS} }}
}}
"""
    + _ASSET
)
DELETE_ASSET: Final = (
    f"""
mutation DeleteAsset($input: DeleteAssetInput!) {{
  deleteAsset(input: $input) {{ asset {{ ...AssetFields }} {_ERRORS} }}
}}
"""
    + _ASSET
)
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
CREATE_API_KEY: Final = (
    f"""
mutation CreateApiKey($input: CreateApiKeyInput!) {{
  createApiKey(input: $input) {{ apiKey {{ ...KeyFields }} secret {_ERRORS} }}
}}
"""
    + _KEY
)
REVOKE_API_KEY: Final = (
    f"""
mutation RevokeApiKey($input: RevokeApiKeyInput!) {{
  revokeApiKey(input: $input) {{ apiKey {{ ...KeyFields }} {_ERRORS} }}
}}
"""
    + _KEY
)
START_UPLOAD: Final = (
    f"""
mutation StartUpload($input: StartMultipartUploadInput!) {{
  startMultipartUpload(input: $input) {{
    upload {{ ...UploadFields }} parts {{ ...SignedFields }} {_ERRORS}
  }}
}}
"""
    + _UPLOAD
    + _SIGNED
)
UPLOAD: Final = (
    "query Upload($id: ID!) { upload(id: $id) { ...UploadFields parts { number size } } }" + _UPLOAD
)
UPLOADS: Final = (
    """
query Uploads($first: Int!, $after: String, $filter: UploadFilter) {
  uploads(first: $first, after: $after, filter: $filter) {
    nodes { ...UploadFields } pageInfo { hasNextPage endCursor }
  }
}
"""
    + _UPLOAD
)
SIGN_PARTS: Final = (
    f"""
mutation SignParts($input: SignUploadPartsInput!) {{
  signUploadParts(input: $input) {{ parts {{ ...SignedFields }} {_ERRORS} }}
}}
"""
    + _SIGNED
)
COMPLETE_UPLOAD: Final = (
    f"""
mutation CompleteUpload($input: CompleteMultipartUploadInput!) {{
  completeMultipartUpload(input: $input) {{
    upload {{ ...UploadFields asset {{ ...AssetFields }} job {{ ...JobFields }} }} {_ERRORS}
  }}
}}
"""
    + _UPLOAD
    + _JOB
)
COMPLETE_UPLOAD_BRIEF: Final = (
    f"""
mutation CompleteUpload($input: CompleteMultipartUploadInput!) {{
  completeMultipartUpload(input: $input) {{
    upload {{ ...UploadFields }} asset {{ ...AssetFields }} job {{ ...JobFields }} {_ERRORS}
  }}
}}
"""
    + _UPLOAD
    + _ASSET
    + _JOB_ALONE
)
ABORT_UPLOAD: Final = (
    f"""
mutation AbortUpload($input: AbortMultipartUploadInput!) {{
  abortMultipartUpload(input: $input) {{ upload {{ ...UploadFields }} {_ERRORS} }}
}}
"""
    + _UPLOAD
)
JOB_UPDATED: Final = (
    "subscription JobUpdated($id: ID!) { jobUpdated(id: $id) { ...JobAndLinks } }" + _JOB_AND_LINKS
)
# What a key without the scope READ may be told instead. Each of these may be sent twice.
BRIEF: Final[Mapping[str, str]] = {
    VIEWER: VIEWER_BRIEF,
    START_TRANSCODE: START_TRANSCODE_BRIEF,
    CANCEL_JOB: CANCEL_JOB_BRIEF,
    RETRY_JOB: RETRY_JOB_BRIEF,
    SET_JOB_PRIORITY: SET_JOB_PRIORITY_BRIEF,
    COMPLETE_UPLOAD: COMPLETE_UPLOAD_BRIEF,
}
