/** A workspace whose VMs are in the state already: applying thousands would take hours. */
import { join } from 'node:path';
import { startServer } from '../demo/server.mjs';
import { seedVms, VM_BODY } from './seed-vms.mjs';
import { createWorkspace } from './terraform-workspace.mjs';
import { writeState } from './write-state.mjs';

const PAGE = 1000;

/**
 * Makes VMs, a server that has them, and Terraform's state of them.
 * @param {{ directory: string, shared: string, env: NodeJS.ProcessEnv, vms: number,
 * progress: (text: string) => void }} options - workspaces are made in the directory
 * @returns {Promise<{ workspaceOf: (count: number, more?: NodeJS.ProcessEnv) =>
 * ReturnType<typeof createWorkspace>, stop: () => Promise<number> }>} `workspaceOf` answers the
 * workspace with the configuration of the given number of VMs
 */
export async function createSeededWorkspace({ directory, shared, env, vms, progress }) {
  const { dataDir, args } = await seedVms({ shared, vms, env, progress });
  const server = await startServer({ dataDir, env, args });
  const ours = join(directory, 'ours');
  const reach = { NOVACRON_ENDPOINT: server.url, NOVACRON_API_KEY: server.apiKey };
  const workspaceOf = (count, more = {}) =>
    createWorkspace({ directory: ours, env: { ...env, ...reach, ...more }, hcl: hclOf(count) });
  workspaceOf(vms);
  writeState(ours, {
    type: 'novacron_vm',
    name: 'vm',
    provider: 'registry.terraform.io/novacron/novacron',
    instances: await listVms(server),
  });
  return { workspaceOf, stop: server.stop };
}

function hclOf(count) {
  const { cpu_cores, memory_gb, disk_gb } = VM_BODY;
  return `terraform {
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
`;
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
