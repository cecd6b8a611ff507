/** Placeholders for content: loading, empty, or refused by the server. */
import type { ReactNode } from 'react';
import { problemOf } from '../api/api-problem.ts';
import { Button } from './button.tsx';
import styles from './states.module.css';

/** Content that is on its way. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <div className={styles.loading} role="status" aria-label={`Loading ${what}`}>
      <div className={styles.bar} />
      <div className={styles.bar} />
      <div className={styles.bar} />
    </div>
  );
}

/** There is nothing, and what would be here. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className={styles.empty}>
      <strong>{title}</strong>
      {children}
    </div>
  );
}

const FORBIDDEN_STATUS = 403;

/** A refusal or a failure: what, why, and what to do. */
export function ProblemNotice({ cause, retry }: { cause: unknown; retry?: () => void }) {
  const { title, detail, remedy, errors, instance, status } = problemOf(cause).parts;
  return (
    <div className={`${styles.notice} ${styles.bad}`} role="alert">
      <p className={styles.title}>
        <span aria-hidden="true">✕ </span>
        {status === FORBIDDEN_STATUS ? 'Not allowed' : title}
      </p>
      <p dir="auto">{detail}</p>
      {errors.length === 0 ? null : (
        <ul>
          {errors.map(({ path, message }) => (
            <li key={`${path.join('.')} ${message}`}>
              {path.join('.')} {message}
            </li>
          ))}
        </ul>
      )}
      <p>{remedy}</p>
      {instance ? <p className={styles.small}>Request {instance}</p> : null}
      {retry === undefined ? null : (
        <p>
          <Button onPress={retry}>Try again</Button>
        </p>
      )}
    </div>
  );
}

interface NoticeProps {
  readonly tone?: 'info' | 'watch' | 'bad';
  readonly title: string;
  readonly children?: ReactNode;
}

/** Something to know about what is on the page. */
export function Notice({ tone = 'info', title, children }: NoticeProps) {
  return (
    <div className={`${styles.notice} ${styles[tone] ?? ''}`}>
      <p className={styles.title}>{title}</p>
      {children}
    </div>
  );
}

interface QueryLike<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
}

interface QueryStateProps<Data> {
  readonly query: QueryLike<Data>;
  readonly what: string;
  readonly children: (data: Data) => ReactNode;
}

/** Renders the answer of a query, or the state that it is in instead. */
export function QueryState<Data>({ query, what, children }: QueryStateProps<Data>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isPending) return <Loading what={what} />;
  return <ProblemNotice cause={query.error} retry={() => void query.refetch()} />;
}
