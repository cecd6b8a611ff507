/** Commands that name the hosts that they reach, run by a real runner with its isolation. */
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parseNetworkHost } from '@novacron/contract/automation/network-host';
import { registerRunners } from '@novacron/server/app/automation/runners/register-runners';
import { beginRequest } from '@novacron/server/app/kernel/context/call-context';
import { waitUntil } from '@novacron/testing/wait-until';
import { makeRequest } from '../../../server/agent/src/identity/make-request.ts';
import {
  readStepEndpoint,
  type StepEndpoint,
} from '../../../server/runner/src/network/step-endpoint.ts';
import {
  openRunnerBench,
  type RunnerBench,
} from '../../../server/runner/src/test-kit/open-runner-bench.ts';
import { useBench } from '../test-kit/use-bench.ts';

const RUNNER = 'runner-01';

const bench = useBench();
let runner: RunnerBench;
let server: Server;
let port = 0;

beforeEach(async () => {
  server = createServer((socket) => socket.end('hello\n').on('error', () => {}));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  registerRunners(bench().deps);
  const { secret: token } = await bench().expectOk('enrollment.create', { runner: RUNNER });
  const { requestPem: request } = await makeRequest(RUNNER);
  const principal = await bench().application.anyone('192.0.2.1');
  await bench().expectOk('enrollment.redeem', { token, runner: RUNNER, request }, { principal });
});

afterEach(async () => {
  await runner.close();
  server.close();
});

/**
 * @param rules - what the runner lets steps name; undefined: its network is `none`
 * @param endpoint - what steps with a token call
 */
async function startRunner(rules?: readonly string[], endpoint?: StepEndpoint): Promise<void> {
  const hosts = rules?.flatMap((rule) => {
    const host = parseNetworkHost(rule, 'rule');
    return host.ok ? [host.value] : [];
  });
  runner = openRunnerBench({
    bus: bench().bus,
    ...(hosts === undefined ? {} : { hosts }),
    ...(endpoint === undefined ? {} : { endpoint }),
  });
  runner.start('start-1');
  await waitUntil('the runner to be registered', async () => {
    const rows = await bench().store.read({ from: 'runners', where: { start: 'start-1' } });
    return rows[0];
  });
}

const textOf = (host: string) => `name: w
steps:
  - id: a
    command: [bash, -c, 'exec 3<>/dev/tcp/127.0.0.1/${port} && cat <&3']
    hosts: ["${host}"]
    outputs: { said: stdout }
    retry: { max_attempts: 1 }
`;

async function run(host: string) {
  const { resource } = await bench().expectOk('workflow.create', { text: textOf(host) });
  const { operation } = await bench().expectOk('workflow.run', { id: resource.id });
  return waitUntil('the execution to end', async () => {
    const execution = await bench().expectOk('execution.get', { id: operation.id });
    return execution.finished_at === null ? undefined : execution;
  });
}

describe('a command with hosts', () => {
  test('reaches them', async () => {
    await startRunner([`127.0.0.1:${port}`]);
    const { status, steps } = await run(`127.0.0.1:${port}`);
    expect([status, steps[0]?.outputs]).toEqual(['succeeded', { said: 'hello' }]);
    expect((await bench().expectOk('runner.list', {})).items).toMatchObject([{ network: 'hosts' }]);
  });

  test('fails where its runner does not allow them, and names them', async () => {
    await startRunner(['db.example.com:5432']);
    const { status, steps } = await run(`127.0.0.1:${port}`);
    expect(status).toBe('failed');
    expect(steps[0]?.message).toContain(`The step a may not reach 127.0.0.1:${port}`);
  });

  test('is refused at the start where no runner has a network', async () => {
    await startRunner();
    const text = textOf('db.example.com:5432');
    const { resource } = await bench().expectOk('workflow.create', { text });
    const refused = await bench().expectProblem('workflow.run', { id: resource.id });
    expect(refused.detail).toContain('step a needs a runner with a network');
  });

  test('is refused where a host is none, or a value of a run', async () => {
    await startRunner();
    const text = textOf(`\${inputs.host}:22`);
    const refused = await bench().expectProblem('workflow.create', { text });
    expect(JSON.stringify(refused)).toContain('must be HOST:PORT, such as db.example.com:5432');
  });
});

