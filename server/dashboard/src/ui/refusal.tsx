/** A refusal of what was just sent: it is brought into view, and gets the focus. */
import { useEffect, useRef } from 'react';
import { ProblemNotice } from './states.tsx';

/** Renders it; a form may be longer than the window, and its button far below. */
export function Refusal({ cause }: { readonly cause: unknown }) {
  const element = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each refusal is looked at
  useEffect(() => {
    element.current?.focus({ preventScroll: true });
    element.current?.scrollIntoView({ block: 'center' });
  }, [cause]);
  return (
    <div ref={element} tabIndex={-1}>
      <ProblemNotice cause={cause} />
    </div>
  );
}
