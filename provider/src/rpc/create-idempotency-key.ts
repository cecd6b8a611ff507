import { createHash } from 'node:crypto';
import { canonicalJson } from '@novacron/contract/json';

/** The parts that identify a create. */
export interface CreateIdentity {
  readonly deployment: string;
  /** Terraform type. */
  readonly type: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Enough to distinguish the creates of a deployment. */
const CREATE_HEX_DIGITS = 32;

/** Enough to distinguish the deployments of a tenant; a collision only lists extra keys. */
const DEPLOYMENT_HEX_DIGITS = 16;

/**
 * Returns the idempotency key of a create. A repeated create has the same key, so that a lost
 * answer never causes a duplicate.
 */
export function createIdempotencyKey({ deployment, type, input }: CreateIdentity): string {
  const hash = hexHash(canonicalJson({ deployment, type, input }));
  return `${keyPrefix(deployment)}${hash.slice(0, CREATE_HEX_DIGITS)}`;
}

/** Returns the prefix of all keys of a deployment, by which the server lists them. */
export function keyPrefix(deployment: string): string {
  return `tf-${hexHash(deployment).slice(0, DEPLOYMENT_HEX_DIGITS)}-`;
}

function hexHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