describe('a command with a token', () => {
  const text = () => `name: w
run_as: deployer
steps:
  - id: a
    command: [bash, -c, 'exec 3<>/dev/tcp/127.0.0.1/${port} && cat "$NOVACRON_API_KEY_FILE" >&3']
    token: true
    retry: { max_attempts: 1 }
  - { id: rest, needs: [a], wait: { signal: go } }
`;

  test('calls the server as whom it acts, on behalf of who started it', async () => {
    const said: string[] = [];
    server.removeAllListeners('connection');
    server.on('connection', (socket) => socket.on('data', (bytes) => said.push(`${bytes}`)));
    const endpoint = readStepEndpoint(`http://127.0.0.1:${port}`, undefined, false);
    await startRunner(['db.example.com:5432'], endpoint.ok ? endpoint.value : undefined);
    await bench().expectOk('api_key.create', { name: 'deployer', role: 'operator' });
    const { resource } = await bench().expectOk('workflow.create', { text: text() });
    await bench().expectOk('workflow.authorize', { id: resource.id, digest: resource.digest });
    const { operation } = await bench().expectOk('workflow.run', { id: resource.id });
    const token = await waitUntil('the token', () => said.join('') || undefined);
    const found = await bench().application.authenticate(token);
    const principal = found.ok ? found.value : undefined;
    expect(principal).toMatchObject({
      name: 'deployer',
      role: 'operator',
      onBehalfOf: 'admin',
      executionId: operation.id,
    });
    if (principal === undefined) return;
    await bench().expectOk('network.create', { name: 'n', cidr: '10.0.0.0/16' }, { principal });
    const { items } = await bench().expectOk('audit.list', { operation: ['network.create'] });
    expect(items).toMatchObject([{ principal: 'deployer', on_behalf_of: 'admin' }]);
    // A token that the step makes says the same, and ends with the execution, too.
    const made = await bench().expectOk('token.create', {}, { principal });
    expect(await bench().application.authenticate(made.secret)).toMatchObject({
      value: { name: 'deployer', onBehalfOf: 'admin', executionId: operation.id },
    });
    const vote = { id: bench().deps.ids.next('apr'), comment: '' };
    const refused = await bench().expectProblem('approval.approve', vote, {
      principal: { ...principal, role: 'admin' },
    });
    expect(refused.detail).toBe(
      'A step of an execution cannot call approval.approve: that decision is for people.',
    );
    // What a step that was killed leaves ends with its execution.
    const states = bench().application.terraformStates;
    const as = (executionId: string) => ({
      principal: { ...principal, executionId },
      requestId: bench().application.nextRequestId(),
      client: 'rest' as const,
      deployment: 'default',
      signal: new AbortController().signal,
      request: beginRequest(),
    });
    const lockOf = (ID: string) => ({ name: 'web', lock: { ID } });
    const later = as(bench().deps.ids.next('op'));
    expect(await states.lock(lockOf('one'), as(operation.id))).toMatchObject({ ok: true });
    expect(await states.lock(lockOf('two'), later)).toMatchObject({
      error: { kind: 'locked', lock: '{"ID":"one"}' },
    });
    // Who has read the id of a lock does not hold it.
    expect(await states.unlock({ name: 'web', lockId: 'one' }, later)).toMatchObject({
      error: { kind: 'problem', problem: { code: 'conflict' } },
    });
    await bench().expectOk('operation.cancel', { id: operation.id });
    await waitUntil('the end', async () => {
      const { finished_at } = await bench().expectOk('execution.get', { id: operation.id });
      return finished_at ?? undefined;
    });
    expect(await states.lock(lockOf('two'), later)).toMatchObject({ ok: true });
    expect(await bench().application.authenticate(token)).toMatchObject({
      error: { detail: 'The execution whose step had the token has ended.' },
    });
  });

  test('that only reads can preview and lock, and changes nothing', async () => {
    const said: string[] = [];
    server.removeAllListeners('connection');
    server.on('connection', (socket) => socket.on('data', (bytes) => said.push(`${bytes}`)));
    const endpoint = readStepEndpoint(`http://127.0.0.1:${port}`, undefined, false);
    await startRunner(['db.example.com:5432'], endpoint.ok ? endpoint.value : undefined);
    await bench().expectOk('api_key.create', { name: 'deployer', role: 'admin' });
    const read = text().replace('token: true', 'token: read');
    const { resource } = await bench().expectOk('workflow.create', { text: read });
    await bench().expectOk('workflow.authorize', { id: resource.id, digest: resource.digest });
    await bench().expectOk('workflow.run', { id: resource.id });
    const token = await waitUntil('the token', () => said.join('') || undefined);
    const found = await bench().application.authenticate(token);
    const principal = found.ok ? found.value : undefined;
    if (principal === undefined) throw new Error('the token has no principal');
    const input = { name: 'n', cidr: '10.0.0.0/16' };
    const preview = { operation: 'network.create', input } as const;
    await bench().expectOk('admission.preview', preview, { principal });
    const refused = await bench().expectProblem('network.create', input, { principal });
    expect(refused.detail).toBe(
      'The token of this step can only read and preview, so it cannot call network.create.',
    );
    const made = await bench().expectOk('token.create', {}, { principal });
    expect(await bench().application.authenticate(made.secret)).toMatchObject({
      value: { access: 'read' },
    });
  });

  test('is refused at the start where no runner knows the server', async () => {
    await startRunner(['db.example.com:5432']);
    await bench().expectOk('api_key.create', { name: 'deployer', role: 'operator' });
    const { resource } = await bench().expectOk('workflow.create', { text: text() });
    await bench().expectOk('workflow.authorize', { id: resource.id, digest: resource.digest });
    const refused = await bench().expectProblem('workflow.run', { id: resource.id });
    expect(refused.detail).toContain('step a needs a runner with --endpoint');
  });
});
