/**
 * The agent is killed before each durable step of each action, and repeats the action as its
 * journal has it do: the machine and its files are then as if nothing had happened. The steps are
 * counted while the action runs. All actions, which takes minutes:
 *
 *   NOVACRON_SOAK=1 npx jest server/agent/src/drivers/qemu/files/crash-sweep.test.ts
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import type { SnapshotId } from '@novacron/contract/ids';
import { createSampleIds } from '../../../test-kit/samples.ts';
import type { Driver } from '../../driver.ts';
import { good } from '../../driver-bench.ts';
import { idleSpec, makeQemuSite, type QemuSite } from '../test-kit/qemu-bench.ts';

jest.setTimeout(300_000);

const CHILD = join(import.meta.dirname, '../test-kit/act-until-killed.mjs');

const ids = createSampleIds();
const vm_id = ids('vm');
const volume = { volume_id: ids('vol'), size_gb: 1 };
const snapshot_id = ids('snap') as SnapshotId;
const signal = new AbortController().signal;
const at = (generation: number) => ({ vm_id, generation, signal });
const taken = { snapshot_id, generation: 1, signal };
const missing = { spec: idleSpec(), volumes: [] };

/** An action, as arguments of the method of a driver that has its name. */
interface Swept {
  readonly name: string;
  /** Brings the site to where the action begins. */
  readonly before: (first: Driver, site: QemuSite) => Promise<unknown>;
  readonly node?: string;
  readonly action: string;
  readonly args: readonly unknown[];
}

const created = (first: Driver) => good(first.create(at(1), idleSpec()));
const attached = async (first: Driver) => {
  await created(first);
  await good(first.attach(at(2), volume));
};
const running = async (first: Driver) => {
  await attached(first);
  await good(first.start(at(3)));
};

const ACTIONS: readonly Swept[] = [
  { name: 'create', before: async () => {}, action: 'create', args: [at(1), idleSpec()] },
  { name: 'start', before: attached, action: 'start', args: [at(4)] },
  { name: 'stop', before: running, action: 'stop', args: [at(4), 'forced'] },
  {
    name: 'take over',
    before: created,
    node: 'node-02',
    action: 'define',
    args: [at(4), { ...missing, takeover: 'yes' }],
  },
  {
    name: 'define',
    before: async (first) => {
      await created(first);
      await good(first.forget(at(2)));
    },
    action: 'define',
    args: [at(4), missing],
  },
  {
    name: 'configure',
    before: attached,
    action: 'configure',
    args: [at(4), { spec: idleSpec({ disk_gb: 2, cpu_cores: 2 }), restart: 'forbidden' }],
  },
  {
    name: 'configure while it runs',
    before: running,
    action: 'configure',
    args: [at(4), { spec: idleSpec({ disk_gb: 2 }), restart: 'forbidden' }],
  },
  { name: 'attach', before: created, action: 'attach', args: [at(4), volume] },
  {
    name: 'attach while it runs',
    before: async (first) => {
      await created(first);
      await good(first.start(at(2)));
    },
    action: 'attach',
    args: [at(4), volume],
  },
  { name: 'detach', before: attached, action: 'detach', args: [at(4), volume.volume_id] },
  { name: 'reimage', before: attached, action: 'reimage', args: [at(4), idleSpec()] },
  { name: 'take a snapshot', before: attached, action: 'takeSnapshot', args: [taken, volume] },
  {
    name: 'delete a snapshot',
    before: async (first) => {
      await attached(first);
      await good(first.takeSnapshot(taken, volume));
    },
    action: 'deleteSnapshot',
    args: [taken],
  },
  { name: 'forget', before: attached, action: 'forget', args: [at(4)] },
  { name: 'delete the disk', before: running, action: 'deleteDisk', args: [at(4)] },
];

const DAILY: readonly string[] = ['create', 'take over', 'define', 'attach'];

const SWEPT = ACTIONS.filter(
  ({ name }) => process.env.NOVACRON_SOAK !== undefined || DAILY.includes(name),
);

describe('an agent that is killed', () => {
  let points = 0;

  test.each(SWEPT)('before each step of $name repeats it', async (swept) => {
    const expected = await run(swept, 0);
    expect(expected.steps).toBeGreaterThan(0);
    for (let killAt = 1; killAt <= expected.steps; killAt += 1) {
      const found = await run(swept, killAt);
      // What the driver does beside the action may have counted in the first run: then it ended.
      const isOver = found.steps > 0 && found.steps < killAt;
      expect({ killAt, ...found }).toEqual({
        killAt,
        ...expected,
        steps: isOver ? found.steps : 0,
      });
      points += 1;
    }
  });

  test('has been killed at each of them', () => {
    process.stdout.write(`${points} crash points of ${SWEPT.length} actions\n`);
    expect(points).toBeGreaterThan(SWEPT.length);
  });
});

/** What an action leaves after a crash and its repetition; `steps` is 0 where it was killed. */
async function run({ before, node = 'node-01', action, args }: Swept, killAt: number) {
  const site = makeQemuSite();
  try {
    const first = await site.open('node-01');
    await before(first, site);
    await first.close();
    const steps = await actUntilKilled(site, { node, action, args, killAt });
    const driver = await site.open(node);
    try {
      // The table has the arguments of this method.
      const repeat = driver[action as 'forget'] as (
        ...given: unknown[]
      ) => ReturnType<Driver['forget']>;
      await good(repeat(...args));
      const machines = await good(driver.inspect());
      const snapshots = await good(driver.inspectSnapshots());
      return { steps, machines, snapshots, owner: ownerIn(site), files: filesOf(site) };
    } finally {
      await driver.close();
    }
  } finally {
    site.remove();
  }
}

/** Returns the number of steps of an action, or 0 where it was killed. */
async function actUntilKilled(
  { options, directory }: QemuSite,
  {
    node,
    ...asked
  }: { readonly node: string; readonly killAt: number } & Omit<Swept, 'name' | 'before'>,
): Promise<number> {
  const order = JSON.stringify({ options: options(node), directory, ...asked });
  const child = spawn(process.execPath, [CHILD, order], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let trouble = '';
  child.stdout.on('data', (part: Buffer) => (text += String(part)));
  child.stderr.on('data', (part: Buffer) => (trouble += String(part)));
  const [code, killed] = await once(child, 'close');
  if (killed === 'SIGKILL') return 0;
  if (code !== 0) throw new Error(trouble);
  return Number(text);
}

function ownerIn({ storageDir }: QemuSite): unknown {
  const [file] = filesOf({ storageDir }).filter((each) => each.endsWith('owner.json'));
  return file === undefined ? undefined : JSON.parse(readFileSync(join(storageDir, file), 'utf8'));
}

/** Without what is left of a file that was being written: the next write of it replaces that. */
function filesOf({ storageDir }: Pick<QemuSite, 'storageDir'>): readonly string[] {
  return readdirSync(storageDir, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile() && !each.name.endsWith('.part'))
    .map((each) => relative(storageDir, join(each.parentPath, each.name)))
    .sort();
}
