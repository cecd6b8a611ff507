/** Modules pass `""`, `[]` and `{}` for "none": they mean the same as leaving an argument out. */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(90_000);

const EMPTY = { exitCode: 0, diagnostics: [] };

/** Resources whose optional arguments are all "none", written as such or left out. */
function configurationOf(optional: (text: string) => string): string {
  return `
resource "novacron_network" "n" {
  name = "front"
  cidr = "10.41.0.0/24"
  ${optional('dns_servers = []\nmetadata = {}')}
}
resource "novacron_security_group" "s" {
  name = "front"
  ${optional('description = ""\nrules = []\nmetadata = {}')}
}
resource "novacron_template" "t" {
  name  = "plain"
  image = "builtin:default"
  ${optional('network_ids = []\nuser_data = ""\nos_version = ""')}
}
resource "novacron_vm" "v" {
  name      = "web"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 5
  ${optional(`
  description = ""
  user_data = ""
  anti_affinity = ""
  ssh_keys = []
  firewall_rules = []
  metadata = {}
  placement = { affinity = [], node_labels = {} }
  healing = { start_after = [], restart_command = [], grow_to = {} }
  io_limits = {}
  wait_for = {}
  timeouts = { create = "" }`)}
}
resource "novacron_vm_group" "g" {
  name     = "workers"
  min_size = 1
  max_size = 2
  vm = {
    cpu_cores = 1
    memory_gb = 1
    disk_gb = 5
    ${optional('ssh_keys = []\nhealing = { start_after = [] }\nfirewall_rules = []')}
  }
  ${optional('scaling = { rules = [], schedules = [], vertical_min = {} }')}
}
resource "novacron_storage" "d" {
  name    = "data"
  size_gb = 1
  ${optional('attached_to = ""\nmetadata = {}')}
}
`;
}

let system: System;

beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());

test('empty values are none: created, planned as unchanged, and exchanged for null', async () => {
  const workspace = system.workspace();
  const [written, absent] = [configurationOf((text) => text), configurationOf(() => '')];
  workspace.configure(written);
  expect(await diagnoseApply(workspace)).toMatchObject(EMPTY);
  expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
  for (const other of [absent, written]) {
    workspace.configure(other);
    const plan = await diagnosePlan(workspace);
    expect(plan).toMatchObject({ exitCode: 2, diagnostics: [] });
    expect(plan.output).not.toContain('replace');
    expect(await diagnoseApply(workspace)).toMatchObject(EMPTY);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
  }
});
