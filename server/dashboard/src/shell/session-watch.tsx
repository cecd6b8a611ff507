/** Warns before the session ends, and shows the sign-in page once it has. */
import { useEffect, useRef, useState } from 'react';
import { problemOf } from '../api/api-problem.ts';
import { noteInput, useSession } from '../api/session.ts';
import { restoreSession, signOut } from '../api/sign-in.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { describeLeft } from './describe-left.ts';
import styles from './shell.module.css';

/** Polling interval of the server, so that use in other tabs counts. Unit: milliseconds. */
const ASK_MS = 60_000;
const TICK_MS = 1_000;

/** Renders nothing until the session is about to end. */
export function SessionWatch() {
  const session = useSession();
  const [nowMs, setNowMs] = useState(() => performance.now());
  const [dismissed, setDismissed] = useState(false);
  useEffect(() => {
    const ticks = setInterval(() => setNowMs(performance.now()), TICK_MS);
    // A server that is away for a moment says nothing about the session.
    const asks = setInterval(() => void restoreSession().catch(() => undefined), ASK_MS);
    return () => {
      clearInterval(ticks);
      clearInterval(asks);
    };
  }, []);
  const end = session.kind === 'signed-in' ? session.end : undefined;
  const endAtMs = Math.min(end?.idleAtMs ?? Infinity, end?.finalAtMs ?? Infinity);
  const isOver = nowMs > endAtMs;
  useEffect(() => {
    if (isOver) void restoreSession().catch(() => undefined);
  }, [isOver]);
  const isNear = end !== undefined && endAtMs - nowMs < end.warnMs;
  useEffect(() => {
    if (!isNear) setDismissed(false);
  }, [isNear]);
  if (!isNear || dismissed) return null;
  const isFinal = end.finalAtMs <= end.idleAtMs;
  return <Warning leftMs={endAtMs - nowMs} isFinal={isFinal} onClose={() => setDismissed(true)} />;
}

interface WarningProps {
  readonly leftMs: number;
  /** Nothing extends it any more. */
  readonly isFinal: boolean;
  readonly onClose: () => void;
}

function Warning({ leftMs, isFinal, onClose }: WarningProps) {
  const [cause, setCause] = useState<unknown>();
  const controls = useRef<HTMLParagraphElement>(null);
  // The dialog has opened by then, with the focus on its first control, which closes it.
  useEffect(() => controls.current?.querySelector('button')?.focus(), []);
  const stay = (): void => {
    noteInput();
    restoreSession().then(onClose, setCause);
  };
  return (
    <Dialog title="Your session is about to end" onClose={onClose}>
      <p>
        It ends in {describeLeft(leftMs)}
        {isFinal
          ? ' because it has reached its greatest age. Save your text, and sign in again.'
          : ' because it was not used. What you are writing would be lost.'}
      </p>
      {cause === undefined ? null : <p role="alert">{problemOf(cause).parts.detail}</p>}
      <p ref={controls} className={styles.live}>
        {isFinal ? (
          <Button onPress={onClose}>Close</Button>
        ) : (
          <Button look="primary" onPress={stay}>
            Stay signed in
          </Button>
        )}
        <Button onPress={() => void signOut().catch(setCause)}>Sign out now</Button>
      </p>
    </Dialog>
  );
}
