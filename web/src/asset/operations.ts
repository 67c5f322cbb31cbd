/** What the page of an asset reads. */
import { graphql, type ResultOf } from '../graphql';
import { JobLive, OutputReport } from '../jobs/operations';

/** What is known of the file itself. */
export const AssetFacts = graphql(`
  fragment AssetFacts on Asset {
    id
    title
    key
    kind
    status
    size
    duration
    width
    height
    videoCodec
    audioCodec
    tags
    createdAt
  }
`);

export const OneAsset = graphql(
  `
    query OneAsset($id: ID!) {
      asset(id: $id) {
        ...AssetFacts
        probe
        error {
          code
          message
          hint
        }
        shareLinks {
          id
          state
          expiresAt
          createdAt
        }
        jobs(first: 20) {
          nodes {
            ...JobLive
            outputs {
              ...OutputReport
            }
          }
        }
      }
    }
  `,
  [AssetFacts, JobLive, OutputReport],
);

export const CreateShareLink = graphql(`
  mutation CreateShareLink($input: CreateShareLinkInput!) {
    createShareLink(input: $input) {
      url
      shareLink {
        id
        state
      }
      userErrors {
        code
        message
      }
    }
  }
`);

export const RevokeShareLink = graphql(`
  mutation RevokeShareLink($input: RevokeShareLinkInput!) {
    revokeShareLink(input: $input) {
      shareLink {
        id
        state
      }
      userErrors {
        code
        message
      }
    }
  }
`);

export type AssetDetails = NonNullable<ResultOf<typeof OneAsset>['asset']>;
