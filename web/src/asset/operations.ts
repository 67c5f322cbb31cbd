/** What the page of an asset reads. */
import { graphql, type ResultOf } from '../graphql';
import { JobLive } from '../jobs/operations';

export const OneAsset = graphql(
  `
    query OneAsset($id: ID!) {
      asset(id: $id) {
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
          code
          message
          hint
        }
        jobs(first: 20) {
          nodes {
            ...JobLive
          }
        }
      }
    }
  `,
  [JobLive],
);

export type AssetDetails = NonNullable<ResultOf<typeof OneAsset>['asset']>;
