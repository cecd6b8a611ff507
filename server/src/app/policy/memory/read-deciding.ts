/** Reads the policies of a tenant with the versions that decide now. */
import { PolicySpec } from '@novacron/contract/kinds/policy/policy';
import { comparePolicies } from '@novacron/engine/policy/rules/compare-policies';
import { LRUCache } from 'lru-cache';
import type { Askable, CompiledRule } from '../../../ports/policy-runtime.ts';
import type { Store } from '../../../ports/store.ts';
import type { PolicyVersionRow } from '../../../ports/tables/policy/policy-version-row.ts';
import type { PolicyRow } from '../../../ports/tables/tables.ts';
import { createLruCache } from '../../kernel/caching/create-lru-cache.ts';
import { parseStored, UNREADABLE } from '../../rows/parse-stored.ts';
import { activeFromMs, decidingVersion, versionOf } from '../../rows/policy-versions.ts';
import {
  attachDocuments,
  readTenantDocuments,
  type TenantDocument,
} from '../data/tenant-documents.ts';
import type { IntegrityVerifier } from '../signing/policy-integrity.ts';

/** More policies than this are parsed each time. */
const REMEMBERED_MAX = 5_000;

/** Policies of all lists together; the least recently used lists are dropped. */
const LISTED_MAX = 50_000;

/** Lists are read again after this time, in case a program changed policies behind triggers. */
const LISTED_MS_MAX = 5_000;

/** Caches parsed policies by id for as long as their rows are unchanged. */
export interface PolicyMemory {
  readonly parsed: LRUCache<string, ParsedPolicy>;
  /** Policies that were read, by tenant. */
  readonly listed: LRUCache<string, ListedPolicies>;
  /** The first tenant, once it is known: it stays the same. */
  platformId: string | undefined;
  /** Without it rows are not verified. */
  readonly trust: IntegrityVerifier | undefined;
}

interface ParsedPolicy {
  readonly row: PolicyRow;
  readonly activeFromMs: number;
  readonly latest: Askable;
}

/** A policy with the documents that it reads. */
interface ListedPolicy extends ParsedPolicy {
  /** Without them. */
  readonly bare: Askable;
}

/** The enabled policies that a tenant has, whose latest versions may start later. */
interface ListedPolicies {
  /** Change counter of the store before they were read. */
  readonly changes: string;
  readonly readMs: number;
  readonly policies: readonly ListedPolicy[];
  /** Their latest versions, in evaluation order. */
  readonly latest: readonly Askable[];
  /** Time at which the last of them starts. */
  readonly startedMs: number;
}

/** Makes an empty cache. */
export function makePolicyMemory(trust?: IntegrityVerifier): PolicyMemory {
  const listed = new LRUCache<string, ListedPolicies>({
    maxSize: LISTED_MAX,
    sizeCalculation: ({ policies }) => policies.length + 1,
  });
  return { parsed: createLruCache(REMEMBERED_MAX), listed, platformId: undefined, trust };
}

/**
 * Reads the enabled policies of a tenant; most decide by their latest version, some versions start
 * later.
 */
export async function readDeciding(
  store: Store,
  tenantId: string,
  { nowMs, memory }: { readonly nowMs: number; readonly memory: PolicyMemory },
): Promise<readonly Askable[]> {
  const { policies, latest, startedMs } = await listPolicies(store, tenantId, { nowMs, memory });
  if (startedMs <= nowMs) return latest;
  const waiting = policies.filter((policy) => policy.activeFromMs > nowMs);
  const versions = await store.read({
    from: 'policy_versions',
    where: { policy_id: { in: waiting.map(({ row }) => row.id) } },
    damaged: 'blank',
  });
  const tenants = await tenantsOf(store, tenantId, memory);
  const documents = await readTenantDocuments(store, tenants, memory.trust);
  return policies.flatMap(({ row, latest, bare, ...policy }) => {
    if (policy.activeFromMs <= nowMs) return [latest];
    const own = versions.filter(({ policy_id }) => policy_id === row.id);
    const deciding = decidingVersion(own, nowMs);
    if (deciding === undefined) return [];
    const text = textOf(deciding);
    if (text === undefined) return [failClosed(bare, UNREADABLE)];
    const fault = bare.fault ?? memory.trust?.faultOfVersion(deciding);
    return [attachDocuments(failClosed({ ...bare, ...text }, fault), documents)];
  });
}

/**
 * Reads all policies of a tenant only where the store has counted a change since. The counters are
 * read first: a change in between is counted the next time.
 */
