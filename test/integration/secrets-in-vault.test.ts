/** A server signs in to a Vault that is played over HTTP: for a secret of a tenant, and its own. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { startNovacron } from '@novacron/testing/start-novacron';
import {
  PLAYED_ROLE,
  type PlayedVault,
  playVault,
} from '../../server/src/adapters/vault/test-kit/play-vault.ts';
import { runNovacron, startServerProcess } from './test-kit/start-server-process.ts';

jest.setTimeout(120_000);

let played: PlayedVault;
let directory: string;
let vault: string;

beforeEach(async () => {
  played = await playVault();
  directory = mkdtempSync(join(tmpdir(), 'novacron-vault-'));
  writeFileSync(join(directory, 'secret-id'), `${PLAYED_ROLE.secretId}\n`);
  vault = join(directory, 'vault.yaml');
  const lines = [
    `url: ${played.url}`,
    `approle: { role_id: ${PLAYED_ROLE.roleId}, secret_id_file: secret-id }`,
  ];
  writeFileSync(vault, lines.join('\n'));
});

let stops: (() => Promise<unknown>)[] = [];

const onTestEnd = (stop: () => Promise<unknown>) => void stops.push(stop);

afterEach(async () => {
  for (const stop of stops) await stop();
  stops = [];
  await played.close();
  rmSync(directory, { recursive: true });
});

test('a secret is pinned to the version that Vault has', async () => {
  const novacron = await startNovacron({ vault });
  onTestEnd(novacron.stop);
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

test('the sealing key of a server is in Vault, for its rescue too', async () => {
  played.put('secret/novacron/server', { 'sealing-key': randomBytes(32).toString('base64') });
  const dataDir = join(directory, 'data');
  const flags = ['--vault', vault, '--sealing-key-file', 'vault:novacron/server#sealing-key'];
  const server = await startServerProcess(dataDir, flags);
  onTestEnd(server.stop);
  expect(existsSync(join(dataDir, 'sealing.key'))).toBe(false);
  const env = {
    NOVACRON_VAULT: vault,
    NOVACRON_SEALING_KEY_FILE: 'vault:novacron/server#sealing-key',
  };
  const words = ['rescue', '--role', 'admin', '--break-glass', '--data-dir', dataDir];
  const rescued = await runNovacron(['api-key', 'create', ...words], env);
  expect(rescued).toMatchObject({ code: 0, stdout: expect.stringContaining('rescue') });
  played.broken = 503;
  const refused = await runNovacron(['server', '--data-dir', dataDir, ...flags]);
  expect(refused).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--sealing-key-file: cannot be read: Vault answered 503'),
  });
});
