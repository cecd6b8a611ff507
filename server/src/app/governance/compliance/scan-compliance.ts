/**
 * Judges what a tenant has by the checks of compliance: everything once an hour, and what events
 * name within seconds. One server does it for all that share a store.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Client } from '@novacron/contract/client/client';
import type { CheckResult, DriftFacts } from '@novacron/engine/compliance/model/check';
import type { Labels, SubjectFacts } from '@novacron/engine/compliance/model/facts';
import { planTallies } from '@novacron/engine/compliance/plan-compliance-report';
import { planFindingChanges } from '@novacron/engine/compliance/plan-finding-changes';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { toFindingChanges, toKnownFinding } from './finding-rows.ts';
import { readOwnTenant, readServer } from './read-own-subjects.ts';
import {
  PLATFORM_SOURCES,
  type Subject,
  type SubjectReader,
  type SubjectSource,
  TENANT_SOURCES,
} from './read-subjects.ts';
import { changedWaivers, readActiveWaivers, type Waivers, waiverKeyOf } from './read-waivers.ts';
import { planFullScan, recordGone, recordResults } from './record-history.ts';
import { isScanRequested } from './request-scan.ts';

/** Interval between looks at the events. */
const LOOK_MS = 15_000;

/** Interval between complete scans: ages grow without an event. */
const FULL_MS = 3_600_000;

const EVENTS_PER_LOOK_MAX = 200;

/** Prefixes of what the facts of a tenant are about, besides its subjects. */
const OWN_PREFIXES = new Set(['key', 'nch', 'pol', 'tnt']);

const CHANGES_PER_COMMIT_MAX = 200;

/** Dependencies of the scan. */
export interface ScanParts {
  readonly deps: CapabilityDeps;
  /** Reads as the API answers. */
  readonly client: Client<CallContext>;
}

/** What is remembered of a tenant between scans. A new holder of the lease scans everything. */
interface TenantMemory {
  readonly results: Map<
    string,
    { readonly results: readonly CheckResult[]; readonly labels: Labels }
  >;
  readonly securityGroups: Map<string, SubjectFacts['security_group']>;
  readonly volumes: Map<string, SubjectFacts['volume']>;
  /** Open drift by resource. */
  readonly drift: Map<string, DriftFacts>;
  /** Active waivers of checks. */
  waivers: Waivers;
  position: number;
  fullAtMs: number;
}

interface Scan extends ScanParts, Pick<ReconcilerBudget, 'guard' | 'mayContinue'> {
  readonly tenantId: string;
  readonly isPlatform: boolean;
  readonly memory: TenantMemory;
}

/** Checks what exists for compliance. */
export function complianceScan(parts: ScanParts): Reconciler {
  const { deps } = parts;
  const memories = new Map<string, TenantMemory>();
  return {
    name: 'compliance-scan',
    summary: 'Judges resources, keys, nodes and servers by the checks of compliance.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async ({ guard, mayContinue }) => {
      const tenants = await deps.store.read({ from: 'tenants' });
      for (const id of memories.keys()) {
        if (!tenants.some((tenant) => tenant.id === id)) memories.delete(id);
      }
      for (const { id: tenantId, is_platform } of tenants) {
        if (!mayContinue()) return undefined;
        const memory = memories.get(tenantId) ?? newMemory();
        memories.set(tenantId, memory);
        const isPlatform = is_platform === 1;
        await scanTenant({ ...parts, guard, mayContinue, tenantId, isPlatform, memory });
      }
      return undefined;
    },
  };
}

function newMemory(): TenantMemory {
  return {
    results: new Map(),
    securityGroups: new Map(),
    volumes: new Map(),
    drift: new Map(),
    waivers: new Map(),
    position: 0,
    fullAtMs: Number.NEGATIVE_INFINITY,
  };
}

async function scanTenant(scan: Scan): Promise<void> {
  const { deps, memory, tenantId } = scan;
  const nowMs = deps.clock.nowMs();
  const waiversBefore = memory.waivers;
  memory.waivers = await readActiveWaivers(deps, tenantId);
  const isFull =
    // A clock that was set back does not end the scans.
    Math.abs(nowMs - memory.fullAtMs) >= FULL_MS ||
    (await isScanRequested(deps, { tenantId, position: memory.position }));
  if (isFull) {
    const position = await latestPosition(scan);
    if (!(await scanEverything(scan))) return;
    memory.position = position;
    memory.fullAtMs = nowMs;
  } else {
    const isJudged = await followEvents(scan);
    if (!(await applyWaivers(scan, waiversBefore)) && !isJudged) return;
  }
  await writeTallies(scan, isFull ? 'full' : 'partial');
}

