/**
 * Judges what a tenant has by the checks of compliance: everything once an hour, and what events
 * name within seconds. What is judged again is queued: pages keep the budget of the scan.
 */
import type { Client } from '@novacron/contract/client/client';
import type { CheckResult } from '@novacron/engine/compliance/model/check';
import {
  type CountedResult,
  planTallies,
} from '@novacron/engine/compliance/plan-compliance-report';
import { planFindingChanges } from '@novacron/engine/compliance/plan-finding-changes';
import type { Change } from '../../../ports/store.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { type Judge, retainKeys, type TenantScan } from '../scan/judge.ts';
import type { PolicyVerdicts } from '../scan/policy-verdicts.ts';
import { readActor, readEarlier, toFindingChanges, toKnownFinding } from './finding-rows.ts';
import { readDrift } from './read-drift.ts';
import { readOwnTenant, readServer } from './read-own-subjects.ts';
import {
  PLATFORM_SOURCES,
  type Subject,
  type SubjectReader,
  type SubjectSource,
  TENANT_SOURCES,
} from './read-subjects.ts';
import { changedWaivers, readActiveWaivers, waiverKeysOf, waiverOf } from './read-waivers.ts';
import { planFullScan, recordGone, recordResults } from './record-history.ts';
import { readLastRequest } from './request-scan.ts';
import { type FullScan, forget, newMemory, type TenantMemory } from './tenant-memory.ts';

/** Interval between complete scans: ages grow without an event. */
const FULL_MS = 3_600_000;

/** Changes of a page: they only queue their subjects. */
const CHANGES_MAX = 200;

/** Changed subjects that are judged in one page. */
const CHANGED_PER_PAGE_MAX = 50;

/** Prefixes of what the facts of a tenant are about, besides its subjects. */
const OWN_PREFIXES = new Set(['key', 'nch', 'pol', 'tnt']);

const CHANGES_PER_COMMIT_MAX = 200;

/** Dependencies of the scan. */
export interface ComplianceScanParts {
  readonly deps: CapabilityDeps;
  /** Reads as the API answers. */
  readonly client: Client<CallContext>;
  /** Verdicts of policies that count as checks. */
  readonly verdicts: PolicyVerdicts;
}

interface Scan extends ComplianceScanParts, TenantScan {
  readonly memory: TenantMemory;
}

/** Judges by the checks of compliance. */
export function complianceJudge(parts: ComplianceScanParts): Judge {
  const memories = new Map<string, TenantMemory>();
  const scanOf = (of: TenantScan): Scan => {
    const memory = memories.get(of.tenantId) ?? newMemory();
    memories.set(of.tenantId, memory);
    return { ...parts, ...of, memory };
  };
  return {
    look: async (of) => {
      const scan = scanOf(of);
      const { memory, isPlatform, tenantId } = scan;
      await noteWaivers(scan);
      const nowMs = parts.deps.clock.nowMs();
      const { scannedMs, full, requested } = memory;
      if (full !== undefined) return;
      const latest = await readLastRequest(parts.deps, { tenantId, position: requested });
      // A clock that was set back does not end the scans.
      const isRecent = scannedMs !== undefined && Math.abs(nowMs - scannedMs) < FULL_MS;
      if (isRecent && latest === undefined) return;
      memory.requested = latest ?? requested;
      await readDrift(readerOf(scan), memory.drift, { nowMs });
      const sources = sourcesOf(isPlatform);
      memory.full = { beganMs: nowMs, sources, cursor: undefined, seen: new Set() };
    },
    changesMax: () => CHANGES_MAX,
    judgeChanged: async (of, ids) => {
      const { memory } = scanOf(of);
      for (const id of ids) {
        memory.changed.add(id);
        if (OWN_PREFIXES.has(prefixOf(id))) memory.isOwnChanged = true;
      }
      for (const [id, { refersTo }] of memory.judged) {
        if (refersTo.some((other) => ids.has(other))) memory.changed.add(id);
      }
    },
    judgePage: (of) => judgePage(scanOf(of)),
    retain: (tenantIds) => retainKeys(memories, tenantIds),
  };
}

