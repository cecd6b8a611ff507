/**
 * The controller of a silent node is lost in the middle of the power-off: the next level of fencing
 * follows, and without one, people. Real controllers that speak IPMI; a program cuts nodes off.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { openFenceDevices } from '@novacron/server/adapters/fencing/open-fence-devices';
import type { FenceDevices } from '@novacron/server/ports/fence-devices';
import { type Bmc, type PowerOffManner, startBmc } from '../../support/services/start-bmc.ts';
import { awaitSound } from '../test-kit/await-sound.ts';
import { SHARED_STORAGE_FLEET } from '../test-kit/shared-storage-fleet.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

jest.setTimeout(300_000);

const AFTER_MS = 60_000;
const STEP_MS = 500;
const STORAGE_MS_MAX = 20_000;
/** An attempt at a power-off ends before these are over. */
const TURN_MS = 20_000;
const TURNS_MAX = 15;

let directory: string;
let bmc: Bmc;
let devices: FenceDevices;
/** Calls of programs under way: the time of the bench stands still, and follows at their ends. */
const calls = new Set<Promise<unknown>>();
let behindMs = 0;

function counted<Args extends readonly unknown[], Answer>(
  call: (...args: Args) => Promise<Answer>,
) {
  return (...args: Args): Promise<Answer> => {
    const beganMs = performance.now();
    const made = call(...args);
    calls.add(made);
    return made.finally(() => {
      calls.delete(made);
      behindMs += Math.ceil(performance.now() - beganMs);
    });
  };
}

const DEVICES: FenceDevices = {
  get automaticAfterMs() {
    return devices.automaticAfterMs;
  },
  list: () => devices.list(),
  read: counted((node) => devices.read(node)),
  powerOff: counted((node) => devices.powerOff(node)),
  storages: {
    list: (node) => devices.storages?.list(node) ?? [],
    read: counted((where) => storages().read(where)),
    cutOff: counted((where) => storages().cutOff(where)),
    restore: counted((where) => storages().restore(where)),
  },
};

function storages(): NonNullable<FenceDevices['storages']> {
  if (devices.storages === undefined) throw new Error('there is no storage fence');
  return devices.storages;
}

/** A program as operators write one: what it has cut off is in files. */
const CUT_OFF = `#!/bin/sh
cd "$(dirname "$0")"
while IFS='=' read -r name value; do
  case "$name" in action) action="$value" ;; nodename) node="$value" ;; esac
done
case "$action" in
  off) : >"cut-off-$node" ;;
  on) rm -f "cut-off-$node" ;;
  status) [ ! -e "cut-off-$node" ] || exit 2 ;;
esac
`;

async function openDevices(manner: PowerOffManner, hasStorageFence: boolean): Promise<void> {
  bmc = await startBmc('0'.repeat(32), manner);
  const program = join(directory, 'cut-off');
  writeFileSync(program, CUT_OFF, { mode: 0o755 });
  const settings = { options: {}, password: undefined, plugs: {}, timeoutMs: STORAGE_MS_MAX };
  devices = openFenceDevices({
    automaticAfterMs: AFTER_MS,
    devices: [
      {
        node: 'node-a',
        kind: 'ipmi',
        identity: 'unchecked',
        system: undefined,
        certificateSha256: undefined,
        ...bmc.access,
      },
    ],
    storages: hasStorageFence
      ? [{ pool: 'rack', nodes: undefined, kind: 'command', settings: { ...settings, program } }]
      : [],
  });
}

describe('a silent node whose controller is lost when it is ordered to switch off', () => {
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'novacron-lost-controllers-'));
  });
  afterEach(async () => {
    for (const { name } of SHARED_STORAGE_FLEET.nodes) bench().fleet.restartAgent(name);
    await pass(5_000);
    await awaitSound(bench());
    await bmc.remove();
    rmSync(directory, { recursive: true, force: true });
  });
  const bench = useBench({ fleet: SHARED_STORAGE_FLEET, fenceDevices: DEVICES });

  async function pass(durationMs: number): Promise<void> {
    for (let leftMs = durationMs; leftMs > 0; ) {
      const stepMs = Math.max(STEP_MS, behindMs);
      leftMs -= stepMs;
      behindMs = 0;
      await bench().advance(stepMs);
      await Promise.allSettled(calls);
    }
  }

  async function loseNode(): Promise<Vm> {
    const healing = { on_node_loss: 'restart' } as const;
    const { id } = await makeVm(bench(), { placement: { node: 'node-a' }, healing });
    await bench().end((await bench().expectOk('vm.update', { id, placement: null })).operation);
    await bench().fleet.stopAgent('node-a');
    return bench().expectOk('vm.get', { id });
  }
  const show = ({ id }: Vm) => bench().expectOk('vm.get', { id });

  async function lostNode() {
    const [found] = (await bench().expectOk('node.list', { name: 'node-a' })).items;
    if (found === undefined) throw new Error('there is no node-a');
    return found;
  }

  test('and freezes is cut off by its storage', async () => {
    await openDevices('freezes', true);
    const vm = await loseNode();
    await pass(AFTER_MS + 60_000);
    expect(existsSync(join(directory, 'cut-off-node-a'))).toBe(true);
    expect(await lostNode()).toMatchObject({
      status: 'lost',
      fenced: null,
      cut_off: { pools: [{ pool: 'rack', state: 'confirmed' }] },
    });
    const moved = await show(vm);
    expect(moved).toMatchObject({ status: 'running' });
    expect(moved.node).not.toBe('node-a');
  });

  test('and dies stays unknown until a person says that it is dead', async () => {
    await openDevices('dies', false);
    const vm = await loseNode();
    await pass(AFTER_MS);
    const fence = async () => {
      const { items } = await bench().expectOk('operation.list', { kind: ['node.fence'] });
      return items.at(-1);
    };
    for (let turn = 0; turn < TURNS_MAX && (await fence())?.status !== 'failed'; turn += 1) {
      await pass(TURN_MS);
    }
    expect(await fence()).toMatchObject({
      status: 'failed',
      problem: { detail: expect.stringContaining('Unable to establish') },
    });
    expect(await show(vm)).toMatchObject({ status: 'unknown', node: 'node-a' });
    const { items: open } = await bench().expectOk('incident.list', { state: ['open'] });
    expect(open).toMatchObject([{ cause: 'node_lost', severity: 'critical', vms_down: 1 }]);
    const { id } = await lostNode();
    const confirmed = bench().expectOk('node.confirm_dead', { id, reason: 'seen' });
    expect((await confirmed).operation).toBeDefined();
    await pass(30_000);
    const moved = await show(vm);
    expect(moved).toMatchObject({ status: 'running' });
    expect(moved.node).not.toBe('node-a');
  });
});
