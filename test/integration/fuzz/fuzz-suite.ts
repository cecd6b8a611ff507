/** Every row of the operations table against a whole server, with anything for an input. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { graphqlOperationNames } from '@novacron/contract/operations-table/graphql-names';
import { splitListValues } from '@novacron/contract/operations-table/list-input';
import {
  COMMON_PROBLEMS,
  type OperationName,
  operationNames,
  operationRow,
} from '@novacron/contract/operations-table/operations';
import { ProblemDocument } from '@novacron/contract/problem/problem';
import { readConfig } from '@novacron/server/config';
import { type RunningServer, startServer } from '@novacron/server/main';
import fc from 'fast-check';
import {
  anyHostile,
  anyNearlyValid,
  anyValueOf,
  textOf,
} from '../../../server/src/transports/test-kit/any-input.ts';
import { graphqlRequestOf } from '../../../server/src/transports/test-kit/graphql-query.ts';
import { sampleOf } from '../../../server/src/transports/test-kit/sample-values.ts';
import { restRequestOf } from '../../../server/src/transports/test-kit/start-fake-server.ts';
import { makeKnown } from './make-known.ts';

/** A whole server is asked thousands of times. */
const SUITE_MS_MAX = 300_000;
/** Inputs of each kind and row; `FUZZ_RUNS=200` looks harder. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 2);
const SEED = Number(process.env.FUZZ_SEED ?? 7480);

/** Error codes that a healthy server must never return. */
const NEVER = ['internal', 'unavailable'];

/** Travel as headers over REST. */
const HEADER_FIELDS = ['idempotency_key', 'if_revision'];

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly body: unknown;
}

/**
 * Declares the suite of one database.
 * @param storeUrl - makes an empty database; undefined: the embedded store
 */
