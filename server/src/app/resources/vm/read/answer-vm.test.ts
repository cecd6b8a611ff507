import { describe, expect, test } from '@jest/globals';
import { VmId } from '@novacron/contract/ids';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import { fieldsOf } from '../../../rows/answer-resource.ts';
import { toVm } from './read-vms.ts';

const DESIRED = { name: 'web', cpu_cores: 2, memory_gb: 4, disk_gb: 20, power_state: 'running' };
const OBSERVED = { status: 'running', node: 'node-1', ip_address: null, mac_address: null };

const ROW: VmRow = {
  id: VmId.parse('vm_01m7z7s43he5n9jc0zp4rmhvzj'),
  tenant_id: 'tnt_01m7z7s2q0ewy8ed0twwat485q',
  namespace: 'default',
  name: 'web',
  schema_version: 1,
  revision: 3,
  generation: 1,
  desired_json: JSON.stringify(DESIRED),
  observed_json: JSON.stringify(OBSERVED),
  busy_operation_id: null,
  network_id: null,
  cpu_baseline: null,
  restart_default: null,
  health: null,
  guest_addresses_json: null,
  created_at_ms: 0,
  created_by: 'admin',
  updated_at_ms: 1000,
  updated_by: 'admin',
};

const ELSEWHERE = { volumes: [], cost_per_hour: null, user_data: null };

function answer(row: VmRow, elsewhere = {}) {
  return toVm(row, fieldsOf(row), { ...ELSEWHERE, ...elsewhere });
}

describe('a VM in an answer', () => {
  test('has what is desired, what is observed, and the common fields of its row', () => {
    expect(answer(ROW)).toMatchObject({
      ...DESIRED,
      ...OBSERVED,
      id: ROW.id,
      revision: 3,
      updated_at: '1970-01-01T00:00:01.000Z',
      updated_by: 'admin',
    });
  });

  test('is shown as it was found: what is kept elsewhere goes before what is desired', () => {
    expect(answer(ROW, { power_state: 'stopped' }).power_state).toBe('stopped');
  });

  test('does not tell how it is known that its machine is gone', () => {
    const observed_json = JSON.stringify({ ...OBSERVED, status: 'unknown', machine: 'gone' });
    const vm = answer({ ...ROW, observed_json });
    expect(vm).toMatchObject({ status: 'unknown', node: 'node-1' });
    expect(vm).not.toHaveProperty('machine');
  });

  test('leaves the fields that it was made from as they were', () => {
    const fields = fieldsOf(ROW);
    toVm(ROW, fields, ELSEWHERE);
    expect(fields).toEqual({ desired: DESIRED, observed: OBSERVED });
  });
});
