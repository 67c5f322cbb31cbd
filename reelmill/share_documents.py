"""The GraphQL operations about share links."""

from __future__ import annotations

from typing import Final

_SHARE: Final = """
fragment ShareFields on ShareLink {
  id assetId outputId title state createdAt expiresAt revokedAt
}
"""
CREATE_SHARE_LINK: Final = (
    """
mutation CreateShareLink($input: CreateShareLinkInput!) {
  createShareLink(input: $input) {
    url shareLink { ...ShareFields } userErrors { code message field }
  }
}
"""
    + _SHARE
)
REVOKE_SHARE_LINK: Final = (
    """
mutation RevokeShareLink($input: RevokeShareLinkInput!) {
  revokeShareLink(input: $input) {
    shareLink { ...ShareFields } userErrors { code message field }
  }
}
"""
    + _SHARE
)
SHARE_LINKS: Final = (
    "query ShareLinks($id: ID!) { asset(id: $id) { shareLinks { ...ShareFields } } }" + _SHARE
)
