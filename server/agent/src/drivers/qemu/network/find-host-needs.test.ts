import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { findHostNeeds } from './find-host-needs.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'host-needs-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a host needs its name servers, file servers and the hosts of its control plane', async () => {
  const files = { resolvers: join(directory, 'resolv.conf'), mounts: join(directory, 'mounts') };
  writeFileSync(
    files.resolvers,
    'search example\nnameserver 10.99.0.53\n# nameserver 10.99.0.54\nnameserver fe80::1%eth0\n',
  );
  writeFileSync(
    files.mounts,
    [
      '/dev/sda1 / ext4 rw,relatime 0 0',
      '10.99.0.20:/pool /srv/pool nfs4 rw,vers=4.2,clientaddr=10.99.0.1,addr=10.99.0.21 0 0',
      '[fd00::22]:/pool /srv/six nfs4 rw,vers=4.2 0 0',
      '//10.99.0.23/share /srv/cifs cifs rw 0 0',
      '10.99.0.24:6789,10.99.0.25:6789:/ /srv/ceph ceph rw 0 0',
    ].join('\n'),
  );
  const found = await findHostNeeds(['10.99.0.10', 'localhost'], files);
  expect(found).toEqual(
    expect.arrayContaining([
      '10.99.0.53',
      'fe80::1',
      '10.99.0.20',
      '10.99.0.21',
      'fd00::22',
      '10.99.0.23',
      '10.99.0.24',
      '10.99.0.10',
      '127.0.0.1',
    ]),
  );
  expect(found).not.toContain('10.99.0.54');
});

test('what cannot be read or resolved is left out', async () => {
  const files = { resolvers: join(directory, 'none'), mounts: join(directory, 'none') };
  expect(await findHostNeeds(['no-such-host.invalid'], files)).toEqual([]);
});
