/** One presigned PUT. XHR, because fetch still reports no upload progress. */
import { FileChanged, PutFailed } from './errors';
import type { PartRange } from './parts';
import type { SignedPart } from './signatures';

/** A connection on which nothing moves for so long is dead. */
const SILENCE_MS = 60_000;

export async function putPart(
  file: File,
  target: SignedPart,
  range: PartRange,
  onLoaded: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const body = file.slice(range.start, range.end);
  try {
    await send(target, body, onLoaded, signal);
  } catch (error) {
    // The browser reports an unreadable file as a network error; reading one byte tells.
    if (error instanceof PutFailed && error.status === 0) await mustBeReadable(body);
    throw error;
  }
}

async function mustBeReadable(body: Blob): Promise<void> {
  try {
    await body.slice(0, 1).arrayBuffer();
  } catch (error) {
    throw new FileChanged('the file cannot be read any more', { cause: error });
  }
}

function send(
  target: SignedPart,
  body: Blob,
  onLoaded: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let silence: ReturnType<typeof setTimeout> | undefined;
    const watch = () => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE_MS);
    };
    const stop = () => request.abort();
    request.open('PUT', target.url);
    for (const { name, value } of target.headers) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', (event) => {
      watch();
      onLoaded(event.loaded);
    });
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new PutFailed(request.status, errorCode(request.responseText)));
    });
    request.addEventListener('error', () => reject(new PutFailed(0)));
    request.addEventListener('abort', () =>
      reject(signal.aborted ? (signal.reason as Error) : new PutFailed(0)),
    );
    request.addEventListener('loadend', () => {
      clearTimeout(silence);
      signal.removeEventListener('abort', stop);
    });
    signal.addEventListener('abort', stop);
    watch();
    request.send(body);
  });
}

/** The `<Code>` of an S3 error document. */
const errorCode = (text: string): string | undefined => /<Code>(\w+)<\/Code>/.exec(text)?.[1];
