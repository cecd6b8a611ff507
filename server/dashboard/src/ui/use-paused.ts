/** A text as it was at the last pause in typing. */
import { useEffect, useState } from 'react';

/** The text that stood still for as long; at first the one that is given. */
export function usePaused(text: string, pauseMs: number): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), pauseMs);
    return () => clearTimeout(timer);
  }, [text, pauseMs]);
  return paused;
}
