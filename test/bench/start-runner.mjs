/** A server with a bus and an enrolled runner for a figure. It needs root, as runners do. */
import { makeRequest } from '@novacron/agent/identity/make-request';
import { startProcess, stopProcess } from '../demo/processes.mjs';
import { NOVACRON, startServer } from '../demo/server.mjs';
import { callServer, waitUntilFound } from './call-server.mjs';
import { startNatsServer } from './nats-server.mjs';

const RUNNER = 'runner-01';

/**
 * Starts all of them.
 * @param {{ directory: string, env: NodeJS.ProcessEnv }} place
 * @param {readonly string[]} flags - of the runner
 * @returns {Promise<{ server: Awaited<ReturnType<typeof startServer>>, log: () => string,
 *   stop: () => Promise<void> }>} `log` is what the runner has logged
 */
export async function startWithRunner({ directory, env }, flags) {
  const nats = await startNatsServer();
  const args = ['--bus', nats.url];
  const server = await startServer({ dataDir: `${directory}/data`, env, args });
  const { secret: token } = await callServer(server, 'enrollment.create', { runner: RUNNER });
  const { requestPem: request } = await makeRequest(RUNNER);
  await callServer(server, 'enrollment.redeem', { token, runner: RUNNER, request });
  const place = ['--bus', nats.url, '--data-dir', `${directory}/runner`];
  const words = [NOVACRON, 'runner', '--name', RUNNER, ...place, ...flags];
  const child = startProcess(process.execPath, words, { env });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log += text;
  });
  await waitUntilFound('the runner to be registered', async () => {
    const { items } = await callServer(server, 'runner.list', {});
    if (items[0] === undefined && child.exitCode !== null) throw new Error(log);
    return items[0];
  });
  return {
    server,
    log: () => log,
    stop: async () => {
      await stopProcess(child);
      await server.stop();
      await nats.remove();
    },
  };
}
