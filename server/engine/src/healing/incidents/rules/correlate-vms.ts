/**
 * Groups failures of ungrouped VMs by common cause: VMs that fail within a short time and share
 * something that few other VMs have. Tenants are never merged.
 */
import type { DownVm, Failure, IncidentInput, KnownIncident, Shared } from '../model/incident.ts';

/** VMs that fail no further apart than this may have one cause. Unit: ms. */
export const APART_MS_MAX = 300_000;

/** The most direct first, which decides between those that explain failures equally well. */
const KINDS: readonly Shared['kind'][] = [
  'change',
  'node',
  'storage',
  'template',
  'security_group',
  'network',
];

/** Common cause of the VMs of an incident. */
export type SharedCause = Pick<Failure, 'key' | 'cause' | 'target' | 'targetKind'>;

/** A VM of no group that fails by itself. */
type FailingVm = DownVm & { readonly fault: 'crash_loop' | 'unhealthy' };

/** VMs that have been in one incident before: they stay together. */
interface Block {
  readonly cause: SharedCause;
  readonly members: readonly FailingVm[];
}

/**
 * Finds the causes that VMs share.
 * @param input - the VMs that are down by nodes are left out by the caller
 * @returns the cause by the id of the VM; VMs that share nothing are absent
 */
export function correlateVms({
  vms,
  known,
}: Pick<IncidentInput, 'vms' | 'known'>): ReadonlyMap<string, SharedCause> {
  const causes = new Map<string, SharedCause>();
  for (const alike of groupBy(
    vms.filter(isAlone),
    ({ tenantId, fault }) => `${tenantId} ${fault}`,
  )) {
    const [first] = alike;
    if (first === undefined) continue;
    const { tenantId, fault } = first;
    const own = known.filter((each) => each.tenantId === tenantId && each.cause === fault);
    for (const burst of splitBursts(alike)) {
      for (const [id, cause] of correlateBurst(burst, own)) causes.set(id, cause);
    }
  }
  return causes;
}

/** Members of groups have the incident of their group. */
function isAlone(vm: DownVm): vm is FailingVm {
  return vm.group === null && (vm.fault === 'crash_loop' || vm.fault === 'unhealthy');
}

function sinceOf({ sinceMs = 0 }: DownVm): number {
  return sinceMs;
}

/** Splits VMs where none has failed for longer than causes take to spread. */
function splitBursts(vms: readonly FailingVm[]): readonly (readonly FailingVm[])[] {
  const sorted = vms.toSorted(
    (left, right) => sinceOf(left) - sinceOf(right) || (left.id < right.id ? -1 : 1),
  );
  const bursts: FailingVm[][] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const each of sorted) {
    if (sinceOf(each) - lastMs > APART_MS_MAX) bursts.push([]);
    bursts.at(-1)?.push(each);
    lastMs = sinceOf(each);
  }
  return bursts;
}

/**
 * Takes what explains the failures best, then what explains the others, until VMs share nothing
 * more. VMs that are in one incident stay in one: it becomes part of a wider one as a whole.
 */
function correlateBurst(
  burst: readonly FailingVm[],
  known: readonly KnownIncident[],
): ReadonlyMap<string, SharedCause> {
  let blocks = findBlocks(burst, known);
  const inBlocks = new Set(blocks.flatMap(({ members }) => members));
  let free = burst.filter((each) => !inBlocks.has(each));
  for (;;) {
    const best = findBest({ free, blocks, failing: burst.length });
    const first = best?.taken[0];
    if (best === undefined || first === undefined) break;
    const { shared, taken, absorbed } = best;
    const same = absorbed.find(({ cause }) => isOf(cause.key, shared));
    const cause = same?.cause ?? nameCause(shared, first, known);
    const members = [...taken, ...absorbed.flatMap((block) => block.members)];
    free = free.filter((each) => !taken.includes(each));
    blocks = [...blocks.filter((block) => !absorbed.includes(block)), { cause, members }];
  }
  return new Map(blocks.flatMap(({ cause, members }) => members.map(({ id }) => [id, cause])));
}

