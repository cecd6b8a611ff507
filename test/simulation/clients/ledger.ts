/** What clients remember: what they asked for and what was answered. Checks hold NovaCron to it. */
import type { JsonObject } from '@novacron/contract/json';
import type { OperationName } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';

/** One thing that a client wants, however often it has to ask. */
export interface Intent {
  readonly client: string;
  readonly tenantId: string;
  readonly name: OperationName;
  readonly input: JsonObject;
  /** One a try that reached a server, in order. */
  readonly requestIds: string[];
}

/** A write that was answered with success. */
export interface Acknowledged {
  readonly intent: Intent;
  readonly operationId: string;
  readonly resourceId: string;
  /** Of the answered resource; undefined for deletes. */
  readonly revision: number | undefined;
}

/** A write that was refused. */
export interface Refused {
  readonly intent: Intent;
  readonly problem: Problem;
}

/** What all clients together know. */
export interface Ledger {
  readonly intents: Intent[];
  readonly acknowledged: Acknowledged[];
  readonly refused: Refused[];
  /** Ends of operations that clients saw. */
  readonly endings: Map<string, string>;
  /** Tenant and key, joined by `/`, that were confirmed or may have been: they are free again. */
  readonly freedKeys: Set<string>;
  /** What a client found wrong at once. */
  readonly complaints: string[];
}

/** Starts with nothing. */
export function openLedger(): Ledger {
  return {
    intents: [],
    acknowledged: [],
    refused: [],
    endings: new Map(),
    freedKeys: new Set(),
    complaints: [],
  };
}

/** The key under which an intent may be repeated. */
export function keyOf({ input }: Intent): string | undefined {
  return typeof input.idempotency_key === 'string' ? input.idempotency_key : undefined;
}
