/** What a store and the thread that writes for it say to each other. */
import type { SqlValue } from '../kysely-tables.ts';
import type { GroupFate, RunnableStatement } from './group-fate.ts';

/** What the thread is told at its start. */
export interface WriterSettings {
  readonly path: string;
  /** How long a write waits for another process. Unit: milliseconds. */
  readonly busyTimeoutMs: number;
  readonly sizeMibMax: number | undefined;
  /** Makes each flush so much slower. */
  readonly flushDelayMs: number;
}

/** A group to write. */
export interface GroupOrder {
  /** Each SQL of the group once. */
  readonly texts: readonly string[];
  /** Its place in `texts`, its guard and its values for each statement of each set. */
  readonly sets: readonly (readonly StatementOrder[])[];
}

/** One statement of a set. */
export type StatementOrder = readonly [
  text: number,
  guard: RunnableStatement['guard']['kind'],
  parameters: readonly SqlValue[],
];

/** What makes the thread close its connection and end. */
export const CLOSE = 'close';

/** What came of a group; errors travel as what is known of them. */
export type WriterReply =
  | Exclude<GroupFate, { readonly kind: 'failed' }>
  | {
      readonly kind: 'failed';
      readonly cause: { readonly code: string | undefined; readonly message: string };
    };
