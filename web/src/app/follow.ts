/** A subscription beside the client's cache, for pages that keep what they are told themselves. */
import { stringifyDocument, type TypedDocumentNode } from '@urql/core';
import { sharedSocket } from './connection';

export interface Listener<Data> {
  next: (data: Data) => void;
  /** Codes of the errors that ended it; null where the server has nothing more to tell. */
  ended: (codes: string[] | null) => void;
}

type Errors = readonly { extensions?: Record<string, unknown> | undefined }[];

/**
 * Follows until it is ended, and answers how to do that. The socket repairs itself and asks again
 * with the variables as they are then: one with a getter goes on where the last answer has led.
 */
export function follow<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  { next, ended }: Listener<Data>,
): () => void {
  let over = false;
  let stop: (() => void) | undefined;
  const end = (errors: Errors | null) => {
    if (over) return;
    over = true;
    stop?.();
    ended(errors && errors.map(({ extensions }) => String(extensions?.['code'] ?? '')));
  };
  stop = sharedSocket().subscribe(
    { query: stringifyDocument(document), variables },
    {
      next: ({ data, errors }) => {
        if (over) return;
        // What came with errors is not whole: whoever follows asks again from before it.
        if (errors || !data) end(errors ?? []);
        else next(data as Data);
      },
      error: (error) => end(Array.isArray(error) ? (error as Errors) : []),
      complete: () => end(null),
    },
  );
  return () => {
    over = true;
    stop?.();
  };
}
