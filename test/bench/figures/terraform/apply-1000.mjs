/**
 * The first apply of a thousand resources. Terraform writes its whole state after each of them, and
 * a VM has more to keep than the peer: what that alone takes says a peer whose state is as long.
 */
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { interleave } from '../../interleave.mjs';
import { ratioLine } from '../../make-line.mjs';
import { round } from '../../statistics.mjs';
import { configureTerraform } from '../../terraform-workspace.mjs';
import {
  createNovacronWorkspace,
  createPaddedPeerWorkspace,
  createPeerWorkspace,
} from '../../thousand-resources.mjs';

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
    const paddedMs = [];
    const times = await interleave({
      repetitions: REPETITIONS,
      ours: async () => {
        const { workspace, stop } = await createNovacronWorkspace(fresh('ours'));
        const durationMs = await workspace.apply();
        await stop();
        paddedMs.push(await createPaddedPeerWorkspace(fresh('padded')).apply());
        return durationMs;
      },
      peer: () => createPeerWorkspace(fresh('peer')).apply(),
      progress,
    });
    const ratios = times.ours.map((oursMs, index) => oursMs / paddedMs[index]);
    return {
      ...ratioLine(times, { peer: 'terraform_data', goal: 1.6 }),
      padded_peer_ms: round(median(paddedMs), 1),
      padded_ratio: round(median(ratios), 2),
    };
  },
};
