import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openNatsBus } from '@novacron/bus/open-nats-bus';
import { AgentAcceptance, AgentCompletion, Inspection } from '@novacron/contract/agent/agent';
import {
  ANY_NODE,
  commandSubject,
  completionSubject,
  inspectSubject,
} from '@novacron/contract/agent/agent-subjects';
import type { VmId } from '@novacron/contract/ids';
import { JsonObject } from '@novacron/contract/json';
import { type NatsServer, startNats } from '../../../test/support/services/start-nats.ts';
import { waitUntil } from '../../../test/support/src/wait-until.ts';
import { defaultFleet } from './fleet/fleet.ts';
import { type AgentProcess, launchAgent } from './test-kit/launch-agent.ts';
import { createSampleIds, sampleSpec } from './test-kit/samples.ts';

/** Each test starts programs of its own, on a machine that may be busy. */
jest.setTimeout(60_000);

const SIZE = ['--cpu-cores', '32', '--memory-gb', '128', '--disk-gb', '2000'];
const PLACE = ['--zone', 'zone-a', '--rack', 'rack-1'];

let nats: NatsServer;
let bus: Bus;
let dataDir: string;
let ids: ReturnType<typeof createSampleIds>;
const completed: AgentCompletion[] = [];
const processes: ChildProcess[] = [];

beforeAll(async () => {
  nats = await startNats({ jetstream: 'off' });
  ids = createSampleIds();
});
afterAll(() => nats.remove());
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'novacron-agent-process-'));
  const opened = await openNatsBus({ servers: nats.url, retainedSubjects: [], onFault: () => {} });
  if (!opened.ok) throw new Error(opened.error.detail);
  bus = opened.value;
  completed.length = 0;
  bus.subscribe(completionSubject(ANY_NODE), (message) =>
    completed.push(AgentCompletion.parse(message)),
  );
});
afterEach(async () => {
  for (const child of processes.splice(0)) child.kill('SIGKILL');
  await bus.close();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
});

function launch(flags: readonly string[], directory = dataDir): AgentProcess {
  const agent = launchAgent(['--bus', nats.url, '--data-dir', directory, ...flags]);
  processes.push(agent.child);
  return agent;
}

const launchNode = (node: string, directory = dataDir): AgentProcess =>
  launch(['--node', node, ...PLACE, ...SIZE], directory);

async function command(vm_id: VmId, kind: 'create' | 'start', node = 'node-01'): Promise<void> {
  const action = kind === 'create' ? { kind, spec: { ...sampleSpec() } } : { kind };
  const head = { protocol: 1, operation_id: ids('op'), step: kind, vm_id, generation: 1 } as const;
  const message = JsonObject.parse({ ...head, action });
  const answer = await bus.request(commandSubject(node), message, { timeoutMs: 5_000 });
  if (!answer.ok) throw new Error(answer.error.detail);
  expect(AgentAcceptance.parse(answer.value)).toEqual({ kind: 'accepted' });
}

async function inspect(node = 'node-01') {
  const answer = await bus.request(inspectSubject(node), {}, { timeoutMs: 5_000 });
  return answer.ok ? Inspection.parse(answer.value).machines : answer.error.code;
}

function outcomes(count: number): Promise<readonly string[]> {
  return waitUntil(`${count} completions`, () =>
    completed.length < count ? undefined : completed.map(({ outcome }) => outcome.kind),
  );
}

