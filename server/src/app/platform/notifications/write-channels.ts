/** Creates, changes, tests and deletes notification channels. */
import {
  type NotificationChannel,
  NotificationTarget,
  type NotificationType,
} from '@novacron/contract/automation/notification-channel';
import { keysOf } from '@novacron/contract/closed-table';
import { formatDuration, parseDuration } from '@novacron/contract/formats/duration';
import type { JsonObject } from '@novacron/contract/json';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { NotificationChannelRow } from '../../../ports/tables/automation/notification-channel-row.ts';
import { chargeTenant, checkQuota, refundTenant } from '../../access/quota/tenant-quota.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import {
  admitObject,
  auditObject,
  type CheckedObject,
  refuseByPolicy,
} from '../../kernel/write/write-object.ts';
import { replan, revisionMismatch } from '../../rows/resource-problems.ts';
import type { CapabilityDeps } from '../deps.ts';
import { targetOf, toChannel, typeOf } from './channel-row.ts';
import { checkTarget } from './check-target.ts';
import { openChannel } from './open-channel.ts';
import { findChannel, findChannelNamed } from './read-channels.ts';
import { SEND_MS_DEFAULT, sendNotification } from './send-notification.ts';

const ONE = { notification_channels: 1 } as const;

type Written = Promise<Result<{ readonly resource: NotificationChannel }, Problem>>;

/** Creates a channel. Problems: `name-taken`, `quota-exceeded`, `validation-failed`. */
export function createChannel(
  deps: CapabilityDeps,
  input: ParsedInputOf<'notification_channel.create'>,
  context: CallContext,
): Written {
  const check = async (): CheckedObject<{ readonly resource: NotificationChannel }> => {
    const { tenantId, name: author } = context.principal;
    const nowMs = deps.clock.nowMs();
    const row: NotificationChannelRow = {
      id: deps.ids.next('nch'),
      tenant_id: tenantId,
      name: input.name,
      description: input.description ?? null,
      type: input.type,
      digest_ms: digestMsOf(input.digest_interval),
      target_json: JSON.stringify(changeTarget({}, input)),
      revision: 1,
      created_at_ms: nowMs,
      created_by: author,
      updated_at_ms: nowMs,
      updated_by: author,
      delivery_json: null,
      delivered_at_ms: null,
    };
    const otherwise = replan(`The notification channel ${row.name}`);
    return ok({
      ...writeOf('notification_channel.create', row),
      before: null,
      wanted: fieldsOf(row),
      found: (await refuseNew(deps, row)) ?? (await refuseTarget(deps, row)),
      changes: [
        { kind: 'insert', into: 'notification_channels', row, otherwise },
        ...chargeTenant(tenantId, ONE),
      ],
      answer: { resource: toChannel(row) },
    });
  };
  return admitObject(deps, context, { name: 'notification_channel.create', check });
}

/** Changes a channel; null removes a field. Problems: as for a create, `revision-mismatch`. */
export function updateChannel(
  deps: CapabilityDeps,
  input: ParsedInputOf<'notification_channel.update'>,
  context: CallContext,
): Written {
  const check = async (): CheckedObject<{ readonly resource: NotificationChannel }> => {
    const current = await findCurrent(deps, input, context);
    if (!current.ok) return current;
    const row = current.value;
    const set = {
      description: input.description === undefined ? row.description : input.description,
      digest_ms:
        input.digest_interval === undefined ? row.digest_ms : digestMsOf(input.digest_interval),
      target_json: JSON.stringify(changeTarget(targetOf(row), input)),
      revision: row.revision + 1,
      updated_at_ms: deps.clock.nowMs(),
      updated_by: context.principal.name,
    };
    const next = { ...row, ...set };
    return ok({
      ...writeOf('notification_channel.update', row),
      found: await refuseTarget(deps, next),
      before: fieldsOf(row),
      wanted: fieldsOf(next),
      changes: [
        {
          kind: 'update',
          table: 'notification_channels',
          id: row.id,
          set,
          expect: { revision: row.revision },
          otherwise: replan(`The notification channel ${row.name}`),
        },
      ],
      answer: { resource: toChannel(next) },
    });
  };
  return admitObject(deps, context, { name: 'notification_channel.update', check });
}

/** Deletes a channel. Problems: `not-found`, `revision-mismatch`. */
export function deleteChannel(
  deps: CapabilityDeps,
  input: ParsedInputOf<'notification_channel.delete'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const check = async (): CheckedObject<Record<string, never>> => {
    const current = await findCurrent(deps, input, context);
    if (!current.ok) return current;
    const row = current.value;
    const expect = { revision: row.revision };
    const otherwise = replan(`The notification channel ${row.name}`);
    return ok({
      ...writeOf('notification_channel.delete', row),
      before: fieldsOf(row),
      wanted: null,
      changes: [
        { kind: 'delete', from: 'notification_channels', id: row.id, expect, otherwise },
        ...refundTenant(row.tenant_id, ONE),
      ],
      answer: {},
    });
  };
  return admitObject(deps, context, { name: 'notification_channel.delete', check });
}

