/** What the clip editor reads, and what it starts. */
import { graphql, type ResultOf } from '../graphql';
import { JobProgress } from '../jobs/operations';

export const ClipAsset = graphql(
  `
    query ClipAsset($id: ID!) {
      asset(id: $id) {
        id
        title
        kind
        duration
        probe
        jobs(first: 50) {
          nodes {
            ...JobProgress
            recipe
            outputs {
              id
              kind
              url
              playbackUrl
              videoCodec
            }
          }
        }
      }
    }
  `,
  [JobProgress],
);

export const StartJob = graphql(`
  mutation StartJob($input: StartTranscodeInput!) {
    startTranscode(input: $input) {
      job {
        id
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export type FilmAsset = NonNullable<ResultOf<typeof ClipAsset>['asset']>;
export type FilmJob = FilmAsset['jobs']['nodes'][number];
export type FilmOutput = FilmJob['outputs'][number];
