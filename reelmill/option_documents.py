"""The GraphQL operations about media options."""

from __future__ import annotations

from typing import Final

_OPTIONS: Final = """
fragment OptionFields on MediaOptions {
  tier normalizeAudio subtitleLanguages watermark noWatermark
}
"""
DEFAULTS: Final = (
    "query Defaults { viewer { project { defaults { ...OptionFields } } } }" + _OPTIONS
)
UPDATE_PROJECT: Final = (
    """
mutation UpdateProject($input: UpdateProjectInput!) {
  updateProject(input: $input) {
    project { defaults { ...OptionFields } } userErrors { code message field }
  }
}
"""
    + _OPTIONS
)
ASSET_OPTIONS: Final = (
    """
query AssetOptions($id: ID!) {
  asset(id: $id) {
    options { own { ...OptionFields } effective { ...OptionFields } inherited }
  }
}
"""
    + _OPTIONS
)
