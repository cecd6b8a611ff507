/** Five thousand VMs: an empty plan, an apply of one more, and what the provider holds. */
import { join } from 'node:path';
import { startServer } from '../../demo/server.mjs';
import { interleave } from '../interleave.mjs';
import { ratioLine } from '../make-line.mjs';
import { seedVms, VM_BODY } from '../seed-vms.mjs';
import { round } from '../statistics.mjs';
import { configureTerraform, createWorkspace } from '../terraform-workspace.mjs';
import { watchPeak } from '../watch-peak.mjs';
import { writeState } from '../write-state.mjs';

const VMS = 5000;
const REPETITIONS = 3;
const PAGE = 1000;

export const figure = {
  name: 'plan-5000',
  summary: `no-op plan of ${VMS} VMs, against ${VMS} terraform_data`,
  needsTerraform: true,
  measure: async ({ directory, shared, env, progress }) => {
    const executable = configureTerraform(directory, env);
    const { dataDir, args } = await seedVms({ shared, vms: VMS, env, progress });
    const server = await startServer({ dataDir, env, args });
    const workspaceOf = (count) => createOurs({ directory, env, server, count });
    const ours = workspaceOf(VMS);
    writeState(join(directory, 'ours'), {
      ...{ type: 'novacron_vm', name: 'vm', provider: 'registry.terraform.io/novacron/novacron' },
      instances: await listVms(server),
    });
    const peer = createPeer({ directory, env });
    const watch = watchPeak(executable);
    const times = await interleave({
      repetitions: REPETITIONS,
      ours: ours.planNothing,
      peer: peer.planNothing,
      progress,
    });
    progress('applying one more');
    const apply_ms = await workspaceOf(VMS + 1).apply();
    const provider_peak_mb = round(watch.stop(), 0);
    await server.stop();
    const line = ratioLine(times, { peer: 'terraform_data', goal: 2.5 });
    return { ...line, apply_ms: round(apply_ms, 0), provider_peak_mb };
  },
};

function createOurs({ directory, env, server, count }) {
  const { cpu_cores, memory_gb, disk_gb } = VM_BODY;
  return createWorkspace({
    directory: join(directory, 'ours'),
    env: { ...env, NOVACRON_ENDPOINT: server.url, NOVACRON_API_KEY: server.apiKey },
    hcl: `terraform {
  required_providers {
    novacron = { source = "novacron/novacron" }
  }
}

resource "novacron_vm" "vm" {
  count     = ${count}
  name      = "vm-\${count.index + 1}"
  cpu_cores = ${cpu_cores}
  memory_gb = ${memory_gb}
  disk_gb   = ${disk_gb}
}
`,
  });
}

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
    ...{ type: 'terraform_data', name: 'peer', provider: 'terraform.io/builtin/terraform' },
    instances: Array.from({ length: VMS }, (_, index) => {
      const text = { value: `vm-${index}`, type: 'string' };
      return { id: `id-${index}`, input: text, output: text, triggers_replace: null };
    }),
  });
  return workspace;
}

/** All VMs in the order of their numbers. */
async function listVms({ url, apiKey }) {
  const headers = { authorization: `Bearer ${apiKey}` };
  const found = [];
  for (let cursor = ''; cursor !== null; ) {
    const from = cursor === '' ? '' : `&cursor=${cursor}`;
    const page = await (await fetch(`${url}/api/v2/vms?limit=${PAGE}${from}`, { headers })).json();
    found.push(...page.items);
    cursor = page.next_cursor;
  }
  const numberOf = ({ name }) => Number(name.slice('vm-'.length));
  return found.sort((left, right) => numberOf(left) - numberOf(right));
}
