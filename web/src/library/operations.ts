/** What the library reads of assets. */
import { graphql, type ResultOf } from '../graphql';
import { JobLive } from '../jobs/operations';

export const AssetCard = graphql(
  `
    fragment AssetCard on Asset {
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
      error {
        message
        hint
      }
      jobs(first: 1) {
        nodes {
          ...JobLive
        }
      }
    }
  `,
  [JobLive],
);

export const Assets = graphql(
  `
    query Assets($first: Int!, $after: String, $filter: AssetFilter) {
      assets(first: $first, after: $after, filter: $filter) {
        nodes {
          ...AssetCard
        }
        pageInfo {
          endCursor
          hasNextPage
        }
      }
    }
  `,
  [AssetCard],
);

export type Asset = ResultOf<typeof AssetCard>;