export function describeFuzz(name: string, storeUrl?: () => Promise<string>): void {
  jest.setTimeout(SUITE_MS_MAX);
  describe(`a server on ${name}, whatever it is asked`, () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'novacron-fuzz-'));
    const faults: string[] = [];
    const rejections: string[] = [];
    const onRejection = (cause: unknown): unknown => rejections.push(String(cause));
    let server: RunningServer;
    let known: readonly unknown[] = [];

    beforeAll(async () => {
      process.on('unhandledRejection', onRejection);
      const store = storeUrl === undefined ? [] : ['--store', await storeUrl()];
      const flags = ['--data-dir', dataDir, '--listen', '127.0.0.1:0', ...store];
      const request = readConfig(flags, {});
      if (!request.ok || request.value.kind !== 'start') throw new Error('bad flags');
      const ignore = (): void => undefined;
      const started = await startServer(
        { ...request.value.config, rateLimitPerSecond: 100_000 },
        {
          debug: ignore,
          info: ignore,
          warn: ignore,
          error: (fields, message) => faults.push(`${message} ${JSON.stringify(fields)}`),
        },
      );
      if (!started.ok) throw new Error(started.error.detail);
      server = started.value;
      known = await makeKnown((operation, params) => rpc(operation, params));
    });
    afterAll(async () => {
      process.off('unhandledRejection', onRejection);
      await server?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    });

    async function send(path: string, init: RequestInit = {}): Promise<Answer> {
      const response = await fetch(`${server.url}${path}`, {
        ...init,
        headers: {
          authorization: `Bearer ${server.firstKey}`,
          'content-type': 'application/json',
          ...init.headers,
        },
      });
      const text = await response.text();
      const type = response.headers.get('content-type');
      return { status: response.status, type, body: text === '' ? undefined : JSON.parse(text) };
    }

    async function rpc(method: string, params: unknown): Promise<unknown> {
      const body = textOf({ jsonrpc: '2.0', id: 1, method, params });
      const answer = await send('/rpc', { method: 'POST', body });
      expect(answer.status).toBe(200);
      return answer.body;
    }

    /** A refusal is a problem that the row names, with the fields that are at fault. */
    function expectRefusal(operation: OperationName, document: unknown, input: unknown): void {
      const { code, detail, remedy, errors } = ProblemDocument.parse(document);
      const row = operationRow(operation);
      const { problems, input: schema } = row;
      expect([...problems, ...COMMON_PROBLEMS]).toContain(code);
      expect({ code, detail }).not.toMatchObject({ code: expect.stringMatching(NEVER.join('|')) });
      expect([detail, remedy]).toEqual([expect.stringMatching(/\S/), expect.stringMatching(/\S/)]);
      const isReadable = !/^The (body|query|request)/.test(detail);
      const parsed = schema.safeParse(splitListValues(row, JSON.parse(textOf(input))));
      if (code !== 'validation-failed' || parsed.success || !isReadable) return;
      const wanted = parsed.error.issues.map(({ path }) => String(path[0] ?? ''));
      expect(errors.map(({ path }) => String(path[0] ?? ''))).toEqual(
        expect.arrayContaining(wanted.filter((field) => field !== '')),
      );
      expect(errors.length).toBeGreaterThan(0);
    }

    async function tryRpc(operation: OperationName, input: unknown): Promise<void> {
      const body = (await rpc(operation, input)) as { error?: { data: unknown } };
      if (body.error !== undefined) expectRefusal(operation, body.error.data, input);
    }

    /** Asks with some of the variables hostile. */
    async function tryGraphql(
      operation: OperationName,
      hostile: readonly unknown[],
    ): Promise<void> {
      const sample = sampleOf(operationRow(operation).input) as Readonly<Record<string, unknown>>;
      const { query, variables } = graphqlRequestOf(operation, sample);
      const given = Object.entries(variables).map(([name, value], index) => {
        const other = hostile[index];
        return [name, other === undefined ? value : other] as const;
      });
      const body = textOf({ query, variables: Object.fromEntries(given) });
      const answer = await send('/graphql', { method: 'POST', body });
      expect([200, 400]).toContain(answer.status);
      const codes = JSON.stringify(answer.body).match(/"code":"[a-z-]+"/g) ?? [];
      for (const code of NEVER) expect(codes).not.toContain(`"code":"${code}"`);
    }

    async function tryRest(operation: OperationName, input: unknown): Promise<void> {
      const fields = Object.entries(input as object);
      // Bytes that no URL and no header can carry do not come over REST.
      const sendable = fields.filter(([key, value]) => isSendable(key) && isSendable(value));
      const { rest: row } = operationRow(operation);
      const hasBody = row.method === 'POST' || row.method === 'PATCH';
      const texts = sendable.map(([key, value]) => {
        const isText = !hasBody || row.path.includes(`{${key}}`) || HEADER_FIELDS.includes(key);
        return [key, isText ? plainTextOf(value) : value] as const;
      });
      const request = restRequestOf(operation, Object.fromEntries(texts));
      const { body, ...rest } = request.sent;
      const text = body === undefined ? undefined : body.toString();
      const answer = await send(request.path, {
        ...(rest.method === undefined ? {} : { method: rest.method }),
        headers: rest.headers ?? {},
        ...(text === undefined ? {} : { body: text.replaceAll('"@too-large@"', '1e400') }),
      });
      if (answer.status < 400) return;
      expect(answer.type).toBe('application/problem+json');
      const { code } = ProblemDocument.parse(answer.body);
      // A path without its id is another path.
      if (code === 'method-not-found') return;
      expect([...operationRow(operation).problems, ...COMMON_PROBLEMS]).toContain(code);
      expect(NEVER).not.toContain(code);
    }

    describe.each(operationNames())('%s', (operation) => {
      const { input, role, access } = operationRow(operation);
      const options = { numRuns: RUNS, seed: SEED };

      test('answers what is valid', async () => {
        await fc.assert(
          fc.asyncProperty(anyValueOf(input, known), (value) => tryRpc(operation, value)),
          options,
        );
      });

      test('answers or refuses what is nearly valid, over JSON-RPC and REST', async () => {
        await fc.assert(
          fc.asyncProperty(anyNearlyValid(input, known), async (value) => {
            await tryRpc(operation, value);
            await tryRest(operation, value);
          }),
          { ...options, numRuns: 2 * RUNS },
        );
      });

      test('refuses non-objects, invalid JSON, other types and unknown callers', async () => {
        await fc.assert(
          fc.asyncProperty(anyHostile, async (value) => tryRpc(operation, { x: value })),
          options,
        );
        const { path, sent } = restRequestOf(operation, {});
        const method = sent.method ?? 'GET';
        const forged = `eyJhbGciOiJub25lIn0.eyJyb2xlIjoiJHtyb2xlfSJ9.${role}`;
        for (const key of ['', 'Bearer', 'Bearer ncr_x', `Bearer ${forged}`, 'Basic YTpi']) {
          const refused = await send(path, { method, headers: { authorization: key } });
          // A row that is open to anyone looks at its input instead, which is empty here.
          const status = access === 'anyone' ? 400 : 401;
          expect(refused).toMatchObject({ status, type: 'application/problem+json' });
        }
        if (sent.body === undefined) return;
        for (const body of ['{', '[1', 'null', '"x"', '{"a":1}x']) {
          expect((await send(path, { method, body })).status).toBe(400);
        }
        const headers = { 'content-type': 'text/xml' };
        expect((await send(path, { method, headers, body: '<a/>' })).status).toBe(415);
      });
    });

    test.each(graphqlOperationNames())('answers or refuses variables of %s', async (operation) => {
      const some = fc.array(fc.option(anyHostile, { nil: undefined }), { maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(some, (hostile) => tryGraphql(operation, hostile)),
        { numRuns: 2 * RUNS, seed: SEED },
      );
    });

    test('takes no token that was tampered with', async () => {
      const made = (await rpc('token.create', {})) as { result: { secret: string } };
      const [head, claims, mark = ''] = made.result.secret.split('.');
      const flipped = mark.startsWith('A') ? `B${mark.slice(1)}` : `A${mark.slice(1)}`;
      const other = Buffer.from('{"role":"admin"}').toString('base64url');
      for (const token of [`${head}.${claims}.${flipped}`, `${head}.${other}.${mark}`, head]) {
        const refused = await send('/api/v2/vms', {
          headers: { authorization: `Bearer ${token}` },
        });
        expect(refused).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
      }
    });

    test('meets no fault and leaves no promise behind', () => {
      expect({ faults, rejections }).toEqual({ faults: [], rejections: [] });
    });
  });
}

function plainTextOf(value: unknown): string {
  return typeof value === 'string' ? value : textOf(value ?? null);
}

function isSendable(value: unknown): boolean {
  const text = plainTextOf(value);
  return /^[ -~]{0,2000}$/.test(text) && text.trim() === text;
}