describe('novacron agent as a process', () => {
  test('runs commands that come over NATS, and its machines outlive it', async () => {
    const agent = launchNode('node-01');
    expect(await agent.ready()).toBe(`node-01 on ${new URL(nats.url).host}`);
    const vm = ids('vm');
    await command(vm, 'create');
    await command(vm, 'start');
    expect(await outcomes(2)).toEqual(['succeeded', 'succeeded']);
    expect(await agent.end('SIGTERM')).toBe(0);
    expect(agent.said.stdout).toMatch(/\nStopping: commands that run are finished\.\n$/);
    expect(await inspect()).toBe('unavailable');
    const next = launchNode('node-01');
    await next.ready();
    expect(await inspect()).toMatchObject([{ vm_id: vm, status: 'running' }]);
    expect(await next.end('SIGINT')).toBe(0);
  });

  test('does what was accepted although it was killed', async () => {
    const agent = launchNode('node-01');
    await agent.ready();
    const vms = Array.from({ length: 10 }, () => ids('vm'));
    await Promise.all(vms.map((vm) => command(vm, 'create')));
    await agent.end('SIGKILL');
    await launchNode('node-01').ready();
    const machines = await waitUntil('all machines', async () => {
      const found = await inspect();
      return Array.isArray(found) && found.length === vms.length ? found : undefined;
    });
    expect(machines).toMatchObject(vms.map((vm_id) => ({ vm_id, status: 'stopped' })));
  });

  test('refuses a data directory or a node that has an agent already', async () => {
    const first = launchNode('node-01');
    await first.ready();
    const sameDirectory = launchNode('node-02');
    expect(await sameDirectory.end()).toBe(1);
    expect(sameDirectory.said.stderr).toBe(
      `Error: Another agent is running on the data directory ${dataDir}.\n` +
        'Stop it first, or set another --data-dir.\n',
    );
    const sameNode = launchNode('node-01', join(dataDir, 'other'));
    expect(await sameNode.end()).toBe(1);
    expect(sameNode.said).toEqual({
      stdout: '',
      stderr:
        'Error: Another agent is running for node node-01 on this message bus.\n' +
        'Stop the other agent first, or set another --node for this one.\n',
    });
    expect(await inspect()).toEqual([]);
  });

  test('runs several nodes of a fleet file, which may be YAML', async () => {
    const file = join(dataDir, 'fleet.yaml');
    const [first, ...others] = defaultFleet().nodes.map((node) => `  - ${JSON.stringify(node)}\n`);
    const pools = JSON.stringify(defaultFleet().storage_pools);
    writeFileSync(file, `# ours\nnodes:\n${first}${others.join('')}storage_pools: ${pools}\n`);
    const agent = launch(['--fleet', file, '--nodes', 'node-03,node-05']);
    expect(await agent.ready()).toMatch(/^node-03, node-05 on /);
    await command(ids('vm'), 'create', 'node-05');
    expect(await outcomes(1)).toEqual(['succeeded']);
    expect([await inspect('node-03'), await inspect('node-04')]).toEqual([[], 'unavailable']);
    expect(await agent.end('SIGTERM')).toBe(0);
  });

  test('waits for the bus and says so, works when it is there and when it is back', async () => {
    await nats.kill();
    const agent = launchNode('node-01');
    const impatient = launchNode('node-02', join(dataDir, 'other'));
    for (const { said } of [agent, impatient]) {
      await waitUntil('the agents to say that they wait', () =>
        said.stderr.includes('is unavailable: trying again') ? true : undefined,
      );
      expect(said.stderr).toMatch(/^Waiting: The message bus cannot be reached: /);
    }
    expect(await impatient.end('SIGHUP')).toBe(0);
    await nats.restart();
    await agent.ready();
    await nats.kill();
    await nats.restart();
    await waitUntil('the agent to be back', async () =>
      Array.isArray(await inspect()) ? true : undefined,
    );
    await command(ids('vm'), 'create');
    expect(await outcomes(1)).toEqual(['succeeded']);
    expect(await agent.end('SIGTERM')).toBe(0);
  });

  test('refuses wrong usage with code 2, and what it cannot open with code 1', async () => {
    const wrong = launch(['--node', 'node-01']);
    expect(await wrong.end()).toBe(2);
    expect(wrong.said.stderr).toMatch(/^Error: Several flags are wrong:\n {2}--zone: is missing\n/);
    writeFileSync(join(dataDir, 'node-01.db'), 'no database'.repeat(999));
    const broken = launchNode('node-01');
    expect(await broken.end()).toBe(1);
    expect(broken.said.stderr).toMatch(
      /^Error: The agent of node-01 cannot start: .*node-01\.db is damaged; .*not a database/m,
    );
  });
});
