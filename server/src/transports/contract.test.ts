/** Every operation over every transport: the same input arrives, the same answer comes back. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type OperationName, operationNames, operationRow } from '@novacron/contract/operations';
import { PROBLEM_KINDS, type ProblemCode, problem } from '@novacron/contract/problem';
import { err, ok } from '@novacron/contract/result';
import { z } from 'zod';
import { sampleAnswer } from './test-kit/fake-application.ts';
import { type SampleMode, sampleId, sampleOf } from './test-kit/sample-values.ts';
import { type FakeServer, restRequestOf, startFakeServer } from './test-kit/start-fake-server.ts';

let fake: FakeServer;

beforeAll(async () => {
  fake = await startFakeServer();
});

afterAll(() => fake.stop());

const modes: readonly SampleMode[] = ['all', 'required'];
const cases = operationNames().flatMap((name) => modes.map((mode) => [name, mode] as const));
const Input = z.record(z.string(), z.unknown());

function inputOf(name: OperationName, mode: SampleMode): Record<string, unknown> {
  return Input.parse(sampleOf(operationRow(name).input, mode));
}

function callRpc(method: string, params: unknown) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  return fake.send('/rpc', { method: 'POST', body });
}

function expectedInput(name: OperationName, mode: SampleMode): unknown {
  return operationRow(name).input.parse(inputOf(name, mode));
}

describe('every operation', () => {
  test.each(operationNames())('%s has a sample answer that its schema accepts', (name) => {
    expect(operationRow(name).output.safeParse(sampleAnswer(name)).error).toBeUndefined();
  });

  test.each(cases)('%s with %s fields arrives and is answered over REST', async (name, mode) => {
    const { path, sent } = restRequestOf(name, inputOf(name, mode));
    const received = await fake.send(path, sent);
    expect(received.body).toEqual(sampleAnswer(name));
    expect(received.status).toBe(operationRow(name).rest.status);
    expect(fake.application.calls.at(-1)).toMatchObject({
      name,
      input: expectedInput(name, mode),
    });
  });

  test.each(cases)(
    '%s with %s fields arrives and is answered over JSON-RPC',
    async (name, mode) => {
      const received = await callRpc(name, inputOf(name, mode));
      expect(received.body).toEqual({ jsonrpc: '2.0', id: 1, result: sampleAnswer(name) });
      expect(received.status).toBe(200);
      const call = fake.application.calls.at(-1);
      expect([call?.name, call?.input]).toEqual([name, expectedInput(name, mode)]);
    },
  );

  test.each(operationNames())('%s refuses a role that is too small', async (name) => {
    const { role } = operationRow(name);
    if (role === 'viewer') return;
    const smaller = role === 'admin' ? 'operator' : 'viewer';
    const before = fake.application.calls.length;
    const { path, sent } = restRequestOf(name, inputOf(name, 'required'));
    const received = await fake.send(path, { ...sent, role: smaller });
    expect(received.status).toBe(403);
    expect(received.body).toMatchObject({
      code: 'forbidden',
      detail: `${name} needs the role ${role}; your key has the role ${smaller}.`,
      remedy: `Use an API key with the role ${role}, or ask an admin to do it.`,
    });
    expect(fake.application.calls).toHaveLength(before);
  });
});

describe('headers of answers', () => {
  test('a resource that is read carries its revision as ETag', async () => {
    const received = await fake.send(`/api/v2/vms/${sampleId('vm')}`);
    expect(received.headers.get('etag')).toBe('"4"');
  });

  test('a resource that is written carries its revision as ETag', async () => {
    const { path, sent } = restRequestOf('vm.update', inputOf('vm.update', 'required'));
    expect((await fake.send(path, sent)).headers.get('etag')).toBe('"4"');
  });

  test('a list carries no ETag', async () => {
    expect((await fake.send('/api/v2/vms')).headers.get('etag')).toBeNull();
  });

  test('an ETag never saves an answer, because a status may change below a revision', async () => {
    const headers = { 'if-none-match': '"4"' };
    expect((await fake.send(`/api/v2/vms/${sampleId('vm')}`, { headers })).status).toBe(200);
  });

  test('what was created says where it is', async () => {
    const { path, sent } = restRequestOf('volume.create', inputOf('volume.create', 'required'));
    const { headers } = await fake.send(path, sent);
    expect(headers.get('location')).toBe(`/api/v2/volumes/${sampleId('vol')}`);
  });

  test('an action on a resource and an API key, which cannot be read, say no place', async () => {
    for (const name of ['vm.migrate', 'api_key.create'] as const) {
      const { path, sent } = restRequestOf(name, inputOf(name, 'required'));
      expect((await fake.send(path, sent)).headers.get('location')).toBeNull();
    }
  });
});

describe('every problem', () => {
  // Object.keys forgets the keys' type; the table is closed, so they are just these.
  const codes = Object.keys(PROBLEM_KINDS) as ProblemCode[];

  test.each(codes)('%s has its status and its document over both transports', async (code) => {
    const words = { detail: `What is wrong: ${code}.`, remedy: 'Do this.', data: { limit: 3 } };
    fake.application.answerWith(async () => err(problem(code, words)));
    const rest = await fake.send('/api/v2/vms');
    const rpc = await callRpc('vm.list', {});
    fake.application.answerWith(async ({ name }) => ok(sampleAnswer(name)));
    const { status, title } = PROBLEM_KINDS[code];
    const type = `urn:novacron:problem:${code}`;
    const document = { type, title, status, code, ...words, errors: [] };
    expect(rest.status).toBe(status);
    expect(rest.headers.get('content-type')).toBe('application/problem+json');
    expect(rest.body).toEqual({ ...document, instance: rest.headers.get('x-request-id') });
    const special: Partial<Record<ProblemCode, number>> = {
      'validation-failed': -32_602,
      'method-not-found': -32_601,
    };
    expect(rpc.status).toBe(200);
    expect(rpc.body).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: {
        code: special[code] ?? -32_000,
        message: words.detail,
        data: { ...document, instance: rpc.headers.get('x-request-id') },
      },
    });
  });

  test('one that passes by itself says when to come back', async () => {
    fake.application.answerWith(async () =>
      err(problem('unavailable', { detail: 'The store is away.', remedy: 'Wait.' })),
    );
    const received = await fake.send('/api/v2/vms');
    fake.application.answerWith(async ({ name }) => ok(sampleAnswer(name)));
    expect(received.headers.get('retry-after')).toBe('1');
  });
});
