/** Shows and lists notification channels of the caller's tenant. */
import type { NotificationChannel } from '@novacron/contract/automation/notification-channel';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { NotificationChannelRow } from '../../../ports/tables/automation/notification-channel-row.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { readList } from '../../kernel/lists/read-list.ts';
import { mapPage, type Page } from '../../rows/page.ts';
import { notFound } from '../../rows/resource-problems.ts';
import type { CapabilityDeps } from '../deps.ts';
import { toChannel } from './channel-row.ts';

type Deps = Pick<CapabilityDeps, 'store' | 'clock'>;

/** Finds a channel of the tenant; another tenant's is not found. */
export async function findChannel(
  { store }: Pick<Deps, 'store'>,
  id: string,
  { principal }: Pick<CallContext, 'principal'>,
): Promise<Result<NotificationChannelRow, Problem>> {
  const where = { id, tenant_id: principal.tenantId };
  const [row] = await store.read({ from: 'notification_channels', where });
  return row === undefined ? err(notFound('notification_channel', id)) : ok(row);
}

/** Finds a channel of a tenant by its name. */
export async function findChannelNamed(
  { store }: Pick<Deps, 'store'>,
  where: { readonly tenant_id: string; readonly name: string },
): Promise<NotificationChannelRow | undefined> {
  const [row] = await store.read({ from: 'notification_channels', where });
  return row;
}

/** Shows a channel with its last delivery. Problems: `not-found`. */
export async function getChannel(
  deps: Deps,
  id: string,
  context: CallContext,
): Promise<Result<NotificationChannel, Problem>> {
  const found = await findChannel(deps, id, context);
  return found.ok ? ok(toChannel(found.value)) : found;
}

/** Lists channels. */
export async function listChannels(
  deps: Deps,
  input: ParsedInputOf<'notification_channel.list'>,
  { principal }: CallContext,
): Promise<Result<Page<NotificationChannel>, Problem>> {
  const source = {
    operation: 'notification_channel.list',
    from: 'notification_channels',
    where: { tenant_id: principal.tenantId },
    idPrefix: 'nch',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toChannel)) : page;
}
