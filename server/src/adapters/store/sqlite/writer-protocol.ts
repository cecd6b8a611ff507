/** Messages between a store and its writer thread. */
import type { SqlValue } from '../sql/kysely-tables.ts';
import type { GroupFate } from './group-fate.ts';

/** The configuration that the thread receives at its start. */
export interface WriterSettings {
  readonly path: string;
  /** Maximum time that a write waits for another process. Unit: milliseconds. */
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

/** Message that makes the thread close its connection and end. */
export const CLOSE = 'close';

/** Outcome of a group; errors are sent as their known properties. */
export type WriterReply =
  | Exclude<GroupFate, { readonly kind: 'failed' }>
  | {
      readonly kind: 'failed';
      readonly cause: { readonly code: string | undefined; readonly message: string };
    };
