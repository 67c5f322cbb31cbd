/** What the page of subtitles reads and writes. */
import { graphql, type ResultOf } from '../graphql';
import { JobLive } from '../jobs/operations';

export const JobSubtitles = graphql(
  `
    query JobSubtitles($id: ID!) {
      job(id: $id) {
        ...JobLive
      }
    }
  `,
  [JobLive],
);

export const SaveSubtitles = graphql(`
  mutation SaveSubtitles($input: SaveSubtitlesInput!) {
    saveSubtitles(input: $input) {
      outputs {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`);

export type SubtitledJob = NonNullable<ResultOf<typeof JobSubtitles>['job']>;
