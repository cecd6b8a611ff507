import { describe, expect, test } from '@jest/globals';
import type {
  DeletedResource,
  DriftSeverity,
  ExplainedDriftRecord,
} from '@novacron/contract/drift/drift';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { createDriftWarnings } from '../../rpc/drift-warnings.ts';
import type { DriftReason } from '../../rpc/read-drift-reasons.ts';
import { reportDeletion, reportDrift } from './report-drift.ts';

const RECORD: ExplainedDriftRecord = {
  resource_kind: 'vm',
  resource_id: 'vm_1',
  resource_name: 'web',
  severity: 'high',
  drift_percent: 20,
  fields: [],
  causes: [],
  deployment: 'default',
  applied_at: '2025-01-01T00:00:00.000Z',
  explanation: ['memory_gb: 8 (expected 4) (cost)', 'changed by alice with cli'],
};

const NOTHING: DriftReason = {
  record: undefined,
  explained: undefined,
  cause: undefined,
  unknown: undefined,
};

function report(
  news: Partial<DriftReason>,
  {
    fields = ['memory_gb', 'metadata'],
    failOnDrift,
    times = 1,
  }: {
    readonly fields?: readonly string[];
    readonly failOnDrift?: DriftSeverity;
    readonly times?: number;
  } = {},
) {
  const diagnostics = new Diagnostics();
  const session = { drifts: createDriftWarnings(), failOnDrift };
  for (let time = 0; time < times; time += 1) {
    reportDrift(diagnostics, session, {
      label: time === 0 ? 'novacron_vm "web"' : `novacron_vm "web-${time}"`,
      fields,
      was: { memory_gb: 4, metadata: null },
      is: { memory_gb: 8, metadata: { a: 'b' } },
      planned: { memory_gb: 4, metadata: null },
      news: { ...NOTHING, ...news },
    });
  }
  return diagnostics.all;
}

describe('drift as a warning', () => {
  test("has the server's explanation and severity where the server knows", () => {
    expect(report({ record: RECORD })).toEqual([
      {
        severity: 'warning',
        summary: 'Drift (high): novacron_vm "web" was changed outside of Terraform',
        detail: 'memory_gb: 8 (expected 4) (cost)\nchanged by alice with cli',
        path: ['memory_gb'],
      },
    ]);
  });

  test('by another run of Terraform is called that, and fails as any other', () => {
    const own = {
      principal: 'ci',
      client: 'terraform',
      request_id: 'req_1',
      at: RECORD.applied_at,
    };
    const [reported] = report({ record: { ...RECORD, causes: [own] } }, { failOnDrift: 'info' });
    expect(reported).toMatchObject({
      severity: 'error',
      summary: 'Drift (high): novacron_vm "web" was changed by another run of Terraform',
      detail: expect.stringContaining('changed by alice with cli'),
    });
    expect(report({}, { failOnDrift: 'critical' })).toMatchObject([{ severity: 'error' }]);
    const other = { ...own, client: 'cli' };
    expect(report({ record: { ...RECORD, causes: [own, other] } })).toMatchObject([
      { summary: 'Drift (high): novacron_vm "web" was changed outside of Terraform' },
    ]);
  });

  test('says what the state remembers where the server applied something else', () => {
    expect(report({})).toMatchObject([
      {
        summary: 'Drift: novacron_vm "web" differs from this state',
        detail: expect.stringContaining('memory_gb: 4 -> 8\nmetadata: changed (plans do not show'),
      },
    ]);
  });

  test('is summarized by its cause and severity after ten resources, once each', () => {
    const cause = 'person/alice/cli';
    const reported = report({ record: RECORD, cause }, { times: 13 });
    expect(reported).toHaveLength(11);
    expect(reported[10]).toEqual({
      severity: 'warning',
      summary: 'Drift (high): more resources were changed by person/alice/cli',
      detail:
        'They are not listed here. The plan shows what an apply restores. ' +
        '`novacron drift report` lists all drift, with that of other configurations.',
    });
    const drifts = createDriftWarnings(0);
    const modes = (['low', 'high', 'low'] as const).map((each) => drifts.take(cause, each));
    expect(modes).toEqual(['summary', 'summary', 'suppressed']);
  });

  test('is summarized without a cause where the server does not know causes', () => {
    const reported = report({ record: RECORD }, { times: 12 });
    expect(reported).toHaveLength(11);
    expect(reported[10]?.summary).toContain('changed outside of Terraform');
  });

  test('is not reported where nothing differs, nor where the difference is accounted for', () => {
    expect(report({}, { fields: [] })).toEqual([]);
    const { explanation: _lines, severity: _severity, ...about } = RECORD;
    const explained = { ...about, why: 'adopted', until: null, reason: null } as const;
    expect(report({ explained })).toEqual([]);
    expect(report({ explained, record: RECORD })).toHaveLength(1);
  });
});

