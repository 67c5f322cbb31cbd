import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// `npm run dev` shows this folder over a stack that runs already. The API accepts pages of its own
// origin only, so that is what the proxy says. GraphiQL is at /graphiql.html here.
const target = 'http://127.0.0.1:8400';
const api = { target, changeOrigin: true, headers: { origin: target } };

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    rolldownOptions: { input: ['index.html', 'graphiql.html'] },
    // Below /assets are the pages of the library's assets.
    assetsDir: 'static',
    // Says which chunks the first page needs, for the test that weighs them.
    manifest: true,
    // Nothing becomes a data: URL, so that the content security policy can stay narrow.
    assetsInlineLimit: 0,
    // Monaco, which only GraphiQL loads, is larger than any limit worth a warning.
    chunkSizeWarningLimit: 5000,
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/graphql': { ...api, ws: true },
      '/session': api,
      '/play': api,
    },
  },
  test: { include: ['src/**/*.test.ts'], restoreMocks: true },
});
