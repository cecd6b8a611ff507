/**
 * Finds operations without a running owner and takes them over: those of servers that have ended,
 * and this server's own that it does not know of, because the answer to their admission was lost.
 */
import { problem } from '@novacron/contract/problem/problem';
import type { LogEntry } from '@novacron/engine/sagas/log/log-entry';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { KernelDeps } from '../context/deps.ts';
import { isDamaged } from '../definitions/operation-definition.ts';
import type { IsServerGone } from '../leases/leases.ts';
import { readLogs } from './answer-operation.ts';
import { PARKED } from './parked-owner.ts';

/** Operations of one read: bounds the memory of a round. */
const PAGE_LENGTH_MAX = 500;

/**
 * Maximum time that this server's own operation may be unknown: its admission is being answered.
 */
const ADMISSION_MS_MAX = 2_000;

const DAMAGED_DEFINITIONS =
  'operations are blocked: their definitions were changed outside of NovaCron and cannot be ' +
  'decrypted';

const DAMAGED_LOGS =
  'operations are blocked: their logs were changed outside of NovaCron, so their progress is ' +
  'unknown';

type OperationRow = Tables['operations'];

/** Functions of the executor that claiming needs. */
export interface ClaimParts {
  /** Whether this server runs it. */
  readonly isActive: (operationId: string) => boolean;
  /** Checks which servers are alive now. */
  readonly findLiveServers: () => Promise<IsServerGone>;
  readonly onClaimed: (row: OperationRow, log: readonly LogEntry[]) => void;
}

/** Takes over operations without a running owner. @returns how many there were */
export async function claimOperations(deps: KernelDeps, parts: ClaimParts): Promise<number> {
  let claimed = 0;
  claimed += await claimDue(deps, parts);
  for (const status of ['running', 'undoing'] as const) {
    let page: readonly OperationRow[] = [];
    let after = '';
    do {
      page = await deps.store.read({
        from: 'operations',
        where: { status, id: { above: after }, owner: { not: PARKED } },
        limit: PAGE_LENGTH_MAX,
        damaged: 'blank',
      });
      after = page.at(-1)?.id ?? after;
      claimed += await claimPage(deps, parts, page);
    } while (page.length === PAGE_LENGTH_MAX);
  }
  return claimed;
}

/** Takes over what waits no longer: its time is up. */
async function claimDue(deps: KernelDeps, parts: ClaimParts): Promise<number> {
  let claimed = 0;
  let due: readonly OperationRow[] = [];
  do {
    due = await deps.store.read({
      from: 'operations',
      where: { owner: PARKED, wake_at_ms: { until: deps.clock.nowMs() + 1 } },
      limit: PAGE_LENGTH_MAX,
      damaged: 'blank',
    });
    const taken = await take(deps, parts, due);
    if (taken === 0) break;
    claimed += taken;
  } while (due.length === PAGE_LENGTH_MAX);
  return claimed;
}

async function claimPage(
  deps: KernelDeps,
  parts: ClaimParts,
  page: readonly OperationRow[],
): Promise<number> {
  if (page.length === 0) return 0;
  // Checked after the page was read: a server proves that it is alive before it admits anything.
  const isGone = await parts.findLiveServers();
  const left = page.filter((row) =>
    row.owner === deps.instanceId ? isUnknown(deps, parts, row) : isGone(row.owner),
  );
  return take(deps, parts, left);
}

async function take(
  deps: KernelDeps,
  parts: ClaimParts,
  left: readonly OperationRow[],
): Promise<number> {
  const damaged = left.filter(isDamaged).map(({ id }) => id);
  if (damaged.length > 0) deps.logger.error({ operations: damaged }, DAMAGED_DEFINITIONS);
  const taken = await claim(
    deps,
    left.filter((row) => !isDamaged(row)),
  );
  const logs = await readLogs(
    deps.store,
    taken.map(({ id }) => id),
  );
  if (logs.damaged.size > 0) deps.logger.error({ operations: [...logs.damaged] }, DAMAGED_LOGS);
  const known = taken.filter(({ id }) => !logs.damaged.has(id));
  for (const row of known) parts.onClaimed(row, logs.entries.get(row.id) ?? []);
  return known.length;
}

function isUnknown(deps: KernelDeps, { isActive }: ClaimParts, row: OperationRow): boolean {
  return !isActive(row.id) && deps.clock.nowMs() - row.created_at_ms > ADMISSION_MS_MAX;
}

/** @returns the current rows, without those that another server took first */
async function claim(
  deps: KernelDeps,
  rows: readonly OperationRow[],
): Promise<readonly OperationRow[]> {
  if (rows.length === 0) return [];
  const mine = rows.map((row) => ({ ...row, owner: deps.instanceId, fence: row.fence + 1 }));
  const done = await deps.store.commit(rows.map((row) => claimChange(deps, row)));
  if (done.ok) return mine;
  // One conflict stops none of the others; what the store cannot take now is found again by the
  // next round.
  if (rows.length === 1) return [];
  const each = await Promise.all(rows.map((row) => claim(deps, [row])));
  return each.flat();
}

function claimChange(deps: KernelDeps, { id, owner, fence, status }: OperationRow): Change {
  return {
    kind: 'update',
    table: 'operations',
    id,
    set: { owner: deps.instanceId, fence: fence + 1 },
    expect: { owner, fence, status },
    otherwise: problem('conflict', {
      detail: `The operation ${id} has ended or was taken over by another server.`,
      remedy: 'No action is required.',
    }),
  };
}
