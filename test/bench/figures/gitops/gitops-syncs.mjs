/** Times of syncs of a GitOps application: the first one, and one without news. */
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { startServer } from '../../../demo/server.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { callServer, waitUntilFound } from '../../call-server.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { makeRepository } from '../../make-repository.mjs';

/** Programs start, compute and end; the rest is the disk's. */
const CPU_SHARE = 0.9;

const REPETITIONS = 5;

const MS_PER_S = 1000;

/** A typical application. */
const CONFIGURATION = `terraform {
  required_providers {
    novacron = {
      source = "novacron/novacron"
    }
  }
}

variable "prefix" {}

variable "block" {}

resource "novacron_network" "net" {
  name = "\${var.prefix}-net"
  cidr = var.block
}

resource "novacron_vm" "vm" {
  count      = 2
  name       = "\${var.prefix}-\${count.index}"
  cpu_cores  = 1
  memory_gb  = 1
  disk_gb    = 5
  network_id = novacron_network.net.id
}
`;

export const gitopsSync = {
  name: 'gitops-sync',
  summary: 'a sync that makes a network and two VMs, from the request to its record',
  needsTerraform: true,
  needs: ['git'],
  measure: (context) =>
    measureSyncs(context, {
      goal: 10,
      measureOne: async ({ create, sync }) => sync(await create()),
    }),
};

export const gitopsNoop = {
  name: 'gitops-noop',
  summary: 'a scheduled sync of a repository of files without news, which ends after its fetch',
  needsTerraform: true,
  needs: ['git'],
  measure: async (context) => {
    let synced;
    return measureSyncs(context, {
      goal: 1,
      measureOne: async ({ create, sync, poll }) => {
        if (synced === undefined) {
          synced = await create();
          await sync(synced);
        }
        return poll(synced);
      },
    });
  },
};

/**
 * Measures with a server and its own runner.
 * @param {{ goal: number, measureOne: Function }} of - the time of one, in seconds
 */
async function measureSyncs({ directory, env, progress }, { goal, measureOne }) {
  const repository = makeRepository(join(directory, 'repository'));
  repository.commit({ 'main.tf': CONFIGURATION });
  const calibration = createCalibration(directory, { cpuShare: CPU_SHARE });
  const server = await startServer({
    dataDir: join(directory, 'data'),
    env: { ...env, NOVACRON_RUNNER_ALLOW_PATH: join(directory, 'repository') },
    args: ['--runner'],
  });
  await waitUntilFound('the runner', async () => {
    const { items } = await callServer(server, 'runner.list', {});
    return items.find(({ status }) => status === 'ready');
  });
  await callServer(server, 'api_key.create', { name: 'deployer', role: 'operator' });
  const world = actionsOf(server, repository);
  const times = [];
  const steps = [];
  // The first one warms up.
  for (let at = 0; at <= REPETITIONS; at += 1) {
    calibration.sample();
    const execution = await measureOne(world);
    const took = secondsOf(execution);
    progress(`${at}/${REPETITIONS}: ${took} s: ${describeSteps(execution)}`);
    if (at > 0) times.push(took);
    steps.push(describeSteps(execution));
  }
  await server.stop();
  const figures = { value: median(times), unit: 's', goal, better: 'lower' };
  return {
    ...calibratedLine(figures, calibration.result()),
    steps: steps.at(-1),
    repetitions: REPETITIONS,
  };
}

function actionsOf(server, { url: repository }) {
  let applications = 0;
  const run = async (method, input) => {
    const { operation } = await callServer(server, method, input);
    return endOf(server, operation.id);
  };
  return {
    create: async () => {
      applications += 1;
      const name = `app-${applications}`;
      const given = { name, repository, run_as: 'deployer', target_revision: 'main' };
      const variables = { prefix: name, block: `10.0.${applications}.0/24` };
      const made = await callServer(server, 'gitops_application.create', { ...given, variables });
      return made.resource;
    },
    sync: ({ id }) => run('gitops_application.sync', { id }),
    poll: ({ workflow_id: id }) => run('workflow.run', { id }),
  };
}

function endOf(server, id) {
  return waitUntilFound('a sync to end', async () => {
    const execution = await callServer(server, 'execution.get', { id });
    if (execution.status === 'failed') throw new Error(JSON.stringify(execution.problem));
    return execution.status === 'succeeded' ? execution : undefined;
  });
}

function secondsOf({ created_at, finished_at }) {
  return (Date.parse(finished_at) - Date.parse(created_at)) / MS_PER_S;
}

function describeSteps({ steps }) {
  return steps
    .filter(({ ended_at }) => ended_at !== null)
    .map(({ id, started_at, ended_at }) => `${id} ${Date.parse(ended_at) - Date.parse(started_at)}`)
    .join(', ');
}