/** Writes the findings whose waivers changed, or ended. @returns whether there were any */
async function applyWaivers(scan: Scan, before: Waivers): Promise<boolean> {
  const { waivers, results } = scan.memory;
  const changed = changedWaivers(before, waivers);
  if (changed.size === 0) return false;
  for (const [id, { results: own }] of results) {
    if (own.some((result) => changed.has(waiverKeyOf(result))))
      await writeFindings(scan, [id], own);
  }
  return true;
}

/** @returns whether it came to its end */
async function scanEverything(scan: Scan): Promise<boolean> {
  const { memory } = scan;
  const reader = readerOf(scan);
  await readDrift(scan, reader);
  const seen = new Set<string>();
  for (const source of sourcesOf(scan.isPlatform)) {
    const ids = await scanKind(scan, source);
    if (ids === undefined) return false;
    for (const id of ids) seen.add(id);
  }
  for (const id of await judgeOwn(scan)) seen.add(id);
  for (const id of memory.results.keys()) if (!seen.has(id)) forget(memory, id);
  await resolveGone(scan, seen);
  await recordGone(scan, seen);
  return true;
}

/** @returns the ids of the subjects; undefined if the round had to end before */
async function scanKind(scan: Scan, source: SubjectSource): Promise<readonly string[] | undefined> {
  const reader = readerOf(scan);
  const ids: string[] = [];
  let cursor: string | null | undefined;
  do {
    if (!scan.mayContinue()) return undefined;
    const page = await source.list(reader, cursor ?? undefined);
    if (!page.ok) throw new Error(page.error.detail);
    ids.push(...page.value.subjects.map(({ id }) => id));
    await judge(scan, page.value.subjects);
    cursor = page.value.next;
    await nextTurn();
  } while (cursor !== null);
  return ids;
}

/** Judges the tenant, and the servers for the tenant of the platform. @returns their ids */
async function judgeOwn(scan: Scan): Promise<readonly string[]> {
  const { deps, isPlatform } = scan;
  const reader = readerOf(scan);
  const own = [await readOwnTenant(reader, deps.store)];
  if (isPlatform) own.push(await readServer(reader, deps.store));
  const subjects = own.map((subject) => {
    if (!subject.ok) throw new Error(subject.error.detail);
    return subject.value;
  });
  await judge(scan, subjects);
  return subjects.map(({ id }) => id);
}

/** @returns whether anything was judged */
async function followEvents(scan: Scan): Promise<boolean> {
  const { deps, tenantId, memory, isPlatform } = scan;
  const events = await deps.store.read({
    from: 'events',
    where: { tenant_id: tenantId, position: { above: memory.position } },
    orderBy: { column: 'position', direction: 'asc' },
    limit: EVENTS_PER_LOOK_MAX,
  });
  const position = events.at(-1)?.position ?? null;
  if (position === null) return false;
  const ids = [...new Set(events.map(({ target }) => target))].filter((id) => id.includes('_'));
  const byPrefix = new Map(sourcesOf(isPlatform).map((source) => [source.prefix, source]));
  const whole = new Set<SubjectSource>();
  for (const id of ids) {
    const source = byPrefix.get(prefixOf(id));
    if (source?.get === undefined) {
      if (source !== undefined) whole.add(source);
      continue;
    }
    await judgeOne(scan, id, source.get);
  }
  for (const source of whole) await scanKind(scan, source);
  if (ids.some((id) => OWN_PREFIXES.has(prefixOf(id)))) await judgeOwn(scan);
  memory.position = position;
  return true;
}

async function judgeOne(
  scan: Scan,
  id: string,
  get: NonNullable<SubjectSource['get']>,
): Promise<void> {
  const reader = readerOf(scan);
  await readDrift(scan, reader, id);
  const subject = await get(reader, id);
  if (subject.ok) {
    await judge(scan, [subject.value]);
    return;
  }
  if (subject.error.code !== 'not-found') throw new Error(subject.error.detail);
  forget(scan.memory, id);
  await writeFindings(scan, [id], []);
  await recordResults(scan, [{ id, revision: null }], []);
}

function prefixOf(id: string): string {
  return id.slice(0, id.indexOf('_'));
}

function sourcesOf(isPlatform: boolean): readonly SubjectSource[] {
  return isPlatform ? [...TENANT_SOURCES, ...PLATFORM_SOURCES] : TENANT_SOURCES;
}

function readerOf({ deps, client, tenantId }: Scan): SubjectReader {
  return { client, context: platformContext(deps, tenantId, 'platform') };
}

function forget({ results, securityGroups, volumes, drift }: TenantMemory, id: string): void {
  drift.delete(id);
  results.delete(id);
  securityGroups.delete(id);
  volumes.delete(id);
}

