import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createClient } from '@novacron/contract/client/client';
import { createHttpCarrier } from '@novacron/testing/http-carrier';
import { waitUntil } from '@novacron/testing/wait-until';
import { createNovacronProvider } from '../../../provider/src/composition/novacron-provider.ts';
import { startProvider } from '../../../provider/src/test-kit/start-provider.ts';
import {
  createWorkspace,
  type TerraformWorkspace,
} from '../../../provider/src/test-kit/terraform-workspace.ts';
import { killChildren } from '../../support/services/kill-children.ts';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type Installation, installForTest } from '../support/install.ts';
import { startProxy } from '../support/start-proxy.ts';
import { startServerProcess } from '../support/start-server-process.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const VM_COUNT = 30;

const MANY_VMS = `
resource "novacron_network" "n" {
  name = "net"
  cidr = "10.7.0.0/16"
}
resource "novacron_vm" "v" {
  count      = ${VM_COUNT}
  name       = "vm-\${count.index}"
  cpu_cores  = 1
  memory_gb  = 1
  disk_gb    = 1
  network_id = novacron_network.n.id
}
`;

const vm = (name: string) => `
resource "novacron_vm" "v" {
  name      = "${name}"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 1
}
`;

describe('a server that is killed in the middle of an apply', () => {
  let dataDir: string;

  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'novacron-killed-'));
  });
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  test.each([
    { what: 'stays away: the next apply ends what this one began', patienceMs: 300 },
    { what: 'comes back: the apply goes on', patienceMs: 30_000 },
  ])('and $what, without making anything twice', async ({ patienceMs }) => {
    const isPatient = patienceMs > 1_000;
    const home = join(dataDir, String(patienceMs));
    const first = await startServerProcess({ dataDir: home });
    const env = { NOVACRON_ENDPOINT: first.url, NOVACRON_API_KEY: first.adminKey };
    const provider = await startProvider(createNovacronProvider(env, { retryMsMax: patienceMs }));
    const { reattachProviders } = provider;
    const workspace = createWorkspace({ kind: 'reattach', reattachProviders });
    const { call } = createClient(createHttpCarrier(first.url, first.adminKey));
    const listVms = async () => {
      const answer = await call('vm.list', { limit: 1000 });
      return answer.ok ? answer.value.items : [];
    };
    workspace.configure(MANY_VMS);
    const applying = workspace.apply('-parallelism=2');
    await waitUntil('a first VM', async () => ((await listVms()).length > 0 ? true : undefined));
    await first.kill();
    if (!isPatient) expect(await applying).toMatchObject({ exitCode: 1 });
    const { host } = new URL(first.url);
    const second = await startServerProcess({ dataDir: home, listen: host });
    const run = await applying;
    if (isPatient) expect(run.exitCode === 0 ? '' : run.output).toBe('');
    const finished = await workspace.apply();
    expect(finished.exitCode === 0 ? '' : finished.output).toBe('');
    const vms = await listVms();
    expect(vms.map(({ name }) => name).sort()).toEqual(
      Array.from({ length: VM_COUNT }, (_, index) => `vm-${index}`).sort(),
    );
    expect(vms.every(({ status }) => status === 'running')).toBe(true);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    workspace.remove();
    await provider.close();
    await second.kill();
  });
});

