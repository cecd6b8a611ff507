/** Five thousand VMs: an empty plan, an apply of one more, and what the provider holds. */
import { join } from 'node:path';
import { interleave } from '../../interleave.mjs';
import { ratioLine } from '../../make-line.mjs';
import { createSeededWorkspace } from '../../seeded-workspace.mjs';
import { round } from '../../statistics.mjs';
import { configureTerraform, createWorkspace } from '../../terraform-workspace.mjs';
import { watchPeak } from '../../watch-peak.mjs';
import { writeState } from '../../write-state.mjs';

const VMS = 5000;

/** Both plans take minutes where others use the machine as well. */
const REPETITIONS = 1;

export const figure = {
  name: 'plan-5000',
  summary: `no-op plan of ${VMS} VMs, against ${VMS} terraform_data`,
  needsTerraform: true,
  measure: async ({ directory, shared, env, progress }) => {
    const executable = configureTerraform(directory, env);
    const seeded = await createSeededWorkspace({ directory, shared, env, vms: VMS, progress });
    const ours = seeded.workspaceOf(VMS);
    const peer = createPeer({ directory, env });
    const watch = watchPeak(executable);
    const times = await interleave({
      repetitions: REPETITIONS,
      ours: ours.planNothing,
      peer: peer.planNothing,
      progress,
    });
    progress('applying one more');
    const apply_ms = await seeded.workspaceOf(VMS + 1).apply();
    const provider_peak_mb = round(watch.stop(), 0);
    await seeded.stop();
    const line = ratioLine(times, { peer: 'terraform_data', goal: 2.5 });
    return { ...line, apply_ms: round(apply_ms, 0), provider_peak_mb };
  },
};

function createPeer({ directory, env }) {
  const workspace = createWorkspace({
    directory: join(directory, 'peer'),
    env,
    hcl: `resource "terraform_data" "peer" {
  count = ${VMS}
  input = "vm-\${count.index}"
}
`,
  });
  writeState(join(directory, 'peer'), {
    type: 'terraform_data',
    name: 'peer',
    provider: 'terraform.io/builtin/terraform',
    instances: Array.from({ length: VMS }, (_, index) => {
      const text = { value: `vm-${index}`, type: 'string' };
      return { id: `id-${index}`, input: text, output: text, triggers_replace: null };
    }),
  });
  return workspace;
}
