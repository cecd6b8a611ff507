/** The frame around every page: header, menu, content, task bar. */
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { useIdentity } from '../api/session.ts';
import { signOut } from '../api/sign-in.ts';
import { type LiveStatus, useLive } from '../live/live-status.ts';
import { pauseLive, useLiveEvents } from '../live/use-live-events.ts';
import { visibleGroups } from '../paths/nav.ts';
import { Announcer, announce } from '../ui/announce/announcer.tsx';
import { Button } from '../ui/button.tsx';
import { codePart, MissingPart, useCodePart } from '../ui/code-part.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { setPreferences, usePreferences } from '../ui/preferences.ts';
import { ProblemNotice } from '../ui/states.tsx';
import { StatusMark, type Tone } from '../ui/status-mark.tsx';
import { SessionWatch } from './session-watch.tsx';
import styles from './shell.module.css';
import { TaskBar } from './task-bar.tsx';

const PALETTE = codePart(async () => (await import('./palette.tsx')).Palette);

/** Renders the frame. */
export function Shell() {
  useLiveEvents();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes the menu
  useEffect(() => setMenuOpen(false), [pathname]);
  useEffect(() => {
    const open = (event: KeyboardEvent): void => {
      if (event.key !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setPaletteOpen(true);
    };
    window.addEventListener('keydown', open);
    return () => window.removeEventListener('keydown', open);
  }, []);
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        Skip to content
      </a>
      <header className={styles.header}>
        <span className={styles.menuButton}>
          <Button isExpanded={isMenuOpen} onPress={() => setMenuOpen(!isMenuOpen)}>
            <span aria-hidden="true">☰</span> Menu
          </Button>
        </span>
        <Link to="/" className={styles.brand}>
          <img src="/dashboard/icon.svg" alt="" />
          NovaCron
        </Link>
        <Button onPress={() => setPaletteOpen(true)}>
          Go to… <kbd>Ctrl K</kbd>
        </Button>
        <LiveMark />
        <Choices />
        <Account />
      </header>
      <Menu isOpen={isMenuOpen} />
      <main id="main" tabIndex={-1} className={styles.main}>
        <Outlet />
      </main>
      <TaskBar />
      <Announcer />
      <SessionWatch />
      {isPaletteOpen ? <LoadedPalette onClose={() => setPaletteOpen(false)} /> : null}
    </div>
  );
}

function LoadedPalette({ onClose }: { readonly onClose: () => void }) {
  const Palette = useCodePart(PALETTE);
  if (Palette !== 'missing') return Palette === undefined ? null : <Palette onClose={onClose} />;
  return (
    <Dialog title="Go to" onClose={onClose}>
      <MissingPart />
    </Dialog>
  );
}

function Menu({ isOpen }: { readonly isOpen: boolean }) {
  const groups = visibleGroups(useIdentity()?.operations);
  return (
    <nav className={`${styles.nav} ${isOpen ? styles.navOpen : ''}`} aria-label="Pages">
      {groups.map(({ title, entries }) => (
        <div key={title} className={styles.group}>
          <p className={styles.groupTitle}>{title}</p>
          <ul aria-label={title}>
            {entries.map(({ to, title: name }) => (
              <li key={to}>
                <Link
                  to={to}
                  className={styles.entry}
                  activeOptions={{ exact: to === '/', includeSearch: false }}
                >
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

const LIVE_WORDS: Readonly<Record<string, readonly [string, Tone]>> = {
  connecting: ['Connecting', 'info'],
  live: ['Live', 'ok'],
  reconnecting: ['Reconnecting', 'watch'],
  paused: ['Paused', 'none'],
};

function LiveMark() {
  const { status, waiting } = useLive();
  useLiveAnnouncements(status);
  const [words, tone] = LIVE_WORDS[status] ?? ['Connecting', 'info'];
  const isPaused = status === 'paused';
  return (
    <span className={styles.live}>
      <StatusMark status={waiting > 0 ? `${words}, ${waiting} waiting` : words} tone={tone} />
      <Button onPress={() => pauseLive(!isPaused)}>{isPaused ? 'Resume' : 'Pause'}</Button>
    </span>
  );
}

/** Says that the connection is lost and that it is back; the mark alone would be looked for. */
function useLiveAnnouncements(status: LiveStatus): void {
  const isLost = useRef(false);
  useEffect(() => {
    if (status === 'reconnecting' && !isLost.current) {
      isLost.current = true;
      announce('The live connection is lost: what is shown may be old');
    }
    if (status === 'live' && isLost.current) {
      isLost.current = false;
      announce('The live connection is back');
    }
  }, [status]);
}

function Choices() {
  const { theme, timeZone } = usePreferences();
  return (
    <>
      <select
        className={styles.select}
        aria-label="Theme"
        value={theme}
        onChange={({ target }) => {
          const { value } = target;
          setPreferences({ theme: value === 'light' || value === 'dark' ? value : 'system' });
        }}
      >
        <option value="system">System theme</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
      <select
        className={styles.select}
        aria-label="Time zone"
        value={timeZone}
        onChange={({ target }) =>
          setPreferences({ timeZone: target.value === 'utc' ? 'utc' : 'local' })
        }
      >
        <option value="local">Local time</option>
        <option value="utc">UTC</option>
      </select>
    </>
  );
}

function Account() {
  const identity = useIdentity();
  if (identity === undefined) return null;
  const { principal, role, tenant } = identity;
  return (
    <>
      <span className={styles.who} title={`${principal}, ${role}, tenant ${tenant}`} dir="auto">
        {principal}, {role} of {tenant}
      </span>
      <SignOutButton />
    </>
  );
}

function SignOutButton() {
  const [cause, setCause] = useState<unknown>();
  return (
    <>
      <Button onPress={() => void signOut().catch(setCause)}>Sign out</Button>
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
    </>
  );
}
