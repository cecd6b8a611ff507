/** Time that a slow connection to the server adds to a plan: little, because calls are few. */
import { join } from 'node:path';
import { startCallCounter } from '../../count-calls.mjs';
import { interleave } from '../../interleave.mjs';
import { ratioLine } from '../../make-line.mjs';
import { configureTerraform } from '../../terraform-workspace.mjs';
import { createNovacronWorkspace } from '../../thousand-resources.mjs';

const REPETITIONS = 7;
const LATENCY_MS = 50;

export const figure = {
  name: 'plan-latency-1000',
  summary: `no-op plan of 1,000 VMs with ${LATENCY_MS} ms for each request, against one without`,
  needsTerraform: true,
  measure: async ({ directory, env, progress }) => {
    configureTerraform(directory, env);
    const ours = await createNovacronWorkspace({ directory: join(directory, 'ours'), env });
    progress('applying once');
    await ours.workspace.apply();
    const slow = await startCallCounter(ours.url, { delayMs: LATENCY_MS });
    const fast = await startCallCounter(ours.url);
    const times = await interleave({
      repetitions: REPETITIONS,
      ours: ours.at(slow.url).planNothing,
      peer: ours.at(fast.url).planNothing,
      progress,
    });
    const requests = slow.counts().requests / REPETITIONS;
    for (const { stop } of [slow, fast]) stop();
    await ours.stop();
    return { ...ratioLine(times, { peer: 'the plan without', goal: 1.3 }), requests };
  },
};
