/** Secrets in requests of executions: where they get to, where they never are, and who decides. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import { keysOf } from '@novacron/contract/closed-table';
import type { AppSettings } from '@novacron/server/app/composition/deps';
import { ROW_OF_EACH_TABLE } from '../../../server/src/adapters/store/suite/rows.ts';
import { useBench } from '../test-kit/use-bench.ts';

const VALUE = 'correct-horse/battery+staple';
const NEXT = 'another-horse/another+staple';

const hosts: AppSettings['egressHosts'][number][] = [];
const bench = useBench({ egressHosts: hosts });

let receiver: Server;
let received: { readonly headers: IncomingHttpHeaders; readonly body: string }[];
let host: string;

/** Answers with all that it got: the worst that a receiver can do with a secret. */
beforeEach(async () => {
  received = [];
  receiver = createServer(async (request, response) => {
    const { headers } = request;
    const body = await readText(request);
    received.push({ headers, body });
    const basic = Buffer.from(`ann:${headers.authorization}`).toString('base64');
    const echo = { headers, body, basic, hex: Buffer.from(body).toString('hex') };
    const status = request.url === '/refuse' ? 400 : 200;
    response
      .writeHead(status, {
        'content-type': 'application/json',
        'x-echo': headers.authorization ?? '',
      })
      .end(JSON.stringify(echo));
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  hosts.splice(0, hosts.length, { tenantId: undefined, host });
});

afterEach(async () => {
  receiver.closeAllConnections();
  await once(receiver.close(), 'close');
});

const makeSecret = async (more: object = {}, name = 'token') => {
  const allowed = { workflows: ['w'], hosts: [host], ...more };
  const { resource } = await bench().expectOk('secret.create', { name, value: VALUE, allowed });
  return resource;
};

const store = (text: string) => bench().expectOk('workflow.create', { text });

async function start(text: string) {
  const { resource } = await store(text);
  return (await bench().expectOk('workflow.run', { id: resource.id })).operation;
}

async function run(text: string): Promise<Execution> {
  const operation = await start(text);
  await bench().end(operation);
  return bench().expectOk('execution.get', { id: operation.id });
}

/** Each form in which the value could stand somewhere. */
const FORMS = [
  VALUE,
  encodeURIComponent(VALUE),
  Buffer.from(VALUE).toString('base64').slice(0, -4),
  Buffer.from(VALUE).toString('hex'),
];

/** The rows of all tables except the one that values belong in. */
async function everyOtherRow(): Promise<string> {
  const others = keysOf(ROW_OF_EACH_TABLE).filter((from) => from !== 'secret_versions');
  return JSON.stringify(await Promise.all(others.map((from) => bench().store.read({ from }))));
}

const step = (secrets: string, more = '') => `
  - id: call
    http:
      method: POST
      url: "http://${host}/"
      headers: { X-Api: "key \${secrets.api}" }
      body: { user: ann, password: "\${secrets.api}" }
    secrets: { api: ${secrets} }${more}`;

const SIMPLE = (secret = 'token') => `name: w\nsteps:${step(secret)}\n`;

describe('a secret of a request', () => {
  test('is sent in a header and in texts, and is nowhere else whatever comes back', async () => {
    await makeSecret();
    const ended = await run(`name: w
steps:
  - id: call
    http:
      method: POST
      url: "http://${host}/?q=1"
      headers: { X-Api: "key \${secrets.api}" }
      body: { user: ann, password: "\${secrets.api}", list: ["a \${secrets.api} b"] }
    secrets: { Authorization: token, api: token }
    outputs: { all: body, echo: headers.x-echo }
  - id: next
    needs: [call]
    if: steps.call.outputs.echo != ""
    http: { method: POST, url: "http://${host}/refuse", body: "\${steps.call.outputs.all}" }
    secrets: { Authorization: token }
`);
    const [first, second] = received;
    expect(first).toMatchObject({
      headers: { authorization: VALUE, 'x-api': `key ${VALUE}` },
      body: JSON.stringify({ user: 'ann', password: VALUE, list: [`a ${VALUE} b`] }),
    });
    expect(second?.headers.authorization).toBe(VALUE);
    expect(second?.body).not.toContain(VALUE);
    expect([ended.status, ended.steps[0]?.outputs]).toMatchObject([
      'failed',
      { echo: '***', all: { headers: { authorization: '***', 'x-api': 'key ***' } } },
    ]);
    const stored = await everyOtherRow();
    const operation = await bench().expectOk('operation.get', { id: ended.id });
    const events = await bench().store.read({ from: 'events' });
    const audit = await bench().expectOk('audit.list', {});
    const shown = JSON.stringify([ended, operation, events, audit, stored]);
    expect(FORMS.filter((form) => shown.includes(form))).toEqual([]);
    // The search finds what is there.
    expect(shown).toContain('token');
    expect(JSON.stringify(await bench().store.read({ from: 'secret_versions' }))).toContain(VALUE);
  });

  test('is of the version that its execution began with', async () => {
    const { id } = await makeSecret();
    const operation = await start(
      `name: w\nsteps:\n  - { id: settle, wait: 1m }${step('token', '\n    needs: [settle]')}\n`,
    );
    await bench().expectOk('secret.update', { id, value: NEXT });
    await bench().end(operation);
    expect(received.map(({ headers }) => headers['x-api'])).toEqual([`key ${VALUE}`]);
    const { resource } = await bench().expectOk('workflow.create', {
      text: SIMPLE('token@2').replace('name: w', 'name: v'),
    });
    await bench().expectOk('secret.update', {
      id,
      allowed: { workflows: ['w', 'v'], hosts: [host] },
    });
    const again = await bench().expectOk('workflow.run', { id: resource.id });
    await bench().end(again.operation);
    expect(received.at(-1)?.headers['x-api']).toBe(`key ${NEXT}`);
  });

  test.each<[string, (id: string) => Promise<unknown>, string]>([
    [
      'deleted',
      (id) => bench().expectOk('secret.delete', { id }),
      'it uses the secret token, which was deleted',
    ],
    [
      'erased in this version',
      async (id) => {
        await bench().expectOk('secret.update', { id, value: NEXT });
        await bench().expectOk('secret.delete', { id, only_version: 1 });
      },
      'it uses the secret token, whose version 1 was erased',
    ],
    [
      'taken away from the host',
      (id) => bench().expectOk('secret.update', { id, allowed: { workflows: ['w'] } }),
      'it uses the secret token, which may not be sent to the host 127.0.0.1',
    ],
  ])('that is %s meanwhile fails the step, and nothing is sent', async (_how, change, words) => {
    const { id } = await makeSecret();
    const operation = await start(
      `name: w\nsteps:\n  - { id: settle, wait: 1m }${step('token', '\n    needs: [settle]')}\n`,
    );
    await change(id);
    await bench().end(operation);
    const ended = await bench().expectOk('execution.get', { id: operation.id });
    expect([ended.steps[1]?.attempts, ended.problem?.detail]).toEqual([
      1,
      expect.stringContaining(`step call failed: ${words}`),
    ]);
    expect(received).toEqual([]);
  });

  test('of the same name that is created later is another one', async () => {
    const { id } = await makeSecret();
    const operation = await start(
      `name: w\nsteps:\n  - { id: settle, wait: 1m }${step('token', '\n    needs: [settle]')}\n`,
    );
    await bench().expectOk('secret.delete', { id });
    await makeSecret();
    await bench().end(operation);
    const ended = await bench().expectOk('execution.get', { id: operation.id });
    expect(ended.problem?.detail).toContain('uses the secret token, which was deleted');
  });

  test('with a line break in it is refused, without being shown', async () => {
    const allowed = { workflows: ['w'], hosts: [host] };
    const value = `${VALUE}\nX-Injected: yes`;
    await bench().expectOk('secret.create', { name: 'token', value, allowed });
    const ended = await run(SIMPLE());
    expect(ended.problem?.detail).toContain('puts a character into a header');
    expect(JSON.stringify(ended)).not.toContain(VALUE);
    expect(received).toEqual([]);
  });

  test('that an input names is not looked up', async () => {
    await makeSecret();
    const { resource } = await store(`name: w
inputs: { text: string }
steps:
  - id: call
    http: { method: POST, url: "http://${host}/", body: "\${text}" }
    secrets: { Authorization: token }
`);
    const inputs = { text: `\${secrets.Authorization}` };
    const { operation } = await bench().expectOk('workflow.run', { id: resource.id, inputs });
    await bench().end(operation);
    expect(received.map(({ body }) => body)).toEqual([inputs.text]);
  });
});

describe('a run is refused before anything is done', () => {
  const refuse = async (text = SIMPLE()) => {
    const { resource } = await store(text);
    return (await bench().expectProblem('workflow.run', { id: resource.id })).detail;
  };

  test('for a secret that does not exist', async () => {
    expect(await refuse()).toBe(
      'A run of w is refused: step call uses the secret token, which does not exist.',
    );
  });

  test('for one that may not go to the workflow and the host', async () => {
    await makeSecret({ workflows: ['v'], hosts: [] });
    expect(await refuse()).toBe(
      'A run of w is refused: step call uses the secret token, which may not be sent to the ' +
        `workflow w and the host ${host}.`,
    );
  });

  test('for a version that it does not have, or has no more', async () => {
    const { id } = await makeSecret({ workflows: ['w', 'v'] });
    expect(await refuse(SIMPLE('token@7'))).toContain('token, which has no version 7');
    await bench().expectOk('secret.update', { id, value: NEXT });
    await bench().expectOk('secret.delete', { id, only_version: 1 });
    const { resource } = await store(SIMPLE('token@1').replace('name: w', 'name: v'));
    const { detail } = await bench().expectProblem('workflow.run', { id: resource.id });
    expect(detail).toContain('token, whose version 1 was erased');
  });
});

test('an approval is about the versions of secrets, and shows them', async () => {
  await makeSecret();
  const ask = `name: w
steps:
  - { id: ask, approval: { message: "Send?" } }${step('token', '\n    needs: [ask]')}
`;
  const { resource } = await store(ask);
  const digestOf = async () => {
    const { operation } = await bench().expectOk('workflow.run', { id: resource.id });
    await bench().advance(1_000);
    const { items } = await bench().expectOk('approval.list', {});
    const found = items.find(({ subject_id }) => subject_id === operation.id);
    const shown = await bench().expectOk('approval.get', { id: String(found?.id) });
    await bench().expectOk('operation.cancel', { id: operation.id });
    await bench().end(operation);
    return shown;
  };
  const first = await digestOf();
  expect(JSON.stringify(first)).toContain('"api":"token@1"');
  expect((await digestOf()).digest).toBe(first.digest);
  const [secret] = (await bench().expectOk('secret.list', {})).items;
  await bench().expectOk('secret.update', { id: String(secret?.id), value: NEXT });
  const second = await digestOf();
  expect(JSON.stringify(second)).toContain('"api":"token@2"');
  expect(second.digest).not.toBe(first.digest);
});

describe('a definition is refused', () => {
  test.each([
    [
      'a secret in an address',
      `http: { url: "http://a/\${secrets.k}" }`,
      'headers and body of http',
    ],
    [
      'a secret in a task',
      `task: vm.start\n    with: { id: "\${secrets.k}" }`,
      'headers and body of',
    ],
    ['a secret in a condition', `if: secrets.k == "a"\n    wait: 1s`, 'secrets'],
    [
      'a secret that the step does not name',
      `http: { url: "http://a/", headers: { A: "\${secrets.kk}" } }\n    secrets: { k: token }`,
      'which the step does not name under secrets',
    ],
    [
      'a header that is there twice',
      `http: { url: "http://a/", headers: { a: x } }\n    secrets: { A: token }`,
      'is the header that headers has, too',
    ],
    [
      'a secret as a header of the connection',
      `http: { url: "http://a/" }\n    secrets: { Host: token }`,
      'has the header Host, which the server itself sets',
    ],
  ])('with %s', async (_what, keys, words) => {
    const text = `name: w\nsteps:\n  - id: call\n    ${keys}\n`;
    const found = await bench().expectProblem('workflow.create', { text });
    expect(JSON.stringify(found)).toContain(words);
  });
});
