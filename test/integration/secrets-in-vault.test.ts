/** A server signs in to a Vault that is played over HTTP, and reads a secret of its tenant. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type RunningNovacron, startNovacron } from '@novacron/testing/start-novacron';
import {
  PLAYED_ROLE,
  type PlayedVault,
  playVault,
} from '../../server/src/adapters/vault/test-kit/play-vault.ts';

jest.setTimeout(120_000);

let played: PlayedVault;
let novacron: RunningNovacron;
let directory: string;

beforeEach(async () => {
  played = await playVault();
  directory = mkdtempSync(join(tmpdir(), 'novacron-vault-'));
  writeFileSync(join(directory, 'secret-id'), `${PLAYED_ROLE.secretId}\n`);
  const vault = join(directory, 'vault.yaml');
  const lines = [
    `url: ${played.url}`,
    `approle: { role_id: ${PLAYED_ROLE.roleId}, secret_id_file: secret-id }`,
  ];
  writeFileSync(vault, lines.join('\n'));
  novacron = await startNovacron({ vault });
});

afterEach(async () => {
  await novacron.stop();
  await played.close();
  rmSync(directory, { recursive: true });
});

test('a secret is pinned to the version that Vault has', async () => {
  const { items } = await novacron.expectOk('tenant.list', {});
  played.put(`secret/novacron/${items[0]?.id}/shop/database`, { password: 'horse' });
  const input = { name: 'database', vault: { path: 'shop/database', field: 'password' } };
  const { resource } = await novacron.expectOk('secret.create', input);
  expect(resource).toMatchObject({ version: 1, vault: { path: 'shop/database', version: 1 } });
  const paths = played.asked.map((line) => line.split(' ')[1]);
  expect(paths).toEqual([
    '/v1/auth/approle/login',
    `/v1/secret/data/novacron/${items[0]?.id}/shop/database`,
  ]);
});