/** Has the subjects judged again whose waivers changed, or ended. */
async function noteWaivers({ deps, tenantId, memory }: Scan): Promise<void> {
  const before = memory.waivers;
  memory.waivers = await readActiveWaivers(deps, tenantId);
  const changed = changedWaivers(before, memory.waivers);
  if (changed.size === 0) return;
  for (const [id, { waiverKeys }] of memory.judged) {
    if (!waiverKeys.some((key) => changed.has(key))) continue;
    memory.changed.add(id);
    memory.isOwnChanged = true;
  }
}

async function judgePage(scan: Scan): Promise<boolean> {
  const { memory, verdicts, tenantId } = scan;
  if (!verdicts.isComplete(tenantId)) return false;
  for (const id of verdicts.takeChanged(tenantId)) memory.changed.add(id);
  const before = { tallies: memory.tallies, full: memory.full };
  if (memory.changed.size > 0) await judgeSomeChanged(scan);
  if (memory.isOwnChanged) await judgeOwn(scan);
  if (memory.full !== undefined) memory.full = await continueFull(scan, memory.full);
  // Sums of half a scan would look like a score.
  const isNew = before.full !== undefined || memory.tallies !== before.tallies;
  if (isNew && memory.full === undefined) {
    await writeTallies(scan, before.full === undefined ? 'partial' : 'full');
  }
  return memory.full !== undefined || memory.changed.size > 0;
}

/** Judges the next page of a complete scan. @returns undefined at its end */
async function continueFull(scan: Scan, full: FullScan): Promise<FullScan | undefined> {
  const { memory } = scan;
  const { sources, cursor, seen } = full;
  const [source, ...others] = sources;
  if (source !== undefined) {
    const page = await source.list(readerOf(scan), cursor);
    if (!page.ok) throw new Error(page.error.detail);
    const { subjects, next } = page.value;
    for (const { id } of subjects) seen.add(id);
    await judge(scan, subjects);
    return next === null
      ? { ...full, sources: others, cursor: undefined }
      : { ...full, cursor: next };
  }
  for (const id of await judgeOwn(scan)) seen.add(id);
  for (const id of memory.judged.keys()) if (!seen.has(id)) forget(memory, id);
  await resolveGone(scan, seen);
  await recordGone(scan, seen);
  memory.scannedMs = full.beganMs;
  return undefined;
}

async function judgeSomeChanged(scan: Scan): Promise<void> {
  const { memory, isPlatform } = scan;
  const byPrefix = new Map(sourcesOf(isPlatform).map((source) => [source.prefix, source]));
  for (const id of [...memory.changed].slice(0, CHANGED_PER_PAGE_MAX)) {
    memory.changed.delete(id);
    const source = byPrefix.get(prefixOf(id));
    if (source === undefined) continue;
    try {
      await judgeOne(scan, id, source);
    } catch (cause) {
      // It is judged again after the others.
      memory.changed.add(id);
      throw cause;
    }
  }
}

async function judgeOne(scan: Scan, id: string, { get }: SubjectSource): Promise<void> {
  const { deps, memory } = scan;
  await readDrift(readerOf(scan), memory.drift, { nowMs: deps.clock.nowMs(), id });
  const subject = await get(readerOf(scan), id);
  if (subject.ok) {
    scan.memory.full?.seen.add(id);
    await judge(scan, [subject.value]);
    return;
  }
  if (subject.error.code !== 'not-found') throw new Error(subject.error.detail);
  scan.memory.full?.seen.delete(id);
  forget(scan.memory, id);
  await writeFindings(scan, [id], []);
  await recordResults(scan, [{ id, revision: null }], []);
}

