import { createHash } from 'node:crypto';
import { canonicalJson } from '@novacron/contract/json';
import type { Tables } from '../../../ports/tables/tables.ts';

/** The hash that the first entry of a tenant follows. */
export const CHAIN_START = '0'.repeat(64);

/** An entry and its position in the chain of its tenant. */
interface Link {
  readonly row: Tables['audit'];
  readonly position: number;
  /** Hash of the entry before. */
  readonly previous: string;
}

/**
 * The hash of an entry at its position: SHA-256, hexadecimal, over the position, the previous hash
 * and every column in canonical JSON (RFC 8785 in spirit), so that any change is detected.
 */
export function auditChainHash({ row, position, previous }: Link): string {
  const { hash: _hash, position: _position, ...columns } = row;
  const text = canonicalJson({ previous, position, columns });
  return createHash('sha256').update(text).digest('hex');
}
