"""What the operations of the client ask of a thing, wherever it stands in them; and how a mutation
is written that takes one input."""

from __future__ import annotations

from typing import Final

ASSET: Final = """
fragment AssetFields on Asset {
  id key bucket etag size sha256 md5 title kind status tags duration width height videoCodec
  audioCodec metadata createdAt updatedAt
}
"""
OUTPUT: Final = """
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
JOB: Final = (
    f"""
fragment JobFields on Job {{
  {_OF_JOB} asset {{ ...AssetFields }} outputs {{ ...OutputFields }}
}}
"""
    + ASSET
    + OUTPUT
)
JOB_ALONE: Final = f"""
fragment JobFields on Job {{ {_OF_JOB} }}
"""
# Links are signed one by one: a list of jobs does without them.
JOB_AND_LINKS: Final = (
    """
fragment JobAndLinks on Job {
  ...JobFields outputs { url playbackUrl }
  attempts { number status reason memory storage startedAt finishedAt log }
}
"""
    + JOB
)
UPLOAD: Final = """
fragment UploadFields on Upload {
  id status method key filename size partSize partCount createdAt expiresAt
}
"""
SIGNED: Final = """
fragment SignedFields on SignedPart { number url headers { name value } }
"""
ERRORS: Final = "userErrors { code message field }"


def mutation(field: str, answer: str, fragment: str = "") -> str:
    """The operation of a mutation's field: what it answers besides its errors, and the fragment
    that this names."""
    name = field[0].upper() + field[1:]
    return f"""
mutation {name}($input: {name}Input!) {{
  {field}(input: $input) {{ {answer} {ERRORS} }}
}}
{fragment}"""
