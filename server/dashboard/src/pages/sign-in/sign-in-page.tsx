/**
 * The sign-in page: an API key is exchanged for a session. It stands at the address of the page
 * that was asked for, which is shown after it; so no address to return to has to be passed on.
 */
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { issuerSignInUrl, readMethods, type SignInMethods, signIn } from '../../api/sign-in.ts';
import { Button } from '../../ui/button.tsx';
import { Notice, ProblemNotice } from '../../ui/states.tsx';
import styles from './sign-in-page.module.css';

/** Renders the page; `reason` says why an earlier session has ended. */
export function SignInPage({ reason }: { readonly reason?: string }) {
  const [key, setKey] = useState('');
  const [cause, setCause] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [methods, setMethods] = useState<SignInMethods>({ kind: 'sessions' });
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = 'Sign in – NovaCron';
    field.current?.focus();
    // Where it cannot be asked, signing in says what is wrong.
    readMethods().then(setMethods, () => undefined);
  }, []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (key.trim() === '' || isBusy) {
      field.current?.focus();
      return;
    }
    setBusy(true);
    setCause(undefined);
    signIn(key.trim()).catch((found: unknown) => {
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
        {methods.kind === 'none' ? (
          <Notice tone="bad" title="Browsers cannot sign in here">
            <p>{methods.detail}</p>
            <p>Use TLS, or the command line.</p>
          </Notice>
        ) : (
          <>
            <IssuerSignIn methods={methods} />
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
              The server prints the admin key at its first start. The key is exchanged for a session
              and is not kept.
            </p>
          </>
        )}
      </form>
    </main>
  );
}

/** The way in at an issuer, and why it has failed; nothing where there is none. */
function IssuerSignIn({ methods }: { readonly methods: SignInMethods }) {
  if (methods.kind === 'none' || methods.issuer === undefined) return null;
  const { issuer, failure } = methods;
  return (
    <>
      {failure === undefined ? null : (
        <Notice tone="bad" title={failure.detail}>
          <p>{failure.remedy}</p>
        </Notice>
      )}
      <a className={styles.issuer} href={issuerSignInUrl()}>
        Sign in with {issuer}
      </a>
      <p className={styles.hint}>Or with an API key:</p>
    </>
  );
}
