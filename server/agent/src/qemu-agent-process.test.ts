import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../../test/support/src/wait-until.ts';
import { listQemuOf, smallSpec } from './drivers/qemu/test-kit/qemu-bench.ts';
import type { AgentProcess } from './test-kit/launch-agent.ts';
import { NODE, SIZE_FLAGS, useQemuAgent } from './test-kit/use-qemu-agent.ts';

const { site, vm_id, ids, launch, announced, completed, command, inspect } = useQemuAgent();

/** Simulates a power loss: no process, and the record of a process that ran under another boot. */
async function losePower(agent: AgentProcess): Promise<void> {
  await agent.end('SIGKILL');
  const processes = () => listQemuOf(join(site.runDir(NODE), vm_id));
  for (const pid of processes()) process.kill(pid, 'SIGKILL');
  await waitUntil('QEMU to end', () => (processes().length === 0 ? true : undefined));
  const record = join(site.runDir(NODE), vm_id, 'process.json');
  for (const file of [record, join(site.runDir(NODE), 'boot.json')]) {
    const before = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...before, boot_id: 'an earlier boot' }));
  }
}

describe('novacron agent with QEMU', () => {
  test('leaves the machines of another agent alone', async () => {
    const first = launch(SIZE_FLAGS);
    await first.ready();
    const elsewhere = ['--node', 'node-02', '--data-dir', join(site.directory, 'other')];
    const second = launch([...SIZE_FLAGS, ...elsewhere]);
    expect(await second.end()).toBe(1);
    expect(second.said.stderr).toContain('Another agent is running on the run directory');
  });

  test('runs machines that outlive a killed agent, and finds them again', async () => {
    const first = launch(SIZE_FLAGS);
    await first.ready();
    const create = { kind: 'create', spec: smallSpec() };
    expect(await command(create, 1)).toMatchObject({ kind: 'succeeded' });
    expect(await command({ kind: 'start' }, 2)).toMatchObject({ machine: { status: 'running' } });
    const processes = listQemuOf(join(site.runDir(NODE), vm_id));
    expect(processes).toHaveLength(1);
    await first.end('SIGKILL');
    const second = launch(SIZE_FLAGS);
    await second.ready();
    expect(await inspect()).toMatchObject([{ vm_id, status: 'running', generation: 2 }]);
    expect(listQemuOf(join(site.runDir(NODE), vm_id))).toEqual(processes);
    expect(await command({ kind: 'stop', force: 'yes' }, 3)).toMatchObject({
      machine: { status: 'stopped', stop_reason: 'command' },
    });
    expect(await command({ kind: 'delete' }, 4)).toEqual({ kind: 'succeeded', machine: null });
    expect(listQemuOf(join(site.runDir(NODE), vm_id))).toEqual([]);
    expect(await second.end('SIGTERM')).toBe(0);
  });

  test('announces the labels and taints of its command line', async () => {
    const marks = ['--taint', 'team=ml', '--taint', 'old:avoid', '--label', 'disk=ssd'];
    const agent = launch([...SIZE_FLAGS, ...marks]);
    await agent.ready();
    const said = await waitUntil('an announcement', () => announced.find(({ facts }) => facts));
    expect(said.facts?.taints).toEqual([
      { key: 'team', value: 'ml', effect: 'refuse' },
      { key: 'old', value: '', effect: 'avoid' },
    ]);
    expect(said.facts?.labels).toEqual({ disk: 'ssd' });
    expect(await agent.end('SIGTERM')).toBe(0);
  });

  test('starts machines after a restart of its host, and runs no command again', async () => {
    const first = launch(SIZE_FLAGS);
    await first.ready();
    const processes = () => listQemuOf(join(site.runDir(NODE), vm_id));
    const [create, start] = [ids('op'), ids('op')];
    const spec = { kind: 'create', spec: smallSpec() };
    expect(await command(spec, 1, create)).toMatchObject({ kind: 'succeeded' });
    expect(await command({ kind: 'start' }, 2, start)).toMatchObject({ kind: 'succeeded' });
    await losePower(first);
    const known = completed.length;
    const second = launch(SIZE_FLAGS);
    await second.ready();
    await waitUntil('the machine', () =>
      second.said.stderr.includes('runs again after a host restart') ? true : undefined,
    );
    const running = [{ vm_id, status: 'running', generation: 2, stop_reason: null }];
    expect(await inspect()).toMatchObject(running);
    expect(completed).toHaveLength(known);
    expect(second.said.stderr).not.toContain('is run again');
    const again = processes();
    // A server that repeats the command is answered from the journal.
    completed.length = 0;
    expect(await command({ kind: 'start' }, 2, start)).toMatchObject({ kind: 'succeeded' });
    expect(await inspect()).toMatchObject(running);
    expect(processes()).toEqual(again);
    expect(await command({ kind: 'stop', force: 'yes' }, 3)).toMatchObject({ kind: 'succeeded' });
    expect(await second.end('SIGTERM')).toBe(0);
  });

  test('starts machines after a restart of its host while the message bus is away', async () => {
    const first = launch(SIZE_FLAGS);
    await first.ready();
    const spec = { kind: 'create', spec: smallSpec() };
    expect(await command(spec, 1)).toMatchObject({ kind: 'succeeded' });
    expect(await command({ kind: 'start' }, 2)).toMatchObject({ kind: 'succeeded' });
    await losePower(first);
    const second = launch([...SIZE_FLAGS, '--bus', 'nats://127.0.0.1:9']);
    await waitUntil('the machine', () =>
      second.said.stderr.includes('runs again after a host restart') ? true : undefined,
    );
    expect(second.said.stdout).not.toContain('is ready');
    expect(listQemuOf(join(site.runDir(NODE), vm_id))).toHaveLength(1);
    expect(await second.end('SIGTERM')).toBe(0);
    const third = launch(SIZE_FLAGS);
    await third.ready();
    expect(await inspect()).toMatchObject([{ vm_id, status: 'running', stop_reason: null }]);
    expect(await command({ kind: 'stop', force: 'yes' }, 3)).toMatchObject({ kind: 'succeeded' });
  });

  test('announces what it found on the host', async () => {
    const agent = launch(['--host-reserve', 'memory=1', '--networks', 'user']);
    await agent.ready();
    const [said] = await waitUntil('an announcement', () =>
      announced.length > 0 ? announced : undefined,
    );
    expect(said).toMatchObject({
      driver: 'qemu',
      capabilities: { hotplugMemory: 'yes', liveMigration: 'no', firewall: 'no', networks: 'no' },
      facts: {
        hypervisor: {
          version: expect.stringMatching(/^\d+[.]\d+/),
          accelerator: 'tcg',
          accelerator_reason: 'it was asked for',
          cpu_model: 'max',
        },
      },
    });
    expect(agent.said.stderr).toMatch(/"acceleratorReason":"it was asked for".*has been examined/);
    expect(await agent.end('SIGTERM')).toBe(0);
  });

  test('warns of shared storage that has no direct access', async () => {
    const warning = /"remedy":"mount it with direct access.*shared storage has no direct access/;
    const probe = join(site.storageDir, '.direct-access');
    // As on a file system without O_DIRECT: a device has none. The look at it removes the link.
    const withoutDirectAccess = (): void => {
      rmSync(probe, { force: true });
      symlinkSync('/dev/null', probe);
    };
    withoutDirectAccess();
    const local = launch(SIZE_FLAGS);
    await local.ready();
    expect(await local.end('SIGTERM')).toBe(0);
    expect(local.said.stderr).not.toMatch(warning);
    withoutDirectAccess();
    const shared = launch([...SIZE_FLAGS, '--storage', 'shared']);
    await shared.ready();
    expect(await shared.end('SIGTERM')).toBe(0);
    expect(shared.said.stderr).toMatch(warning);
    expect(existsSync(probe)).toBe(false);
    const direct = launch([...SIZE_FLAGS, '--storage', 'shared']);
    await direct.ready();
    expect(await direct.end('SIGTERM')).toBe(0);
    expect(direct.said.stderr).not.toMatch(warning);
  });

  test('does not start without QEMU or with a directory that it cannot use', async () => {
    const without = launch(SIZE_FLAGS, { PATH: site.directory });
    expect(await without.end()).toBe(1);
    expect(without.said.stderr).toMatch(
      /^Error: The driver qemu cannot use qemu-system-x86_64: it is not on this host[.]\nInstall /m,
    );
    const unusable = launch([...SIZE_FLAGS, '--run-dir', '/dev/null/run']);
    expect(await unusable.end()).toBe(1);
    expect(unusable.said.stderr).toMatch(
      /^Error: The run directory [/]dev[/]null[/]run cannot be used: .*[.]\nSet --run-dir /m,
    );
    const stranger = launch([...SIZE_FLAGS, '--vm-user', 'no-such-user']);
    expect(await stranger.end()).toBe(1);
    expect(stranger.said.stderr).toMatch(
      /: there is no user no-such-user on this host[.]\nMake the user with systemd-sysusers or /,
    );
  });
});
