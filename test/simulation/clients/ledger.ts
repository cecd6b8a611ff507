/** Record of requests and responses of the clients. Checks compare NovaCron with it. */
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
  /** Revision of the returned resource; undefined for deletes. */
  readonly revision: number | undefined;
}

/** A write that was refused. */
export interface Refused {
  readonly intent: Intent;
  readonly problem: Problem;
}

/** Combined knowledge of all clients. */
export interface Ledger {
  readonly intents: Intent[];
  readonly acknowledged: Acknowledged[];
  readonly refused: Refused[];
  /** Ends of operations that clients saw. */
  readonly endings: Map<string, string>;
  /** Tenant and key, joined by `/`, that were confirmed or may have been: they are free again. */
  readonly freedKeys: Set<string>;
  /** Faults that clients noticed at once. */
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
