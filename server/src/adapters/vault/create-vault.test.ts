/** Values in Vault: what is asked for, and what becomes of answers that have none. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Vault } from '../../ports/vault.ts';
import { createBreakers } from '../breakers/create-breakers.ts';
import { guardAddresses } from '../egress/guard-addresses.ts';
import { createVault, type VaultServer } from './create-vault.ts';
import { PLAYED_ROLE, type PlayedVault, playVault } from './test-kit/play-vault.ts';

const PATH = 'secret/novacron/tnt_a/shop/db';
const QUESTION = { tenantId: 'tnt_a', path: 'shop/db', field: 'password' };

let played: PlayedVault;
let directory: string;
let nowMs: number;
let vault: Vault;

beforeEach(async () => {
  played = await playVault();
  directory = mkdtempSync(join(tmpdir(), 'novacron-vault-'));
  nowMs = 1_000;
  write('token', 'root\n');
  vault = vaultWith();
});

afterEach(async () => {
  await played.close();
  rmSync(directory, { recursive: true });
});

function write(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function vaultWith(more: Partial<VaultServer> = {}): Vault {
  const server: VaultServer = {
    url: played.url,
    ca: undefined,
    namespace: undefined,
    mount: 'secret',
    prefix: 'novacron/{tenant_id}',
    login: { kind: 'token', file: join(directory, 'token') },
    ...more,
  };
  const clock = { nowMs: () => nowMs };
  return createVault(server, { guard: guardAddresses([]), breakers: createBreakers(), clock });
}

describe('a value', () => {
  test('is that of the newest version, or of the one that is named', async () => {
    played.put(PATH, { password: 'first' });
    played.put(PATH, { password: 'second' });
    expect(await vault.read(QUESTION)).toEqual({
      ok: true,
      value: { value: 'second', version: 2 },
    });
    const first = { ok: true, value: { value: 'first', version: 1 } };
    expect(await vault.read({ ...QUESTION, version: 1 })).toEqual(first);
  });

  test('of a named version is not asked for again for half a minute', async () => {
    played.put(PATH, { password: 'first' });
    const pinned = { ...QUESTION, version: 1 };
    await vault.read(pinned);
    played.remove(PATH);
    expect(await vault.read(pinned)).toMatchObject({ ok: true });
    expect(played.asked).toHaveLength(1);
    nowMs += 30_001;
    expect(await vault.read(pinned)).toMatchObject({
      error: { words: 'has deleted this version of shop/db', next: 'final' },
    });
  });

  test('is read in the part of its tenant, in a namespace', async () => {
    played.put('kv/t/tnt_b/x/shop/db', { password: 'other' });
    const other = vaultWith({ mount: 'kv', prefix: 't/{tenant_id}/x', namespace: 'infra' });
    expect(await other.read({ ...QUESTION, tenantId: 'tnt_b' })).toMatchObject({
      value: { value: 'other' },
    });
    expect(await other.read(QUESTION)).toMatchObject({ error: { next: 'final' } });
    expect(played.asked).toEqual([
      'GET /v1/kv/data/t/tnt_b/x/shop/db infra',
      'GET /v1/kv/data/t/tnt_a/x/shop/db infra',
    ]);
  });

  test.each([
    ['no such entry', {}, { path: 'absent' }, 'has no such entry or version'],
    ['no such version', {}, { version: 7 }, 'has no such entry or version'],
    ['no such field', { other: 'x' }, {}, 'has no field password in shop/db'],
    ['a number', { password: 7 }, {}, 'has no text in the field password of shop/db'],
    ['an empty text', { password: '' }, {}, 'has no text in the field password of shop/db'],
  ])('that is %s is not there, for good', async (_case, data, more, words) => {
    played.put(PATH, data);
    expect(await vault.read({ ...QUESTION, ...more })).toEqual({
      ok: false,
      error: { words, next: 'final' },
    });
  });
});

describe('a Vault that does not work', () => {
  test.each([
    [503, 'is sealed or starts'],
    [500, 'answered 500'],
    [429, 'answered 429'],
  ])('and answers %i may be asked again', async (status, words) => {
    played.broken = status;
    expect(await vault.read(QUESTION)).toEqual({ ok: false, error: { words, next: 'retry' } });
  });

  test('is left alone after five failures, then asked again', async () => {
    played.broken = 503;
    for (let count = 0; count < 6; count += 1) await vault.read(QUESTION);
    expect(played.asked).toHaveLength(5);
    expect(await vault.read(QUESTION)).toMatchObject({
      error: { words: 'has failed several times in a row', next: 'retry' },
    });
    played.broken = undefined;
    played.put(PATH, { password: 'first' });
    nowMs += 5_001;
    expect(await vault.read(QUESTION)).toMatchObject({ ok: true });
  });

  test('that is away is named without its address', async () => {
    await played.close();
    expect(await vault.read(QUESTION)).toEqual({
      ok: false,
      error: { words: 'cannot be reached (ECONNREFUSED)', next: 'retry' },
    });
  });
});

describe('the sign-in', () => {
  test('by a file uses what the file has now', async () => {
    played.put(PATH, { password: 'first' });
    write('token', 'ended');
    expect(await vault.read(QUESTION)).toEqual({
      ok: false,
      error: { words: 'does not let this server read the entry', next: 'final' },
    });
    write('token', 'root');
    expect(await vault.read(QUESTION)).toMatchObject({ ok: true });
    rmSync(join(directory, 'token'));
    expect(await vault.read(QUESTION)).toEqual({
      ok: false,
      error: { words: 'cannot be signed in to: the file of its credential: ENOENT', next: 'retry' },
    });
  });

  function withRole(secretId: string): Vault {
    const secretIdFile = write('secret-id', secretId);
    const { roleId } = PLAYED_ROLE;
    return vaultWith({ login: { kind: 'approle', mount: 'approle', roleId, secretIdFile } });
  }

  test('by AppRole is repeated before its lease ends, and when Vault has ended it', async () => {
    played.put(PATH, { password: 'first' });
    const own = withRole(`${PLAYED_ROLE.secretId}\n`);
    const logins = () => played.asked.filter((each) => each.endsWith('/login')).length;
    await own.read(QUESTION);
    await own.read(QUESTION);
    expect(logins()).toBe(1);
    nowMs += 80_001;
    await own.read(QUESTION);
    expect(logins()).toBe(2);
    played.tokens.clear();
    expect(await own.read(QUESTION)).toMatchObject({ ok: true });
    expect(logins()).toBe(3);
  });

  test('by AppRole with a wrong secret id says so', async () => {
    expect(await withRole('wrong').read(QUESTION)).toEqual({
      ok: false,
      error: { words: 'refuses the role and its secret id', next: 'retry' },
    });
  });
});
