/** What the board reads: of every job a line, and no links that cost the server a signature. */
import { graphql, type ResultOf, type VariablesOf } from '../graphql';
import { JobProgress } from './operations';

/** What changes while a job is under way. */
export const BoardProgress = graphql(
  `
    fragment BoardProgress on Job {
      ...JobProgress
      priority
      createdAt
    }
  `,
  [JobProgress],
);

export const BoardJob = graphql(
  `
    fragment BoardJob on Job {
      ...BoardProgress
      attempts {
        number
      }
      firstLook {
        id
      }
      retryOf {
        id
      }
      retriedBy {
        id
      }
    }
  `,
  [BoardProgress],
);

/** Where the log goes on from now: asked for before the jobs, so that nothing is missed. */
export const BoardCursor = graphql(`
  query BoardCursor {
    viewer {
      project {
        id
        eventCursor
      }
    }
  }
`);

export const BoardJobs = graphql(
  `
    query BoardJobs(
      $first: Int!
      $after: String
      $status: [JobStatus!]!
      $retried: Boolean
      $order: JobOrder!
    ) {
      jobs(
        first: $first
        after: $after
        filter: { status: $status, retried: $retried }
        orderBy: $order
      ) {
        nodes {
          ...BoardJob
        }
        pageInfo {
          endCursor
          hasNextPage
        }
      }
    }
  `,
  [BoardJob],
);

export const BoardEvents = graphql(
  `
    subscription BoardEvents($after: String!, $types: [EventType!]!) {
      events(after: $after, types: $types) {
        cursor
        type
        entityId
        node {
          id
          ... on Job {
            ...BoardJob
          }
        }
      }
    }
  `,
  [BoardJob],
);

/** Progress is not in the log: jobs that somebody looks at tell it themselves. */
export const BoardJobUpdated = graphql(
  `
    subscription BoardJobUpdated($id: ID!) {
      jobUpdated(id: $id) {
        ...BoardProgress
      }
    }
  `,
  [BoardProgress],
);

export const SetPriority = graphql(`
  mutation SetPriority($input: SetJobPriorityInput!) {
    setJobPriority(input: $input) {
      job {
        id
        priority
      }
      userErrors {
        code
        message
      }
    }
  }
`);

export const CancelJobs = graphql(`
  mutation CancelJobs($input: CancelJobsInput!) {
    cancelJobs(input: $input) {
      jobs {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`);

export const RetryJobs = graphql(`
  mutation RetryJobs($input: RetryJobsInput!) {
    retryJobs(input: $input) {
      jobs {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`);

export type BoardJob = ResultOf<typeof BoardJob>;
export type BoardProgress = ResultOf<typeof BoardProgress>;
export type BoardEvent = ResultOf<typeof BoardEvents>['events'];
export type EventTypes = VariablesOf<typeof BoardEvents>['types'];
