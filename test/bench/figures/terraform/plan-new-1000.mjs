/** A plan of a thousand VMs that do not exist yet: each is previewed, placed among the others. */
import { join } from 'node:path';
import { startCallCounter } from '../../count-calls.mjs';
import { interleave } from '../../interleave.mjs';
import { ratioLine } from '../../make-line.mjs';
import { configureTerraform } from '../../terraform-workspace.mjs';
import { createNovacronWorkspace, createPeerWorkspace } from '../../thousand-resources.mjs';

const REPETITIONS = 5;

export const figure = {
  name: 'plan-new-1000',
  summary: 'plan of 1,000 new VMs, each with its place, against 1,000 terraform_data',
  needsTerraform: true,
  measure: async ({ directory, env, progress }) => {
    configureTerraform(directory, env);
    const peer = createPeerWorkspace({ directory: join(directory, 'peer'), env });
    const ours = await createNovacronWorkspace({ directory: join(directory, 'ours'), env });
    const times = await interleave({
      repetitions: REPETITIONS,
      ours: ours.workspace.planNew,
      peer: peer.planNew,
      progress,
    });
    const counter = await startCallCounter(ours.url);
    await ours.at(counter.url).planNew();
    counter.stop();
    await ours.stop();
    return { ...ratioLine(times, { peer: 'terraform_data', goal: 6 }), ...counter.counts() };
  },
};
