/** Spot VMs that make room for others, as Terraform sees them. */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const PLACE = 'placement = { node = "node-01" }';
/** All of a node of the fleet that comes with NovaCron. */
const CORES = 32;

describe('spot VMs', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  test('make room for a VM that fits nowhere else, as its plan says', async () => {
    const vm = (name: string, more: string) => `
resource "novacron_vm" "${name}" {
  name      = "${name}"
  cpu_cores = ${CORES}
  memory_gb = 1
  disk_gb   = 10
  ${PLACE}
  ${more}
}
`;
    const batch = vm('batch', 'spot = true\n  priority = 10');
    const workspace = system.workspace();
    workspace.configure(batch);
    const first = await workspace.apply();
    expect(first.exitCode === 0 ? '' : first.output).toBe('');
    workspace.configure(`${batch}${vm('urgent', '')}`);
    const line = 'preempts 1 spot VM, since no node has room otherwise: batch (priority 10)';
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect({ exitCode, diagnostics }).toMatchObject({
      exitCode: 2,
      diagnostics: [{ severity: 'warning', detail: `The VM urgent on node-01 ${line}.` }],
    });
    const second = await workspace.apply();
    expect(second.exitCode === 0 ? '' : second.output).toBe('');
    const urgent = await workspace.values('novacron_vm.urgent');
    expect(urgent).toMatchObject({ status: 'running', node: 'node-01' });
    const { placement_preview: preview } = urgent as {
      readonly placement_preview: { readonly explanation: string };
    };
    expect(preview.explanation).toContain(line);
    // Not drift: its desired state has not changed.
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    const vms = await system.call('vm.list', { name: 'batch' });
    expect(vms.items).toMatchObject([{ status: 'preempted', power_state: 'running' }]);
  });
});
