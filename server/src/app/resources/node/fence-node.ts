/** Powers a node off through its fence device, and reads the device. */
import type { FenceDeviceReading } from '@novacron/contract/fleet/fence-operations';
import type { NodeId } from '@novacron/contract/ids';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { steadyMs } from '@novacron/runtime/clock';
import { wait } from '@novacron/runtime/wait';
import type { FenceDevice, FenceDevices, PowerReading } from '../../../ports/fence-devices.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type {
  FenceStepAction,
  StepOutcome,
} from '../../kernel/definitions/operation-definition.ts';
import { readHolds } from '../../kernel/holds/find-hold.ts';
import { readFacts } from '../../placement/facts/node-facts.ts';
import { notFound } from '../../rows/resource-problems.ts';
import type { ResourceDeps } from '../deps.ts';
import { compareHosts } from './host-identity.ts';
import { poolHeartbeatOf } from './node-fence.ts';
import { testStorages } from './switch-storage.ts';

/** A controller switches within seconds; some report it late. Unit: ms. */
const OFF_MS_MAX = 30_000;
const LOOK_MS = 250;

/** A controller that refuses is often busy for a moment, and takes the next order. Unit: ms. */
const ORDERS_MAX = 3;
const ORDER_AGAIN_MS = 500;

type FenceDeps = Pick<ResourceDeps, 'store' | 'clock' | 'timers' | 'fenceDevices'>;

/** Returns the problem for a node without a fence device. */
export function noFenceDevice(name: string): Problem {
  return problem('conflict', {
    detail: `Node ${name} has no fence device.`,
    remedy:
      'Name its management controller in the file of the setting fence-devices. If the node is ' +
      `lost, switch it off yourself, and say so: novacron node confirm-dead ${name}.`,
    data: { node: name },
  });
}

/** The fence device of a node. */
export function findDevice(
  { fenceDevices }: Pick<ResourceDeps, 'fenceDevices'>,
  name: string,
): FenceDevice | undefined {
  return fenceDevices?.list().find(({ node }) => node === name);
}

/** Reads the device and the storage fences of a node; nothing is switched. */
export async function testFence(
  deps: FenceDeps,
  id: NodeId,
): Promise<Result<FenceDeviceReading, Problem>> {
  const [row] = await deps.store.read({ from: 'nodes', where: { id } });
  if (row === undefined) return err(notFound('node', id));
  const { name } = row;
  const device = findDevice(deps, name);
  const storages = await testStorages(deps, row);
  if (deps.fenceDevices === undefined) return err(noFenceDevice(name));
  if (device === undefined) {
    if (storages.length === 0) return err(noFenceDevice(name));
    const fault = `${name} has no power switch: its storage comes first`;
    const none = { kind: null, address: null, power: null, identity: 'unknown' } as const;
    return ok({ node: name, ...none, ready: false, fault, storages });
  }
  const { node, kind, address } = device;
  const read = await deps.fenceDevices.read(name);
  const identity = read.ok ? identityOf(row, device, read.value) : 'unknown';
  const obstacle = read.ok ? read.value.obstacle : read.error;
  const fault =
    (read.ok ? refuseIdentity(device, identity) : undefined) ??
    (obstacle === undefined ? undefined : `${address} ${obstacle}`);
  return ok({
    node,
    kind,
    address,
    identity,
    power: read.ok ? read.value.power : null,
    ready: fault === undefined,
    fault: fault ?? null,
    storages,
  });
}

function identityOf(
  row: NodeRow,
  { identity }: FenceDevice,
  { uuid }: PowerReading,
): FenceDeviceReading['identity'] {
  return identity === 'unchecked' ? 'unchecked' : compareHosts(readFacts(row)?.host_uuid, uuid);
}

/** @returns why the device must not be used; undefined where it may */
function refuseIdentity(
  { address, node }: FenceDevice,
  identity: FenceDeviceReading['identity'],
): string | undefined {
  if (identity === 'different') {
    return `${address} switches another machine than the one that ${node} runs on`;
  }
  if (identity !== 'unknown') return undefined;
  return (
    `it is not known whether ${address} switches the machine of ${node}: its agent or the ` +
    'controller says no UUID. Set `identity: unchecked` for the device to do without'
  );
}

/** Performs the step: the power is off when the device has said so afterwards. */
export async function fenceNode(deps: FenceDeps, action: FenceStepAction): Promise<StepOutcome> {
  const { fenceDevices: devices, clock, timers } = deps;
  const [row] = await deps.store.read({ from: 'nodes', where: { id: action.nodeId } });
  const device = row && findDevice(deps, row.name);
  if (row === undefined || devices === undefined || device === undefined) {
    return failed('the node has no fence device on this server', 'retry');
  }
  if (row.status !== 'lost') return failed(`${row.name} answers again`, 'final');
  const { address } = device;
  if (
    action.automatic === true &&
    (await readHolds(deps.store, { of: 'healing', nowMs: clock.nowMs() })).all
  ) {
    return failed('healing is held: novacron healing status', 'final');
  }
  if (action.automatic === true && poolHeartbeatOf(row)?.state === 'moves') {
    return failed(`the heartbeat of ${row.name} moves in the shared storage`, 'final');
  }
  const before = await devices.read(row.name);
  if (!before.ok) return failed(`${address} ${before.error}`, 'retry');
  const refused = refuseIdentity(device, identityOf(row, device, before.value));
  if (refused !== undefined) return failed(refused, 'final');
  const isAlive = poolHeartbeatOf(row)?.state === 'moves';
  if (before.value.power === 'off' && isAlive) {
    const lies = `${address} says that the power is off, and the heartbeat of ${row.name} moves`;
    return failed(`${lies} in the shared storage: it may switch another machine`, 'retry');
  }
  if (before.value.power === 'off') return { kind: 'succeeded' };
  const asked = await orderOff({ devices, timers }, row.name);
  if (!asked.ok) return failed(`${address} ${asked.error}`, 'retry');
  const untilMs = steadyMs(clock) + OFF_MS_MAX;
  while (steadyMs(clock) < untilMs) {
    const now = await devices.read(row.name);
    if (now.ok && now.value.power === 'off') return { kind: 'succeeded' };
    await wait({ timers, delayMs: LOOK_MS, signals: [] });
  }
  return failed(
    `${address} still says that the power is on, ${OFF_MS_MAX / 1_000} s later`,
    'retry',
  );
}

async function orderOff(
  { devices, timers }: { readonly devices: FenceDevices } & Pick<FenceDeps, 'timers'>,
  node: string,
): Promise<Result<void, string>> {
  let asked = await devices.powerOff(node);
  for (let orders = 1; !asked.ok && orders < ORDERS_MAX; orders += 1) {
    await wait({ timers, delayMs: ORDER_AGAIN_MS, signals: [] });
    asked = await devices.powerOff(node);
  }
  return asked;
}

function failed(message: string, next: 'retry' | 'final'): StepOutcome {
  return { kind: 'failed', message, next };
}
