/** The first apply of a thousand resources. Its goal is a later one. */
import { join } from 'node:path';
import { interleave } from '../interleave.mjs';
import { ratioLine } from '../make-line.mjs';
import { configureTerraform } from '../terraform-workspace.mjs';
import { createNovacronWorkspace, createPeerWorkspace } from '../thousand-resources.mjs';

const REPETITIONS = 3;

export const figure = {
  name: 'apply-1000',
  summary: 'apply of 1,000 new VMs, against 1,000 terraform_data',
  needsTerraform: true,
  measure: async ({ directory, env, progress }) => {
    configureTerraform(directory, env);
    let made = 0;
    const fresh = (name) => {
      made += 1;
      return { directory: join(directory, `${name}-${made}`), env };
    };
    const times = await interleave({
      repetitions: REPETITIONS,
      ours: async () => {
        const { workspace, stop } = await createNovacronWorkspace(fresh('ours'));
        const durationMs = await workspace.apply();
        await stop();
        return durationMs;
      },
      peer: () => createPeerWorkspace(fresh('peer')).apply(),
      progress,
    });
    return ratioLine(times, { peer: 'terraform_data', goal: 1.6 });
  },
};
