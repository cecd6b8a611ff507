/** From the start of the provider's process to its handshake, against a Node that does nothing. */

import { median } from 'simple-statistics';
import { createCertificate } from '../../../../provider/dist/goplugin/create-certificate.js';
import { startProcess } from '../../../demo/processes.mjs';
import { interleave } from '../../interleave.mjs';
import { ratioLine } from '../../make-line.mjs';
import { readResidentMb } from '../../read-resident-mb.mjs';
import { round } from '../../statistics.mjs';
import { copyProvider } from '../../terraform-workspace.mjs';

const REPETITIONS = 21;

/**
 * Cookie by which Terraform identifies itself to plugins; the value is part of its plugin protocol.
 */
const MAGIC_COOKIE = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';

export const figure = {
  name: 'provider-start',
  summary: 'provider start to handshake, against `node -e 0`',
  measure: async ({ directory, env, progress }) => {
    const executable = copyProvider(directory);
    const pluginEnv = {
      ...env,
      TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE,
      PLUGIN_PROTOCOL_VERSIONS: '5,6',
      // Any certificate will do as the client's: no client connects.
      PLUGIN_CLIENT_CERT: createCertificate(Date.now()).pem,
    };
    const sizes = [];
    const times = await interleave({
      repetitions: REPETITIONS,
      ours: () => timeToHandshake(executable, pluginEnv, (pid) => sizes.push(readResidentMb(pid))),
      peer: () => timeToExit(process.execPath, ['-e', '0'], env),
      progress,
    });
    const line = ratioLine(times, { peer: 'node -e 0', goal: 2 });
    return { ...line, resident_mb: round(median(sizes), 0) };
  },
};

function timeToHandshake(executable, env, onHandshake) {
  return new Promise((resolve, reject) => {
    const startedAtMs = performance.now();
    const child = startProcess(executable, [], { env });
    let durationMs;
    child.stdout.once('data', () => {
      durationMs = performance.now() - startedAtMs;
      onHandshake(child.pid);
      child.kill('SIGTERM');
    });
    child.stderr.resume();
    child.once('error', reject);
    child.once('close', () => {
      if (durationMs === undefined) reject(new Error('the provider ended without a handshake'));
      else resolve(durationMs);
    });
  });
}

function timeToExit(command, args, env) {
  return new Promise((resolve, reject) => {
    const startedAtMs = performance.now();
    const child = startProcess(command, args, { env });
    child.stdout.resume();
    child.stderr.resume();
    child.once('error', reject);
    child.once('exit', () => resolve(performance.now() - startedAtMs));
  });
}
