import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createNfsFence } from './create-nfs-fence.ts';
import type { StorageSwitch } from './storage-switch.ts';

const OPTIONS = 'sync,wdelay,hide,no_subtree_check,sec=sys,rw,root_squash,no_all_squash';

// Prints and takes what exportfs of nfs-utils 2.6 does: its table is a file, a line each.
const EXPORTFS = `#!/bin/sh
root=$(dirname "$0")/..
table=$root/table
touch "$table"
case $1 in
  -s) cat "$table" ;;
  -f) echo flushed >> "$root/flushed" ;;
  -u)
    line="\${2#*:}  \${2%%:*}("
    if ! grep -qF "$line" "$table"; then
      echo "exportfs: Could not find '$2' to unexport." >&2
      exit 1
    fi
    grep -vF "$line" "$table" > "$table.new"
    mv "$table.new" "$table"
    ;;
  -r)
    cat "$root"/etc/exports "$root"/etc/exports.d/*.exports 2>/dev/null |
      sed -E 's/^([^ ]+) +([^(]+)\\(.*/\\1  \\2(${OPTIONS})/' > "$table"
    ;;
esac
`;

describe('an NFS server', () => {
  let root: string;
  let fence: StorageSwitch;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'novacron-nfs-'));
    program('bin/exportfs', EXPORTFS);
    // Stands for ssh: the host has its programs on a path of its own.
    program(
      'bin/ssh',
      `#!/bin/sh
while [ "$1" != -- ]; do shift; done
[ "$2" = root@storage-01 ] || { echo "ssh: no route to $2" >&2; exit 255; }
shift 2
PATH=${root}/bin:$PATH exec "$@"
`,
    );
    file('etc/exports.d/novacron-node-a.exports', '/srv/vms 10.0.0.11(rw,no_subtree_check)\n');
    file('etc/exports.d/novacron-node-b.exports', '/srv/vms 10.0.0.12(rw,no_subtree_check)\n');
    table('/srv/vms', '10.0.0.11', '10.0.0.12');
    client('3', '10.0.0.11:953');
    client('4', '10.0.0.12:871');
    fence = open('root@storage-01');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const open = (host: string) =>
    createNfsFence({
      host,
      path: '/srv/vms',
      clients: { 'node-a': '10.0.0.11', 'node-b': '10.0.0.12' },
      root,
      timeoutMs: 20_000,
      ssh: join(root, 'bin/ssh'),
    });
  function file(name: string, text: string): void {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  function program(name: string, text: string): void {
    file(name, text);
    chmodSync(join(root, name), 0o755);
  }
  function table(path: string, ...clients: readonly string[]): void {
    file('table', clients.map((each) => `${path}  ${each}(${OPTIONS})\n`).join(''));
  }
  /** Writes a client entry in the form in which nfsd shows an NFSv4 client. */
  function client(number: string, address: string): void {
    const about = `clientid: 0x9b1ad7d6634c7a0${number}\naddress: "${address}"\nname: "x"\n`;
    file(`proc/fs/nfsd/clients/${number}/info`, about);
    file(`proc/fs/nfsd/clients/${number}/ctl`, '');
  }
  const text = (name: string) => readFileSync(join(root, name), 'utf8');
  /** Simulates the kernel removing an expired client. */
  function endExpired(): void {
    for (const number of ['3', '4']) {
      const directory = `proc/fs/nfsd/clients/${number}`;
      if (text(`${directory}/ctl`) === 'expire\n')
        rmSync(join(root, directory), { recursive: true });
    }
  }

  test('removes the export of a node and expires its client, and no other', async () => {
    expect(await fence.read('node-a')).toEqual({ ok: true, value: 'reaches' });
    expect(await fence.cutOff('node-a')).toEqual({ ok: true });
    expect(text('table')).toBe(`/srv/vms  10.0.0.12(${OPTIONS})\n`);
    expect(text('proc/fs/nfsd/clients/4/ctl')).toBe('');
    // The client is there until the kernel has ended it, with its locks.
    expect(await fence.read('node-a')).toEqual({ ok: true, value: 'reaches' });
    endExpired();
    expect(await fence.read('node-a')).toEqual({ ok: true, value: 'cut_off' });
    expect(await fence.read('node-b')).toEqual({ ok: true, value: 'reaches' });
    expect(await fence.cutOff('node-a')).toEqual({ ok: true });
  });

  test('does not bring the export back when it restarts, and does when it is asked', async () => {
    await fence.cutOff('node-a');
    endExpired();
    expect(existsSync(join(root, 'etc/exports.d/novacron-node-a.exports'))).toBe(false);
    await fence.restore('node-b');
    expect(await fence.read('node-a')).toEqual({ ok: true, value: 'cut_off' });
    expect(await fence.restore('node-a')).toEqual({ ok: true });
    expect(await fence.read('node-a')).toEqual({ ok: true, value: 'reaches' });
  });

  test.each([
    ['/srv/vms', '10.0.0.0/8', 'exports /srv/vms to 10.0.0.0/8, which may have the node in it'],
    ['/srv', '*', 'exports /srv to *, which may have the node in it'],
    ['/srv/vms/disks', 'node-a.example', 'exports /srv/vms/disks to node-a.example, which may'],
  ])('that exports %s to %s has cut no node off', async (path, to, error) => {
    await fence.cutOff('node-a');
    endExpired();
    file('table', `${text('table')}${path}  ${to}(${OPTIONS})\n`);
    expect(await fence.read('node-a')).toEqual({
      ok: false,
      error: expect.stringContaining(error),
    });
  });

  test('that has the export in another file as well is not ready', async () => {
    file('etc/exports', '# all\n/srv/vms 10.0.0.11(rw) 10.0.0.12(rw)\n');
    expect(await fence.read('node-a')).toEqual({
      ok: false,
      error:
        'exports /srv/vms to 10.0.0.11 in a file beside that of the node, so that it comes back',
    });
  });

  test('that exports other directories to others is not minded', async () => {
    file('table', `${text('table')}/srv/vms-old  *(${OPTIONS})\n`);
    expect(await fence.read('node-a')).toEqual({ ok: true, value: 'reaches' });
  });

  test('that cannot be reached is said so', async () => {
    const said = await open('root@gone').cutOff('node-a');
    expect(said).toEqual({ ok: false, error: 'says: ssh: no route to root@gone' });
  });

  test('whose exportfs fails has cut no node off', async () => {
    program('bin/exportfs', '#!/bin/sh\necho "exportfs: could not open the lock" >&2\nexit 1\n');
    expect(await fence.read('node-a')).toEqual({
      ok: false,
      error: 'says: exportfs: could not open the lock',
    });
  });
});
