/** Lists the events of a tenant, page by page, from either end. */
import { LIST_TOTAL_MAX } from '@novacron/contract/operation/listing';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { err, ok } from '@novacron/contract/result';
import type { Where } from '../../../ports/store.ts';
import type { CallContext } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import { exactTo, readTimeRange } from '../lists/read-list.ts';
import { toMessage } from './relay-events.ts';
import { resumeExpired } from './resume-expired.ts';

/**
 * Lists published events by position, upwards or downwards.
 * @returns `resume-expired` where retention has deleted the events after the requested position
 */
export async function listEvents(
  deps: KernelDeps,
  input: ParsedInputOf<'event.list'>,
  context: CallContext,
) {
  const { after_position: after, before_position: before, limit, order } = input;
  const isUpwards = order === 'oldest';
  // The index finds the end that a page begins at; past the other one the page is empty.
  const isFromBelow = isUpwards || before === undefined;
  const first = { column: 'position', direction: 'asc' } as const;
  const narrowed = {
    tenant_id: context.principal.tenantId,
    ...filterOf(input, deps.clock.nowMs()),
  };
  // One snapshot: the oldest event was still stored when the page was read.
  const { oldest, rows } = await deps.store.snapshot({
    oldest: { from: 'events', where: { position: { above: 0 } }, orderBy: first, limit: 1 },
    rows: {
      from: 'events',
      where: {
        ...narrowed,
        position: isFromBelow ? { above: after ?? 0 } : { below: before },
      },
      orderBy: { column: 'position', direction: isUpwards ? 'asc' : 'desc' },
      limit,
    },
  });
  const oldestPosition = oldest[0]?.position ?? 1;
  if (after !== undefined && after + 1 < oldestPosition) {
    return err(resumeExpired(after, oldestPosition));
  }
  const shown = rows
    .filter(({ position }) => Number(position) > (after ?? 0))
    .filter(({ position }) => before === undefined || Number(position) < before);
  const end = isUpwards ? (after ?? oldestPosition - 1) : (before ?? oldestPosition);
  const total = input.count === true ? await countEvents(deps, narrowed) : {};
  return ok({
    items: shown.map(toMessage),
    last_position: shown.at(-1)?.position ?? end,
    ...total,
  });
}

/** Published events on all pages: positions are those of pages. */
async function countEvents({ store }: KernelDeps, narrowed: Where<'events'>) {
  const where = { ...narrowed, position: { above: 0 } };
  const found = await store.count({ from: 'events', where, limit: LIST_TOTAL_MAX + 1 });
  return exactTo(found);
}

function filterOf(
  { type, target, since, until }: ParsedInputOf<'event.list'>,
  nowMs: number,
): Where<'events'> {
  const at_ms = readTimeRange({ since, until }, nowMs);
  return {
    ...(type === undefined ? {} : { type: { in: type } }),
    ...(target === undefined ? {} : { target: { in: target } }),
    ...(at_ms === undefined ? {} : { at_ms }),
  };
}
