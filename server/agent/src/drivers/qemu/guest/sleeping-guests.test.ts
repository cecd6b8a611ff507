/** Guests that sleep (ACPI S3), as those can that an earlier release has switched on. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findQemu } from '../../../../../../test/support/services/find-qemu.ts';
import { waitUntil } from '../../../../../../test/support/src/wait-until.ts';
import type { Driver } from '../../driver.ts';
import { bad, good } from '../../driver-bench.ts';
import { type GuestConsole, guestConsole } from '../test-kit/guest-console.ts';
import { smallSpec } from '../test-kit/qemu-bench.ts';
import { useQemuSite } from '../test-kit/use-qemu-site.ts';

const { site, vmId, order, open } = useQemuSite();

/** Returns a QEMU that starts as in earlier releases, with guest sleep enabled. */
function qemuAsBefore() {
  const { qemu, image } = findQemu();
  const program = join(site.directory, 'qemu-as-before');
  const leaveOut =
    'kept=(); for word in "$@"; do case "$word" in ICH9-LPC.disable_s*) unset "kept[-1]";; ' +
    `*) kept+=("$word");; esac; done; set -- "\${kept[@]}"`;
  writeFileSync(program, `#!/bin/bash\n${leaveOut}\nexec '${qemu}' "$@"\n`, { mode: 0o700 });
  return { qemu: program, image };
}

/** A machine whose guest sleeps. It has no memory to grow into, whose driver refuses to sleep. */
async function asleep(): Promise<{ driver: Driver; guest: GuestConsole }> {
  const capacity = { cpu_cores: 1, memory_mib: 128, disk_gb: 10 };
  const driver = await open('node-01', { capacity, programs: qemuAsBefore() });
  await good(driver.create(order(1), smallSpec()));
  await good(driver.start(order(2)));
  const guest = guestConsole(site.runDir('node-01'), vmId());
  await guest.awaitBoots(1);
  await guest.run('mkdir -p /tmp; echo before it slept >/tmp/before');
  // It falls asleep before it has written all of the line.
  await guest.type('echo mem >/sys/power/state').catch(() => undefined);
  await waitUntil('the guest to sleep', async () => {
    const [machine] = await good(driver.inspect());
    return machine?.status === 'running' && machine.paused === true ? true : undefined;
  });
  return { driver, guest };
}

test('a guest that sleeps is paused, does not migrate, and goes on after a resume', async () => {
  const { driver, guest } = await asleep();
  const moved = driver.migrate(order(3), { toNode: 'node-02', size: smallSpec() });
  expect(await bad(moved)).toMatchObject({
    message: `${vmId()} is paused: only a machine whose guest runs can migrate.`,
  });
  const awake = await good(driver.resume(order(3)));
  expect(awake).toMatchObject({ status: 'running', stop_reason: null });
  expect(awake).not.toHaveProperty('paused');
  // What is typed before the guest reads again is lost.
  const wrote = 'echo of this test >/dev/vda && sync && dd if=/dev/vda bs=12 count=1 2>/dev/null';
  await waitUntil('the guest to go on', async () =>
    (await guest.run(wrote)) === 'of this test' ? true : undefined,
  );
  // It has gone on where it was, and did not boot.
  await expect(guest.run('cat /tmp/before')).resolves.toBe('before it slept');
});
