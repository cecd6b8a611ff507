import { createHash } from 'node:crypto';
import { canonicalJson } from '@novacron/contract/json';
import type { Values } from './values.ts';

/** What makes a create the same create. */
export interface CreateIdentity {
  readonly deployment: string;
  /** Terraform type. */
  readonly type: string;
  readonly input: Values;
}

/**
 * Makes the idempotency key of a create. The same create asked for again has the same key: a lost
 * answer never makes a second one.
 */
export function createKey({ deployment, type, input }: CreateIdentity): string {
  const text = canonicalJson({ deployment, type, input });
  return `tf-${createHash('sha256').update(text).digest('hex')}`;
}
