/**
 * The workflows and runbooks of `examples/automation` as they are, on a bench. One receiver stands
 * in the place of every host that they call: the host is the first part of the path there.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { afterEach, beforeEach } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import type { Workflow } from '@novacron/contract/automation/workflow';
import type { OperationId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import { readDefinition } from '@novacron/engine/automation/workflows/read-definition';
import type { AppSettings } from '@novacron/server/app/composition/deps';
import { waitUntil } from '@novacron/testing/wait-until';
import type { Bench, BenchOptions, CallAs } from '../../test-kit/start-bench.ts';
import { makeVm, useBench } from '../../test-kit/use-bench.ts';

/** Path of the library. */
export const LIBRARY = join(__dirname, '../../../../examples/automation');

/** The token that every secret of the library stands for. */
export const TOKEN = 'correct-horse-battery';

const HOST = /https:\/\/([a-z0-9.-]+\.example\.com)/g;

/** A request as the receiver got it: method, host and path, and the JSON of its body. */
export interface Received {
  readonly what: string;
  readonly body: unknown;
  readonly authorization: string | undefined;
}

/** Response of the receiver: status and body. */
export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
}

type Inputs = Execution['inputs'];

/** The library on the bench of the running test. */
export interface Library {
  readonly bench: () => Bench;
  readonly received: () => readonly Received[];
  /** Decides what requests are answered from now on; without it all succeed. */
  readonly answer: (to: (what: string) => Answer | undefined) => void;
  /** Stores a file, with the secrets and the channels that it names. */
  readonly store: (name: string) => Promise<Workflow>;
  /** Stores a file and starts it. */
  readonly start: (name: string, inputs: Inputs, as?: CallAs) => Promise<OperationId>;
  readonly endOf: (id: OperationId) => Promise<Execution>;
  /** Stores a file and runs it to its end. */
  readonly run: (name: string, inputs: Inputs) => Promise<Execution>;
  /** Waits until an execution asks, and votes as an admin who has not started it. */
  readonly vote: (id: OperationId, vote: 'approve' | 'deny') => Promise<void>;
  /** Makes VMs that run, of two cores and 4 GB. */
  readonly makeVms: (...names: readonly string[]) => Promise<readonly Vm[]>;
  readonly vmOf: (id: Vm['id']) => Promise<Vm>;
  readonly vmNames: () => Promise<readonly string[]>;
}

/** Returns the step statuses of an execution, one line per item. */
export function statusesOf({ steps }: Execution): readonly string[] {
  return steps.map(({ id, status }) => `${id} ${status}`);
}

/** Gives each test of a file a bench with the library. */
export function useLibrary(options: BenchOptions = {}): Library {
  const hosts: AppSettings['egressHosts'][number][] = [];
  const bench = useBench({ ...options, egressHosts: hosts });
  const requests = useReceiver(hosts);

  async function store(name: string): Promise<Workflow> {
    const text = readFileSync(join(LIBRARY, `${name}.yaml`), 'utf8').replaceAll(
      HOST,
      `http://${requests.host()}/$1`,
    );
    await makeNamed(bench(), { text, name, host: requests.host() });
    return (await bench().expectOk('workflow.create', { text })).resource;
  }

  async function start(name: string, inputs: Inputs, as?: CallAs): Promise<OperationId> {
    const { id } = await store(name);
    return (await bench().expectOk('workflow.run', { id, inputs }, as)).operation.id;
  }

  async function endOf(id: OperationId): Promise<Execution> {
    await bench().end({ id });
    return bench().expectOk('execution.get', { id });
  }

  return {
    bench,
    received: requests.received,
    answer: requests.answer,
    store,
    start,
    endOf,
    run: async (name, inputs) => endOf(await start(name, inputs)),
    vote: (id, vote) => voteOn(bench(), id, vote),
    makeVms: async (...names) => {
      const made: Vm[] = [];
      for (const name of names) made.push(await makeVm(bench(), { name }));
      return made;
    },
    vmOf: (id) => bench().expectOk('vm.get', { id }),
    vmNames: async () => {
      const { items } = await bench().expectOk('vm.list', {});
      return items.map(({ name }) => name).toSorted();
    },
  };
}

function useReceiver(hosts: AppSettings['egressHosts'][number][]) {
  let receiver: Server;
  let received: Received[] = [];
  let answer: (what: string) => Answer | undefined = () => undefined;

  const host = (): string => {
    const address = receiver.address();
    if (address === null || typeof address === 'string') throw new Error('the receiver listens');
    return `127.0.0.1:${address.port}`;
  };

  beforeEach(async () => {
    received = [];
    answer = () => undefined;
    receiver = createServer(async (request, response) => {
      const text = await readText(request);
      const what = `${request.method} ${request.url?.slice(1)}`;
      const { authorization } = request.headers;
      received.push({ what, body: text === '' ? null : JSON.parse(text), authorization });
      const { status = 200, body = {} } = answer(what) ?? {};
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
    await once(receiver.listen(0, '127.0.0.1'), 'listening');
    hosts.splice(0, hosts.length, { tenantId: undefined, host: host() });
  });

  afterEach(async () => {
    receiver.closeAllConnections();
    await once(receiver.close(), 'close');
  });

  return {
    host,
    received: () => received,
    answer: (to: typeof answer) => {
      answer = to;
    },
  };
}

/** Makes the secrets and the channels that a definition names. */
async function makeNamed(
  { expectOk }: Bench,
  { text, name, host }: { readonly text: string; readonly name: string; readonly host: string },
): Promise<void> {
  const read = readDefinition(text);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  const { steps, triggers = [] } = read.value.definition;
  const actions = steps.flatMap((step) => [step, ...(step.compensate ? [step.compensate] : [])]);
  // That of a request is the whole header; that of a webhook is what senders have.
  const secrets = new Map([
    ...actions.flatMap((action) => Object.values(action.secrets ?? {})).map(withValue(HEADER)),
    ...triggers.flatMap(({ webhook }) => webhook?.secrets ?? []).map(withValue(TOKEN)),
  ]);
  const allowed = { workflows: [name], hosts: [host] };
  for (const [secret, value] of secrets) {
    await expectOk('secret.create', { name: secret, value, allowed });
  }
  const channels = new Set(actions.flatMap(({ notify }) => (notify ? [notify.channel] : [])));
  for (const channel of channels) {
    await expectOk('notification_channel.create', {
      name: channel,
      type: 'webhook',
      url: `http://${host}/channels/${channel}`,
    });
  }
}

const HEADER = `Bearer ${TOKEN}`;

const withValue = (value: string) => (name: string) => [name, value] as const;

async function voteOn(bench: Bench, id: OperationId, vote: 'approve' | 'deny'): Promise<void> {
  await waitUntil('the execution to wait', async () => {
    await bench.advance(100);
    const [row] = await bench.store.read({ from: 'operations', where: { id } });
    return row?.owner === 'waiting' ? true : undefined;
  });
  const { items } = await bench.expectOk('approval.list', { subject_id: [id] });
  const asked = items.find(({ status }) => status === 'pending');
  if (asked === undefined) throw new Error(`${id} asks`);
  const { resource } = await bench.expectOk('api_key.create', {
    name: 'ann',
    role: 'admin',
    person: 'ann',
  });
  const { id: key, name, tenant_id: tenantId } = resource;
  const as = { principal: { id: key, name, role: 'admin', tenantId } };
  await bench.expectOk(`approval.${vote}`, { id: asked.id }, as);
}
