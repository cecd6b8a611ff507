/** Switches the power of nodes: only of empty ones that no placement rule needs. */

import type { NodeWaking } from '@novacron/contract/fleet/node';
import { canonicalJson } from '@novacron/contract/json';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { Tables, VmRow } from '../../../ports/tables/tables.ts';
import type { Saga } from '../../kernel/operations/saga.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import type { Prepare, WriteScope } from '../../resources/scope.ts';
import { desiredAs } from '../../rows/answer-resource.ts';
import { notFound, replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** So long a node that was woken stays in service: it would be woken again. Unit: ms. */
const WAKING_HOLD_MS = 3_600_000;

/** Statuses of nodes that have been emptied, and stay empty. */
const EMPTIED = ['maintenance', 'standby'];

/** Switches an empty node off. It is on standby until it is powered up. */
export const preparePowerDown: Prepare<{ readonly id: string }> = async ({ id }, scope) => {
  const found = await observe(id, scope);
  if (!found.ok) return err([found.error]);
  const { node, nodes, vms, snapshots, version } = found.value;
  const refusal =
    refuseSwitch(node) ?? refuseNotEmpty(node, snapshots) ?? refuseNeeded(node, nodes, vms);
  if (refusal !== undefined) return err([refusal]);
  const power = powerSteps(node, version, []);
  return ok({
    ...writeOf(node),
    wanted: { status: 'standby', power: 'off' },
    saga: {
      reserve: [
        ...power.reserve,
        setNode(
          node,
          { status: 'standby', woken_json: null },
          { status: node.status, vm_count: 0 },
        ),
      ],
      steps: power.steps,
      finalize: [setNode(node, { power: 'off' })],
      rollback: [setNode(node, { status: node.status })],
      // Its power state is unknown, so nothing is placed there until it is powered up.
      release: [setNode(node, { power: 'off' })],
    },
  });
};

/** Switches a node on, and takes it back into service. */
export const preparePowerUp: Prepare<{ readonly id: string }> = (input, scope) =>
  powerUp(input, scope, null);

/** The same for a VM that no node in service can hold. */
export const powerUpOnDemand = wakeFor({
  by: 'demand',
  reason: 'A new VM did not fit on any node in service.',
});

/** The same ahead of a load. @param reason - why, in words */
export function powerUpAhead(reason: string): Prepare<{ readonly id: string }> {
  return wakeFor({ by: 'forecast', reason });
}

function wakeFor(why: Pick<NodeWaking, 'by' | 'reason'>): Prepare<{ readonly id: string }> {
  return (input, scope) => {
    const nowMs = scope.deps.clock.nowMs();
    const at = toTimestamp(nowMs);
    return powerUp(input, scope, { ...why, at, hold_until: toTimestamp(nowMs + WAKING_HOLD_MS) });
  };
}

async function powerUp(
  { id }: { readonly id: string },
  scope: WriteScope,
  waking: NodeWaking | null,
): ReturnType<Prepare<{ readonly id: string }>> {
  const found = await observe(id, scope);
  if (!found.ok) return err([found.error]);
  const { node, version } = found.value;
  const refusal = refuseSwitch(node);
  if (refusal !== undefined) return err([refusal]);
  if (node.status === 'draining' || node.status === 'lost') return err([notNow(node)]);
  const { changes, target } = orderOf(node, version);
  return ok({
    ...writeOf(node),
    wanted: { status: 'ready', power: 'on' },
    saga: {
      reserve: [
        ...changes,
        setNode(
          node,
          {
            status: node.status,
            woken_json: waking === null ? null : canonicalJson({ ...waking }),
          },
          { status: node.status },
        ),
      ],
      steps: [{ name: 'power-on', after: [], action: { ...target, action: ON }, undo: null }],
      finalize: [setNode(node, { status: 'ready', power: 'on', maintenance_until_ms: null })],
      // It is not woken for a VM again before a person has looked at it.
      rollback: [setNode(node, { status: 'maintenance', woken_json: null })],
      release: [],
    },
  });
}

const ON = { kind: 'power-on' } as const;
const OFF = { kind: 'power-off' } as const;

/**
 * Whether a node can be switched off once its last VM has left.
 * @param around - the nodes that stay in service, all VMs, and the node's snapshots
 */
export function canPowerDown(
  node: NodeRow,
  around: Pick<Found, 'nodes' | 'vms' | 'snapshots'>,
): boolean {
  if (refuseSwitch(node) !== undefined) return false;
  if (around.snapshots.some((each) => each.node === node.name)) return false;
  return refuseNeeded(node, around.nodes, around.vms) === undefined;
}

/** The version whose number is the generation of a node's power commands. */
export function powerRule(nodeId: string): string {
  return `power/${nodeId}`;
}

/** The step that switches a node off after others, and its guards. */
export function powerSteps(
  node: NodeRow,
  version: number,
  after: readonly string[],
): Pick<Saga, 'reserve' | 'steps'> {
  const { changes, target } = orderOf(node, version);
  const name = `power-off-${node.name}`;
  const undo = { ...target, action: ON };
  return { reserve: changes, steps: [{ name, after, action: { ...target, action: OFF }, undo }] };
}

/** A command to the node itself: later ones have a higher generation. */
function orderOf(node: NodeRow, version: number) {
  const otherwise = replan(`The power of node ${node.name}`);
  const rule = powerRule(node.id);
  const target = {
    kind: 'agent',
    node: node.name,
    generation: version + 1,
    vmId: node.id,
  } as const;
  const move: Change = { kind: 'move-rule', rule, from: version, otherwise };
  return { target, changes: [move] };
}

interface Found {
  readonly node: NodeRow;
  readonly nodes: readonly NodeRow[];
  readonly vms: readonly VmRow[];
  readonly snapshots: readonly Tables['snapshots'][];
  readonly version: number;
}

async function observe(id: string, { deps }: WriteScope): Promise<Result<Found, Problem>> {
  const { nodes, vms, rules, working, snapshots } = await deps.store.snapshot({
    nodes: { from: 'nodes' },
    vms: { from: 'vms' },
    snapshots: { from: 'snapshots' },
    rules: { from: 'rule_versions', where: { id: powerRule(id) } },
    working: {
      from: 'operations',
      where: { target_id: id, status: { in: ['running', 'undoing'] } },
      damaged: 'blank',
    },
  });
  const node = nodes.find((each) => each.id === id);
  if (node === undefined) return err(notFound('node', id));
  const [busy] = working;
  if (busy !== undefined) {
    return err(
      problem('conflict', {
        detail: `Node ${node.name} is being changed by ${busy.kind} (${busy.id}).`,
        remedy: `Wait for it to finish: novacron operation wait ${busy.id}`,
        data: { operation_id: busy.id },
      }),
    );
  }
  return ok({ node, nodes, vms, snapshots, version: rules[0]?.version ?? 0 });
}

function refuseSwitch(node: NodeRow): Problem | undefined {
  const capabilities: Readonly<Record<string, unknown>> = JSON.parse(node.capabilities_json);
  if (capabilities.nodePower === 'yes') return undefined;
  return problem('conflict', {
    detail: `The agent of node ${node.name} cannot switch its power (driver ${node.driver}).`,
    remedy:
      'Power the machine on or off yourself; use novacron node drain and novacron node ' +
      'activate to set its status.',
  });
}

function refuseNotEmpty(
  node: NodeRow,
  snapshots: readonly Tables['snapshots'][],
): Problem | undefined {
  const kept = snapshots.filter((each) => each.node === node.name).length;
  if (kept > 0) {
    return problem('conflict', {
      detail: `Node ${node.name} stores ${kept} snapshots, which are unavailable while it is off.`,
      remedy: 'Delete those snapshots first, or leave the node on.',
    });
  }
  if (EMPTIED.includes(node.status) && node.vm_count === 0) return undefined;
  return problem('conflict', {
    detail: `Node ${node.name} is ${node.status} and has ${node.vm_count} VMs: it is not drained.`,
    remedy: `Drain it first: novacron node drain ${node.name}`,
  });
}

/** The last node of a zone stays on while VMs must be in that zone, or be spread over zones. */
function refuseNeeded(
  node: NodeRow,
  nodes: readonly NodeRow[],
  vms: readonly VmRow[],
): Problem | undefined {
  const others = nodes.filter((each) => each.zone === node.zone && each.id !== node.id);
  if (others.some(({ status }) => status === 'ready')) return undefined;
  const needing = vms.filter((row) => {
    const { placement } = desiredAs(row, VmSpec);
    return placement?.zone === node.zone || placement?.spread_domain === 'zone';
  });
  if (needing.length === 0) return undefined;
  const names = needing.slice(0, 3).map(({ id }) => id);
  return problem('conflict', {
    detail:
      `No other node of ${node.zone} is ready, and rules of ${needing.length} VMs need the zone ` +
      `(${names.join(', ')}).`,
    remedy: 'Activate another node of the zone first: novacron node activate NODE',
  });
}

function notNow({ name, status, fenced_json }: NodeRow): Problem {
  if (status === 'lost') return agentAway(name, fenced_json === null ? 'unknown' : 'off');
  return problem('conflict', {
    detail: `Node ${name} is ${status}, so its power state is not changed.`,
    remedy: 'Wait until the drain has finished.',
  });
}

/** Its own agent switches the power of a node, and that does not run. */
function agentAway(name: string, power: 'off' | 'unknown'): Problem {
  return problem('conflict', {
    detail:
      power === 'off'
        ? `Node ${name} is lost and known to be off: its agent cannot switch it on.`
        : `Node ${name} is lost: its agent does not respond, so its power state is not changed.`,
    remedy:
      power === 'off'
        ? `Power ${name} on through its BMC (ipmitool chassis power on) or its power button. ` +
          'It is back in service when its agent responds.'
        : `Restart its agent, or power the host off and on at its BMC.`,
    data: { node: name, reason: 'node-lost' },
  });
}

function writeOf(node: NodeRow) {
  return {
    resourceKind: 'node',
    target: { id: node.id, name: node.name },
    before: { status: node.status, power: node.power ?? 'on' },
    placement: null,
  } as const satisfies Partial<PreparedWrite>;
}

function setNode(
  { id, name }: NodeRow,
  set: Partial<Pick<NodeRow, 'status' | 'power' | 'maintenance_until_ms' | 'woken_json'>>,
  expect?: Partial<NodeRow>,
): Change {
  const otherwise = replan(`Node ${name}`);
  const change = { kind: 'update', table: 'nodes', id, set, otherwise } as const;
  return expect === undefined ? change : { ...change, expect };
}
