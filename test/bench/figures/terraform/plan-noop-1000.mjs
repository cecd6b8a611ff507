/** A plan that finds nothing to do, refresh included: what people run most. */
import { join } from 'node:path';
import { startCallCounter } from '../../count-calls.mjs';
import { interleave } from '../../interleave.mjs';
import { ratioLine } from '../../make-line.mjs';
import { configureTerraform } from '../../terraform-workspace.mjs';
import { createNovacronWorkspace, createPeerWorkspace } from '../../thousand-resources.mjs';

const REPETITIONS = 7;

export const figure = {
  name: 'plan-noop-1000',
  summary: 'no-op plan of 1,000 VMs, against 1,000 terraform_data',
  needsTerraform: true,
  measure: async ({ directory, env, progress }) => {
    configureTerraform(directory, env);
    const peer = createPeerWorkspace({ directory: join(directory, 'peer'), env });
    const ours = await createNovacronWorkspace({ directory: join(directory, 'ours'), env });
    progress('applying both once');
    await peer.apply();
    await ours.workspace.apply();
    const times = await interleave({
      repetitions: REPETITIONS,
      ours: ours.workspace.planNothing,
      peer: peer.planNothing,
      progress,
    });
    const counts = await countCalls(ours);
    await ours.stop();
    return { ...ratioLine(times, { peer: 'terraform_data', goal: 2.5 }), ...counts };
  },
};

/** One more plan, not timed, through a proxy that counts. */
async function countCalls(ours) {
  const counter = await startCallCounter(ours.url);
  await ours.at(counter.url).planNothing();
  counter.stop();
  return counter.counts();
}
