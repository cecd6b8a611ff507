import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openNatsBus } from '@novacron/bus/open-nats-bus';
import {
  announceSubject,
  commandSubject,
  completionSubject,
  inspectSubject,
} from '@novacron/contract/agent/agent-subjects';
import {
  RUNNER_ANSWERS,
  runnerAnnounceSubject,
  runnerCompletionSubject,
  runnerInboxPrefixOf,
  runnerOrderSubject,
  runnerPermissions,
} from '@novacron/contract/automation/runner-subjects';
import { type NatsServer, startNats } from '../../../test/support/services/start-nats.ts';
import { waitUntil } from '../../../test/support/src/wait-until.ts';

const RUNNER = 'runner-01';

let nats: NatsServer;
let directory: string;
let server: Bus;
let runner: Bus;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'novacron-confined-'));
  const { publish, subscribe } = runnerPermissions(RUNNER);
  const file = join(directory, 'nats.conf');
  const permissions = { publish: { allow: publish }, subscribe: { allow: subscribe } };
  const users = [
    { user: 'server', password: 'server' },
    { user: 'runner', password: 'runner', permissions },
  ];
  writeFileSync(file, JSON.stringify({ authorization: { users } }));
  nats = await startNats({ jetstream: 'off', args: ['-c', file] });
  server = await openAs('server');
  runner = await openAs('runner');
});

afterAll(async () => {
  await server.close();
  await runner.close();
  await nats.remove();
  rmSync(directory, { recursive: true, force: true });
});

async function openAs(user: 'server' | 'runner'): Promise<Bus> {
  const opened = await openNatsBus({
    servers: nats.url.replace('//', `//${user}:${user}@`),
    retainedSubjects: [],
    onFault: () => {},
    ...(user === 'server'
      ? { answers: [RUNNER_ANSWERS] }
      : { inboxPrefix: runnerInboxPrefixOf(RUNNER) }),
  });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
}

it('lets a runner answer and announce, and neither speak nor listen as another', async () => {
  const heard: string[] = [];
  for (const pattern of ['novacron.agent.*.*', 'novacron.runner.*.*', 'novacron.server.*']) {
    server.subscribe(pattern, (message, subject) => {
      if (message.from === 'runner') heard.push(subject);
    });
  }
  const overheard: string[] = [];
  for (const subject of [commandSubject('node-01'), runnerOrderSubject('runner-02')]) {
    runner.subscribe(subject, () => overheard.push(subject));
  }
  runner.respond(runnerOrderSubject(RUNNER), async () => ({ kind: 'accepted' }));
  const ask = () => server.request(runnerOrderSubject(RUNNER), {}, { timeoutMs: 5_000 });
  await waitUntil('an answer', async () => ((await ask()).ok ? true : undefined));
  const foreign = [
    announceSubject('node-01'),
    completionSubject('node-01'),
    inspectSubject('node-01'),
    announceSubject(RUNNER),
    runnerAnnounceSubject('runner-02'),
    runnerCompletionSubject('runner-02'),
    runnerOrderSubject(RUNNER),
    'novacron.server.anything',
  ];
  for (const subject of foreign) runner.publish(subject, { from: 'runner' });
  runner.publish(runnerAnnounceSubject(RUNNER), { from: 'runner' });
  const own = runnerAnnounceSubject(RUNNER);
  await waitUntil('the own announcement', () => (heard.includes(own) ? true : undefined));
  expect(heard).toEqual([own]);
  server.publish(commandSubject('node-01'), {});
  server.publish(runnerOrderSubject('runner-02'), {});
  expect((await ask()).ok).toBe(true);
  expect(overheard).toEqual([]);
});
