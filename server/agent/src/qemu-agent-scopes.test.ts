/**
 * The agent as the service that is part of the package, under a real systemd: its machines are in
 * scopes of their own.
 */
import { chmodSync, copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../../test/support/src/wait-until.ts';
import { planLimits } from './drivers/qemu/launch/plan-limits.ts';
import { listQemuOf, smallSpec } from './drivers/qemu/test-kit/qemu-bench.ts';
import { useQemuSite } from './drivers/qemu/test-kit/use-qemu-site.ts';
import { type CommandingBus, openCommandingBus } from './test-kit/commanding-bus.ts';
import { createSampleIds } from './test-kit/samples.ts';
import { type SystemdLab, startSystemd } from './test-kit/systemd-lab.ts';

const NODE = 'node-01';
const PROGRAM = fileURLToPath(new URL('../../cli/bin/novacron.mjs', import.meta.url));
const UNIT = 'novacron-agent.service';
const UNITS = fileURLToPath(new URL('../../deploy/packages/novacron-agent', import.meta.url));

let systemd: SystemdLab;
let bus: CommandingBus;
const { site } = useQemuSite({
  per: 'suite',
  end: () => Promise.all([systemd.remove(), bus.close()]),
});

beforeAll(async () => {
  // Directories of tests are private; an operator's are /var/lib and such.
  for (const each of [site.directory, dirname(site.directory)]) {
    chmodSync(each, statSync(each).mode | 0o011);
  }
  [systemd, bus] = await Promise.all([startSystemd(), openCommandingBus(NODE)]);
  for (const name of [UNIT, 'novacron-vms.slice']) {
    copyFileSync(join(UNITS, name), join(systemd.unitDir, name));
  }
  const settings = {
    NODE,
    ZONE: 'zone-a',
    RACK: 'rack-1',
    CPU_CORES: '4',
    MEMORY_GB: '1',
    DISK_GB: '100',
    ACCEL: 'tcg',
    NETWORKS: 'user',
    BUS: bus.url,
    VM_USER: 'daemon',
    DATA_DIR: join(site.directory, 'data'),
    RUN_DIR: site.runDir(NODE),
    STORAGE_DIR: site.storageDir,
  };
  const lines = Object.entries(settings).map(
    ([name, value]) => `NOVACRON_AGENT_${name}=${value}\n`,
  );
  const file = join(site.directory, 'agent.env');
  writeFileSync(file, lines.join(''));
  // What differs from an installed agent: where it is, its settings, and a log for the test.
  const dropIns = join(systemd.unitDir, `${UNIT}.d`);
  mkdirSync(dropIns);
  writeFileSync(
    join(dropIns, 'test.conf'),
    `[Service]\nExecStart=\nExecStart=${process.execPath} ${PROGRAM} agent\n` +
      `Environment=PATH=${process.env.PATH}\nEnvironmentFile=${file}\n` +
      // The service has a /tmp of its own, where temporary files of tests may be.
      `BindPaths=${site.directory}\n` +
      `StandardError=file:${join(site.directory, 'agent.log')}\n`,
  );
});

const vm_id = createSampleIds()('vm');

/** A failure shows the log of the agent: the answer leaves out the paths of the host. */
const succeed: CommandingBus['succeed'] = async (...command) => {
  try {
    return await bus.succeed(...command);
  } catch (cause) {
    const log = readFileSync(join(site.directory, 'agent.log'), 'utf8');
    throw new Error(`a command failed; the agent wrote:\n${log}`, { cause });
  }
};

const processes = () => listQemuOf(join(site.runDir(NODE), vm_id));

/** The scope of the machine, by the control group of its process. */
function scope(): string {
  const [pid = 0] = processes();
  const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  const [, slice, unit = ''] = /^0::.*\/([^/]+)\/([^/\n]+)$/m.exec(groups) ?? [];
  expect(slice).toBe('novacron-vms.slice');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).not.toBe('0');
  return unit;
}

function limitsOf(unit: string): readonly string[] {
  const names = ['MemoryMax', 'CPUQuotaPerSecUSec'].map((name) => `--property=${name}`);
  return systemd
    .systemctl('show', ...names, unit)
    .trim()
    .split('\n')
    .sort();
}

function limitsFor(cpu_cores: number, memory_mib: number): readonly string[] {
  const { memoryBytes } = planLimits({ accelerator: 'tcg', cpu_cores, memory_mib });
  return [`CPUQuotaPerSecUSec=${cpu_cores + 1}s`, `MemoryMax=${memoryBytes}`];
}

describe('an agent that is a service of systemd', () => {
  test('starts each machine in a scope with limits, and announces it', async () => {
    systemd.systemctl('start', UNIT);
    const { facts } = await bus.announcement();
    expect(facts?.hypervisor?.vm_limits).toBe('scope');
    await succeed(vm_id, { kind: 'create', spec: smallSpec() }, 1);
    await succeed(vm_id, { kind: 'start' }, 2);
    expect(scope()).toMatch(new RegExp(`^novacron-${vm_id}-[0-9a-f]{8}[.]scope$`));
    expect(limitsOf(scope())).toEqual(limitsFor(1, 128));
  });

  test('gives a machine that grows more', async () => {
    const spec = smallSpec({ cpu_cores: 2 });
    await succeed(vm_id, { kind: 'configure', spec, restart: 'forbidden' }, 3);
    expect(limitsOf(scope())).toEqual(limitsFor(2, 128));
  });

  test('stops and is killed without its machines, and finds them again', async () => {
    const before = processes();
    const unit = scope();
    systemd.systemctl('stop', UNIT);
    expect(processes()).toEqual(before);
    systemd.systemctl('start', UNIT);
    await bus.announcement();
    systemd.systemctl('kill', '--signal=KILL', UNIT);
    expect(processes()).toEqual(before);
    // systemd starts it again by itself. An announcement may be one of before, an answer is not.
    const found = await waitUntil('an agent that answers', () => bus.inspect());
    expect(found).toMatchObject([{ vm_id, status: 'running' }]);
    expect([processes(), scope()]).toEqual([before, unit]);
  });

  test('leaves no scope of a machine that was stopped, and starts it in another', async () => {
    const unit = scope();
    await succeed(vm_id, { kind: 'stop', force: 'yes' }, 4);
    await succeed(vm_id, { kind: 'start' }, 5);
    expect(scope()).not.toBe(unit);
    await succeed(vm_id, { kind: 'stop', force: 'yes' }, 6);
    await succeed(vm_id, { kind: 'delete' }, 7);
    expect(systemd.systemctl('list-units', '--all', '--plain', 'novacron-vm_*')).not.toMatch(unit);
  });
});
