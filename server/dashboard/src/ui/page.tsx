/** The frame of a page: its one first heading, which gets the focus when the page is opened. */
import { Link, useMatch } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import styles from './page.module.css';

interface PageProps {
  readonly title: string;
  /** One sentence about what the page shows. */
  readonly intro?: ReactNode;
  readonly actions?: ReactNode;
  /** The page above it. */
  readonly parent?: { readonly to: string; readonly title: string };
  readonly children: ReactNode;
}

let isFirstPage = true;

/** The page that the browser was sent to leaves the focus where the browser has put it. */
function openedPath(): string | undefined {
  const [entry] = performance.getEntriesByType('navigation');
  return entry === undefined ? undefined : new URL(entry.name).pathname;
}

/** Moves the focus to the heading: for actions that replace the control that began them. */
export function focusHeading(): void {
  document.querySelector('h1')?.focus();
}

/** Renders the frame. */
export function Page({ title, intro, actions, parent, children }: PageProps) {
  // Pages of one kind differ in their address only.
  const address = useMatch({ strict: false, select: ({ pathname }) => pathname });
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – NovaCron`;
  }, [title]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another address is another page
  useEffect(() => {
    if (!isFirstPage || window.location.pathname !== openedPath()) heading.current?.focus();
    isFirstPage = false;
  }, [address]);
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <div className={styles.title}>
          {parent === undefined ? null : (
            <p className={styles.trail}>
              <Link to={parent.to}>{parent.title}</Link>
            </p>
          )}
          <h1 ref={heading} tabIndex={-1} dir="auto">
            {title}
          </h1>
          {intro === undefined ? null : <p className={styles.intro}>{intro}</p>}
        </div>
        {actions === undefined ? null : <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  );
}
