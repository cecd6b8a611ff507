/** Targets of migrations that cannot take the machine as its source sends it. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { findQemu } from '../../../../../../test/support/services/find-qemu.ts';
import type { Driver, OutgoingMachine } from '../../driver.ts';
import { bad, good } from '../../driver-bench.ts';
import { idleSpec, listQemuOf } from '../test-kit/qemu-bench.ts';
import { useQemuSite } from '../test-kit/use-qemu-site.ts';

const { site, order, vmId, open } = useQemuSite();
const SPEC = idleSpec();
let source: Driver;

beforeEach(async () => {
  source = await open('node-01');
  await good(source.create(order(1), SPEC));
  await good(source.start(order(2)));
});

/** QEMU behind a script. @param script - lines before it is run with what is left in `$@` */
function qemuBehind(script: string) {
  const { qemu, image } = findQemu();
  const program = join(site.directory, 'other-qemu');
  writeFileSync(program, `#!/bin/bash\n${script}\nexec '${qemu}' "$@"\n`, { mode: 0o700 });
  return { programs: { qemu: program, image } };
}

function missing(): never {
  throw new Error('the driver has no such method');
}

async function incoming() {
  const offer = await good(source.offerMachine?.(vmId()) ?? missing());
  return { spec: SPEC, volumes: [], offer };
}

async function prepared(there: Driver): Promise<OutgoingMachine> {
  await good(there.prepareIncoming(order(3), await incoming()));
  const target = await good(there.findTarget?.(vmId()) ?? missing());
  return { toNode: 'node-02', size: SPEC, release: 'yes', target };
}

async function expectUnmoved(there: Driver): Promise<void> {
  expect(await good(there.inspect())).toEqual([]);
  expect(listQemuOf(site.directory)).toHaveLength(1);
  expect(await good(source.inspect())).toMatchObject([{ status: 'running', generation: 2 }]);
}

describe('a migration', () => {
  test('is refused by a host whose QEMU does not have the type of the machine', async () => {
    // QEMU does not have the type of 99.9 here, as an older QEMU does not have that of 7.2.
    const later = `set -- "\${@/#pc-q35-[0-9]*.[0-9]/pc-q35-99.9}"`;
    const there = await open('node-02', qemuBehind(later));
    expect(await bad(there.prepareIncoming(order(3), await incoming()))).toEqual({
      message: expect.stringMatching(
        /^QEMU ended at its start: unsupported machine type\. .*: upgrade QEMU here, or /,
      ),
      next: 'final',
    });
    await expectUnmoved(there);
    expect(await good((await open('node-03')).prepareIncoming(order(3), await incoming()))).toEqual(
      expect.objectContaining({ status: 'incoming' }),
    );
  });

  test('fails at a host whose QEMU builds the machine in another way, and it runs on', async () => {
    const leaveOut =
      'kept=(); for word in "$@"; do case "$word" in *pvpanic-pci*) unset "kept[-1]";; ' +
      `*) kept+=("$word");; esac; done; set -- "\${kept[@]}"`;
    const there = await open('node-02', qemuBehind(leaveOut));
    expect(await bad(source.migrate(order(3), await prepared(there)))).toEqual({
      message: expect.stringMatching(/^The migration of \S+ failed: .*[.]$/),
      next: 'retry',
    });
    expect(await bad(there.activate(order(3)))).toMatchObject({ next: 'final' });
    await good(there.forget(order(3)));
    await expectUnmoved(there);
  });

  test('to an address that its target does not have leaves nothing there', async () => {
    const there = await open('node-02', { migrationAddress: '192.0.2.1' });
    const refused = await bad(there.prepareIncoming(order(3), await incoming()));
    expect(refused.message).toContain('192.0.2.1');
    await expectUnmoved(there);
  });

  test('ends by a server where the port for its release was taken meanwhile', async () => {
    const before = await open('node-02');
    const outgoing = await prepared(before);
    await before.close();
    const other = createServer();
    const { host, release_port: port } = outgoing.target ?? missing();
    await new Promise<void>((resolve) => other.listen(port, host, resolve));
    const there = await open('node-02');
    expect(await good(there.inspect())).toMatchObject([{ status: 'incoming' }]);
    await good(source.migrate(order(3), outgoing));
    expect(await good(there.activate(order(3), 'released'))).toMatchObject({ status: 'running' });
    await good(source.forget(order(3)));
    other.close();
    expect(listQemuOf(site.directory)).toHaveLength(1);
  });
});
