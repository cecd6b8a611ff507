/** A server with its own runner, as a process that can be killed, and applications that sync. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@novacron/contract/client/client';
import type { ApprovalId, GitopsApplicationId, OperationId } from '@novacron/contract/ids';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import type { Result } from '@novacron/contract/result';
import { createHttpCarrier } from '@novacron/testing/http-carrier';
import { waitUntil } from '@novacron/testing/wait-until';
import { TEST_UID } from '../../../../server/runner/src/test-kit/run-for-test.ts';
import { findTerraform } from '../../../support/services/find-terraform.ts';
import { findFreePort } from '../../../support/services/own-process.ts';
import { clientOf } from '../../test-kit/live-client.ts';
import { type ServerProcess, startServerProcess } from '../../test-kit/start-server-process.ts';
import type { Call } from '../../test-kit/world.ts';

/** What syncs run as. */
const RUN_AS = 'deployer';

/** A person who has not started the syncs. */
const APPROVER = 'grace';

/** Allowed of the runner. */
export interface Reach {
  /** Git servers, as HOST:PORT. */
  readonly hosts?: readonly string[];
  /** Directories of repositories. */
  readonly paths?: readonly string[];
}

/** A server, who calls it, and what can happen to it. */
export interface SyncWorld {
  /** Calls as the admin, or as the person who approves. */
  readonly call: Call;
  readonly approver: Call;
  /** Starts the server, again after a kill. */
  readonly start: () => Promise<void>;
  /** As a power cut: the runner and its commands end with it. */
  readonly kill: () => Promise<void>;
  /** Kills the runner alone, and waits until the server has started another one. */
  readonly killRunner: () => Promise<void>;
  /** Locks a state of Terraform, as a run does that is killed later. */
  readonly lockState: (name: string, lockId: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** The value of an answer. @throws the words of a refusal */
export function must<T>(answer: Result<T, Problem>): T {
  if (!answer.ok) throw new Error(`${answer.error.detail} ${answer.error.remedy}`);
  return answer.value;
}

/** Opens one, with the key that syncs run as. */
export async function openSyncWorld({ hosts = [], paths = [] }: Reach): Promise<SyncWorld> {
  findTerraform();
  const dataDir = mkdtempSync(join(tmpdir(), 'novacron-syncs-'));
  // Steps read repositories as another user.
  for (const path of paths) chmodSync(path, 0o755);
  const env = {
    NOVACRON_RUNNER_FIRST_UID: `${TEST_UID}`,
    NOVACRON_RUNNER_PLACES: '2',
    NOVACRON_RUNNER_LABEL: 'purpose=gitops',
    ...(hosts.length > 0 ? { NOVACRON_RUNNER_ALLOW_HOST: hosts.join(',') } : {}),
    ...(paths.length > 0 ? { NOVACRON_RUNNER_ALLOW_PATH: paths.join(',') } : {}),
  };
  // A saved plan names the address of the state.
  const listen = ['--listen', `127.0.0.1:${await findFreePort()}`];
  let server: ServerProcess | undefined;
  let secret = '';
  let callers: { readonly call: Call; readonly approver: Call } | undefined;
  const start = async () => {
    server = await startServerProcess(dataDir, ['--runner', ...listen], env);
    const call = clientOf(server.url, dataDir);
    await waitUntil('the runner', async () => {
      const { items } = must(await call('runner.list', {}));
      return items.some(({ status }) => status === 'ready') || undefined;
    });
    if (secret === '') {
      must(await call('api_key.create', { name: RUN_AS, role: 'operator', person: 'robot' }));
      const role = 'admin';
      ({ secret } = must(await call('api_key.create', { name: APPROVER, role, person: APPROVER })));
    }
    callers = { call, approver: createClient(createHttpCarrier(server.url, secret)).call };
  };
  const calls = () => {
    if (callers === undefined) throw new Error('the server is not started');
    return callers;
  };
  await start();
  return {
    call: (...given) => calls().call(...given),
    approver: (...given) => calls().approver(...given),
    start,
    kill: async () => {
      await server?.kill();
      await waitUntil('the runner to end', () => findRunner(dataDir) === undefined || undefined);
    },
    killRunner: async () => {
      const first = findRunner(dataDir) ?? 0;
      process.kill(first, 'SIGKILL');
      await waitUntil('another runner', () => {
        const pid = findRunner(dataDir);
        return pid !== undefined && pid !== first ? true : undefined;
      });
    },
    lockState: async (name, lockId) => {
      const answer = await fetch(`${server?.url}/terraform-states/${name}`, {
        method: 'LOCK',
        headers: { authorization: `Bearer ${secret}` },
        body: JSON.stringify({ ID: lockId, Operation: 'OperationTypeApply', Who: 'ann@host' }),
      });
      if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    },
    close: async () => {
      await server?.kill();
      await waitUntil('the runner to end', () => findRunner(dataDir) === undefined || undefined);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The process of the runner: its variables name the data directory. */
function findRunner(dataDir: string): number | undefined {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      const variables = readFileSync(`/proc/${pid}/environ`, 'utf8');
      return words[2] === 'runner' && variables.includes(`_DATA_DIR=${dataDir}/`);
    } catch {
      return false;
    }
  });
  return found === undefined ? undefined : Number(found);
}

/** An application, and its syncs. */
export interface SyncedApplication {
  readonly id: GitopsApplicationId;
  readonly show: () => ReturnType<typeof showApplication>;
  /** Starts a sync. */
  readonly begin: (of?: Omit<InputOf<'gitops_application.sync'>, 'id'>) => Promise<OperationId>;
  /** Waits for the end of an execution. */
  readonly end: (id: OperationId) => ReturnType<typeof endExecution>;
  /** Waits until a step of an execution is in a status. */
  readonly reach: (id: OperationId, step: string, status: string) => Promise<void>;
  /** A sync from beginning to end. */
  readonly sync: (
    of?: Omit<InputOf<'gitops_application.sync'>, 'id'>,
  ) => ReturnType<typeof endExecution>;
  /** Waits until an execution asks people. */
  readonly asked: (id: OperationId) => Promise<ApprovalId>;
}

type Fields = Omit<InputOf<'gitops_application.create'>, 'run_as' | 'run_on'>;

/** Creates an application, whose use of the key the admin authorizes with that. */
export async function createApplication(
  world: SyncWorld,
  fields: Fields,
): Promise<SyncedApplication> {
  const given = { run_as: RUN_AS, run_on: { purpose: 'gitops' }, target_revision: 'main' };
  const made = must(await world.call('gitops_application.create', { ...given, ...fields }));
  const { id } = made.resource;
  const begin: SyncedApplication['begin'] = async (of = {}) =>
    must(await world.call('gitops_application.sync', { id, ...of })).operation.id;
  const end: SyncedApplication['end'] = (execution) => endExecution(world, execution);
  return {
    id,
    show: () => showApplication(world, id),
    begin,
    end,
    reach: (execution, step, status) => reachStep(world, { execution, step, status }),
    sync: async (of) => end(await begin(of)),
    asked: (execution) =>
      waitUntil('people to be asked', async () => {
        const input = { subject_id: [execution], status: ['pending' as const] };
        return must(await world.call('approval.list', input)).items[0]?.id;
      }),
  };
}

async function showApplication({ call }: SyncWorld, id: GitopsApplicationId) {
  return must(await call('gitops_application.get', { id }));
}

/** A sync waits for a minute where another run has the state locked. */
const SYNC_WAIT = { timeoutMs: 150_000 };

/** An execution at its end, with the outputs, messages and results of its steps by name. */
async function endExecution({ call }: SyncWorld, id: OperationId) {
  const { status, steps } = await waitUntil(
    'the sync to end',
    async () => {
      const execution = must(await call('execution.get', { id }));
      return execution.finished_at === null ? undefined : execution;
    },
    SYNC_WAIT,
  );
  const results = Object.fromEntries(steps.map((step) => [step.id, step.status]));
  const outputs = Object.fromEntries(steps.map((step) => [step.id, step.outputs]));
  const failed = steps.find((step) => step.status === 'failed');
  if (failed === undefined) return { id, status, results, outputs, reason: '' };
  // Nothing is known of what a command has printed whose runner is gone.
  const shown = await call('execution.logs', { id, step: failed.id });
  const text = shown.ok ? shown.value.text : '';
  return { id, status, results, outputs, reason: `${failed.message}: ${text}` };
}

async function reachStep(
  { call }: SyncWorld,
  wanted: { readonly execution: OperationId; readonly step: string; readonly status: string },
): Promise<void> {
  await waitUntil(`${wanted.step} to be ${wanted.status}`, async () => {
    const { steps } = must(await call('execution.get', { id: wanted.execution }));
    const step = steps.find(({ id }) => id === wanted.step);
    return step?.status === wanted.status || undefined;
  });
}

/** Names and memory of all VMs. */
export async function listVms({ call }: SyncWorld): Promise<readonly string[]> {
  const { items } = must(await call('vm.list', {}));
  return items.map(({ name, memory_gb }) => `${name} ${memory_gb}`).sort();
}

/** A configuration with VMs of a size, and what else belongs to it. */
export function configurationOf(vms: Readonly<Record<string, number>>): string {
  const resources = Object.entries(vms).map(
    ([name, memory]) => `
resource "novacron_vm" "${name}" {
  name      = "\${var.prefix}${name}"
  cpu_cores = 1
  memory_gb = ${memory}
  disk_gb   = 5
}
`,
  );
  return `terraform {
  required_providers {
    novacron = {
      source = "novacron/novacron"
    }
  }
}

variable "prefix" {
  default = ""
}
${resources.join('')}`;
}
