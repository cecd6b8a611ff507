import { createHash } from 'node:crypto';
import { canonicalJson } from '@novacron/contract/json';

/** What makes a create the same create. */
export interface CreateIdentity {
  readonly deployment: string;
  /** Terraform type. */
  readonly type: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Enough to keep the creates of a deployment apart; every state holds the key of every object. */
const CREATE_HEX_DIGITS = 32;

/** Enough to keep the deployments of a tenant apart; a clash only lists keys in vain. */
const DEPLOYMENT_HEX_DIGITS = 16;

/**
 * Makes the idempotency key of a create. The same create asked for again has the same key: a lost
 * answer never makes a second one.
 */
export function createIdempotencyKey({ deployment, type, input }: CreateIdentity): string {
  const hash = hexHash(canonicalJson({ deployment, type, input }));
  return `${keyPrefix(deployment)}${hash.slice(0, CREATE_HEX_DIGITS)}`;
}

/** What all keys of a deployment begin with, so that the server can list them. */
export function keyPrefix(deployment: string): string {
  return `tf-${hexHash(deployment).slice(0, DEPLOYMENT_HEX_DIGITS)}-`;
}

function hexHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
