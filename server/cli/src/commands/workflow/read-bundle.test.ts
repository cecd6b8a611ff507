/** Files that `workflow push` takes, and files that it refuses. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readDefinition } from '@novacron/engine/automation/workflows/read-definition';
import { readBundle } from './read-bundle.ts';

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-bundle-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function write(path: string, content: string | Buffer = '[]\n'): void {
  const place = join(directory, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, content);
}

async function read(step: string) {
  const checked = readDefinition(`name: w\nsteps:\n  - { id: a, ${step} }\n`);
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  return readBundle(join(directory, 'w.yaml'), checked.value.definition);
}

test('takes the folders of playbook and inventory, and what stands beside them', async () => {
  for (const path of [
    'playbooks/web.yml',
    'playbooks/tasks/install.yml',
    'inventory/hosts.ini',
    'roles/web/tasks/main.yml',
    'known_hosts',
    'w.yaml',
    'README.md',
    'other/secret.txt',
    'roles/web/.gitignore',
  ]) {
    write(path);
  }
  const files = await read('ansible: playbooks/web.yml, inventory: inventory/hosts.ini');
  if (!files.ok) throw new Error(JSON.stringify(files.error));
  expect(files.value.map(({ path }) => path).toSorted()).toEqual([
    'inventory/hosts.ini',
    'known_hosts',
    'playbooks/tasks/install.yml',
    'playbooks/web.yml',
    'roles/web/tasks/main.yml',
  ]);
});

test('takes nothing for a definition without playbooks', async () => {
  write('roles/web/tasks/main.yml');
  expect(await read('command: "true"')).toEqual({ ok: true, value: [] });
});

test.each([
  ['a playbook that is missing', () => {}, 'site.yml is not there'],
  [
    'bytes that are no text',
    () => write('files/logo.png', Buffer.from([0x89, 0, 0xff])),
    'no text',
  ],
  ['too much', () => write('files/big.txt', 'x'.repeat(524_289)), 'more than 512 KiB'],
  [
    'a link to another place',
    () => {
      mkdirSync(join(directory, 'files'));
      symlinkSync('/etc/passwd', join(directory, 'files/passwd'));
    },
    'files/passwd is a link',
  ],
])('refuses %s', async (what, prepare, message) => {
  if (what !== 'a playbook that is missing') write('site.yml');
  prepare();
  const files = await read('ansible: site.yml');
  expect(files).toMatchObject({ ok: false, error: { message: expect.stringContaining(message) } });
});
