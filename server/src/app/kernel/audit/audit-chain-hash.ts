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
 * Columns that a release added to entries, oldest release first. Where they are null the hash
 * leaves them out, as it did before they existed, so that old entries still verify.
 */
const ADDED_COLUMNS: readonly (readonly (keyof Tables['audit'])[])[] = [
  ['principal_kind'],
  ['client_address', 'key_id', 'key_prefix', 'on_behalf_of'],
];

/**
 * The hash of an entry at its position: SHA-256, hexadecimal, over the position, the previous hash
 * and every column in canonical JSON (RFC 8785 in spirit), so that any change is detected.
 */
export function auditChainHash(link: Link): string {
  return hashOfRelease(link, ADDED_COLUMNS.length);
}

/**
 * Whether an entry is unchanged since it was recorded. A server of an earlier release also hashes
 * the columns that it does not know, where they are empty.
 */
export function isAuditHash(link: Link, hash: string): boolean {
  for (let known = ADDED_COLUMNS.length; known >= 0; known -= 1) {
    if (hashOfRelease(link, known) === hash) return true;
  }
  return false;
}

/** @param known - how many of the additions the release knows, whose nulls it leaves out */
function hashOfRelease({ row, position, previous }: Link, known: number): string {
  const { hash: _hash, position: _position, ...columns } = row;
  const optional = new Set<string>(ADDED_COLUMNS.slice(0, known).flat());
  const hashed = Object.fromEntries(
    Object.entries(columns).filter(([name, value]) => value !== null || !optional.has(name)),
  );
  const text = canonicalJson({ previous, position, columns: hashed });
  return createHash('sha256').update(text).digest('hex');
}