describe('fail_on_drift', () => {
  test.each([
    { failOnDrift: 'critical', is: 'warning' },
    { failOnDrift: 'high', is: 'error' },
    { failOnDrift: 'info', is: 'error' },
  ] as const)('$failOnDrift makes high drift an $is', ({ failOnDrift, is }) => {
    expect(report({ record: RECORD }, { failOnDrift })).toMatchObject([{ severity: is }]);
  });

  test('fails where the server cannot tell whether a difference is drift', () => {
    const unknown = 'The baseline of vm_1 was changed outside of NovaCron.';
    expect(report({ unknown })).toMatchObject([
      {
        severity: 'warning',
        summary: 'Drift not known: novacron_vm "web" differs from this state',
        detail: expect.stringContaining(`cannot tell whether this is drift. ${unknown}`),
        path: ['memory_gb'],
      },
    ]);
    const [failed] = report({ unknown }, { failOnDrift: 'critical' });
    expect(failed).toMatchObject({ severity: 'error' });
    expect(failed?.detail).toContain('NOVACRON_FAIL_ON_DRIFT=off terraform apply');
  });

  test('fails beyond the listed warnings, too', () => {
    const diagnostics = new Diagnostics();
    const session = { drifts: createDriftWarnings(1), failOnDrift: 'high' } as const;
    const drifted = {
      label: 'novacron_vm "web"',
      fields: ['memory_gb'],
      was: { memory_gb: 4 },
      is: { memory_gb: 8 },
      planned: { memory_gb: 4 },
    };
    reportDrift(diagnostics, session, { ...drifted, news: NOTHING });
    for (const id of ['vm_1', 'vm_2']) {
      const news = { ...NOTHING, unknown: `${id} has no baseline.` };
      reportDrift(diagnostics, session, { ...drifted, news });
    }
    expect(diagnostics.all.map(({ severity }) => severity)).toEqual(['error', 'error']);
  });

  test('says how to repair all the same', () => {
    const [reported] = report({ record: RECORD }, { failOnDrift: 'high' });
    expect(reported?.detail).toContain(
      'fail_on_drift = "high" makes this an error. To repair it, run ' +
        'NOVACRON_FAIL_ON_DRIFT=off terraform apply.',
    );
  });
});

describe('a resource that is gone', () => {
  const DELETED: DeletedResource = {
    resource_kind: 'vm',
    resource_id: 'vm_1',
    resource_name: 'web',
    severity: 'critical',
    cause: { principal: 'bea', client: 'cli', request_id: 'req_1', at: '2025-01-01T00:00:00.000Z' },
    explanation: ['vm web is gone: deleted by bea with cli', 'Apply to create it again.'],
  };

  function reportEnd(
    kind: 'individual' | 'summary',
    { failOnDrift, client = 'cli' }: { failOnDrift?: DriftSeverity; client?: string } = {},
  ) {
    const diagnostics = new Diagnostics();
    const deleted = { ...DELETED, cause: { ...DELETED.cause, client } };
    const session = { failOnDrift, warningsMax: 10 };
    const label = 'novacron_vm "web"';
    reportDeletion(diagnostics, session, { label, news: { kind, deleted } });
    return diagnostics.all;
  }

  test('is reported with who deleted it, at the whole block', () => {
    expect(reportEnd('individual')).toEqual([
      {
        severity: 'warning',
        summary: 'Drift (critical): novacron_vm "web" was deleted outside of Terraform',
        detail: 'vm web is gone: deleted by bea with cli\nApply to create it again.',
        path: undefined,
      },
    ]);
  });

  test('by Terraform was deleted by another run of it', () => {
    expect(reportEnd('individual', { client: 'terraform' })).toMatchObject([
      { summary: 'Drift (critical): novacron_vm "web" was deleted by another run of Terraform' },
    ]);
  });

  test.each([
    [undefined, 'warning'],
    ['high', 'error'],
  ] as const)('without a trace may be with another server or tenant (%s)', (failOnDrift, is) => {
    const diagnostics = new Diagnostics();
    const session = { failOnDrift, warningsMax: 10 };
    reportDeletion(diagnostics, session, {
      label: 'novacron_vm "web"',
      news: { kind: 'unexplained' },
    });
    expect(diagnostics.all).toMatchObject([
      {
        severity: is,
        summary: 'Not found on the server: novacron_vm "web"',
        detail: expect.stringContaining('Check endpoint and api_key'),
      },
    ]);
  });

  test('with many others is summarized', () => {
    expect(reportEnd('summary')).toMatchObject([
      { severity: 'warning', summary: 'Drift (critical): more than 10 resources were deleted' },
    ]);
  });

  test('is an error where drift is to be one', () => {
    expect(reportEnd('individual', { failOnDrift: 'high' })).toMatchObject([
      { severity: 'error', detail: expect.stringContaining('NOVACRON_FAIL_ON_DRIFT=off') },
    ]);
  });
});
