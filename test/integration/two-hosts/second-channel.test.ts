/**
 * A host whose network is away, and a host that is dead, look the same to servers. The other host
 * reads in the shared storage which of the two it is. Real hosts, QEMU, NATS, a server and
 * simulated management controllers.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { guestConsole } from '../../../server/agent/src/drivers/qemu/test-kit/guest-console.ts';
import { waitUntil } from '../../support/src/wait-until.ts';
import { AFTER_MS, type FencedHosts, startFencedHosts } from './test-kit/fenced-hosts.ts';

/** Guests boot in software, on a machine that may be busy. */
jest.setTimeout(600_000);

const WAIT_MS = 120_000;

let fleet: FencedHosts;

beforeAll(async () => {
  fleet = await startFencedHosts();
});
afterAll(() => fleet?.remove());

test('a host whose network is away is an alarm, and is not powered off', async () => {
  const { site, bmcOf, nodeCalled, makeVm, awaitChannels } = fleet;
  await awaitChannels();
  const id = await makeVm('alive', 'node-01');
  const guest = guestConsole(site.hosts['node-01'].runDir, id);
  await guest.awaitBoots(1);
  site.hosts['node-01'].setNetwork('down');
  const lost = await waitUntil(
    'the node to be lost, for longer than nodes are silent that are powered off',
    async () => {
      const found = await nodeCalled('node-01');
      const silentMs = Date.now() - Date.parse(found.last_seen_at);
      return found.status === 'lost' && silentMs > AFTER_MS + 10_000 ? found : undefined;
    },
    { timeoutMs: WAIT_MS },
  );
  expect(lost).toMatchObject({
    fenced: null,
    pool_heartbeat: { state: 'moves', by: ['node-02'], guests: 1 },
  });
  expect(bmcOf('node-01').power()).toBe('on');
  const open = await site.call('incident.list', { state: ['open'] });
  expect(open).toMatchObject({
    value: { items: [{ cause: 'management_lost', nodes: ['node-01'] }] },
  });
  expect(await guest.run('echo still here')).toBe('still here');
  site.hosts['node-01'].setNetwork('up');
  const back = await waitUntil(
    'the node to be back',
    async () => {
      const found = await nodeCalled('node-01');
      return found.status === 'ready' ? found : undefined;
    },
    { timeoutMs: WAIT_MS },
  );
  expect(back.pool_heartbeat).toBeNull();
});

test('a host that is dead is powered off within seconds, and its VM runs elsewhere', async () => {
  const { site, bmcOf, nodeCalled, makeVm, vmIn, awaitChannels } = fleet;
  await awaitChannels();
  const id = await makeVm('dies', 'node-01');
  const diedMs = Date.now();
  await site.hosts['node-01'].die();
  await waitUntil(
    'the controller to be asked',
    () => (bmcOf('node-01').power() === 'off' ? true : undefined),
    { timeoutMs: WAIT_MS },
  );
  // Without the second channel it takes the lease of 20 s, and the silence of 30 s.
  expect(Date.now() - diedMs).toBeLessThan(AFTER_MS);
  await waitUntil(
    'the VM to run on the other host',
    async () => {
      const { status, node } = await vmIn(id);
      return status === 'running' && node === 'node-02' ? true : undefined;
    },
    { timeoutMs: WAIT_MS },
  );
  await guestConsole(site.hosts['node-02'].runDir, id).awaitBoots(1);
  expect(await nodeCalled('node-01')).toMatchObject({
    fenced: { kind: 'power', reason: expect.stringContaining('(read by node-02)') },
    pool_heartbeat: { state: 'stopped' },
  });
});