describe('an apply that is interrupted', () => {
  let system: System;
  let installation: Installation;
  let workspace: TerraformWorkspace;
  let sockets: string;

  beforeAll(async () => {
    system = await startSystem();
    installation = await installForTest();
    sockets = mkdtempSync(join(tmpdir(), 'novacron-sockets-'));
    workspace = createWorkspace(
      { kind: 'cli-config', file: installation.cliConfig },
      {
        NOVACRON_ENDPOINT: system.url,
        NOVACRON_API_KEY: system.adminKey,
        NOVACRON_PROVIDER_CHECK: '1',
        PLUGIN_UNIX_SOCKET_DIR: sockets,
      },
    );
  });
  afterAll(async () => {
    workspace.remove();
    installation.remove();
    rmSync(sockets, { recursive: true, force: true });
    await system.stop();
  });

  test('by ^C leaves a tainted VM in the state and no process or socket', async () => {
    workspace.configure(vm('slow'));
    expect(await workspace.run('init', '-input=false')).toMatchObject({ exitCode: 0 });
    hangNextCreates();
    const terraform = startApply();
    const output = text(terraform.stdout);
    const errors = text(terraform.stderr);
    const made = await waitUntil('a VM in the making', async () => {
      return (await system.call('vm.list', {})).items[0];
    });
    const group = -(terraform.pid ?? 0);
    process.kill(group, 'SIGINT');
    const [exitCode] = await once(terraform, 'exit');
    expect(exitCode).toBe(1);
    expect(await output).toContain('Interrupt received');
    expect(await errors).toMatch(/Interrupted: create novacron_vm[\s\S]*terraform untaint/);
    expect(await errors).not.toMatch(/did not respond|panic|rpc error/);
    expect(() => process.kill(group, 0)).toThrow('ESRCH');
    expect(readdirSync(sockets)).toEqual([]);
    const shown = await workspace.run('state', 'show', '-no-color', 'novacron_vm.v');
    expect(shown.output).toContain('(tainted)');
    expect(shown.output).toContain(made.id);
    await reviveAgent(made.node ?? '');
    const destroyed = await workspace.run('destroy', '-auto-approve');
    expect(destroyed.exitCode === 0 ? '' : destroyed.output).toBe('');
    expect((await system.call('vm.list', {})).items).toEqual([]);
  });

  test('by ^C while it is still planning ends at once, also where the server is busy', async () => {
    workspace.configure(vm('steady'));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    // The first request identifies the server, and later ones are delayed.
    const asked: number[] = [];
    const proxy = await startProxy(system.url, (_method, result) => result, {
      refuse: () => (asked.push(0) > 1 ? 503 : undefined),
    });
    const env = { ...workspace.env, NOVACRON_ENDPOINT: proxy.url };
    const terraform = startApply(env);
    const errors = text(terraform.stderr);
    terraform.stdout.resume();
    await waitUntil('a read that is put off', async () => asked[2]);
    process.kill(-(terraform.pid ?? 0), 'SIGINT');
    expect(await once(terraform, 'exit')).toEqual([1, null]);
    expect(await errors).toContain('The run was interrupted before the server answered.');
    await proxy.close();
    expect(await workspace.run('destroy', '-auto-approve')).toMatchObject({ exitCode: 0 });
  });

  test('a provider that is killed is a clear error, and the next apply finds its VM', async () => {
    workspace.configure(vm('killed'));
    hangNextCreates();
    const terraform = startApply();
    const made = await waitUntil('a VM in the making', async () => {
      return (await system.call('vm.list', {})).items[0];
    });
    killChildren(terraform.pid ?? 0);
    expect(await once(terraform, 'exit')).toEqual([1, null]);
    await reviveAgent(made.node ?? '');
    const again = await workspace.apply();
    expect(again.exitCode === 0 ? '' : again.output).toBe('');
    expect((await system.call('vm.list', {})).items).toMatchObject([
      { id: made.id, status: 'running' },
    ]);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('a create that fails at its node is an error, and the next apply makes it', async () => {
    const reattached = system.workspace();
    reattached.configure(vm('broken'));
    for (const { faults } of system.fleet.drivers.values()) {
      faults.add({ action: 'start', kind: 'fail-final' });
    }
    const failed = await diagnoseApply(reattached);
    expect(failed).toMatchObject({
      exitCode: 1,
      diagnostics: [
        {
          summary: 'The operation failed: create novacron_vm "broken"',
          address: 'novacron_vm.v',
        },
      ],
    });
    expect((await system.call('vm.list', { name: 'broken' })).items).toEqual([]);
    for (const { faults } of system.fleet.drivers.values()) faults.clear();
    expect(await reattached.apply()).toMatchObject({ exitCode: 0 });
    expect(await diagnosePlan(reattached)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  function hangNextCreates() {
    for (const { faults } of system.fleet.drivers.values()) {
      faults.add({ action: 'create', kind: 'hang' });
    }
  }

  /** Terraform in a process group of its own, as a shell starts it. */
  function startApply(env = workspace.env) {
    return spawn('terraform', ['apply', '-auto-approve', '-no-color'], {
      cwd: workspace.directory,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** The agent that hangs dies and comes back: its server asks again. */
  async function reviveAgent(node: string) {
    for (const { faults } of system.fleet.drivers.values()) faults.clear();
    await system.fleet.stopAgent(node);
    system.fleet.restartAgent(node);
  }
});
