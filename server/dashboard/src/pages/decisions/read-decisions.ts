/** Reads the decisions that charts are drawn of: the newest of a time range. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { queryOptions } from '@tanstack/react-query';
import { callByName } from '../../api/client.ts';
import type { Decision } from './decision-figures.ts';

/** Time ranges by what the server takes: a duration before now. */
export const RANGES: readonly { readonly value: string; readonly words: string; ms: number }[] = [
  { value: '1h', words: 'Last hour', ms: 3_600_000 },
  { value: '24h', words: 'Last day', ms: 86_400_000 },
  { value: '7d', words: 'Last 7 days', ms: 604_800_000 },
  { value: '30d', words: 'Last 30 days', ms: 2_592_000_000 },
];

/** Largest page the server sends; charts read two pages. */
const PAGE_SIZE = 1_000;
const PAGES_MAX = 2;

/** Refresh interval of charts. Unit: milliseconds. */
const REFRESH_MS = 10_000;

type Answer = OutputOf<'placement_decision.list'>;

/** Data of the charts. */
export interface DecisionSample {
  readonly decisions: readonly Decision[];
  /** There are older ones in the range. */
  readonly isCut: boolean;
  readonly readAtMs: number;
}

/** Filters in addition to the time. */
export interface DecisionFilter {
  readonly since: string;
  readonly outcome?: string;
  readonly purpose?: string;
}

/** The query of the charts; it is read again by itself unless updates are paused. */
export function sampleOf({ since, outcome, purpose }: DecisionFilter, isPaused: boolean) {
  const filter = { since, outcome, purpose };
  return queryOptions({
    queryKey: ['chart of placement_decision', filter],
    queryFn: ({ signal }) => read(filter, signal),
    refetchInterval: isPaused ? false : REFRESH_MS,
  });
}

async function read(filter: DecisionFilter, signal: AbortSignal): Promise<DecisionSample> {
  const decisions: Decision[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const input = Object.assign({ limit: PAGE_SIZE, cursor }, filter);
    // By its name, for values come from the address: the server refuses those it does not know.
    const answer = await callByName<Answer>('placement_decision.list', input, signal);
    decisions.push(...answer.items);
    cursor = answer.next_cursor ?? undefined;
    if (cursor === undefined) break;
  }
  return { decisions, isCut: cursor !== undefined, readAtMs: Date.now() };
}
