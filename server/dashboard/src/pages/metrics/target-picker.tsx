/** Chooses which nodes or VMs are drawn: the server searches, four are shown at once. */
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { anyQueryOf, toItem } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import layout from '../../ui/layout.module.css';
import { Panel } from '../../ui/panel.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Empty, Loading, ProblemNotice } from '../../ui/states.tsx';
import type { Target } from './usage-store.ts';

/** Maximum number of results requested from the server. */
const FOUND_MAX = 24;

/** Shown before anything is chosen. */
const FIRST_MAX = 4;

/** Targets available for display. */
export interface Candidates {
  readonly found: readonly { readonly id: string; readonly name: string }[];
  /** Those that are shown before any is chosen: the first of all, whatever is searched for. */
  readonly first: readonly string[];
  readonly isPending: boolean;
  readonly cause: unknown;
}

/** Nodes or VMs by name. */
export function useCandidates(noun: Target['noun'], search: string | undefined): Candidates {
  const input = { limit: FOUND_MAX, fields: ['name'] };
  const all = useQuery(anyQueryOf(`${noun}.list`, input));
  const narrowed = search ? Object.assign({ search }, input) : input;
  const query = useQuery(anyQueryOf(`${noun}.list`, narrowed));
  return {
    found: namesOf(query.data),
    first: namesOf(all.data)
      .slice(0, FIRST_MAX)
      .map(({ id }) => id),
    isPending: query.isPending,
    cause: query.error ?? undefined,
  };
}

function namesOf(answer: unknown): readonly { readonly id: string; readonly name: string }[] {
  const { items } = toItem(answer);
  if (!Array.isArray(items)) return [];
  return items.map(toItem).map(({ id, name }) => ({ id: String(id), name: String(name) }));
}

interface TargetPickerProps {
  readonly noun: Target['noun'];
  readonly candidates: Candidates;
  readonly shown: readonly string[];
  readonly shownMax: number;
  readonly search: string | undefined;
  readonly onSearch: (text: string | undefined) => void;
  readonly onShow: (ids: readonly string[]) => void;
}

/** Renders the panel. */
export function TargetPicker(props: TargetPickerProps) {
  const { noun, candidates, shown, shownMax, search, onSearch, onShow } = props;
  const id = useId();
  const words = noun === 'vm' ? 'VMs' : 'nodes';
  const { found, isPending, cause } = candidates;
  return (
    <Panel title={`Shown ${words}`}>
      <div className={layout.stack}>
        <div className={layout.labelled}>
          <label htmlFor={id}>Search by name</label>
          <SearchField id={id} value={search} onChange={onSearch} />
        </div>
        {isPending ? <Loading what={words} /> : null}
        {cause === undefined ? null : <ProblemNotice cause={cause} />}
        {!isPending && cause === undefined && found.length === 0 ? (
          <Empty title={`No ${words} found`}>
            <p>Change the search{noun === 'vm' ? ', or create a VM' : ', or start an agent'}.</p>
          </Empty>
        ) : null}
        <div className={layout.actions}>
          {found.map(({ id, name }) => {
            const isShown = shown.includes(id);
            return (
              <Button
                key={id}
                isPressed={isShown}
                onPress={() =>
                  onShow(isShown ? shown.filter((each) => each !== id) : [...shown, id])
                }
                disabledReason={
                  !isShown && shown.length >= shownMax
                    ? `${shownMax} are shown, which is as many as can be distinguished.`
                    : undefined
                }
              >
                <span aria-hidden="true">{isShown ? '✓' : '○'}</span>
                <bdi>{name}</bdi>
              </Button>
            );
          })}
        </div>
      </div>
    </Panel>
  );
}