/** The open incidents of what VMs share, with those of them that are still down. */
function findBlocks(
  burst: readonly FailingVm[],
  known: readonly KnownIncident[],
): readonly Block[] {
  return known.flatMap(({ key, cause, target, targetKind, down, resolvedAtMs }) => {
    if (resolvedAtMs !== null || !key.includes(SHARED_MARK)) return [];
    const members = burst.filter(({ id }) => down.includes(id));
    return members.length === 0 ? [] : [{ cause: { key, cause, target, targetKind }, members }];
  });
}

interface Candidate {
  readonly shared: Shared;
  readonly taken: readonly FailingVm[];
  readonly absorbed: readonly Block[];
  readonly score: number;
}

/** VMs of one burst. */
interface Burst {
  /** Those that are in no incident of what VMs share. */
  readonly free: readonly FailingVm[];
  readonly blocks: readonly Block[];
  /** Number of failing VMs. */
  readonly failing: number;
}

/** An incident with a score below this one says little: a wider cause may be behind it. */
const WEAK_SCORE_MAX = 0.5;

/** The thing that explains the failures of free VMs best, those of whole incidents with them. */
function findBest({ free, blocks, failing }: Burst): Candidate | undefined {
  const things = new Map<string, Shared>();
  for (const { shares = [] } of free) for (const each of shares) things.set(markOf(each), each);
  const candidates = [...things.values()].flatMap((shared): readonly Candidate[] => {
    const taken = free.filter((vm) => has(vm, shared));
    const alike = blocks.filter(({ members }) => members.every((vm) => has(vm, shared)));
    const all = countOf(alike) + taken.length;
    const most = scoreOf(all, shared, failing);
    const absorbed = alike.filter((block) => {
      if (isOf(block.cause.key, shared)) return true;
      const score = ownScoreOf(block, failing);
      return score < most || score < WEAK_SCORE_MAX;
    });
    const count = countOf(absorbed) + taken.length;
    return count < 2 ? [] : [{ shared, taken, absorbed, score: scoreOf(count, shared, failing) }];
  });
  return candidates.sort(
    (left, right) =>
      right.score - left.score ||
      KINDS.indexOf(left.shared.kind) - KINDS.indexOf(right.shared.kind) ||
      (left.shared.id < right.shared.id ? -1 : 1),
  )[0];
}

/**
 * Scores how well a shared attribute explains failures: most failing VMs share it, and few healthy
 * VMs. The harmonic mean of both shares (the F-measure of van Rijsbergen): a network that all VMs
 * are in explains less than a node on which all VMs fail.
 */
function scoreOf(count: number, { vmCount }: Shared, failing: number): number {
  return (2 * count) / (Math.max(count, vmCount) + failing);
}

function ownScoreOf({ cause, members }: Block, failing: number): number {
  const own = members[0]?.shares?.find((each) => isOf(cause.key, each));
  return own === undefined ? 0 : scoreOf(members.length, own, failing);
}

function countOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { members }) => sum + members.length, 0);
}

function has({ shares = [] }: DownVm, { kind, id }: Shared): boolean {
  return shares.some((each) => each.kind === kind && each.id === id);
}

/** Begins the part of a key that names what VMs share. */
const SHARED_MARK = ' of ';

/** The part of a key that names what VMs share. */
function markOf({ kind, id }: Shared): string {
  return `${SHARED_MARK}${kind}:${encodeURIComponent(id)} `;
}

function isOf(key: string, shared: Shared): boolean {
  return key.includes(markOf(shared));
}

/** The key of the incident that has ended a short time ago, or one that names this time. */
function nameCause(
  shared: Shared,
  { tenantId, fault, sinceMs }: FailingVm,
  known: readonly KnownIncident[],
): SharedCause {
  const ended = known.find(({ key, resolvedAtMs }) => resolvedAtMs !== null && isOf(key, shared));
  return {
    key: ended?.key ?? `${fault} ${tenantId}${markOf(shared)}${sinceMs ?? 0}`,
    cause: fault,
    target: shared.name,
    targetKind: shared.kind,
  };
}

function groupBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly (readonly Item[])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const found = groups.get(keyOf(item));
    if (found === undefined) groups.set(keyOf(item), [item]);
    else found.push(item);
  }
  return [...groups.values()];
}
