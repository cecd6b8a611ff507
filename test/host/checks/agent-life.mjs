/** Agent restart, crash and upgrade. No guest notices. */
import { awaitAgent, invocationOf } from '../await-agent.mjs';
import { listGuests } from '../guests-of-host.mjs';
import { runOk } from '../host-machine.mjs';

/** Runs a command and compares the machines before and after; the agent has to be ready again. */
async function whileGuestsRun(host, command) {
  const before = await listGuests(host);
  if (before.length === 0 || before.some(({ status }) => status !== 'running')) {
    throw new Error(`no machine runs to begin with: ${JSON.stringify(before)}`);
  }
  const earlier = await invocationOf(host);
  await runOk(host, command);
  await awaitAgent(host, earlier);
  const [was, is] = [before, await listGuests(host)].map((machines) => JSON.stringify(machines));
  if (was !== is) throw new Error(`machines before: ${was}, after: ${is}`);
}

/** The release again: the packages restart server and agent. */
const UPGRADE = 'dpkg --install /opt/packages/novacron*.deb';

export const AGENT_LIFE = [
  {
    name: 'restart-agent',
    run: (host) => whileGuestsRun(host, 'systemctl restart novacron-agent'),
  },
  {
    name: 'kill-agent',
    run: (host) => whileGuestsRun(host, 'systemctl kill -s KILL novacron-agent'),
  },
  { name: 'upgrade', run: (host) => whileGuestsRun(host, UPGRADE) },
];
