/** The sign-in page: an API key, which this page keeps in memory only. */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { call } from '../../api/client.ts';
import { signIn } from '../../api/session.ts';
import { Button } from '../../ui/button.tsx';
import { Notice, ProblemNotice } from '../../ui/states.tsx';
import styles from './sign-in-page.module.css';

/** Renders the page; `reason` says why an earlier session has ended. */
export function SignInPage({ reason }: { readonly reason?: string }) {
  const [key, setKey] = useState('');
  const [cause, setCause] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = 'Sign in – NovaCron';
    field.current?.focus();
  }, []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (key.trim() === '' || isBusy) {
      field.current?.focus();
      return;
    }
    setBusy(true);
    setCause(undefined);
    signIn(key.trim(), () => call('identity.whoami', {})).catch((found: unknown) => {
      setCause(found);
      setBusy(false);
      field.current?.focus();
    });
  };
  return (
    <main className={styles.page}>
      <form className={styles.card} onSubmit={submit} noValidate>
        <div className={styles.brand}>
          <img src="/dashboard/icon.svg" alt="" />
          <h1>Sign in to NovaCron</h1>
        </div>
        {reason ? <Notice tone="watch" title={reason} /> : null}
        {cause === undefined ? null : <ProblemNotice cause={cause} />}
        <label className={styles.label}>
          API key
          <input
            ref={field}
            className={styles.input}
            type="password"
            name="api-key"
            autoComplete="current-password"
            required
            value={key}
            onChange={({ target }) => setKey(target.value)}
          />
        </label>
        <Button type="submit" look="primary">
          {isBusy ? 'Signing in…' : 'Sign in'}
        </Button>
        <p className={styles.hint}>
          The server prints the admin key at its first start. The key stays in the memory of this
          page: reloading the page asks for it again.
        </p>
      </form>
    </main>
  );
}