/** Judges subjects, and writes what changed about their findings. */
async function judge(scan: Scan, subjects: readonly Subject[]): Promise<void> {
  const { deps, memory } = scan;
  for (const { surrounds } of subjects) {
    const { securityGroup, volume } = surrounds;
    if (securityGroup) memory.securityGroups.set(securityGroup.id, securityGroup);
    if (volume) memory.volumes.set(volume.id, volume);
  }
  const around = {
    nowMs: deps.clock.nowMs(),
    securityGroups: memory.securityGroups,
    volumes: memory.volumes,
    release: deps.serverVersion,
    drift: memory.drift,
  };
  const all = subjects.flatMap(({ id, labels, judge: judgeBy }) => {
    const results = judgeBy(around);
    memory.results.set(id, { results, labels });
    return results;
  });
  await writeFindings(
    scan,
    subjects.map(({ id }) => id),
    all,
  );
  await recordResults(scan, subjects, all);
}

async function writeFindings(
  scan: Scan,
  ids: readonly string[],
  results: readonly CheckResult[],
): Promise<void> {
  const { deps, tenantId, guard, memory } = scan;
  if (ids.length === 0) return;
  const where = { tenant_id: tenantId, subject_id: { in: ids } };
  const rows = await deps.store.read({ from: 'compliance_findings', where });
  const byId = new Map(rows.map((row) => [row.id, row]));
  const found = results.map((result) => {
    return { result, waiverId: memory.waivers.get(waiverKeyOf(result)) };
  });
  const changes = planFindingChanges(rows.map(toKnownFinding), found).flatMap((change) => {
    const before = change.kind === 'opens' ? undefined : byId.get(change.id ?? '');
    return [...toFindingChanges(deps, { change, before, tenantId })];
  });
  for (let at = 0; at < changes.length; at += CHANGES_PER_COMMIT_MAX) {
    const some = changes.slice(at, at + CHANGES_PER_COMMIT_MAX);
    const answer = await commitUnder(guard, deps, some);
    if (!answer.ok) throw new Error(answer.error.detail);
  }
}

/** Resolves the findings of subjects that are gone. */
async function resolveGone(scan: Scan, seen: ReadonlySet<string>): Promise<void> {
  const { deps, tenantId } = scan;
  const where = { tenant_id: tenantId, state: { in: ['open', 'waived'] } };
  const rows = await deps.store.read({ from: 'compliance_findings', where });
  const gone = [...new Set(rows.map((row) => row.subject_id))].filter((id) => !seen.has(id));
  for (let at = 0; at < gone.length; at += CHANGES_PER_COMMIT_MAX) {
    await writeFindings(scan, gone.slice(at, at + CHANGES_PER_COMMIT_MAX), []);
  }
}

async function writeTallies(scan: Scan, extent: 'full' | 'partial'): Promise<void> {
  const { deps, tenantId, memory, guard } = scan;
  const counted = [...memory.results.values()].flatMap(({ results, labels }) =>
    results.map((result) => {
      return { result, labels, isWaived: memory.waivers.has(waiverKeyOf(result)) };
    }),
  );
  const tallies = planTallies(new Map(), counted);
  const row = {
    id: tenantId,
    tallies_json: JSON.stringify([...tallies]),
    scanned_at_ms: memory.fullAtMs,
  };
  const history =
    extent === 'full' ? await planFullScan(scan, { tallies, counted, gapMs: 2 * FULL_MS }) : [];
  const answer = await commitUnder(guard, deps, [
    { kind: 'put', into: 'compliance_scans', row },
    ...history,
  ]);
  if (!answer.ok) throw new Error(answer.error.detail);
}

async function latestPosition({ deps, tenantId }: Scan): Promise<number> {
  const orderBy = { column: 'position', direction: 'desc' } as const;
  const where = { tenant_id: tenantId, position: { above: 0 } };
  const [row] = await deps.store.read({ from: 'events', where, orderBy, limit: 1 });
  return row?.position ?? 0;
}

/** Reads the open drift of all resources, or of one. */
async function readDrift(
  { deps, memory }: Scan,
  { client, context }: SubjectReader,
  id?: string,
): Promise<void> {
  const answer = await client.call('drift.report', { ...(id && { resource_id: id }) }, context);
  if (!answer.ok) throw new Error(answer.error.detail);
  if (id === undefined) memory.drift.clear();
  else memory.drift.delete(id);
  for (const { resource_id: of, drift_class, detected_at } of answer.value.items) {
    const atMs = deps.clock.nowMs();
    memory.drift.set(of, {
      drift_class: drift_class ?? 'cosmetic',
      detected_at: detected_at ?? toTimestamp(atMs),
    });
  }
}
