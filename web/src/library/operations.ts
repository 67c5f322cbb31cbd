/** What the library reads of assets, and what can be done with many of them. */
import { AssetFacts } from '../asset/operations';
import { graphql, type ResultOf } from '../graphql';
import { JobProgress } from '../jobs/operations';

export const AssetCard = graphql(
  `
    fragment AssetCard on Asset {
      ...AssetFacts
      poster: newest(kind: POSTER) {
        id
        url
      }
      preview: newest(kind: PREVIEW) {
        id
        url
        contentType
      }
      seekIndex: newest(kind: VTT) {
        id
        playbackUrl
      }
      jobs(first: 1) {
        nodes {
          ...JobProgress
        }
      }
    }
  `,
  [AssetFacts, JobProgress],
);

export const Assets = graphql(
  `
    query Assets($first: Int!, $after: String, $filter: AssetFilter, $orderBy: AssetOrder!) {
      assets(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
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

/** Tells that the list may have changed. */
export const LibraryEvents = graphql(`
  subscription LibraryEvents($types: [EventType!]!) {
    events(types: $types) {
      cursor
      type
    }
  }
`);

export const ScanLibrary = graphql(`
  mutation ScanLibrary {
    scanMediaFolder {
      found
      registered
      scan {
        id
        status
      }
      userErrors {
        code
        message
      }
    }
  }
`);

export const DeleteAssets = graphql(`
  mutation DeleteAssets($input: DeleteAssetsInput!) {
    deleteAssets(input: $input) {
      assets {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`);

export const TagAssets = graphql(`
  mutation TagAssets($input: UpdateAssetsInput!) {
    updateAssets(input: $input) {
      assets {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`);

export const StartPreset = graphql(`
  mutation StartPreset($input: StartTranscodeInput!) {
    startTranscode(input: $input) {
      job {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`);

export type Asset = ResultOf<typeof AssetCard>;
export type AssetJob = Asset['jobs']['nodes'][number];
