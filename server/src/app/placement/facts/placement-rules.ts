/**
 * Keeps hard placement rules true under concurrent writes. A VM that is placed bumps the version of
 * its place, so of two VMs that are placed there at once the later one decides again; a VM that
 * depends on all places at once bumps the version of all of them. docs/placement-rules.md says why
 * that is enough.
 */
import type { PeerGroup } from '@novacron/engine/placement/place/index/fleet-index-cache';
import type {
  Peer,
  PlacementRequest,
  TopologyLevel,
} from '@novacron/engine/placement/place/model/placement';
import { countsSimilarVms } from '@novacron/engine/placement/place/scorers/strategies';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { hasClaims } from '../../rows/allocation-claims.ts';
import { hardTerms } from '../../rows/allocation-constraints.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { WriteScope } from '../scope.ts';
import { readPeers, readPeersToRank, tenantPeers } from './tenant-peers.ts';

/** The levels at which a VM of a tenant has ever had a hard `apart` rule, a bit each. */
const LEVELS = [
  { level: 'node', bit: 1 },
  { level: 'rack', bit: 2 },
  { level: 'zone', bit: 4 },
] as const satisfies readonly { readonly level: TopologyLevel; readonly bit: number }[];

type NodeRow = Tables['nodes'];
type Rule = Tables['rule_versions'];

/** A VM to be placed. */
export interface RuleSubject extends Place {
  readonly ask: PlacementRequest;
}

/** VMs to be placed together. */
export interface RuleSubjects extends Place {
  readonly asks: readonly PlacementRequest[];
}

interface Place {
  readonly tenantId: string;
  /** The VM, if it is placed already: it is not its own peer. */
  readonly vmId: string | undefined;
  readonly nodes: readonly NodeRow[];
  /** The answer to `ruleLevelsQuery`. */
  readonly kept: readonly Rule[];
}

/** VMs of a tenant that nodes are ranked by. */
export interface RankedPeers {
  /** Those of a node are one group where only scores depend on them. */
  readonly groups: readonly PeerGroup[];
  /** Names which VMs they are, for the cache of fleet indexes. */
  readonly view: string;
}

/** The VMs that the rules of a decision depend on, and the guards that protect it. */
export interface PlacementRules {
  readonly peers: readonly Peer[];
  /**
   * Reads the VMs that ranking nodes depends on: all of the tenant, for a strategy that keeps
   * similar VMs apart; else those of the rules. Where rules are about other VMs, these are the very
   * VMs that the guards protect; elsewhere they only change a score.
   */
  readonly readRanked: () => Promise<RankedPeers>;
  /** To be committed before anything is decided, after which all is read again; mostly empty. */
  readonly prerequisites: ChangeSet;
  /** Guards of a decision for a node: nothing that it depends on there has changed since. */
  readonly guard: (node: NodeRow) => ChangeSet;
}

/** The query for the placed VMs of a tenant that keep others away. */
function bindingPeers(tenantId: string) {
  return { from: 'allocations', where: { owner_tenant_id: tenantId, binds_others: 1 } } as const;
}

/** The query for the levels at which VMs of a tenant keep others away; read before the rules. */
export function ruleLevelsQuery(tenantId: string) {
  return { from: 'rule_versions', where: { id: ruleLevelsId(tenantId) } } as const;
}

/**
 * Reads the peers and versions that rules need in one snapshot; none for a tenant without rules.
 */
export function readPlacementRules(
  { ask, ...asker }: RuleSubject,
  scope: Pick<WriteScope, 'deps'>,
): Promise<PlacementRules> {
  return readSharedRules({ ...asker, asks: [ask] }, scope);
}

/** The same for several VMs that are placed together. */
export async function readSharedRules(
  asker: RuleSubjects,
  scope: Pick<WriteScope, 'deps'>,
): Promise<PlacementRules> {
  const { tenantId, asks } = asker;
  const mask = asker.kept[0]?.version ?? 0;
  const wanted = asks.reduce((all, ask) => all | maskOf(ask), mask);
  const used = LEVELS.filter(({ bit }) => (mask & bit) !== 0).map(({ level }) => level);
  const unchanged = requireUnchanged(tenantId, mask);
  const claims = (node: NodeRow) => (asks.some(hasClaims) ? raiseClaims(asker, node) : []);
  if (used.length === 0 && !asks.some(hasTerms)) {
    return {
      peers: [],
      readRanked: () => readSimilar(asker, scope),
      prerequisites: [],
      guard: (node) => [unchanged, ...claims(node)],
    };
  }
  const { peers, view, versions } = await readPlaces(asker, used, scope);
  const move = (rule: string): Change => ({
    kind: 'move-rule',
    rule,
    from: versions.get(rule) ?? 0,
    otherwise: replan('The place of another VM'),
  });
  return {
    peers,
    readRanked: () => Promise.resolve({ groups: [peers], view }),
    prerequisites: wanted === mask ? [] : [addRuleLevels(tenantId, mask, wanted)],
    guard: (node) => [
      unchanged,
      ...claims(node),
      ...used.map((level) => move(placeRule(tenantId, level, node))),
      ...(asks.some(dependsOnAll) ? [move(allPlacesRule(tenantId))] : []),
    ],
  };
}

