/** CPU of the server for scheduled syncs of many applications whose repositories have no news. */
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeId } from '@novacron/contract/ids';
import { openSqliteStore } from '../../../../server/dist/adapters/store/sqlite/open-sqlite-store.js';
import { startServer } from '../../../demo/server.mjs';
import { createCalibration } from '../../calibrate.mjs';
import { callServer, waitUntilFound } from '../../call-server.mjs';
import { calibratedLine } from '../../make-line.mjs';
import { readCpuMs } from '../../read-cpu-ms.mjs';
import { round } from '../../statistics.mjs';

const APPLICATIONS = 200;

/** Interval that the figure is about, and the shorter one that is measured. Unit: ms. */
const INTERVAL_MS = 180_000;
const MEASURED = { every: '1m', ms: 60_000 };

/** The server is at rest by then. Unit: ms. */
const SETTLE_MS = 10_000;

const PERCENT = 100;
const CPU_SHARE = 1;
const COMMIT = '1'.repeat(40);

export const gitopsPolls = {
  name: 'gitops-polls',
  summary: `share of a core for ${APPLICATIONS} HTTPS repositories, each asked every 3 minutes`,
  measure: async ({ directory, env, progress }) => {
    const dataDir = join(directory, 'data');
    const git = await startRefs();
    const calibration = createCalibration(directory, { cpuShare: CPU_SHARE, clock: 'cpu' });
    const args = ['--egress-hosts', `127.0.0.1:${git.port}`];
    let server = await startServer({ dataDir, env, args });
    await wait(SETTLE_MS);
    const idleMs = await measureCpu(server);
    await callServer(server, 'api_key.create', { name: 'deployer', role: 'operator' });
    const applications = await createApplications(server, git.port);
    await server.stop();
    await pretendSyncs(dataDir, applications);
    server = await startServer({ dataDir, env, args });
    progress('waiting for the first polls');
    await waitUntilFound('each to be asked', () => git.asked() >= APPLICATIONS || undefined);
    calibration.sample();
    const before = git.asked();
    const cpuMs = await measureCpu(server);
    const polls = git.asked() - before;
    calibration.sample();
    const { items } = await callServer(server, 'operation.list', { status: 'running' });
    if (items.length > 0) throw new Error('a sync was started although there was no news');
    await server.stop();
    git.stop();
    const perPollMs = Math.max(0, cpuMs - idleMs) / polls;
    progress(`${polls} polls, ${round(perPollMs, 2)} ms of CPU each`);
    const value = (PERCENT * perPollMs * APPLICATIONS) / INTERVAL_MS;
    const figures = { value, unit: '% of a core', goal: 20, better: 'lower' };
    const line = calibratedLine(figures, calibration.result());
    return { ...line, value: round(value, 2), poll_cpu_ms: round(perPollMs, 2), polls };
  },
};

/** A Git server as far as polls ask it: every branch is at the same commit. */
async function startRefs() {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    const refs = `${COMMIT} refs/heads/main\n`;
    const line = `${(refs.length + 4).toString(16).padStart(4, '0')}${refs}`;
    response.end(`001e# service=git-upload-pack\n0000${line}0000`);
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: server.address().port,
    asked: () => asked,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function createApplications(server, port) {
  const applications = [];
  for (let at = 0; at < APPLICATIONS; at += 1) {
    const { resource } = await callServer(server, 'gitops_application.create', {
      name: `app-${at}`,
      repository: `http://127.0.0.1:${port}/app-${at}.git`,
      target_revision: 'main',
      run_as: 'deployer',
      automatic: true,
      poll_every: MEASURED.every,
    });
    applications.push(resource);
  }
  return applications;
}

/** Stores a sync of each application, as it is when it has ended: no runner is part of a poll. */
async function pretendSyncs(dataDir, applications) {
  const store = await openSqliteStore({ path: join(dataDir, 'novacron.db') });
  if (!store.ok) throw new Error(store.error.detail);
  const nowMs = Date.now();
  for (const { tenant_id, workflow_id } of applications) {
    const id = makeId('op', nowMs, crypto.getRandomValues(new Uint8Array(10)));
    const done = await store.value.commit([
      {
        kind: 'put',
        into: 'operations',
        row: {
          ...OPERATION,
          id,
          tenant_id,
          target_id: workflow_id,
          created_at_ms: nowMs,
          finished_at_ms: nowMs,
        },
      },
      {
        kind: 'put',
        into: 'execution_steps',
        row: { ...FETCHED, id: `${id}/fetch#1`, tenant_id, execution_id: id, at_ms: nowMs },
      },
    ]);
    if (!done.ok) throw new Error(done.error.detail);
  }
  await store.value.close();
}

const OPERATION = {
  kind: 'workflow.run',
  target_kind: 'workflow',
  target_name: 'gitops',
  status: 'succeeded',
  definition_json: '{}',
  problem_json: null,
  created_by: 'admin',
  owner: null,
  fence: 0,
  wake_at_ms: null,
};

const FETCHED = {
  step: 'fetch',
  operation_id: null,
  result: 'succeeded',
  outputs_json: JSON.stringify({ commit: COMMIT, changed: true }),
  order_json: null,
  sender_json: null,
};

async function measureCpu(server) {
  const startMs = readCpuMs(server.pid);
  await wait(MEASURED.ms);
  return readCpuMs(server.pid) - startMs;
}
