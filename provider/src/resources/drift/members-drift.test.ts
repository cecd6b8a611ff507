import { describe, expect, test } from '@jest/globals';
import type { DriftSeverity, ExplainedDriftRecord } from '@novacron/contract/drift/drift';
import type { DriftReason } from '../../rpc/read-drift-reasons.ts';
import { combineMembers } from './members-drift.ts';

const NOTHING: DriftReason = {
  record: undefined,
  explained: undefined,
  cause: undefined,
  unknown: undefined,
};

function member(name: string, severity: DriftSeverity): DriftReason {
  const at = '2025-01-01T00:00:00.000Z';
  const was = { was: 'a', is: 'secret', wanted: 'a', drift_class: 'cosmetic' } as const;
  const record: ExplainedDriftRecord = {
    resource_kind: 'vm',
    resource_id: `vm_${name}`,
    resource_name: name,
    severity,
    drift_percent: 20,
    fields: [{ field: 'metadata.a', ...was }],
    causes: [{ principal: name, client: 'cli', request_id: `req_${name}`, at }],
    deployment: 'default',
    applied_at: at,
    explanation: [`vm ${name} has drifted (${severity})`, 'metadata.a: "secret" (expected "a")'],
  };
  return { ...NOTHING, record };
}

describe('the drift of members', () => {
  test('is as severe as the worst of them, which comes first, and hides texts', () => {
    const { record } = combineMembers([member('web-1', 'low'), member('web-2', 'high')]) ?? {};
    expect(record).toMatchObject({
      severity: 'high',
      causes: [{ principal: 'web-2' }, { principal: 'web-1' }],
    });
    expect(record?.explanation).toEqual([
      'vm web-2 has drifted (high)',
      'metadata.a: changed (plans do not show the values of this field)',
      'To see the values: novacron drift show vm_web-2.',
      '',
      'vm web-1 has drifted (low)',
      'metadata.a: changed (plans do not show the values of this field)',
      'To see the values: novacron drift show vm_web-1.',
    ]);
  });

  test('of many is described for the first five', () => {
    const many = Array.from({ length: 8 }, (_, at) => member(`web-${at + 1}`, 'low'));
    const lines = combineMembers(many)?.record?.explanation ?? [];
    expect(lines.filter((line) => line.startsWith('vm web-'))).toHaveLength(5);
    expect(lines.at(-1)).toBe('and 3 more: `novacron drift report` lists all of them');
  });

  test('is not known where that of one is not', () => {
    const unknown = { ...NOTHING, unknown: 'The server is away.' };
    expect(combineMembers([member('web-1', 'low'), unknown])).toBe(unknown);
  });

  test('is none where it went meanwhile', () => {
    expect(combineMembers([NOTHING])).toBeUndefined();
  });
});
