/**
 * Records what plans ask the policies, so that a draft of a policy can be judged by plans that are
 * not applied yet. Like the log of decisions it is written in batches, and no plan waits for it.
 */
import { hash } from 'node:crypto';
import type { PlannedWriteRow } from '../../../ports/tables/preview-tables.ts';
import type { PortsOf } from '../../kernel/context/deps.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { PolicyDeps } from '../deps.ts';
import type { PlannedWrite, PlannedWrites } from '../memory/decision-memory.ts';
import { maskInput } from './decision-log.ts';

/** Time for which writes are collected for one batch. Unit: ms. */
const FLUSH_MS = 500;

/** Writes of one batch; further ones of the same time are not recorded. */
const WAITING_MAX = 2_000;

/** Writes of one commit: others get their turn in between. */
const COMMIT_MAX = 200;

/** Makes the record of one server. */
export function createPlannedWrites(deps: PortsOf<PolicyDeps>): PlannedWrites {
  /** Waiting writes by id: the latest plan counts. */
  let waiting = new Map<string, PlannedWriteRow>();
  let cancel: (() => void) | undefined;

  function flush(): void {
    cancel?.();
    cancel = undefined;
    const rows = [...waiting.values()];
    waiting = new Map();
    const lose = (cause: unknown): void =>
      deps.logger.warn({ cause, rows: rows.length }, 'writes of plans are not recorded');
    for (let at = 0; at < rows.length; at += COMMIT_MAX) {
      const some = rows.slice(at, at + COMMIT_MAX);
      const changes = some.map((row) => ({ kind: 'put', into: 'planned_writes', row }) as const);
      deps.tracer
        .run(undefined, () => commitChanges(deps, changes))
        .then((done) => (done.ok ? undefined : lose(done.error)), lose);
    }
  }

  return {
    add: (write) => {
      const row = toRow(write, deps.clock.nowMs());
      if (waiting.size >= WAITING_MAX && !waiting.has(row.id)) return;
      waiting.set(row.id, row);
      cancel ??= deps.timers.after(FLUSH_MS, flush);
    },
    stop: flush,
  };
}

function toRow({ question, unknownFields, context }: PlannedWrite, nowMs: number): PlannedWriteRow {
  const { tenantId } = context.principal;
  const [type, id, name] = ['type', 'id', 'name'].map((key) => textOf(question.resource[key]));
  const target = id === '' ? `name ${name}` : `id ${id}`;
  const written = [tenantId, context.deployment, question.operation, type, target];
  return {
    id: hash('sha256', JSON.stringify(written), 'hex'),
    tenant_id: tenantId,
    operation: question.operation,
    resource_kind: type ?? '',
    resource_id: id ?? '',
    resource_name: name ?? '',
    user_id: question.subject.user_id,
    question_json: JSON.stringify({ input: maskInput(question), unknown_fields: unknownFields }),
    created_at_ms: nowMs,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