/** Judges the tenant, and the servers for the tenant of the platform. @returns their ids */
async function judgeOwn(scan: Scan): Promise<readonly string[]> {
  const { deps, isPlatform, memory } = scan;
  const reader = readerOf(scan);
  const own = [await readOwnTenant(reader, deps)];
  if (isPlatform) own.push(await readServer(reader));
  const subjects = own.map((subject) => {
    if (!subject.ok) throw new Error(subject.error.detail);
    return subject.value;
  });
  await judge(scan, subjects);
  memory.isOwnChanged = false;
  return subjects.map(({ id }) => id);
}

function prefixOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('_')));
}

function sourcesOf(isPlatform: boolean): readonly SubjectSource[] {
  return isPlatform ? [...TENANT_SOURCES, ...PLATFORM_SOURCES] : TENANT_SOURCES;
}

function readerOf({ deps, client, tenantId }: Scan): SubjectReader {
  return { client, context: platformContext(deps, tenantId, 'platform'), store: deps.store };
}

/** Judges subjects, and writes what changed about their findings. */
async function judge(scan: Scan, subjects: readonly Subject[]): Promise<void> {
  const { deps, memory, tenantId, verdicts } = scan;
  for (const { id, surrounds } of subjects) {
    const { securityGroup, volume, vmNode } = surrounds;
    if (securityGroup) memory.securityGroups.set(id, securityGroup);
    if (volume) memory.volumes.set(id, volume);
    if (vmNode !== undefined) memory.vmNodes.set(id, vmNode);
  }
  const around = {
    nowMs: deps.clock.nowMs(),
    securityGroups: memory.securityGroups,
    volumes: memory.volumes,
    vmNodes: memory.vmNodes,
    release: deps.serverVersion,
    drift: memory.drift,
  };
  const removed: CountedResult[] = [];
  const added: CountedResult[] = [];
  const all = subjects.flatMap(({ id, labels, refersTo, judge: judgeBy }) => {
    const results = [...judgeBy(around), ...verdicts.about(tenantId, id)];
    const counted = results.map((result) => {
      const { checkId, subjectId, state } = result;
      const isWaived = waiverOf(memory.waivers, result) !== undefined;
      return { result: { checkId, subjectId, state }, labels, isWaived };
    });
    removed.push(...(memory.judged.get(id)?.counted ?? []));
    added.push(...counted);
    const waiverKeys = results.flatMap(waiverKeysOf);
    memory.judged.set(id, { counted, refersTo, waiverKeys });
    return results;
  });
  memory.tallies = planTallies(memory.tallies, { added, removed });
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
    return { result, waiverId: waiverOf(memory.waivers, result) };
  });
  const planned = planFindingChanges(rows.map(toKnownFinding), found);
  const opened = planned.flatMap((each) =>
    each.kind === 'opens' || (each.kind === 'waives' && each.id === undefined) ? [each.result] : [],
  );
  const earlier = await readEarlier(deps.store, tenantId, opened);
  const changes: Change[] = [];
  for (const change of planned) {
    const before = change.kind === 'opens' ? undefined : byId.get(change.id ?? '');
    const actor = change.kind === 'resolves' && before ? await readActor(deps.store, before) : null;
    changes.push(...toFindingChanges(deps, { change, before, tenantId, actor, earlier }));
  }
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

/** What is recorded of a complete scan. */
function planHistory(scan: Scan): Promise<readonly Change[]> {
  const { tallies, judged } = scan.memory;
  const counted = [...judged.values()].flatMap((each) => each.counted);
  return planFullScan(scan, { tallies, counted, gapMs: 2 * FULL_MS });
}

async function writeTallies(scan: Scan, extent: 'full' | 'partial'): Promise<void> {
  const { deps, tenantId, memory, guard } = scan;
  if (memory.scannedMs === undefined) return;
  const row = {
    id: tenantId,
    tallies_json: JSON.stringify([...memory.tallies]),
    scanned_at_ms: memory.scannedMs,
  };
  const history = extent === 'full' ? await planHistory(scan) : [];
  const answer = await commitUnder(guard, deps, [
    { kind: 'put', into: 'compliance_scans', row },
    ...history,
  ]);
  if (!answer.ok) throw new Error(answer.error.detail);
}
