/** A thousand VMs or networks, and the peer: a thousand of Terraform's own `terraform_data`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServer } from '../demo/server.mjs';
import { createWorkspace } from './terraform-workspace.mjs';

const COUNT = 1000;

/** Holds the VMs below with room to spare, so that no placement has to search. */
const NODES = 60;
const NODES_PER_RACK = 5;
const RACKS_PER_ZONE = 4;

/** Padding that makes the peer's state as long as a VM's; it is stored twice. Unit: bytes. */
const PADDING_BYTES = 690;

/** @param {string} more - further lines of the input */
function peerHcl(more = '') {
  return `resource "terraform_data" "peer" {
  count = ${COUNT}
  input = {
    name      = format("vm-%04d", count.index)
    cpu_cores = 1 + count.index % 4
    memory_gb = 1 + count.index % 8
    disk_gb   = 10 + count.index % 3 * 10
    ${more}
  }
}
`;
}

const PROVIDER_HCL = `terraform {
  required_providers {
    novacron = { source = "novacron/novacron" }
  }
}

provider "novacron" {}
`;

const VMS_HCL = `${PROVIDER_HCL}
resource "novacron_vm" "vm" {
  count     = ${COUNT}
  name      = format("vm-%04d", count.index)
  cpu_cores = 1 + count.index % 4
  memory_gb = 1 + count.index % 8
  disk_gb   = 10 + count.index % 3 * 10
}
`;

/** Networks need nothing of the fleet and have few attributes: the least that a resource costs. */
export const NETWORKS_HCL = `${PROVIDER_HCL}
resource "novacron_network" "network" {
  count = ${COUNT}
  name  = format("network-%04d", count.index)
  cidr  = cidrsubnet("10.0.0.0/8", 16, count.index)
}
`;

/** Gives each server a data directory of its own. */
let startedServers = 0;

/** A workspace of the peer. */
export function createPeerWorkspace({ directory, env }) {
  return createWorkspace({ directory, hcl: peerHcl(), env });
}

/**
 * A workspace of the peer whose state is as long as that of as many VMs: Terraform writes all of it
 * after each resource.
 */
export function createPaddedPeerWorkspace({ directory, env }) {
  const padding = `padding   = "${'x'.repeat(PADDING_BYTES)}"`;
  return createWorkspace({ directory, hcl: peerHcl(padding), env });
}

/**
 * A workspace of ours with an empty server of its own.
 * @param {{ directory: string, env: NodeJS.ProcessEnv, hcl?: string }} options - `hcl` is a
 * thousand VMs if omitted
 * @returns {Promise<{ workspace: ReturnType<typeof createWorkspace>, url: string,
 * at: (url: string) => ReturnType<typeof createWorkspace>, stop: () => Promise<number> }>}
 * `at` answers the same workspace, reaching the server at another address
 */
export async function createNovacronWorkspace({ directory, env, hcl = VMS_HCL }) {
  const fleetFile = join(directory, '..', 'fleet.json');
  writeFileSync(fleetFile, JSON.stringify(fleet()));
  const dataDir = join(directory, '..', 'data', String(startedServers));
  startedServers += 1;
  const server = await startServer({ dataDir, env, args: ['--fleet', fleetFile] });
  const at = (url) =>
    createWorkspace({
      directory,
      hcl,
      env: { ...env, NOVACRON_ENDPOINT: url, NOVACRON_API_KEY: server.apiKey },
    });
  return { workspace: at(server.url), url: server.url, at, stop: server.stop };
}

function fleet() {
  const nodes = Array.from({ length: NODES }, (_, index) => {
    const rack = Math.floor(index / NODES_PER_RACK);
    return {
      name: `node-${String(index + 1).padStart(2, '0')}`,
      zone: `zone-${Math.floor(rack / RACKS_PER_ZONE) + 1}`,
      rack: `rack-${rack + 1}`,
      cpu_cores: 64,
      memory_gb: 512,
      disk_gb: 4000,
    };
  });
  const pool = { size_gb: 10_000 };
  return { nodes, storage_pools: { ssd: pool, hdd: pool, nvme: pool } };
}
