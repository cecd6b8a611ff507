/** Delay until the server can return an event of a playbook. */
import { callServer } from '../../call-server.mjs';
import { startWithRunner } from '../../start-runner.mjs';
import { percentile, round } from '../../statistics.mjs';

const TASKS = 40;
const GOAL_MS = 200;

/** Interval between reads of the log. Unit: ms. */
const READ_MS = 20;

const LINES = Array.from(
  { length: TASKS },
  (_, task) => `    - { name: t${task}, ansible.builtin.ping: }\n`,
);

const PLAYBOOK = `- hosts: localhost
  gather_facts: false
  tasks:
${LINES.join('')}`;

const TEXT = 'name: events\nsteps:\n  - { id: play, ansible: site.yml }\n';

export const figure = {
  name: 'ansible-events',
  summary: `p99 from an event of Ansible to the log of the execution, ${TASKS} tasks`,
  measure: async ({ directory, env }) => {
    const { server, stop } = await startWithRunner({ directory, env }, ['--network', 'open']);
    const files = [{ path: 'site.yml', text: PLAYBOOK }];
    const { resource } = await callServer(server, 'workflow.create', { text: TEXT, files });
    const { operation } = await callServer(server, 'workflow.run', { id: resource.id });
    const delays = await readDelays(server, operation.id);
    await stop();
    const value = round(percentile(delays, 0.99), 0);
    return {
      value,
      unit: 'ms',
      goal: GOAL_MS,
      better: 'lower',
      ok: value < GOAL_MS,
      p50_ms: round(percentile(delays, 0.5), 0),
      repetitions: delays.length,
    };
  },
};

/** From the moment that an event names to that at which it was first read. Unit: ms. */
async function readDelays(server, id) {
  const delays = [];
  for (;;) {
    const lines = await readLines(server, id);
    const nowMs = Date.now();
    for (const line of lines.slice(delays.length)) delays.push(nowMs - JSON.parse(line).at_ms);
    if (lines.at(-1)?.includes('"event": "end"')) return delays;
    const { status, problem } = await callServer(server, 'execution.get', { id });
    if (status !== 'running' && status !== 'succeeded') throw new Error(JSON.stringify(problem));
    await new Promise((resolve) => {
      setTimeout(resolve, READ_MS);
    });
  }
}

/** Whole lines; none before the step has begun. */
async function readLines(server, id) {
  try {
    const { text } = await callServer(server, 'execution.logs', { id, step: 'play' });
    return text.split('\n').slice(0, -1);
  } catch {
    return [];
  }
}
