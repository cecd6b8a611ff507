/** What a store and the thread that writes for it say to each other. */
import type { SqlValue } from '../sql/kysely-tables.ts';
import type { GroupFate } from './group-fate.ts';

/** The configuration that the thread receives at its start. */
export interface WriterSettings {
  readonly path: string;
  /** How long a write waits for another process. Unit: milliseconds. */
  readonly busyTimeoutMs: number;
  readonly sizeMibMax: number | undefined;
  /** Makes each flush so much slower. */
  readonly flushDelayMs: number;
}

/** Guards by the number that stands for each in an order. */
export const GUARD_KINDS = ['none', 'changes-one-row', 'finds-a-row', 'finds-no-row'] as const;

/**
 * A group to write, in few objects: what a message costs the one that sends it grows with their
 * number, and that one is the thread which answers everybody.
 */
export interface GroupOrder {
  /** Each SQL of the group once. */
  readonly texts: readonly string[];
  /**
   * For each set its number of statements, and behind it for each of them three numbers: its place
   * in `texts`, its guard's place in `GUARD_KINDS`, and how many of the values are its own.
   */
  readonly shape: readonly number[];
  /** The values of all statements, one after another. */
  readonly values: readonly SqlValue[];
}

/** What makes the thread close its connection and end. */
export const CLOSE = 'close';

/** What came of a group; errors travel as what is known of them. */
export type WriterReply =
  | Exclude<GroupFate, { readonly kind: 'failed' }>
  | {
      readonly kind: 'failed';
      readonly cause: { readonly code: string | undefined; readonly message: string };
    };
