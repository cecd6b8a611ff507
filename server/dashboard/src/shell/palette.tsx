/** The keyboard palette: opens a page, or a VM by its name. */
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from 'react';
import { queryOf } from '../api/queries.ts';
import { useIdentity } from '../api/session.ts';
import { visibleGroups } from '../paths/nav.ts';
import { Dialog } from '../ui/dialog.tsx';
import styles from './palette.module.css';

/** Maximum number shown of each kind. */
const FOUND_MAX = 8;

interface Choice {
  readonly to: string;
  readonly title: string;
  readonly kind: string;
}

/** Renders the palette in a dialog. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const navigate = useNavigate();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  // The dialog has opened by then, with the focus on its first control.
  useEffect(() => field.current?.focus(), []);
  const { choices, isAsked } = useChoices(text);
  const chosen = choices[Math.min(active, choices.length - 1)];
  const activeId = chosen === undefined ? undefined : `${id}-${chosen.to}`;
  // The focus stays in the field, so that the browser does not scroll to the option by itself.
  useEffect(() => {
    if (activeId !== undefined) {
      document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' });
    }
  }, [activeId]);
  const open = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    onClose();
    void navigate({ to: choice.to });
  };
  const press = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setActive((active + step + choices.length) % Math.max(1, choices.length));
    }
    if (event.key === 'Enter') open(chosen);
  };
  return (
    <Dialog title="Go to" onClose={onClose}>
      <input
        ref={field}
        className={styles.input}
        type="text"
        role="combobox"
        aria-label="Page or VM"
        aria-expanded={choices.length > 0}
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={activeId}
        placeholder="Page or name of a VM"
        value={text}
        onChange={({ target }) => {
          setText(target.value);
          setActive(0);
        }}
        onKeyDown={press}
      />
      <div
        id={id}
        role="listbox"
        aria-label="Results"
        className={styles.list}
        hidden={choices.length === 0}
      >
        {choices.map((choice) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          <div
            key={choice.to}
            id={`${id}-${choice.to}`}
            role="option"
            tabIndex={-1}
            aria-selected={choice === chosen}
            className={styles.choice}
            onClick={() => open(choice)}
          >
            <span dir="auto">{choice.title}</span>
            <span className={styles.kind}>{choice.kind}</span>
          </div>
        ))}
      </div>
      <p role="status">{choices.length === 0 && !isAsked ? 'Nothing has this name.' : ''}</p>
    </Dialog>
  );
}

/** Finds resources by name; `isAsked` while the server is searching. */
function useChoices(text: string): {
  readonly choices: readonly Choice[];
  readonly isAsked: boolean;
} {
  const operations = useIdentity()?.operations;
  const search = useDeferredValue(text.trim());
  const found = useQuery({
    ...queryOf('vm.list', { limit: FOUND_MAX, search: search || '-', fields: ['name'] }),
    enabled: search !== '',
  });
  const words = search.toLowerCase();
  const pages = visibleGroups(operations).flatMap(({ title: kind, entries }) =>
    entries.map(({ to, title }) => ({ to, title, kind })),
  );
  const vms = found.data?.items ?? [];
  const choices = [
    ...pages.filter(({ title }) => title.toLowerCase().includes(words)),
    ...vms.map(({ id, name }) => ({ to: `/vms/${id}`, title: name, kind: 'VM' })),
  ];
  return { choices, isAsked: found.isFetching };
}
