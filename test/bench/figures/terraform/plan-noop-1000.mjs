/** A plan that finds nothing to do, refresh included: what people run most. */
import { join } from 'node:path';
import { startCallCounter } from '../../count-calls.mjs';
import { interleave } from '../../interleave.mjs';
import { ratioLine } from '../../make-line.mjs';
import { configureTerraform } from '../../terraform-workspace.mjs';
import {
  createNovacronWorkspace,
  createPeerWorkspace,
  NETWORKS_HCL,
} from '../../thousand-resources.mjs';

const REPETITIONS = 7;
const PEER = 'terraform_data';

export const figure = {
  name: 'plan-noop-1000',
  summary: 'no-op plan of 1,000 VMs, and of 1,000 networks, against 1,000 terraform_data',
  needsTerraform: true,
  measure: async ({ directory, env, progress }) => {
    configureTerraform(directory, env);
    const peer = createPeerWorkspace({ directory: join(directory, 'peer'), env });
    const vms = await createNovacronWorkspace({ directory: join(directory, 'vms'), env });
    const networks = await createNovacronWorkspace({
      directory: join(directory, 'networks'),
      env,
      hcl: NETWORKS_HCL,
    });
    progress('applying all once');
    await peer.apply();
    for (const { workspace } of [vms, networks]) await workspace.apply();
    const measured = async ({ workspace }, goal) => {
      const rounds = { repetitions: REPETITIONS, ours: workspace.planNothing };
      const times = await interleave({ ...rounds, peer: peer.planNothing, progress });
      return ratioLine(times, { peer: PEER, goal });
    };
    const ofVms = await measured(vms, 2.3);
    const ofNetworks = await measured(networks, 2);
    const counts = await countCalls(vms);
    for (const { stop } of [vms, networks]) await stop();
    return { ...ofVms, networks: ofNetworks, ...counts };
  },
};

/** One more plan, not timed, through a proxy that counts. */
async function countCalls(ours) {
  const counter = await startCallCounter(ours.url);
  await ours.at(counter.url).planNothing();
  counter.stop();
  return counter.counts();
}
