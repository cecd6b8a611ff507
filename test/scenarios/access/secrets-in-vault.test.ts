/** Secrets whose values are in Vault: where they are kept, and what a Vault that is away stops. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { keysOf } from '@novacron/contract/closed-table';
import { err, ok } from '@novacron/contract/result';
import type { AppSettings } from '@novacron/server/app/composition/deps';
import type { VaultFault, VaultQuestion } from '@novacron/server/ports/vault';
import { ROW_OF_EACH_TABLE } from '../../../server/src/adapters/store/suite/rows.ts';
import { useBench } from '../test-kit/use-bench.ts';

const hosts: AppSettings['egressHosts'][number][] = [];
let asked: VaultQuestion[] = [];
let values: string[] = [];
let fault: VaultFault | undefined;

const bench = useBench({
  egressHosts: hosts,
  vault: {
    read: async (question) => {
      asked.push(question);
      if (fault !== undefined) return err(fault);
      const { version = values.length } = question;
      const value = values[version - 1];
      if (value !== undefined) return ok({ value, version });
      return err({ words: 'has no such entry or version', next: 'final' });
    },
  },
});

const SOURCE = { path: 'shop/db', field: 'password' };
const AWAY: VaultFault = { words: 'is sealed or starts', next: 'retry' };

let receiver: Server;
let received: (string | undefined)[];
let host: string;

beforeEach(async () => {
  [asked, values, fault, received] = [[], ['first-horse', 'second-horse'], undefined, []];
  receiver = createServer((request, response) => {
    received.push(request.headers.authorization);
    request.resume();
    response.writeHead(204).end();
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  hosts.splice(0, hosts.length, { tenantId: undefined, host });
});

afterEach(async () => {
  receiver.closeAllConnections();
  await once(receiver.close(), 'close');
});

const makeSecret = async (vault: object = SOURCE) => {
  const allowed = { workflows: ['w'], hosts: [host] };
  const input = { name: 'token', vault: { ...SOURCE, ...vault }, allowed };
  return (await bench().expectOk('secret.create', input)).resource;
};

describe('a secret whose value is in Vault', () => {
  test('names the version that was the newest, and no row has the value', async () => {
    const made = await makeSecret();
    expect(made).toMatchObject({ version: 1, vault: { ...SOURCE, version: 2 } });
    const { id } = made;
    values.push('third-horse');
    expect(await bench().expectOk('secret.get', { id })).toMatchObject({ vault: { version: 2 } });
    const moved = await bench().expectOk('secret.update', { id, vault: SOURCE });
    expect(moved.resource).toMatchObject({ version: 2, vault: { ...SOURCE, version: 3 } });
    const { items } = await bench().expectOk('secret.list', {});
    expect(items).toMatchObject([{ vault: { version: 3 } }]);
    const own = await bench().expectOk('secret.update', { id, value: 'own' });
    expect(own.resource).toMatchObject({ version: 3, vault: null });
    const versions = await bench().expectOk('secret.versions', { id });
    expect(versions.items).toMatchObject([
      { version: 1, state: 'previous', vault: { version: 2 } },
      { version: 2, state: 'previous', vault: { version: 3 } },
      { version: 3, state: 'current', vault: null },
    ]);
    await bench().expectOk('secret.delete', { id, only_version: 1 });
    const after = await bench().expectOk('secret.versions', { id });
    expect(after.items[0]).toMatchObject({ state: 'deleted', vault: null });
    const rows = await Promise.all(
      keysOf(ROW_OF_EACH_TABLE).map((from) => bench().store.read({ from })),
    );
    expect(JSON.stringify(rows)).not.toMatch(/horse/);
  });

  test('is asked for in the part of its tenant alone', async () => {
    await makeSecret();
    expect(asked).toEqual([{ ...SOURCE, tenantId: bench().admin.tenantId }]);
    for (const path of ['../other', 'a/../../b', '/a', 'a/', 'a?version=1', 'a%2fb', '..']) {
      const input = { name: 'other', vault: { ...SOURCE, path } };
      expect(await bench().expectProblem('secret.create', input)).toMatchObject({
        code: 'validation-failed',
        fields: [{ path: ['vault', 'path'] }],
      });
    }
    expect(asked).toHaveLength(1);
  });

  test('that is not there is not stored, and a Vault that is away says so', async () => {
    const input = { name: 'token', vault: { ...SOURCE, version: 9 } };
    expect(await bench().expectProblem('secret.create', input)).toMatchObject({
      code: 'validation-failed',
      detail: 'Vault has no such entry or version.',
      fields: [{ path: ['vault'], message: 'has no such entry or version' }],
    });
    fault = AWAY;
    expect(await bench().expectProblem('secret.create', input)).toMatchObject({
      code: 'unavailable',
      detail: 'Vault is sealed or starts.',
    });
    for (const more of [{}, { value: 'own', vault: SOURCE }]) {
      expect(
        await bench().expectProblem('secret.create', { name: 'token', ...more }),
      ).toMatchObject({
        code: 'validation-failed',
        detail: 'A secret needs either a value or a location in Vault.',
      });
    }
    expect((await bench().expectOk('secret.list', {})).items).toEqual([]);
  });
});

describe('a step that uses it', () => {
  const text = () =>
    [
      'kind: workflow',
      'name: w',
      'steps:',
      '  - id: send',
      `    http: { method: POST, url: "http://${host}/" }`,
      '    secrets: { Authorization: token }',
      '    retry: { max_attempts: 5, backoff: fixed, delay: 10s }',
    ].join('\n');

  async function start() {
    const { resource } = await bench().expectOk('workflow.create', { text: text() });
    return (await bench().expectOk('workflow.run', { id: resource.id })).operation;
  }

  test('gets the version of its start, whatever Vault has then', async () => {
    await makeSecret();
    values.push('third-horse');
    expect(await bench().end(await start())).toMatchObject({ status: 'succeeded' });
    expect(received).toEqual(['second-horse']);
  });

  test('waits for a Vault that is away as for a receiver that fails', async () => {
    await makeSecret();
    fault = AWAY;
    const operation = await start();
    await bench().advance(15_000);
    const shown = await bench().expectOk('execution.get', { id: operation.id });
    expect(JSON.stringify(shown.steps)).toContain('which is sealed or starts');
    expect(received).toEqual([]);
    fault = undefined;
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect(received).toEqual(['second-horse']);
  });

  test('fails for good where the version is deleted', async () => {
    await makeSecret();
    const { resource } = await bench().expectOk('workflow.create', { text: text() });
    values = [];
    expect(await bench().expectProblem('workflow.run', { id: resource.id })).toMatchObject({
      detail: expect.stringContaining('whose value is in Vault, which has no such entry'),
    });
  });
});
