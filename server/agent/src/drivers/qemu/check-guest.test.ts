import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { GuestConditions } from '@novacron/contract/agent/guest-check';
import type { HealthProbe } from '@novacron/contract/agent/health-query';
import type { VmId } from '@novacron/contract/ids';
import { waitUntil } from '../../../../../test/support/src/wait-until.ts';
import type { Driver } from '../driver.ts';
import { bad, good } from '../driver-bench.ts';
import { probePort } from './guest/probe-port.ts';
import { type GuestConsole, guestConsole } from './test-kit/guest-console.ts';
import { smallSpec } from './test-kit/qemu-bench.ts';
import { useQemuSite } from './test-kit/use-qemu-site.ts';

describe('whether a guest is ready', () => {
  const scene = useQemuSite();
  const { site, order } = scene;
  let driver: Driver;
  let vmId: VmId;
  let guest: GuestConsole;

  beforeEach(async () => {
    vmId = scene.vmId();
    guest = guestConsole(site.runDir('node-01'), vmId);
    driver = await site.open('node-01');
  });

  const ask = (conditions: GuestConditions) => {
    const answer = driver.checkGuest?.(vmId, conditions);
    if (answer === undefined) throw new Error('the driver looks at guests');
    return answer;
  };
  /** Returns the addresses in an inspection, after a measurement has queried the guest. */
  const reported = async () => {
    await good(driver.measure());
    return waitUntil('the guest to have reported', async () => {
      const [machine] = await good(driver.inspect());
      return machine?.guest_ip_addresses;
    });
  };
  const look = (conditions: GuestConditions) => good(ask(conditions));

  test('its agent brings cores and memory online that are plugged in', async () => {
    const commandLine = join(site.storageDir, 'templates', 'default', 'cmdline');
    const asMade = readFileSync(commandLine, 'utf8');
    // As the kernels of distributions are.
    writeFileSync(commandLine, asMade.replace('memhp_default_state=online', ''));
    await good(driver.create(order(1), smallSpec()));
    await good(driver.start(order(2)));
    await guest.awaitBoots(1);
    await guest.run('guest-agent');
    await waitUntil('the guest agent to answer', async () =>
      (await look({ agent: 'yes' })).kind === 'ready' ? true : undefined,
    );
    const memory = async () =>
      Number(/MemTotal: +(\d+)/.exec(await guest.run('cat /proc/meminfo'))?.[1]);
    const before = await memory();
    const { memory_mib } = smallSpec();
    const spec = smallSpec({ cpu_cores: 3, memory_mib: memory_mib + 256 });
    await good(driver.configure(order(3), { spec, restart: 'forbidden' }));
    expect(await guest.run('cat /sys/devices/system/cpu/online')).toBe('0-2');
    expect(await memory()).toBeGreaterThan(before + 200 * 1_024);
  });

  test('its agent answers and reports its address, and has no cloud-init to ask', async () => {
    const network = {
      network_id: 'net_q',
      cidr: '10.0.2.0/24',
      // What QEMU gives to a guest in user mode.
      ip_address: '10.0.2.15',
    };
    await good(driver.create(order(1), smallSpec({ network })));
    expect(await look({ agent: 'yes' })).toEqual({ kind: 'stopped', stop_reason: 'unknown' });
    await good(driver.start(order(2)));
    expect(await look({ agent: 'yes' })).toMatchObject({
      kind: 'waiting',
      condition: 'agent',
      seen: 'the guest agent does not answer',
    });
    await guest.awaitBoots(1);
    await guest.run('guest-agent');
    await waitUntil('the guest agent to answer', async () =>
      (await look({ agent: 'yes' })).kind === 'ready' ? true : undefined,
    );
    const check = (probe: HealthProbe, timeoutMs = 5_000) => {
      const answer = driver.checkHealth?.(vmId, { probe, timeoutMs });
      if (answer === undefined) throw new Error('the driver checks guests');
      return good(answer);
    };
    const inGuest = (...command: string[]) => check({ kind: 'command', command }, 2_000);
    expect(await inGuest('/bin/busybox', 'true')).toEqual({ kind: 'passed' });
    expect(await inGuest('/bin/sh', '-c', 'echo it is broken; exit 3')).toEqual({
      kind: 'failed',
      seen: '/bin/sh ended with 3: it is broken',
    });
    expect(await inGuest('/bin/busybox', 'sleep', '60')).toEqual({
      kind: 'failed',
      seen: '/bin/busybox has not ended within 2000 ms',
    });
    expect(await inGuest('no-such-program')).toMatchObject({
      kind: 'failed',
      seen: expect.stringContaining('no-such-program'),
    });
    expect(await check({ kind: 'tcp', port: 22 })).toEqual({
      kind: 'unknown',
      reason: 'interfaces are in user mode on this node, which reaches no guest',
    });
    expect(await look({ ip: 'yes' })).toMatchObject({
      kind: 'waiting',
      condition: 'ip',
      seen: expect.stringContaining('not 10.0.2.15'),
    });
    expect(await reported()).toEqual([]);
    const events: unknown[] = [];
    const leave = driver.subscribe((event) => events.push(event));
    await guest.run('ip link set eth0 up; udhcpc -i eth0 -s /dhcp -n -q');
    const ready = await waitUntil('the guest to report its address', async () => {
      const answer = await look({ agent: 'yes', ip: 'yes' });
      return answer.kind === 'ready' ? answer : undefined;
    });
    expect(ready.guest_ip_addresses).toContain('10.0.2.15');
    await waitUntil('the address to be reported', async () =>
      (await reported())?.includes('10.0.2.15') ? true : undefined,
    );
    expect(await reported()).not.toContain('127.0.0.1');
    expect(events).toContainEqual(expect.objectContaining({ kind: 'changed', vm_id: vmId }));
    leave();
    expect(await bad(ask({ cloud_init: 'yes' }))).toMatchObject({
      message: expect.stringContaining('The guest has no cloud-init'),
      next: 'final',
    });
    expect(await bad(ask({ port: 22 }))).toEqual({
      message: 'Interfaces are in user mode on this node, which reaches no guest.',
      next: 'final',
    });
    await guest.type('poweroff -f');
    await waitUntil('the guest to be seen off', async () => {
      const answer = await look({ agent: 'yes' });
      return answer.kind === 'stopped' && answer.stop_reason === 'guest' ? true : undefined;
    });
    expect(await good(driver.inspect())).toMatchObject([{ status: 'stopped' }]);
    expect((await good(driver.inspect()))[0]).not.toHaveProperty('guest_ip_addresses');
  });
});

test('a port is open, or refuses', async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  expect(await probePort({ host: '127.0.0.1' }, port)).toBe('open');
  await new Promise((resolve) => server.close(resolve));
  expect(await probePort({ host: '127.0.0.1' }, port)).toBe('refused');
  expect(await probePort({ host: '255.255.255.255' }, port)).toBe('unreachable');
});
