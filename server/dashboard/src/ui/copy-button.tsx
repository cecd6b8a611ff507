/** Copies a text, and says so. */
import { useEffect, useState } from 'react';
import { announce } from './announce/announcer.tsx';
import { Button } from './button.tsx';

const SHOWN_MS = 2_000;

/** Renders the button. `what` names the text: `command`. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => {
        setState('copied');
        announce(`Copied the ${what}`);
      },
      () => setState('failed'),
    );
  };
  const words = { idle: `Copy ${what}`, copied: '✓ Copied', failed: 'Not allowed to copy' };
  return <Button onPress={copy}>{words[state]}</Button>;
}