/** Sends a test message, once. Problems: `operation-failed` where it was not delivered. */
export async function testChannel(
  deps: CapabilityDeps,
  { id }: ParsedInputOf<'notification_channel.test'>,
  context: CallContext,
): Written {
  const found = await findChannel(deps, id, context);
  if (!found.ok) return found;
  const row = found.value;
  const write = writeOf('notification_channel.test', row);
  const fields = fieldsOf(row);
  const refusal = await refuseByPolicy(deps, context, { ...write, before: fields, wanted: fields });
  if (refusal !== undefined) return err(refusal);
  const notification = {
    id: context.requestId,
    subject: `Test of ${row.name}`,
    text: `${context.principal.name} tests the notification channel ${row.name} of NovaCron.`,
    about: { channel: row.name },
    recipients: [],
  };
  const outcome = await sendNotification(deps, row, notification, {
    timeoutMs: SEND_MS_DEFAULT,
    signal: context.signal,
    inTurn: (send) => send(),
  });
  if (outcome.kind === 'failed') {
    const refused = notDelivered(row, outcome.message);
    await auditObject(deps, context, write, refused);
    return err(refused);
  }
  const audited = auditChange(deps, context, { ...write, outcome: 'done', changes: {} });
  const done = await commitChanges(deps, [audited]);
  if (!done.ok) return done;
  const shown = await findChannel(deps, id, context);
  return shown.ok ? ok({ resource: toChannel(shown.value) }) : shown;
}

type Name = `notification_channel.${'create' | 'update' | 'delete' | 'test'}`;

function writeOf(operation: Name, { id, name }: NotificationChannelRow) {
  return { operation, resourceKind: 'notification_channel', target: { id, name } } as const;
}

function digestMsOf(interval: string | null | undefined): number | null {
  return parseDuration(interval ?? '') ?? null;
}

/** Fields that are given replace those before; null removes one. */
function changeTarget(
  before: NotificationTarget,
  given: {
    readonly [Name in keyof NotificationTarget]?: NotificationTarget[Name] | null | undefined;
  },
): NotificationTarget {
  const names = keysOf(NotificationTarget.shape);
  const kept = names.map((name) => [name, given[name] === undefined ? before[name] : given[name]]);
  return Object.fromEntries(kept.filter(([, value]) => value !== undefined && value !== null));
}

async function refuseNew(
  deps: CapabilityDeps,
  row: NotificationChannelRow,
): Promise<Problem | undefined> {
  const { tenant_id, name } = row;
  const namesake = await findChannelNamed(deps, { tenant_id, name });
  if (namesake !== undefined) return channelNameTaken(namesake);
  const [quota] = await deps.store.read({ from: 'tenant_quotas', where: { id: tenant_id } });
  return checkQuota(quota, ONE);
}

/** A channel that could not send now is refused: its secrets and hosts come first. */
async function refuseTarget(
  deps: CapabilityDeps,
  row: NotificationChannelRow,
): Promise<Problem | undefined> {
  const type: NotificationType = typeOf(row);
  const fields = checkTarget(type, targetOf(row));
  if (fields.length > 0) {
    const lines = fields.map(({ path, message }) => `${path.join('.')} ${message}`);
    return problem('validation-failed', {
      detail: `The notification channel ${row.name} is no ${type} channel: ${lines.join('; ')}.`,
      remedy: 'Give the fields of this type: novacron notification-channel create --help.',
      fields,
    });
  }
  const opened = await openChannel(deps, row);
  if (opened.ok) return undefined;
  const { words, next } = opened.error;
  if (next === 'retry') {
    return problem('unavailable', {
      detail: `The notification channel ${row.name} ${words}.`,
      remedy: 'Try again when Vault answers.',
    });
  }
  return problem('validation-failed', {
    detail: `The notification channel ${row.name} ${words}.`,
    remedy:
      'Create the secret first, and let it go there: novacron secret create NAME --allow-host ' +
      'HOST. Ask the operator to add a host to egress-hosts.',
    fields: [{ path: ['type'], message: words }],
  });
}

async function findCurrent(
  deps: CapabilityDeps,
  { id, if_revision }: { readonly id: string; readonly if_revision?: number | undefined },
  context: CallContext,
): Promise<Result<NotificationChannelRow, Problem>> {
  const found = await findChannel(deps, id, context);
  if (!found.ok || if_revision === undefined || found.value.revision === if_revision) return found;
  return err(revisionMismatch('notification_channel', found.value, if_revision));
}

/** The fields that policies and audit entries see. @throws damagedRow */
function fieldsOf(row: NotificationChannelRow): JsonObject {
  return {
    name: row.name,
    description: row.description,
    type: row.type,
    digest_interval: row.digest_ms === null ? null : formatDuration(row.digest_ms),
    ...JSON.parse(JSON.stringify(targetOf(row))),
  };
}

function channelNameTaken({ id, name }: NotificationChannelRow): Problem {
  return problem('name-taken', {
    detail: `A notification channel named ${name} exists already.`,
    remedy: `Choose another name, or change it: novacron notification-channel update ${name}`,
    fields: [{ path: ['name'], message: 'is the name of another notification channel' }],
    data: { resource_id: id },
  });
}

function notDelivered({ name }: NotificationChannelRow, reason: string): Problem {
  return problem('operation-failed', {
    detail: `The test message of the notification channel ${name} was not delivered: ${reason}.`,
    remedy: 'Correct the channel, its secrets or the receiver, and test it again.',
  });
}
