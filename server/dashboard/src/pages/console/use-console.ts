/** A console as state of a component: its text is read once a frame, however much arrives. */
import { useEffect, useRef, useState } from 'react';
import { type ConsoleText, createConsoleText } from '../../ui/output/console-text.ts';
import { type Console, type ConsoleState, openConsole } from './open-console.ts';

/** Content and actions of a console on a page. */
export interface ConsoleView {
  readonly state: ConsoleState;
  readonly text: string;
  /** Output that was lost. Unit: bytes. */
  readonly lost: number;
  /** Lines that are no longer kept. */
  readonly dropped: number;
  readonly open: () => void;
  readonly close: () => void;
  readonly send: (text: string) => void;
  readonly clear: () => void;
}

/** The console of a VM; it is closed with its page. */
export function useConsole(vmId: string): ConsoleView {
  const [state, setState] = useState<ConsoleState>({ kind: 'closed' });
  const [shown, setShown] = useState({ text: '', dropped: 0 });
  const [lost, setLost] = useState(0);
  const content = useRef<ConsoleText>(null);
  const connection = useRef<Console>(null);
  const frame = useRef<number>(null);
  content.current ??= createConsoleText();
  const show = (): void => {
    frame.current ??= requestAnimationFrame(() => {
      frame.current = null;
      const { current } = content;
      if (current === null) return;
      setShown({ text: current.lines().join('\n'), dropped: current.droppedLines() });
    });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another VM has another console
  useEffect(() => {
    return () => {
      connection.current?.close();
      if (frame.current !== null) cancelAnimationFrame(frame.current);
      frame.current = null;
    };
  }, [vmId]);
  return {
    state,
    ...shown,
    lost,
    open: () => {
      connection.current?.close();
      setLost(0);
      connection.current = openConsole({
        vmId,
        onText: (text) => {
          content.current?.write(text);
          show();
        },
        onState: setState,
        onLost: (bytes) => setLost((before) => before + bytes),
      });
    },
    close: () => connection.current?.close(),
    send: (text) => connection.current?.send(text),
    clear: () => {
      content.current?.clear();
      show();
    },
  };
}
