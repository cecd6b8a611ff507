/** Parts of pages, and pages, whose code is loaded when they are first shown. */
import type { AsyncRouteComponent } from '@tanstack/react-router';
import { type FunctionComponent, useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { Page } from './page.tsx';
import { Loading, Notice } from './states.tsx';

/** A component whose code may not be there yet. */
export interface CodePart<Props> {
  readonly load: () => Promise<FunctionComponent<Props>>;
  /**
   * Loaded component: shown immediately from then on. A missing part stays missing until the page
   * is reloaded: its styles would not be requested again (Vite).
   */
  loaded: FunctionComponent<Props> | 'missing' | undefined;
}

/** A part that `load` imports. */
export function codePart<Props>(load: CodePart<Props>['load']): CodePart<Props> {
  return { load, loaded: undefined };
}

async function loadPart<Props>(
  part: CodePart<Props>,
): Promise<FunctionComponent<Props> | 'missing'> {
  part.loaded ??= await part.load().catch(() => 'missing' as const);
  return part.loaded;
}

/**
 * Returns a part once it is loaded, and loads it. It is shown as soon as it is there: a part that
 * suspends stays hidden for 300 ms after its placeholder was shown (React).
 * @returns undefined until then; `missing` where the server does not have it, as after an upgrade
 */
export function useCodePart<Props>(
  part: CodePart<Props>,
): FunctionComponent<Props> | 'missing' | undefined {
  const [found, setFound] = useState<FunctionComponent<Props> | 'missing' | undefined>(
    () => part.loaded,
  );
  useEffect(() => {
    void loadPart(part).then((loaded) => setFound(() => loaded));
  }, [part]);
  return found;
}

/** A page that `load` imports. The router shows the page before until the code is there. */
export function codePage<Props extends object>(
  load: CodePart<Props>['load'],
): AsyncRouteComponent<Props> {
  const part = codePart(load);
  return Object.assign((props: Props) => <PartAsPage part={part} props={props} />, {
    preload: async () => void (await loadPart(part)),
  });
}

interface PartAsPageProps<Props> {
  readonly part: CodePart<Props>;
  readonly props: Props;
}

function PartAsPage<Props extends object>({ part, props }: PartAsPageProps<Props>) {
  const Found = useCodePart(part);
  if (Found === undefined) return <Loading what="page" />;
  return Found === 'missing' ? <MissingPage /> : <Found {...props} />;
}

/** Says that a page is missing. Where the server has another release by now, it is loaded. */
function MissingPage() {
  useEffect(() => {
    const mark = `novacron-reloaded ${window.location.pathname}`;
    if (window.sessionStorage.getItem(mark) !== null) return;
    void findPage().then((found) => {
      if (found !== 'there') return;
      window.sessionStorage.setItem(mark, 'once');
      window.location.reload();
    });
  }, []);
  return (
    <Page title="This page could not be loaded">
      <MissingPart />
    </Page>
  );
}

/**
 * Result that a reload would have; without the dashboard the browser would show its own error page,
 * or a bare refusal.
 */
type Found = 'there' | 'away' | 'without-dashboard';

const NOT_FOUND_STATUS = 404;

async function findPage(): Promise<Found> {
  const answer = fetch(window.location.href, { method: 'HEAD', cache: 'no-store' });
  return answer.then(
    ({ ok, status }) => {
      if (ok) return 'there';
      return status === NOT_FOUND_STATUS ? 'without-dashboard' : 'away';
    },
    () => 'away',
  );
}

/** Reasons a reload waits. */
const WAITS: Readonly<Record<Found, string>> = {
  there: '',
  away: 'The server does not answer yet: start it, or press again in a moment.',
  'without-dashboard':
    'The server was started without its dashboard (--no-dashboard): start it with it, then press ' +
    'again.',
};

/** Says that a part is missing, and what to do. */
export function MissingPart() {
  const [found, setFound] = useState<Found>('there');
  const reload = async (): Promise<void> => {
    const now = await findPage();
    setFound(now);
    if (now === 'there') window.location.reload();
  };
  return (
    <Notice tone="bad" title="A part of this page could not be loaded">
      <p>
        The server was upgraded since the page was opened, serves no dashboard, or does not answer.
        Reload the page; what you have typed is kept.
      </p>
      <Button onPress={() => void reload()}>Reload</Button>
      <p role="status">{WAITS[found]}</p>
    </Notice>
  );
}
