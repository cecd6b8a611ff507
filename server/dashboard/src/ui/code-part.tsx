/** Parts of pages whose code is loaded when they are first shown. */
import { type FunctionComponent, useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { Notice } from './states.tsx';

/** A component whose code may not be there yet. */
export interface CodePart<Props> {
  readonly load: () => Promise<FunctionComponent<Props>>;
  /** What was loaded: it is shown at once from then on. */
  loaded: FunctionComponent<Props> | undefined;
}

/** A part that `load` imports. */
export function codePart<Props>(load: CodePart<Props>['load']): CodePart<Props> {
  return { load, loaded: undefined };
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
    if (part.loaded !== undefined) return;
    part.load().then(
      (loaded) => {
        part.loaded = loaded;
        setFound(() => loaded);
      },
      () => setFound('missing'),
    );
  }, [part]);
  return found;
}

/** Says that a part is missing, and what to do. */
export function MissingPart() {
  return (
    <Notice tone="bad" title="A part of this page could not be loaded">
      <p>
        The server was upgraded since the page was opened, or does not answer. Reload the page; what
        you have typed is kept.
      </p>
      <Button onPress={() => window.location.reload()}>Reload</Button>
    </Notice>
  );
}
