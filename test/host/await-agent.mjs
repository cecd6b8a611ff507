/** Waits for the agent of a host, which has been started or restarted. */
import { runOk, waitFor } from './host-machine.mjs';

/** In software, and with others on the processors, an agent takes minutes to start. */
const READY_MS_MAX = 900_000;

const INVOCATION = 'systemctl show --value -p InvocationID novacron-agent';

/** The server and the key of its administrators, as the guide has them. */
const NODES = `cd /root
export NOVACRON_ENDPOINT=http://127.0.0.1:7480
export NOVACRON_API_KEY=$(cat /var/lib/novacron/admin.key)
novacron node list`;

/** @typedef {import('./guests-of-host.mjs').Host} Host */

/** @param {Host} host @returns {Promise<string>} names this start of the agent's service */
export async function invocationOf(host) {
  return (await runOk(host, INVOCATION)).trim();
}

/**
 * Waits until it says that it is ready and the server shows its node as ready: an agent that was
 * away for longer than it had announced is lost to the server until the next heartbeat.
 * @param {Host} host
 * @param {string} [earlier] - the start that is not meant
 */
export async function awaitAgent(host, earlier = '') {
  await waitFor('the agent to be ready', READY_MS_MAX, async () => {
    const id = await invocationOf(host);
    if (id === earlier || id === '') return false;
    const log = await runOk(host, `journalctl _SYSTEMD_INVOCATION_ID=${id} -o cat --no-pager`);
    return log.includes('is ready');
  });
  await awaitNode(host);
}

/** Waits until the server answers and shows the node of the host as ready. @param {Host} host */
export async function awaitNode(host) {
  await waitFor('the node to be ready', READY_MS_MAX, async () => {
    const { exitCode, output } = await host.run(NODES);
    return exitCode === 0 && /^host-1 .*\bready\b/m.test(output);
  });
}
