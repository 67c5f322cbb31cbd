/** The API calls of an upload, with its answers turned into values and our errors. */
import type { Client, OperationResult } from '@urql/core';
import { isAccessError } from '../app/client';
import { graphql } from '../graphql';
import { AccessEnded, Refused, Unreachable } from './errors';
import type { SignedPart } from './signatures';

const Start = graphql(`
  mutation StartUpload($input: StartMultipartUploadInput!) {
    startMultipartUpload(input: $input) {
      upload {
        id
        partSize
      }
      parts {
        number
        url
        headers {
          name
          value
        }
        expiresAt
      }
      userErrors {
        code
        message
      }
    }
  }
`);

const SignParts = graphql(`
  mutation SignParts($input: SignUploadPartsInput!) {
    signUploadParts(input: $input) {
      parts {
        number
        url
        headers {
          name
          value
        }
        expiresAt
      }
      userErrors {
        code
        message
      }
    }
  }
`);

const Complete = graphql(`
  mutation CompleteUpload($input: CompleteMultipartUploadInput!) {
    completeMultipartUpload(input: $input) {
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

const Abort = graphql(`
  mutation AbortUpload($input: AbortMultipartUploadInput!) {
    abortMultipartUpload(input: $input) {
      userErrors {
        code
        message
      }
    }
  }
`);

const StoredParts = graphql(`
  query StoredParts($id: ID!) {
    upload(id: $id) {
      id
      status
      partSize
      job {
        id
      }
      parts {
        number
        size
        etag
      }
    }
  }
`);

export interface FileFacts {
  name: string;
  size: number;
  type: string;
  /** Of the asset; null lets its name be its title. */
  title: string | null;
}

export interface StartedUpload {
  id: string;
  partSize: number;
  parts: SignedPart[];
}

const Unfinished = graphql(`
  query UnfinishedUploads {
    uploads(first: 50, filter: { status: [STARTED] }) {
      nodes {
        id
        filename
        size
        method
      }
    }
  }
`);

export interface StoredPart {
  number: number;
  size: number;
  etag: string;
}

/** What the server knows of an upload. */
export interface StoredUpload {
  open: boolean;
  completed: boolean;
  partSize: number;
  parts: StoredPart[];
  jobId: string | null;
}

/** An upload that the server waits for, whoever began it. */
export interface UnfinishedUpload {
  id: string;
  name: string;
  size: number;
}

/** What the queue needs of the server. Every call rejects with one of our errors. */
export interface UploadApi {
  start: (file: FileFacts, preset: string, idempotencyKey: string) => Promise<StartedUpload>;
  sign: (uploadId: string, numbers: number[]) => Promise<SignedPart[]>;
  /** Null when the server knows no such upload. */
  stored: (uploadId: string) => Promise<StoredUpload | null>;
  unfinished: () => Promise<UnfinishedUpload[]>;
  /** The id of the job that begins with it, if there is one. */
  complete: (uploadId: string) => Promise<string | null>;
  abort: (uploadId: string) => Promise<void>;
}

/** How many parts come signed with the first answer: enough to fill every lane. */
const FIRST_PARTS = 4;

export function uploadApi(client: Client): UploadApi {
  return {
    async start(file, preset, idempotencyKey) {
      const input = {
        filename: file.name,
        size: file.size,
        contentType: file.type || null,
        title: file.title,
        // Of an upload that was begun elsewhere nobody here knows it.
        preset: preset || null,
        firstLook: preset !== '',
        signParts: FIRST_PARTS,
        idempotencyKey,
      };
      const data = answered(await client.mutation(Start, { input }));
      const { upload, parts } = accepted(data.startMultipartUpload);
      if (!upload) throw new Unreachable('the answer has no upload');
      return { ...upload, parts };
    },
    async sign(uploadId, partNumbers) {
      const input = { uploadId, partNumbers };
      const data = answered(await client.mutation(SignParts, { input }));
      return accepted(data.signUploadParts).parts;
    },
    async stored(id) {
      const context = { requestPolicy: 'network-only' as const };
      const { upload } = answered(await client.query(StoredParts, { id }, context));
      if (!upload) return null;
      const { status, partSize, parts, job } = upload;
      const jobId = job?.id ?? null;
      const completed = status === 'COMPLETED';
      return { open: status === 'STARTED', completed, partSize, parts, jobId };
    },
    async unfinished() {
      const context = { requestPolicy: 'network-only' as const };
      const { uploads } = answered(await client.query(Unfinished, {}, context));
      // What an S3 client sends with credentials of its own has no part links.
      return uploads.nodes.flatMap(({ id, filename, size, method }) =>
        size !== null && method !== 'CREDENTIALS' ? [{ id, name: filename, size }] : [],
      );
    },
    async complete(uploadId) {
      const data = answered(await client.mutation(Complete, { input: { uploadId } }));
      return accepted(data.completeMultipartUpload).job?.id ?? null;
    },
    async abort(uploadId) {
      const data = answered(await client.mutation(Abort, { input: { uploadId } }));
      accepted(data.abortMultipartUpload);
    },
  };
}

function answered<T>({ data, error }: OperationResult<T>): T {
  if (error && isAccessError(error)) throw new AccessEnded('signed out');
  const refusal = error?.graphQLErrors[0];
  if (refusal) throw refusalOf(String(refusal.extensions['code'] ?? 'UNKNOWN'), refusal.message);
  if (error || !data) throw new Unreachable(error?.message ?? 'no answer');
  return data;
}

function accepted<T extends { userErrors: { code: string; message: string }[] }>(payload: T): T {
  const [first] = payload.userErrors;
  if (first) throw refusalOf(first.code, first.message);
  return payload;
}

/** The store or the database may be back in a moment: worth another try. */
const PASSING = new Set(['UNAVAILABLE', 'STORAGE_UNAVAILABLE', 'DATABASE_UNAVAILABLE', 'INTERNAL']);

const refusalOf = (code: string, message: string): Error =>
  PASSING.has(code) ? new Unreachable(message) : new Refused(code, message);
