/** What the pages read of jobs. The subscription writes into the same cache as the queries. */
import { graphql, type ResultOf } from '../graphql';

/** How far a job is. */
export const JobProgress = graphql(`
  fragment JobProgress on Job {
    id
    title
    status
    waitingReason
    phase
    progress
    etaSeconds
    speed
    startedAt
    finishedAt
    error {
      code
      message
      hint
    }
  }
`);

export const JobLive = graphql(
  `
    fragment JobLive on Job {
      ...JobProgress
      preset
      createdAt
      firstLook {
        id
      }
      retriedBy {
        id
        status
      }
      outputs {
        id
        kind
        contentType
        size
        files
        duration
        width
        height
        renditions
        key
        url
        playbackUrl
      }
    }
  `,
  [JobProgress],
);

/** What was measured, and how to keep it. Only the pages about one thing read it. */
export const OutputReport = graphql(`
  fragment OutputReport on Output {
    id
    download: url(download: true)
    loudness {
      target
      source {
        integrated
      }
      made {
        integrated
        peak
      }
      curve {
        step
        values
      }
    }
    report {
      checks
      black {
        start
        end
      }
      blackSeconds
      frozen {
        start
        end
      }
      frozenSeconds
      bitrate {
        step
        values
      }
      vmaf {
        mean
        lowest
        lowestAt
        step
        curve
      }
    }
  }
`);

export const OneJob = graphql(
  `
    query OneJob($id: ID!) {
      job(id: $id) {
        ...JobLive
        outputs {
          ...OutputReport
        }
        firstLook {
          ...JobLive
        }
        asset {
          id
          key
          size
          duration
          width
          height
          videoCodec
          audioCodec
        }
        attempts {
          number
          status
          reason
          log
          startedAt
          finishedAt
        }
      }
    }
  `,
  [JobLive, OutputReport],
);

export const JobUpdated = graphql(
  `
    subscription JobUpdated($id: ID!) {
      jobUpdated(id: $id) {
        ...JobLive
      }
    }
  `,
  [JobLive],
);

export const CancelJob = graphql(`
  mutation CancelJob($input: CancelJobInput!) {
    cancelJob(input: $input) {
      job {
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

export const RetryJob = graphql(`
  mutation RetryJob($input: RetryJobInput!) {
    retryJob(input: $input) {
      job {
        id
        retryOf {
          id
          retriedBy {
            id
            status
          }
        }
      }
      userErrors {
        code
        message
      }
    }
  }
`);

/** What is started for an asset, and what has ended: pages about it read again then. */
export const JobsOfAssets = graphql(`
  subscription JobsOfAssets {
    events(types: [JOB_QUEUED, JOB_SUCCEEDED, JOB_FAILED, JOB_CANCELED]) {
      cursor
      node {
        id
        ... on Job {
          asset {
            id
          }
        }
      }
    }
  }
`);

export type Job = ResultOf<typeof JobLive>;
export type JobDetails = NonNullable<ResultOf<typeof OneJob>['job']>;
export type Output = Job['outputs'][number];
export type DetailedOutput = JobDetails['outputs'][number];
export type JobStatus = Job['status'];
