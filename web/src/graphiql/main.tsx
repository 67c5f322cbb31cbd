/** GraphiQL, served at /graphql to browsers. Signed in by the same cookie as the app. */
import './workers';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { createClient } from 'graphql-ws';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { messages } from '../messages';
import { examples } from './examples';
import './graphiql.css';

const socketUrl = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`;
const fetcher = createGraphiQLFetcher({
  url: '/graphql',
  wsClient: createClient({ url: socketUrl, lazyCloseTimeout: 5_000 }),
});

function SignInHint() {
  const [signedIn, setSignedIn] = useState(true);
  useEffect(() => {
    const look = async () => {
      const answer = await fetch('/session').catch(() => null);
      setSignedIn(answer?.status !== 401);
    };
    void look();
    const again = () => void look();
    addEventListener('focus', again);
    return () => removeEventListener('focus', again);
  }, []);
  const texts = messages.graphiql;
  if (signedIn) return null;
  return (
    <p className="hint" role="status">
      <strong>{texts.hintTitle}</strong> {texts.hint} <a href="/signin">{texts.signIn}</a>
    </p>
  );
}

function Page() {
  return (
    <main className="page">
      <h1 className="visually-hidden">{messages.graphiql.title}</h1>
      <SignInHint />
      <GraphiQL fetcher={fetcher} defaultTabs={examples} defaultEditorToolsVisibility="variables">
        <GraphiQL.Logo>
          <a className="brand" href="/" title={messages.graphiql.app}>
            {messages.product}
          </a>
        </GraphiQL.Logo>
      </GraphiQL>
    </main>
  );
}

const root = document.getElementById('root');
if (!root) throw new Error('graphiql.html has no #root');
createRoot(root).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
