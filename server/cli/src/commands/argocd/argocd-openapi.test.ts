/**
 * What the client sends, and what the Argo CD of the tests answers, against Argo CD's own OpenAPI
 * document: every path, parameter and field exists there, with its type.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { runInProcess } from '../../test-kit/run-in-process.ts';
import { type FakeArgocd, startArgocd } from '../../test-kit/start-argocd.ts';

const Document = z.object({
  calls: z.array(
    z.object({
      method: z.string(),
      path: z.string(),
      query: z.array(z.string()),
      body: z.string().optional(),
      answer: z.string(),
    }),
  ),
  schemas: z.record(
    z.string(),
    z.record(z.string(), z.object({ type: z.string(), of: z.string().optional() })),
  ),
});

const FILE = new URL('../../../testdata/argocd/openapi.json', import.meta.url);
const { calls, schemas } = Document.parse(JSON.parse(readFileSync(FILE, 'utf8')));

let argocd: FakeArgocd;
beforeAll(async () => {
  argocd = await startArgocd();
});
afterAll(() => argocd.close());

async function run(words: string) {
  const env = { ARGOCD_SERVER: argocd.url, ARGOCD_AUTH_TOKEN: argocd.token };
  const argv = ['argocd', ...words.split(' '), '--project', 'default'];
  return runInProcess(argv, { env });
}

test('the client and the test server speak as Argo CD documents it', async () => {
  const v1 = { commit: '1'.repeat(40), resources: ['a'], health: 'Healthy' } as const;
  argocd.git.set('v1', v1);
  await run('create prod --repo https://example.com/r --path p --namespace n --revision v1');
  await run('sync prod --prune --revision v1 --wait');
  await run(`rollback prod --revision ${v1.commit} --dry-run --wait`);
  await run('sync prod');
  await run('terminate prod');
  await run('tree prod');
  expect(argocd.seen.flatMap(faultsOf)).toEqual([]);
  const used = new Set(argocd.seen.map(({ method, path }) => callOf(method, path)));
  expect(calls.filter((call) => !used.has(call))).toEqual([]);
});

function callOf(method: string, path: string) {
  const { pathname } = new URL(path, argocd.url);
  return calls.find((call) => {
    const pattern = new RegExp(`^${call.path.replace('{name}', '[^/]+')}$`);
    return call.method === method && pattern.test(pathname);
  });
}

function faultsOf({ method, path, body, answer }: FakeArgocd['seen'][number]): readonly string[] {
  const call = callOf(method, path);
  if (call === undefined) return [`${method} ${path} is not documented`];
  const { searchParams } = new URL(path, argocd.url);
  const unknown = [...searchParams.keys()].filter((name) => !call.query.includes(name));
  return [
    ...unknown.map((name) => `${method} ${call.path} has no parameter ${name}`),
    ...(call.body === undefined ? [] : fieldFaults(body, call.body)),
    ...fieldFaults(answer, call.answer),
  ];
}

/** Fields that a schema does not have, or has with another type. */
function fieldFaults(value: object, schema: string): readonly string[] {
  return Object.entries(value).flatMap(([name, item]): readonly string[] => {
    if (item === undefined) return [];
    const field = schemas[schema]?.[name];
    if (field === undefined) return [`${schema} has no field ${name}`];
    if (typeOf(item) !== field.type) return [`${schema}.${name} is no ${typeOf(item)}`];
    const { of } = field;
    if (of === undefined) return [];
    return (Array.isArray(item) ? item : [item]).flatMap((each) => fieldFaults(each, of));
  });
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' ? 'integer' : typeof value;
}
