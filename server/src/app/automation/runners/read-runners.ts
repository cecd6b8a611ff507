/** Shows runners of the caller's tenant. */
import type { Runner } from '@novacron/contract/automation/runner-operations';
import { RunnerId, TenantId } from '@novacron/contract/ids';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { RunnerRow } from '../../../ports/tables/automation/runner-row.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { damagedRow, parseList, parseStored } from '../../rows/parse-stored.ts';
import { notFound } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

type Deps = Pick<CapabilityDeps, 'store' | 'clock'>;

/** A runner that has not announced itself for longer gets no steps. Unit: ms. */
const SILENT_MS = 45_000;

const Labels = z.record(z.string(), z.string());
const Capabilities = z.array(z.string());

/** Finds the row of a runner. Problems: `not-found`. */
export async function findRunner(
  { store }: Pick<Deps, 'store'>,
  id: string,
  { principal }: CallContext,
): Promise<Result<RunnerRow, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'runners', where });
  return row === undefined ? err(notFound('runner', id)) : ok(row);
}

/** Shows a runner. Problems: `not-found`. */
export async function getRunner(
  deps: Deps,
  id: string,
  context: CallContext,
): Promise<Result<Runner, Problem>> {
  const found = await findRunner(deps, id, context);
  return found.ok ? ok(toRunner(found.value, deps.clock.nowMs())) : found;
}

/** Lists runners. */
export async function listRunners(
  deps: Deps,
  input: ParsedInputOf<'runner.list'>,
  { principal }: CallContext,
): Promise<Result<Page<Runner>, Problem>> {
  const source = {
    operation: 'runner.list',
    from: 'runners',
    where: { tenant_id: principal.tenantId },
    idPrefix: 'rnr',
  } as const;
  const page = await readList(deps, source, input);
  if (!page.ok) return page;
  const nowMs = deps.clock.nowMs();
  return ok(mapPage(page.value, (row) => toRunner(row, nowMs)));
}

/** Whether a runner has not announced itself for a while. */
export function isSilent({ last_seen_at_ms: seenMs }: RunnerRow, nowMs: number): boolean {
  return nowMs - seenMs > SILENT_MS;
}

/** A runner as answers carry it. @throws damagedRow */
export function toRunner(row: RunnerRow, nowMs: number): Runner {
  const labels = Labels.safeParse(parseStored(row.labels_json));
  const capabilities = Capabilities.safeParse(parseList(row.capabilities_json));
  if (!labels.success || !capabilities.success) {
    throw damagedRow(row.id, 'its labels or capabilities are not those of a runner');
  }
  return {
    id: RunnerId.parse(row.id),
    tenant_id: TenantId.parse(row.tenant_id),
    name: row.name,
    status: isSilent(row, nowMs) ? 'silent' : 'ready',
    labels: labels.data,
    capabilities: capabilities.data,
    network: row.network,
    places: row.places,
    running: row.running,
    version: row.version,
    created_at: toTimestamp(row.created_at_ms),
    last_seen_at: toTimestamp(row.last_seen_at_ms),
  };
}
