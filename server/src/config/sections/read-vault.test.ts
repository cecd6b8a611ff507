/** The file of a Vault. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readVault } from './read-vault.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-vault-'));
  file = join(directory, 'vault.yaml');
});

afterEach(() => rmSync(directory, { recursive: true }));

function faultsOf(text: string): string {
  writeFileSync(file, text);
  const read = readVault(file);
  return read.ok ? 'nothing' : read.error.join('\n');
}

test('names a Vault with a sign-in by AppRole', () => {
  writeFileSync(join(directory, 'ca.pem'), 'CERTIFICATE\n');
  const lines = [
    'url: https://vault.example:8200/',
    'ca_file: ca.pem',
    'namespace: infra/prod',
    'mount: kv',
    'prefix: tenants/{tenant_id}/novacron',
    'approle: { role_id: novacron, secret_id_file: secret-id }',
  ];
  writeFileSync(file, lines.join('\n'));
  expect(readVault(file)).toEqual({
    ok: true,
    value: {
      url: 'https://vault.example:8200',
      ca: 'CERTIFICATE\n',
      namespace: 'infra/prod',
      mount: 'kv',
      prefix: 'tenants/{tenant_id}/novacron',
      login: {
        kind: 'approle',
        mount: 'approle',
        roleId: 'novacron',
        secretIdFile: join(directory, 'secret-id'),
      },
    },
  });
});

describe('says what is wrong', () => {
  const HERE = 'url: http://127.0.0.1:8200\ntoken_file: token';
  test.each([
    ['url: http://10.0.0.1:8200\ntoken_file: token', 'url: must be https'],
    ['url: https://ann:pw@host\ntoken_file: token', 'url: must be https'],
    ['url: https://host/v1\ntoken_file: token', 'url: must be https'],
    ['url: http://127.0.0.1:8200', 'must have either token_file or approle'],
    [`${HERE}\nprefix: shared`, 'prefix: must have {tenant_id} between slashes'],
    [`${HERE}\nprefix: a-{tenant_id}`, 'prefix: must have {tenant_id} between slashes'],
    [`${HERE}\nprefix: ../{tenant_id}`, 'prefix: must be names separated by /'],
    [`${HERE}\nmount: a/../b`, 'mount: must be names separated by /'],
    [`${HERE}\nca_file: absent`, 'ca_file: '],
    [`${HERE}\nother: 1`, 'other'],
    ['{', 'is neither YAML nor JSON'],
    [HERE, 'nothing'],
  ])('%s', (text, words) => expect(faultsOf(text)).toContain(words));
});
