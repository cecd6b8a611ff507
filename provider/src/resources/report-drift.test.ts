import { describe, expect, test } from '@jest/globals';
import { Diagnostics } from '../framework/diagnostics.ts';
import { reportDrift } from './report-drift.ts';

const RECORD = {
  resource_kind: 'vm',
  resource_id: 'vm_1',
  resource_name: 'web',
  severity: 'high',
  drift_percent: 20,
  fields: [],
  causes: [],
  deployment: 'default',
  applied_at: '2025-01-01T00:00:00.000Z',
  explanation: ['memory_gb: 4 -> 8 (cost)', 'changed by alice with cli'],
} as const;

function report(number: number, more: Partial<Parameters<typeof reportDrift>[2]> = {}) {
  const diagnostics = new Diagnostics();
  reportDrift(diagnostics, number, {
    label: 'novacron_vm "web"',
    fields: ['memory_gb', 'metadata'],
    was: { memory_gb: 4, metadata: null },
    is: { memory_gb: 8, metadata: { a: 'b' } },
    record: undefined,
    ...more,
  });
  return diagnostics.all;
}

describe('drift as a warning', () => {
  test("has the server's explanation and severity where the server knows", () => {
    const record = { ...RECORD, causes: [], fields: [], explanation: [...RECORD.explanation] };
    expect(report(1, { record })).toEqual([
      {
        severity: 'warning',
        summary: 'Drift (high): novacron_vm "web" was changed outside of Terraform',
        detail: 'memory_gb: 4 -> 8 (cost)\nchanged by alice with cli',
        path: ['memory_gb'],
      },
    ]);
  });

  test('says what the state remembers where the server applied something else', () => {
    expect(report(10)).toMatchObject([
      {
        summary: 'Drift: novacron_vm "web" is not as this state remembers it',
        detail: expect.stringContaining('memory_gb: 4 -> 8\nmetadata: null -> {"a":"b"}'),
      },
    ]);
  });

  test('is told in sum after ten resources, once', () => {
    expect(report(11)).toMatchObject([{ summary: expect.stringContaining('more than 10') }]);
    expect(report(12)).toEqual([]);
  });

  test('is not told where nothing differs', () => {
    expect(report(1, { fields: [] })).toEqual([]);
  });
});