async function listPolicies(
  store: Store,
  tenantId: string,
  { nowMs, memory }: { readonly nowMs: number; readonly memory: PolicyMemory },
): Promise<ListedPolicies> {
  const tenants = await tenantsOf(store, tenantId, memory);
  const counted = await store.read({ from: 'policy_changes', where: { id: { in: tenants } } });
  const changes = counted.map(({ id, changes }) => `${id}=${changes}`).join();
  const known = memory.listed.get(tenantId);
  const isFresh = known !== undefined && Math.abs(nowMs - known.readMs) < LISTED_MS_MAX;
  if (isFresh && known.changes === changes) return known;
  const rows = await store.read({
    from: 'orchestration_policies',
    where: { tenant_id: { in: tenants }, steers: null },
    damaged: 'blank',
  });
  const isNew = (row: PolicyRow): boolean => recall(row, memory) === undefined;
  if (rows.some(isNew)) await memory.trust?.learn();
  const parsed = rows
    .map((row) => recall(row, memory) ?? parsePolicy(row, memory))
    .filter(({ latest }) => latest.enabled)
    .filter(({ row, latest }) => row.tenant_id === tenantId || latest.scope === 'platform');
  const documents = await readDocumentsOf(parsed, { store, tenants, memory });
  const policies = parsed.map((policy) => ({
    ...policy,
    bare: policy.latest,
    latest: attachDocuments(policy.latest, documents),
  }));
  // Rows mostly come in evaluation order, so sorting costs little.
  const latest = policies.map(({ latest }) => latest).sort(comparePolicies);
  const startedMs = policies.reduce((last, { activeFromMs }) => Math.max(last, activeFromMs), 0);
  const read = { changes, readMs: nowMs, policies, latest, startedMs };
  memory.listed.set(tenantId, read);
  return read;
}

/** The documents of the tenants, where a policy reads any. */
async function readDocumentsOf(
  policies: readonly ParsedPolicy[],
  {
    store,
    tenants,
    memory,
  }: {
    readonly store: Store;
    readonly tenants: readonly string[];
    readonly memory: PolicyMemory;
  },
): Promise<readonly TenantDocument[]> {
  if (policies.every(({ latest }) => latest.dataReferences.length === 0)) return [];
  return readTenantDocuments(store, tenants, memory.trust);
}

/** The owners of the policies that decide for a tenant: itself, and the first tenant for all. */
async function tenantsOf(
  store: Store,
  tenantId: string,
  memory: PolicyMemory,
): Promise<readonly string[]> {
  const first = { from: 'tenants', where: { is_platform: 1 }, limit: 1 } as const;
  const platform = memory.platformId ?? (await store.read(first))[0]?.id;
  memory.platformId = platform;
  return platform === undefined || platform === tenantId ? [tenantId] : [tenantId, platform];
}

function recall(row: PolicyRow, { parsed }: PolicyMemory): ParsedPolicy | undefined {
  const known = parsed.get(row.id);
  return known !== undefined && isSame(known.row, row) ? known : undefined;
}

function parsePolicy(row: PolicyRow, memory: PolicyMemory): ParsedPolicy {
  const parsed = readPolicy(row, memory.trust) ?? unreadable(row, memory);
  memory.parsed.set(row.id, parsed);
  return parsed;
}

/** @returns undefined where the row is damaged */
function readPolicy(row: PolicyRow, trust: PolicyMemory['trust']): ParsedPolicy | undefined {
  const stored = PolicySpec.safeParse(parseStored(row.desired_json));
  const observed = parseStored(row.observed_json);
  if (!stored.success || observed === undefined) return undefined;
  const { data: spec } = stored;
  const version = versionOf(row);
  const text = textOf({ version, rule: spec.rule, compiled_json: row.compiled_json });
  if (text === undefined) return undefined;
  const read: Askable = {
    id: row.id,
    name: spec.name,
    tenantId: row.tenant_id,
    type: spec.type,
    mode: spec.enforcement_mode,
    enabled: row.enabled === 1,
    selector: spec.selector,
    actions: spec.actions,
    scope: spec.scope,
    priority: spec.priority ?? 0,
    platformWrites: spec.platform_writes,
    ...text,
  };
  const isOff = !spec.enabled && row.enabled === 0;
  const latest = isOff ? read : failClosed(read, trust?.faultOf(row));
  return { row, activeFromMs: activeFromMs(spec) ?? 0, latest };
}

/** In place of a policy whose row is damaged: where it applied is not known either. */
function unreadable(row: PolicyRow, { platformId }: PolicyMemory): ParsedPolicy {
  const latest: Askable = {
    id: row.id,
    name: row.name,
    tenantId: row.tenant_id,
    type: 'resource',
    mode: 'block',
    enabled: true,
    scope: row.tenant_id === platformId ? 'platform' : 'tenant',
    version: 0,
    ruleText: '',
    packageName: '',
    answers: [],
    inputReferences: [],
    dataReferences: [],
    volatileBuiltins: undefined,
    fault: UNREADABLE,
    isUnreadable: true,
  };
  return { row, activeFromMs: 0, latest };
}

/**
 * A policy that was changed in the store without the server is not trusted: it refuses every write.
 */
function failClosed(policy: Askable, fault: string | undefined): Askable {
  if (fault === undefined) return policy;
  return { ...policy, fault, mode: 'block', enabled: true, selector: null, actions: null };
}

function isSame(left: PolicyRow, right: PolicyRow): boolean {
  return (
    left.enabled === right.enabled &&
    left.tenant_id === right.tenant_id &&
    left.observed_json === right.observed_json &&
    left.compiled_json === right.compiled_json &&
    left.desired_json === right.desired_json
  );
}

function textOf({
  version,
  rule,
  compiled_json,
}: Pick<PolicyVersionRow, 'version' | 'rule' | 'compiled_json'>) {
  // `compiled_json` is written from a CompiledRule when the policy is created or changed.
  const compiled = parseStored<CompiledRule>(compiled_json);
  if (compiled === undefined || rule === '') return undefined;
  const { packageName, answers, inputReferences, dataReferences, volatileBuiltins } = compiled;
  const text = { version, ruleText: rule, dataReferences, check: compiled.check };
  return { ...text, packageName, answers, inputReferences, volatileBuiltins };
}
