/** Reads the subjects that no list has: the tenant itself, and the servers for its platform. */
import { parseDuration } from '@novacron/contract/formats/duration';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import type { SubjectFacts } from '@novacron/engine/compliance/model/facts';
import type { Store } from '../../../ports/store.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { readDeciding } from '../../policy/memory/read-deciding.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { type Subject, type SubjectReader, subjectOf } from './read-subjects.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const LOOPBACK = /^(?:127\.|localhost|\[::1\])/;

/** The tenant of the reader. */
export async function readOwnTenant(
  { client, context, store }: SubjectReader,
  { clock, decisions }: CapabilityDeps,
): Promise<Result<Subject, Problem>> {
  const { tenantId } = context.principal;
  const tenant = await client.call('tenant.get', { id: tenantId }, context);
  if (!tenant.ok) return tenant;
  const channels = await client.call('notification_channel.list', { limit: 1000 }, context);
  if (!channels.ok) return channels;
  const admins = await store.count({
    from: 'api_keys',
    where: { tenant_id: tenantId, role: 'admin' },
  });
  const at = { nowMs: clock.nowMs(), memory: decisions.memory };
  const deciding = await readDeciding(store, tenantId, at);
  const { id, name, quotas } = tenant.value;
  return ok(
    subjectOf('tenant', {
      id,
      name,
      quotas: Object.fromEntries(
        Object.entries(quotas).map(([quota, limit]) => [
          quota,
          typeof limit === 'number' ? limit : null,
        ]),
      ),
      admins,
      blocking_policies: deciding.filter(({ mode }) => mode === 'block').length,
      channels: channels.value.items.map(({ type, last_delivered_at: at }) => ({
        type,
        delivered_at: at,
      })),
    }),
  );
}

/** The servers that share the store, as one subject. */
export async function readServer(reader: SubjectReader): Promise<Result<Subject, Problem>> {
  const { client, context, store } = reader;
  const configured = await client.call('settings.get', {}, context);
  if (!configured.ok) return configured;
  const values = new Map(configured.value.settings.map((each) => [each.setting, each.value]));
  const verified = await readVerification(store);
  const backups = await readBackups(reader);
  const size = await store.measure?.();
  const facts: SubjectFacts['server'] = {
    id: 'server',
    name: 'server',
    ...(size?.freeBytes !== undefined && {
      store_free_ratio: size.freeBytes / (size.freeBytes + size.sizeBytes),
    }),
    ...readSettings((name) => values.get(name) ?? null),
    ...(verified !== undefined && { audit_verified_at: verified }),
    ...backups,
  };
  return ok(subjectOf('server', facts));
}

type ReadSetting = (name: string) => unknown;

function readSettings(read: ReadSetting): Partial<SubjectFacts['server']> {
  const isInsecure = read('insecure-links') === true;
  const linkOf = (isLocal: boolean): string => {
    if (isLocal) return 'local';
    return isInsecure ? 'insecure' : 'verified-tls';
  };
  const version = read('tls-min-version');
  const days = durationOf(read('retention-audit'), DAY_MS);
  const idle = durationOf(read('session-idle'), MINUTE_MS);
  const hours = durationOf(read('session-lifetime'), HOUR_MS);
  const [listen, store, bus] = [read('listen'), read('store'), read('bus')];
  const hypervisor = read('hypervisor');
  return {
    ...(typeof listen === 'string' && { listens_on_loopback: LOOPBACK.test(listen) }),
    tls: read('tls-cert') !== null,
    ...(typeof version === 'string' && { tls_min_version: version }),
    ...(typeof store === 'string' && { store_link: linkOf(store === 'sqlite') }),
    ...(typeof bus === 'string' && { bus_link: linkOf(bus === 'memory') }),
    ...(typeof hypervisor === 'string' && { simulated: hypervisor === 'simulator' }),
    single_sign_on: read('oidc-issuer') !== null,
    signed_policies: read('require-signed-policies') === true,
    rate_limited: read('rate-limit') !== null && read('rate-limit-per-address') !== null,
    ...(store === 'sqlite' && { replicas: 1 }),
    ...(days !== undefined && { audit_days: days }),
    ...(idle !== undefined && { session_idle_minutes: idle }),
    ...(hours !== undefined && { session_hours: hours }),
  };
}

function durationOf(value: unknown, unitMs: number): number | undefined {
  const ms = typeof value === 'string' ? parseDuration(value) : undefined;
  return ms === undefined ? undefined : ms / unitMs;
}

/**
 * When the log that waited longest was verified to its end; undefined before any was. A log that was
 * never verified is unknown to its tenant alone.
 */
async function readVerification(store: Store): Promise<string | undefined> {
  const heads = new Set((await store.read({ from: 'audit_heads' })).map(({ id }) => id));
  const rows = await store.read({ from: 'audit_verifications' });
  const existing = rows.filter(({ id }) => heads.has(id));
  const times = existing.flatMap(({ verified_at_ms: at }) => at ?? []);
  return times.length === 0 ? undefined : toTimestamp(Math.min(...times));
}

async function readBackups({ client, context }: SubjectReader) {
  const answer = await client.call('backup.list', {}, context);
  // Without a target there are none, which the operation refuses to list.
  if (!answer.ok) return { backup_at: null, backup_verified_at: null };
  const latest = answer.value.items
    .map(({ restorable_until: until }) => until)
    .toSorted()
    .at(-1);
  const passed = answer.value.items
    .flatMap(({ verification, verified_at: at }) => (verification === 'passed' && at ? [at] : []))
    .toSorted()
    .at(-1);
  return { backup_at: latest ?? null, backup_verified_at: passed ?? null };
}
