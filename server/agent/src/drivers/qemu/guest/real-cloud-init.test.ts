/** cloud-init itself, in a Debian that boots in software: `make test-cloud-init` runs this. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import { findCloudImage } from '../../../../../../test/support/services/find-cloud-image.ts';
import { waitUntil } from '../../../../../../test/support/src/wait-until.ts';
import type { Driver } from '../../driver.ts';
import { good } from '../../driver-bench.ts';
import { smallSpec } from '../test-kit/qemu-bench.ts';
import { useQemuSite } from '../test-kit/use-qemu-site.ts';
import { readGuestAddresses } from './ask-guest-agent.ts';
import type { GuestAgent } from './guest-agent.ts';
import { runInGuest } from './run-in-guest.ts';
import { sha512Crypt } from './sha512-crypt.ts';
import { talkToGuest } from './talk-to-guest.ts';

/** Both detect a guest that hangs. On a quiet machine a boot takes a minute. */
const READY_MS_MAX = 600_000;
const COMMAND_MS_MAX = 60_000;

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGuestKeyOfThisTest someone@example.com';
const PASSWORD = 'word of this test';

const FIRST = `#cloud-config
write_files:
- path: /var/tmp/first
  content: |
    of this test
runcmd:
- [sh, -c, "echo ran >> /var/tmp/runs"]
`;
const SECOND = '#!/bin/sh\necho second >> /var/tmp/runs\n';
const BROKEN = '#!/bin/sh\nexit 3\n';

const COMMAND_LINE =
  'root=LABEL=root ro console=ttyS0 tsc=unstable no_timer_check swiotlb=1024 ' +
  'mitigations=off nopti nokaslr edd=off audit=0 cryptomgr.notests';

const scene = useQemuSite();
jest.setTimeout(3 * READY_MS_MAX);
const { site, vmId, order, open } = scene;

function addTemplate(): void {
  const image = findCloudImage();
  const template = join(site.storageDir, 'templates', 'debian');
  mkdirSync(template, { recursive: true });
  for (const name of ['kernel', 'initrd', 'disk.qcow2']) {
    symlinkSync(join(image, name), join(template, name));
  }
  writeFileSync(join(template, 'cmdline'), `${COMMAND_LINE}\n`);
}

function debianSpec(name: string, user_data: string): MachineSpec {
  return smallSpec({
    name,
    template: 'debian',
    memory_mib: 512,
    cpu_cores: 2,
    disk_gb: 6,
    network: { network_id: 'net_q', cidr: '10.0.2.0/24' },
    guest: { ssh_keys: [KEY], password: PASSWORD, user_data },
  });
}

function talk<T>(use: (agent: GuestAgent) => Promise<T>): Promise<T> {
  return talkToGuest(join(site.runDir('node-01'), vmId(), 'guest-agent.sock'), use);
}

/** Runs a command in a shell of the guest. @returns what it wrote */
async function inGuest(command: string): Promise<string> {
  const words = ['/bin/sh', '-c', command];
  const run = await talk((agent) => runInGuest(agent, words, COMMAND_MS_MAX));
  if (run?.exitCode !== 0) throw new Error(`${command}: ${JSON.stringify(run)}`);
  return run.output;
}

/** Returns the result of `wait_for = cloud_init`. */
function awaitCloudInit(driver: Driver) {
  const look = async () => {
    const found = driver.checkGuest?.(vmId(), { cloud_init: 'yes' });
    if (found === undefined) throw new Error('the driver looks at guests');
    const answer = await good(found);
    return answer.kind === 'waiting' ? undefined : answer;
  };
  return waitUntil('cloud-init', look, { timeoutMs: READY_MS_MAX });
}

/** Checks settings that the guest must have at all times. */
async function expectSettings(name: string): Promise<void> {
  expect(await inGuest('hostname')).toBe(name);
  expect(await inGuest('cat ~debian/.ssh/authorized_keys')).toContain(KEY);
  const [, hash = ''] = (await inGuest('grep ^debian: /etc/shadow')).split(':');
  const [, , salt = ''] = hash.split('$');
  expect(hash).toBe(sha512Crypt(PASSWORD, salt));
  expect(await talk(readGuestAddresses)).toContain('10.0.2.15');
}

test('cloud-init takes what its seed says, and what has changed at a restart', async () => {
  addTemplate();
  const driver = await open('node-01');
  await good(driver.create(order(1), debianSpec('cloud-01', FIRST)));
  await good(driver.start(order(2)));
  expect(await awaitCloudInit(driver)).toMatchObject({ kind: 'ready' });
  await expectSettings('cloud-01');
  expect(await inGuest('cat /var/tmp/first /var/tmp/runs')).toBe('of this test\nran');
  expect(await inGuest('cloud-init query instance_id')).toBe(vmId());
  expect(await inGuest('cloud-init query cloud_id')).toBe('nocloud');
  // The file system has grown with the disk.
  expect(Number(await inGuest('df --output=size -BM / | tail -n 1 | tr -dc 0-9'))).toBeGreaterThan(
    5_000,
  );
  const hostKey = await inGuest('cat /etc/ssh/ssh_host_ed25519_key.pub');

  const changed = debianSpec('cloud-02', SECOND);
  const restarted = await good(driver.configure(order(3), { spec: changed, restart: 'allowed' }));
  expect(restarted.effect).toBe('restart');
  expect(await awaitCloudInit(driver)).toMatchObject({ kind: 'ready' });
  await expectSettings('cloud-02');
  expect(await inGuest('cat /var/tmp/runs')).toBe('ran\nsecond');
  expect(await inGuest('cloud-init query instance_id')).toBe(`${vmId()}.2`);
  expect(await inGuest('cat /etc/ssh/ssh_host_ed25519_key.pub')).toBe(hostKey);

  const broken = debianSpec('cloud-02', BROKEN);
  await good(driver.configure(order(4), { spec: broken, restart: 'allowed' }));
  expect(await awaitCloudInit(driver)).toMatchObject({
    kind: 'failed',
    message: expect.stringContaining('cloud-init has failed: '),
  });
});
