/** Finds the causes of outages, with a failure for each affected tenant. */
import { findCommonCauses } from '../../fence/rules/find-common-causes.ts';
import type {
  DownVm,
  Failure,
  IncidentCause,
  IncidentInput,
  WatchedNode,
} from '../model/incident.ts';
import { correlateVms } from './correlate-vms.ts';

type Cause = Pick<Failure, 'key' | 'cause' | 'target' | 'targetKind'>;

interface CauseWithEffects {
  readonly cause: Cause;
  readonly nodes: Set<string>;
  readonly vms: DownVm[];
}

/** Causes by the number of affected nodes, the most first. */
const WIDTH: readonly IncidentCause[] = ['fleet_lost', 'zone_lost'];

/** The causes of nodes by state, where others in their zone say nothing about them. */
const OWN_CAUSES: ReadonlyMap<WatchedNode['state'], IncidentCause> = new Map([
  ['overdue', 'maintenance_overdue'],
  ['unresponsive', 'agent_unresponsive'],
]);

/** Finds them, by key and tenant. */
export function findFailures(input: IncidentInput): readonly Failure[] {
  const causes = new Map<string, CauseWithEffects>();
  const effectsOf = (cause: Cause): CauseWithEffects => {
    const found = causes.get(cause.key) ?? { cause, nodes: new Set<string>(), vms: [] };
    causes.set(cause.key, found);
    return found;
  };
  const nodeCauses = findNodeCauses(input);
  for (const [node, cause] of nodeCauses) effectsOf(cause).nodes.add(node);
  const others = input.vms.filter(({ node }) => !nodeCauses.has(node));
  const sharedCauses = correlateVms({ vms: others, known: input.known });
  for (const vm of input.vms) {
    const effects = effectsOf(nodeCauses.get(vm.node) ?? sharedCauses.get(vm.id) ?? causeOf(vm));
    effects.vms.push(vm);
    effects.nodes.add(vm.node);
  }
  return [
    ...[...causes.values()].flatMap((effects) => toFailures(effects, input)),
    ...findConditions(input).filter(({ key }) => !causes.has(key)),
    ...findUnprotected(input),
    ...findStrangers(input),
  ].sort(byKeyAndTenant);
}

/** A failure for each node and kind of its conditions, if nothing is down because of it. */
function findConditions({ nodes, platformTenantId: tenantId }: IncidentInput): readonly Failure[] {
  return nodes.flatMap(({ name, conditions = [] }) =>
    [...new Set(conditions.map(({ kind }) => kind))].map((cause) => ({
      tenantId,
      key: `${cause} ${name}`,
      cause,
      target: name,
      targetKind: 'node' as const,
      nodes: [name],
      vms: [],
      vmCount: 0,
      severity: 'warning' as const,
      evidence: evidenceOf(conditions, cause),
    })),
  );
}

function evidenceOf(
  conditions: NonNullable<WatchedNode['conditions']>,
  cause: IncidentCause,
): readonly string[] {
  return conditions.filter(({ kind }) => kind === cause).map(({ evidence }) => evidence);
}

/** A failure for each VM without its standby. It runs, and would not be back as soon as asked. */
function findUnprotected({ unprotected = [] }: IncidentInput): readonly Failure[] {
  const cause = 'standby_missing';
  return unprotected.map(({ id, name, tenantId, node, reason }) => ({
    tenantId,
    key: `${cause} ${id}`,
    cause,
    target: name,
    targetKind: 'vm' as const,
    nodes: [node],
    vms: [],
    vmCount: 0,
    severity: 'warning' as const,
    evidence: [reason],
  }));
}

/** A failure for each node with machines that are of no known VM. They are left as they are. */
function findStrangers({
  strangers = new Map(),
  platformTenantId: tenantId,
}: IncidentInput): readonly Failure[] {
  const cause = 'unknown_machine';
  return [...strangers].flatMap(([node, machines]) =>
    machines.length === 0
      ? []
      : [
          {
            tenantId,
            key: `${cause} ${node}`,
            cause,
            target: node,
            targetKind: 'node' as const,
            nodes: [node],
            vms: [],
            vmCount: 0,
            severity: 'warning' as const,
            evidence: [...machines].sort(),
          },
        ],
  );
}

