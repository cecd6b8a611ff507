/**
 * Executions while people hold automation: none of their steps begins. The commit that records the
 * begin of a step fails while there is a hold, so that nothing is read where there is none; what
 * has failed there is an entry of the log, from which the plan without new steps follows.
 */
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import { deadlineAfterStop } from '@novacron/engine/sagas/rules/decide-rollback';
import { isHeld } from '@novacron/engine/sagas/rules/pause-of';
import type { ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { OperationDefinition } from '../definitions/operation-definition.ts';
import { guardHolds, readHolds, readHoldsOf } from './find-hold.ts';

/** Interval at which a server checks whether the hold of its executions has ended. Unit: ms. */
const LOOK_MS = 2_000;

/** An operation that a server runs. */
interface Held {
  readonly row: Pick<Tables['operations'], 'id' | 'tenant_id'>;
  readonly definition: OperationDefinition;
  readonly log: readonly LogEntry[];
}

/** Holds of the executions that one server runs. */
export interface HeldExecutions {
  /** The guard of a commit of these entries; empty where they begin nothing. */
  readonly guards: (operation: Held, news: readonly LogEntry[]) => ChangeSet;
  /** The entry of a hold that has refused such a commit; none where it has ended since. */
  readonly begin: (operation: Held) => Promise<readonly LogEntry[]>;
  /** The entry that ends the hold of an operation; none where it is not held, or still is. */
  readonly end: (operation: Held, entries: readonly LogEntry[]) => Promise<readonly LogEntry[]>;
  /** Wakes the operation once automation is released. */
  readonly await: (operation: Held) => void;
  readonly stop: () => void;
}

/** Makes what one server needs. @param wake - plans an operation again */
export function createHeldExecutions(
  deps: KernelDeps,
  wake: (operationId: string) => void,
): HeldExecutions {
  const { store, clock, timers, logger } = deps;
  /** The tenants of those that wait, by id. */
  const held = new Map<string, string>();
  let cancel: (() => void) | undefined;

  function lookLater(): void {
    cancel ??= timers.after(LOOK_MS, () => {
      cancel = undefined;
      void look()
        .catch((cause) => logger.warn({ cause }, 'holds of automation cannot be read'))
        .finally(() => {
          if (held.size > 0) lookLater();
        });
    });
  }

  async function look(): Promise<void> {
    const holds = await readHolds(store, { of: 'automation', nowMs: clock.nowMs() });
    for (const [id, tenantId] of held) {
      if (holds.ofTenant(tenantId)) continue;
      held.delete(id);
      wake(id);
    }
  }

  return {
    guards: ({ row, definition }, news) =>
      definition.execution !== undefined && news.some(isBegin)
        ? guardHolds(row.tenant_id, clock.nowMs())
        : [],
    begin: async ({ row }) => {
      const [first] = await readHoldsOf(store, row.tenant_id, {
        of: 'automation',
        nowMs: clock.nowMs(),
      });
      return first === undefined ? [] : [{ kind: 'held', at_ms: first.held_at_ms }];
    },
    end: async ({ row, definition, log }, entries) => {
      const known = [...log, ...entries];
      if (definition.execution === undefined || !isHeld(known)) return [];
      const nowMs = clock.nowMs();
      const holds = await readHolds(store, { of: 'automation', nowMs });
      if (holds.ofTenant(row.tenant_id)) return [];
      const deadlineMs = deadlineAfterStop(definition, known, { ends: 'hold', nowMs });
      const deadline = deadlineMs === undefined ? {} : { deadline_ms: deadlineMs };
      return [{ kind: 'released', ...deadline }];
    },
    await: ({ row }) => {
      held.set(row.id, row.tenant_id);
      lookLater();
    },
    stop: () => {
      held.clear();
      cancel?.();
    },
  };
}

/** A step begins, or its execution expires: a cancellation is what people ask for. */
function isBegin(entry: LogEntry): boolean {
  if (entry.kind === 'started') return entry.direction === 'do';
  return entry.kind === 'turned-back' && entry.why === 'expired';
}
