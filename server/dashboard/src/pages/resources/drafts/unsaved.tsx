/**
 * Keeps what is typed into a form: it asks before another page is opened, and where the form is
 * taken away by the end of the session or by a reload, its text is kept for the next sign-in.
 */
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { isSignedIn, useIdentity } from '../../../api/session.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog, UnsentText } from '../../../ui/dialog.tsx';
import layout from '../../../ui/layout.module.css';
import { Notice } from '../../../ui/states.tsx';
import { type Draft, forgetDraft, keepDraft, readDraft } from './draft-store.ts';

/** The draft that the user of this session has left of a form: read once. */
export function useDraft(form: string): Draft | undefined {
  const identity = useIdentity();
  const [draft] = useState(() =>
    identity === undefined ? undefined : readDraft(window.sessionStorage, form, identity),
  );
  return draft;
}

interface UnsavedProps {
  /** Identity of the form: its operation, and the id of the resource it changes. */
  readonly form: string;
  readonly draft: Draft;
  /** Whether anything has been typed that is not sent yet. */
  readonly isDirty: boolean;
  /** The draft that the form began with. */
  readonly restored: Draft | undefined;
}

/** Renders the question, and whether the text comes from a draft. */
export function Unsaved({ form, draft, isDirty, restored }: UnsavedProps) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isDirty && current.pathname !== next.pathname,
    enableBeforeUnload: isDirty,
    withResolver: true,
  });
  useKept({ form, draft, isDirty });
  return (
    <>
      <UnsentText isUnsent={isDirty} />
      {restored === undefined || !isDirty ? null : (
        <Notice title="This is what you had typed before the session ended or the page was left" />
      )}
      {blocker.status === 'blocked' ? (
        <Dialog title="Leave without saving?" onClose={blocker.reset}>
          <p>What you have typed on this page has not been sent, and would be lost.</p>
          <div className={layout.actions}>
            <Button look="primary" onPress={blocker.reset}>
              Stay
            </Button>
            <Button look="danger" onPress={blocker.proceed}>
              Leave
            </Button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}

/** Keeps the text of a form that is taken away, and forgets that of one which its user leaves. */
function useKept(state: Pick<UnsavedProps, 'form' | 'draft' | 'isDirty'>): void {
  const identity = useIdentity();
  const latest = useRef({ ...state, identity });
  useEffect(() => {
    // Once the session has ended there is no user; the text is that of the user before.
    latest.current = { ...state, identity: identity ?? latest.current.identity };
  });
  useEffect(() => {
    const keep = (): void => {
      const { form, draft, isDirty, identity: by } = latest.current;
      if (isDirty && by !== undefined) {
        const { principal, tenant } = by;
        keepDraft(window.sessionStorage, form, { ...draft, by: { principal, tenant } });
      } else forgetDraft(window.sessionStorage, form);
    };
    window.addEventListener('pagehide', keep);
    return () => {
      window.removeEventListener('pagehide', keep);
      if (isSignedIn()) forgetDraft(window.sessionStorage, latest.current.form);
      else keep();
    };
  }, []);
}
