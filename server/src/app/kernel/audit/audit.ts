/** The audit log: committed and refused writes. */

import type { ClientName } from '@novacron/contract/access/identity';
import { AuditEntry } from '@novacron/contract/audit/audit';
import type { OperationName, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { ok } from '@novacron/contract/result';
import { z } from 'zod';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { mapPage } from '../../rows/page.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { type Actor, actorKindOf, type CallContext, keyIdOf } from '../context/call-context.ts';
import type { KernelDeps } from '../context/deps.ts';
import type { PolicySubject } from '../context/policy-question.ts';
import { readList } from '../lists/read-list.ts';

/** The change that records a write. */
export function auditChange(
  deps: Pick<KernelDeps, 'ids' | 'clock'>,
  context: {
    readonly principal: Actor['principal'];
    readonly client: ClientName;
    readonly requestId: string;
    /** Undefined for NovaCron's own writes. */
    readonly clientAddress?: string | undefined;
  },
  entry: {
    readonly operation: string;
    readonly outcome: string;
    readonly resourceKind: PolicySubject['resourceKind'] | '';
    readonly target: { readonly id: string; readonly name: string };
    readonly changes: Readonly<Record<string, unknown>>;
    /** The time of the write; now by default. */
    readonly atMs?: number;
    /** First characters of a refused secret, see `key-secret.ts`. */
    readonly keyPrefix?: string | undefined;
  },
): Change {
  return {
    kind: 'insert',
    into: 'audit',
    row: {
      id: deps.ids.next('aud'),
      tenant_id: context.principal.tenantId,
      at_ms: entry.atMs ?? deps.clock.nowMs(),
      principal: context.principal.name,
      principal_kind: actorKindOf(context),
      client: context.client,
      request_id: context.requestId,
      operation: entry.operation,
      outcome: entry.outcome,
      resource_kind: entry.resourceKind,
      resource_id: entry.target.id,
      resource_name: entry.target.name,
      changes_json: JSON.stringify(entry.changes),
      client_address: context.clientAddress ?? null,
      key_id: keyIdOf(context.principal) ?? null,
      key_prefix: entry.keyPrefix ?? null,
      on_behalf_of: context.principal.onBehalfOf ?? context.principal.person ?? null,
      position: null,
      hash: null,
    },
    otherwise: problem('internal', {
      detail: 'The id of a new audit entry is taken.',
      remedy: 'Check the clock of the server and send the request again.',
    }),
  };
}

/**
 * Records a refusal. If the store fails, the failure is logged: the refusal stands all the same.
 */
export async function auditRefusal(
  deps: KernelDeps,
  context: CallContext,
  operation: OperationName,
  input: Readonly<Record<string, unknown>>,
  refusal: Problem,
): Promise<void> {
  const id = typeof input.id === 'string' ? input.id : '';
  const name = typeof input.name === 'string' ? input.name : '';
  const change = auditChange(deps, context, {
    operation,
    outcome: refusal.code,
    resourceKind: '',
    target: { id, name },
    changes: {},
  });
  const done = await deps.store.commit([change]);
  if (!done.ok)
    deps.logger.error({ operation, problem: done.error }, 'a refusal could not be audited');
}

/** Lists entries, latest first by default. */
export async function listAudit(
  deps: KernelDeps,
  input: ParsedInputOf<'audit.list'>,
  context: CallContext,
) {
  const source = {
    operation: 'audit.list',
    from: 'audit',
    where: { tenant_id: context.principal.tenantId },
    idPrefix: 'aud',
    // An investigation of an intrusion needs the other entries, and must see this one.
    damaged: 'blank',
  } as const;
  const page = await readList(deps, source, input);
  return page.ok ? ok(mapPage(page.value, toAuditEntry)) : page;
}

/** In place of changes that cannot be decrypted, which no server of ours has written. */
const DAMAGED = {
  changes: {},
  damaged:
    'the changes were modified after they were recorded, or copied from another entry: see ' +
    'audit.verify',
} as const;

function changesOf({ changes_json }: Tables['audit']) {
  const stored = parseStored<Readonly<Record<string, unknown>>>(changes_json);
  if (stored === undefined) return DAMAGED;
  const changes = Object.entries(stored).map(([field, change]) => [field, changeOf(change)]);
  return { changes: Object.fromEntries(changes) };
}

/** A change of a field as answers carry it. Earlier entries name its values differently. */
function changeOf(change: unknown): AuditEntry['changes'][string] {
  const { data } = AuditEntry.shape.changes.valueType.safeParse(change);
  if (data !== undefined) return data;
  const earlier = EarlierChange.safeParse(change).data;
  if (earlier !== undefined) return { was: earlier.before, is: earlier.after };
  return { was: null, is: z.json().safeParse(change).data ?? null };
}

/** Form in which changes of the health of VMs were first recorded. */
const EarlierChange = z.looseObject({ before: z.json(), after: z.json() });

/** An entry as answers carry it; one that was read with `damaged: 'blank'` says so. */
export function toAuditEntry(row: Tables['audit']): AuditEntry {
  return {
    id: row.id,
    // The store holds what `Ids` made.
    tenant_id: row.tenant_id as AuditEntry['tenant_id'],
    at: toTimestamp(row.at_ms),
    principal: row.principal,
    ...(row.principal_kind === null ? {} : { principal_kind: row.principal_kind }),
    client: row.client,
    request_id: row.request_id,
    ...(row.client_address === null ? {} : { client_address: row.client_address }),
    ...(row.key_id === null ? {} : { key_id: row.key_id }),
    ...(row.key_prefix === null ? {} : { key_prefix: row.key_prefix }),
    ...(row.on_behalf_of === null ? {} : { on_behalf_of: row.on_behalf_of }),
    operation: row.operation,
    outcome: row.outcome,
    resource_kind: row.resource_kind,
    resource_id: row.resource_id,
    resource_name: row.resource_name,
    ...changesOf(row),
    position: row.position,
    hash: row.hash,
  };
}
