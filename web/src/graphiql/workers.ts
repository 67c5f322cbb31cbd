/**
 * The workers of GraphiQL's editor. Our own wrappers, because the ready-made set-up
 * (`graphiql/setup-workers/vite`) does not run under `vite dev`: graphql/graphiql#4473.
 */
import EditorWorker from './workers/editor?worker';
import GraphQLWorker from './workers/graphql?worker';
import JsonWorker from './workers/json?worker';

const makers: Record<string, new () => Worker> = { json: JsonWorker, graphql: GraphQLWorker };

Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_: string, label: string) => new (makers[label] ?? EditorWorker)(),
  },
});
