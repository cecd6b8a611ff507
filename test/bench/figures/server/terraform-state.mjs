/** Cost of a state of Terraform on the server, against a file, and the memory of a large one. */
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { startServer } from '../../../demo/server.mjs';
import { interleave } from '../../interleave.mjs';
import { ratioLine } from '../../make-line.mjs';
import { readResidentMb } from '../../read-resident-mb.mjs';
import { round } from '../../statistics.mjs';

const MIB = 1_048_576;
const REPETITIONS = 9;
const RUNS_PER_REPETITION = 10;
const RATIO_GOAL = 15;

const LARGE_MIB = 63;
const MEMORY_MB_GOAL = 256;
const PROBE_MS = 10;

export const terraformStateWrite = {
  name: 'terraform-state-write',
  summary: 'lock, write and unlock of a state of 1 MiB, against a flushed write of a file',
  measure: async ({ directory, env, progress }) => {
    const server = await startServer({ dataDir: join(directory, 'data'), env });
    const path = join(directory, 'peer.tfstate');
    let serial = 0;
    const ours = () =>
      timeRuns(async () => {
        serial += 1;
        await writeState(server, stateOf(serial, MIB));
      });
    const peer = () => timeRuns(() => writeFile(path, stateOf(1, MIB)));
    await ours();
    const times = await interleave({ repetitions: REPETITIONS, ours, peer, progress });
    await server.stop();
    return { ...ratioLine(times, { peer: 'file', goal: RATIO_GOAL }), bytes: MIB };
  },
};

export const terraformStateMemory = {
  name: 'terraform-state-memory',
  summary: `memory that the write and the read of a state of ${LARGE_MIB} MiB take`,
  measure: async ({ directory, env, progress }) => {
    const server = await startServer({ dataDir: join(directory, 'data'), env });
    await writeState(server, stateOf(1, MIB));
    const beforeMb = readResidentMb(server.pid);
    let peakMb = beforeMb;
    const timer = setInterval(() => {
      peakMb = Math.max(peakMb, readResidentMb(server.pid));
    }, PROBE_MS);
    await writeState(server, stateOf(2, LARGE_MIB * MIB));
    const answer = await send(server, 'GET');
    for await (const part of answer.body) if (part.length === 0) throw new Error('an empty part');
    clearInterval(timer);
    await server.stop();
    const value = round(peakMb - beforeMb, 0);
    progress(`${round(beforeMb, 0)} MB before, ${round(peakMb, 0)} MB at most`);
    const goal = { goal: MEMORY_MB_GOAL, better: 'lower', ok: value <= MEMORY_MB_GOAL };
    return { value, unit: 'MB', ...goal };
  },
};

/** As many instances as fill a state, in the shape that Terraform writes. */
function stateOf(serial, bytes) {
  const instance = { schema_version: 0, attributes: { input: randomBytes(500).toString('hex') } };
  const resource = { mode: 'managed', type: 'terraform_data', name: 'x', instances: [instance] };
  const count = Math.floor(bytes / (JSON.stringify(resource).length + 1)) - 1;
  const resources = Array.from({ length: count }, () => resource);
  return JSON.stringify({
    version: 4,
    terraform_version: '1.11.4',
    serial,
    lineage: 'l',
    resources,
  });
}

async function writeState(server, content) {
  const lock = JSON.stringify({ ID: 'bench', Operation: 'OperationTypeApply', Who: 'bench' });
  await send(server, 'LOCK', lock);
  await send(server, 'POST', content, '?ID=bench');
  await send(server, 'UNLOCK', lock);
}

async function send({ url, apiKey }, method, body, query = '') {
  const headers = { authorization: `Bearer ${apiKey}` };
  const sent = { method, headers, ...(body === undefined ? {} : { body }) };
  const answer = await fetch(`${url}/terraform-states/bench${query}`, sent);
  if (!answer.ok) throw new Error(`${method}: ${answer.status} ${await answer.text()}`);
  return answer;
}

async function writeFile(path, content) {
  const file = await open(path, 'w');
  await file.writeFile(content);
  await file.sync();
  await file.close();
}

async function timeRuns(run) {
  const startedAtMs = performance.now();
  for (let at = 0; at < RUNS_PER_REPETITION; at += 1) await run();
  return performance.now() - startedAtMs;
}
