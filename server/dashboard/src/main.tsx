/** The start of the dashboard: sign-in first, then the pages. */
import './styles/layers.css';
import './styles/tokens.css';
import './styles/base.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { isWorthRetrying } from './api/api-problem.ts';
import { noteInput, useSession } from './api/session.ts';
import { restoreSession } from './api/sign-in.ts';
import { SignInPage } from './pages/sign-in/sign-in-page.tsx';
import { router } from './routes.tsx';
import { applyTheme } from './ui/preferences.ts';
import { Loading, ProblemNotice } from './ui/states.tsx';

/** Answers younger than this are shown without asking again; events keep them current. */
const FRESH_MS = 5_000;

const client = new QueryClient({
  defaultOptions: {
    queries: { staleTime: FRESH_MS, retry: isWorthRetrying, refetchOnWindowFocus: true },
  },
});

function Dashboard() {
  const session = useSession();
  if (session.kind === 'unknown') return <Start />;
  if (session.kind === 'signed-out') return <SignInPage reason={session.reason} />;
  return (
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}

/** Asks who is signed in before anything else is shown. */
function Start() {
  const [cause, setCause] = useState<unknown>();
  useEffect(() => void restoreSession().catch(setCause), []);
  if (cause === undefined) return <Loading what="session" />;
  return (
    <main>
      <ProblemNotice cause={cause} retry={() => window.location.reload()} />
    </main>
  );
}

applyTheme();
for (const type of ['keydown', 'pointerdown', 'wheel']) {
  window.addEventListener(type, noteInput, { capture: true, passive: true });
}
const element = document.getElementById('root');
if (element !== null) {
  createRoot(element).render(
    <StrictMode>
      <Dashboard />
    </StrictMode>,
  );
}