/** The causes of nodes that do not answer, by the names of the nodes. */
function findNodeCauses({
  nodes,
  vms,
  known,
  platformTenantId,
}: IncidentInput): ReadonlyMap<string, Cause> {
  const waitedFor = new Set(vms.filter(({ fault }) => fault === 'node').map(({ node }) => node));
  const failed = nodes.filter(
    ({ name, state }) =>
      state === 'silent' ||
      state === 'cut_off' ||
      OWN_CAUSES.has(state) ||
      (state === 'dead' && waitedFor.has(name)),
  );
  const open = known.filter(
    ({ tenantId, resolvedAtMs }) => tenantId === platformTenantId && resolvedAtMs === null,
  );
  // A node whose agent hangs is alive: it is one of those that answer.
  const common = findCommonCauses(
    nodes.map((node) => (node.state === 'unresponsive' ? { ...node, state: 'answers' } : node)),
  );
  return new Map(
    failed.map((node) => {
      const own = OWN_CAUSES.get(node.state);
      if (own !== undefined) return [node.name, ownCause(node, own)] as const;
      if (node.state === 'cut_off') return [node.name, managementCause(node)] as const;
      const wider = WIDTH.find(
        (cause) =>
          open.some((each) => each.cause === cause && each.nodes.includes(node.name)) ||
          common.some(
            ({ zone, silent }) =>
              (zone === null ? 'fleet_lost' : 'zone_lost') === cause && silent.includes(node.name),
          ),
      );
      return [node.name, nodeCause(wider, node)] as const;
    }),
  );
}

/** It has a cause of its own, whatever else is wrong in its zone. */
function ownCause({ name }: WatchedNode, cause: IncidentCause): Cause {
  return { key: `${cause} ${name}`, cause, target: name, targetKind: 'node' };
}

/** It runs: what is lost is the way to it, and that of its neighbours often with it. */
function managementCause({ zone }: WatchedNode): Cause {
  const cause = 'management_lost';
  return { key: `${cause} ${zone}`, cause, target: zone, targetKind: 'zone' };
}

function nodeCause(wider: IncidentCause | undefined, { name, zone }: WatchedNode): Cause {
  if (wider === 'fleet_lost') {
    return { key: 'fleet_lost', cause: wider, target: 'fleet', targetKind: 'fleet' };
  }
  if (wider === 'zone_lost') {
    return { key: `zone_lost ${zone}`, cause: wider, target: zone, targetKind: 'zone' };
  }
  return { key: `node_lost ${name}`, cause: 'node_lost', target: name, targetKind: 'node' };
}

/** The cause of what is down on a node that answers, or on one that is not known any more. */
function causeOf({ id, name, tenantId, node, fault, group }: DownVm): Cause {
  if (fault === 'crash_loop' || fault === 'unhealthy') {
    return group === null
      ? { key: `${fault} ${id}`, cause: fault, target: name, targetKind: 'vm' }
      : {
          key: `${fault} ${tenantId} ${group}`,
          cause: fault,
          target: group,
          targetKind: 'vm_group',
        };
  }
  const cause = fault === 'node' ? 'node_lost' : fault;
  return { key: `${cause} ${node}`, cause, target: node, targetKind: 'node' };
}

function toFailures(
  { cause, nodes, vms }: CauseWithEffects,
  { platformTenantId, nodes: watched }: IncidentInput,
): readonly Failure[] {
  const target = watched.find(({ name }) => name === cause.target);
  const answering = target?.state === 'answers';
  const back = cause.cause === 'node_lost' && answering ? ({ isBack: true } as const) : {};
  // Those of VMs belong to their tenant, whatever the VMs have in common.
  const isOfNodes = cause.cause !== 'crash_loop' && cause.cause !== 'unhealthy';
  const tenants = new Set([
    ...(isOfNodes ? [platformTenantId] : []),
    ...vms.map(({ tenantId }) => tenantId),
  ]);
  return [...tenants].map((tenantId) => {
    const own = vms.filter((vm) => vm.tenantId === tenantId).sort(byName);
    const isPlatform = tenantId === platformTenantId && isOfNodes;
    const names = isPlatform ? [...nodes] : own.map(({ node }) => node);
    return {
      ...cause,
      tenantId,
      nodes: [...new Set(names)].sort(),
      vms: own,
      vmCount: isPlatform ? vms.length : own.length,
      severity: vms.length > 0 ? 'critical' : 'warning',
      ...back,
      ...(isPlatform && cause.cause === 'management_lost'
        ? { evidence: nameLoneWitnesses(watched, nodes) }
        : {}),
      // The paths of a host are not for tenants.
      ...(isPlatform && cause.cause === 'disk_full'
        ? { evidence: evidenceOf(target?.conditions ?? [], cause.cause) }
        : {}),
    };
  });
}

/** That a node runs may be known from one other node alone, which may be wrong. */
function nameLoneWitnesses(
  watched: readonly WatchedNode[],
  nodes: ReadonlySet<string>,
): readonly string[] {
  return watched
    .flatMap(({ name, loneWitness }) =>
      loneWitness === undefined || !nodes.has(name)
        ? []
        : [`${loneWitness} alone says that ${name} runs`],
    )
    .sort();
}

function byName(left: DownVm, right: DownVm): number {
  return left.name < right.name ? -1 : 1;
}

function byKeyAndTenant(left: Failure, right: Failure): number {
  if (left.key !== right.key) return left.key < right.key ? -1 : 1;
  return left.tenantId < right.tenantId ? -1 : 1;
}