/**
 * Reads the VMs that only a score depends on: of a tenant none of whose VMs keeps others away, as a
 * guard makes sure.
 */
async function readSimilar(
  { tenantId, vmId: except, asks, nodes }: RuleSubjects,
  { deps }: Pick<WriteScope, 'deps'>,
): Promise<RankedPeers> {
  if (!asks.some(countsSimilar)) return { groups: [], view: '' };
  const nowMs = deps.clock.nowMs();
  const groups = await readPeersToRank(deps, { tenantId, nodes, except }, nowMs);
  return { groups, view: viewOf(tenantId, 'all') };
}

function viewOf(tenantId: string, which: 'all' | 'binding'): string {
  return `${tenantId}/${which}`;
}

async function readPlaces(
  asker: RuleSubjects,
  used: readonly TopologyLevel[],
  { deps }: Pick<WriteScope, 'deps'>,
) {
  const { tenantId, vmId, asks, nodes } = asker;
  const places = nodes.flatMap((node) => used.map((level) => placeRule(tenantId, level, node)));
  const rules = [allPlacesRule(tenantId), ...new Set(places)];
  const looksAround = asks.some(hasTerms) || asks.some(countsSimilar);
  const all = tenantPeers(tenantId);
  const rows = await deps.store.snapshot({
    rules: { from: 'rule_versions', where: { id: { in: rules } } },
    // Others only depend on VMs that keep others away.
    ...(looksAround ? all : { there: bindingPeers(tenantId) }),
  });
  return {
    peers: readPeers(deps, { ...rows, except: vmId }),
    view: viewOf(tenantId, looksAround ? 'all' : 'binding'),
    versions: new Map(rows.rules.map(({ id, version }) => [id, version])),
  };
}

/** Returns the levels at which the VM itself keeps others away by a hard rule. */
function maskOf({ constraints }: PlacementRequest): number {
  const kept = hardTerms(constraints.affinity)
    .filter(({ rule }) => rule === 'apart')
    .map((term) => term.level);
  return LEVELS.reduce((mask, { level, bit }) => mask | (kept.includes(level) ? bit : 0), 0);
}

function hasTerms({ constraints }: PlacementRequest): boolean {
  return (constraints.affinity ?? []).length + (constraints.spread ?? []).length > 0;
}

function countsSimilar({ strategy }: PlacementRequest): boolean {
  return countsSimilarVms(strategy);
}

/** Whether a decision for one place depends on the VMs in all others. */
function dependsOnAll({ constraints }: PlacementRequest): boolean {
  const together = hardTerms(constraints.affinity).some(({ rule }) => rule === 'together');
  return together || (constraints.spread ?? []).some(({ need }) => need === 'required');
}

/** From then on every VM that is placed at these levels bumps the version of its place. */
function addRuleLevels(tenantId: string, from: number, to: number): Change {
  const id = ruleLevelsId(tenantId);
  const otherwise = replan('A rule of placement');
  if (from === 0) {
    return { kind: 'insert', into: 'rule_versions', row: { id, version: to }, otherwise };
  }
  const expect = { version: from };
  return { kind: 'update', table: 'rule_versions', id, set: { version: to }, expect, otherwise };
}

/**
 * Raises the version of the node whose cells, devices or bandwidth are taken: of two VMs that take
 * them at once the later one decides again. Licences are the whole fleet's, so the first node's
 * version stands for them.
 */
function raiseClaims({ asks, nodes }: RuleSubjects, node: NodeRow): ChangeSet {
  const first = nodes.reduce((least, each) => (each.id < least.id ? each : least), node);
  const isLicensed = asks.some(({ vm }) => vm.licences !== undefined);
  const raised = isLicensed && first.id !== node.id ? [node, first] : [node];
  return raised.map(
    ({ id, name, claims_version }): Change => ({
      kind: 'update',
      table: 'nodes',
      id,
      set: { claims_version: (claims_version ?? 0) + 1 },
      expect: { claims_version },
      otherwise: replan(`What VMs hold of ${name}`),
    }),
  );
}

/** The levels only ever become more, so a change is a rise. */
function requireUnchanged(tenantId: string, mask: number): Change {
  const id = ruleLevelsId(tenantId);
  // Plain where it can be: stores write many such guards as one.
  const where = mask === 0 ? { id } : { id, version: { above: mask } };
  return { kind: 'require-none', of: 'rule_versions', where, otherwise: replan('A rule') };
}

function ruleLevelsId(tenantId: string): string {
  return `placement/${tenantId}`;
}

function allPlacesRule(tenantId: string): string {
  return `${ruleLevelsId(tenantId)}/all`;
}

function placeRule(tenantId: string, level: TopologyLevel, node: NodeRow): string {
  const place = { node: node.id, rack: `${node.zone}/${node.rack}`, zone: node.zone }[level];
  return `${ruleLevelsId(tenantId)}/${level}/${place}`;
}
