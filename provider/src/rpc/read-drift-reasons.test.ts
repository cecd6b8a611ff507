/** Explanation of a difference, from the report of its deployment, then from its own report. */
import { describe, expect, test } from '@jest/globals';
import { createClient } from '@novacron/contract/client/client';
import type { ExplainedDriftRecord } from '@novacron/contract/drift/drift';
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { readDriftReasons } from './read-drift-reasons.ts';

type Report = OutputOf<'drift.report'>;

const ID = 'net_01jd3v6t7re3h8z9k2m4n5p6q7';

const RECORD: ExplainedDriftRecord = {
  resource_kind: 'network',
  resource_id: ID,
  resource_name: 'web',
  severity: 'low',
  drift_percent: 10,
  fields: [],
  causes: [],
  deployment: 'shop',
  applied_at: '2025-01-01T00:00:00.000Z',
  explanation: ['it drifted'],
};

const TAMPERED = {
  resource_kind: 'network',
  resource_id: ID,
  deployment: 'shop',
  detail: 'The baseline was changed outside of NovaCron.',
} as const;

const UNAVAILABLE = problem('unavailable', { detail: 'The store is away.', remedy: 'Wait.' });

/** Returns the reason that the provider reads from these reports of the server. */
async function learn(answers: {
  readonly deployment: Result<Report, Problem>;
  readonly resource?: Result<Report, Problem>;
}) {
  const asked: unknown[] = [];
  const client = createClient(async (_name, input) => {
    asked.push(input);
    const isOwn = 'resource_id' in Object(input);
    return (isOwn ? answers.resource : answers.deployment) ?? ok({ items: [], compared: 1 });
  });
  const find = await readDriftReasons(client, 'shop', new AbortController().signal);
  return { reason: await find(ID), asked };
}

describe('a resource that differs from its state', () => {
  test('has the record of its deployment, with one call', async () => {
    const { reason, asked } = await learn({ deployment: ok({ items: [RECORD] }) });
    expect(reason).toMatchObject({ record: { severity: 'low' }, unknown: undefined });
    expect(asked).toEqual([{ deployment: 'shop' }]);
  });

  test('has the record of another deployment that applied it', async () => {
    const record = { ...RECORD, deployment: 'other' };
    const { reason } = await learn({
      deployment: ok({ items: [] }),
      resource: ok({ items: [record] }),
    });
    expect(reason).toMatchObject({ record: { deployment: 'other' }, unknown: undefined });
  });

  test('has not drifted where the server compared it', async () => {
    const { reason } = await learn({ deployment: ok({ items: [] }) });
    expect(reason).toMatchObject({ record: undefined, unknown: undefined });
  });
});

describe('drift is not known', () => {
  const NONE = ok({ items: [], compared: 0 });

  test.each([
    ['no report is answered', { deployment: err(UNAVAILABLE) }, 'The store is away. Wait.'],
    [
      'the report names its baseline as changed',
      { deployment: ok({ items: [], tampered: [TAMPERED] }) },
      TAMPERED.detail,
    ],
    [
      'only its own report names its baseline as changed',
      { deployment: NONE, resource: ok({ items: [], tampered: [TAMPERED] }) },
      TAMPERED.detail,
    ],
    [
      'its own report fails',
      { deployment: NONE, resource: err(UNAVAILABLE) },
      'The store is away.',
    ],
    ['it has no baseline', { deployment: NONE, resource: NONE }, `has no baseline of ${ID}`],
  ])('where %s', async (_what, answers, why) => {
    const { reason } = await learn(answers);
    expect(reason.unknown).toContain(why);
    expect(reason.record).toBeUndefined();
  });
});
