/** Reports: what they say, and that values in them stay text. */
import { describe, expect, test } from '@jest/globals';
import { Execution } from '@novacron/contract/automation/execution';
import { planReport } from './plan-report.ts';
import { writeHtmlReport, writeMarkdownReport } from './write-report.ts';

const at = (second: number) => `2026-01-02T03:04:0${second}.000Z`;

const HOSTILE = '</td><script>alert(1)</script> | [x](javascript:alert(1)) `a`\n# h';

function reportOf(value: string) {
  const execution = Execution.parse({
    id: 'op_01jd3v6t7re3h8z9k2m4n5p6q7',
    tenant_id: 'tnt_01jd3v6t7re3h8z9k2m4n5p6q7',
    workflow_id: 'wf_01jd3v6t7re3h8z9k2m4n5p6q7',
    workflow: 'cable',
    kind: 'runbook',
    version: 2,
    status: 'stopped',
    created_at: at(0),
    created_by: 'ann',
    finished_at: at(3),
    digest: 'ab',
    inputs: { rack: value },
    steps: [
      {
        id: 'plug',
        kind: 'wait',
        status: 'failed',
        needs: [],
        attempts: 1,
        operations: [],
        outputs: null,
        message: value,
        started_at: at(0),
        ended_at: at(2),
      },
    ],
    problem: null,
  });
  return planReport({
    execution,
    author: { name: 'bob', at: at(0) },
    secrets: ['cmdb-token@3'],
    approvals: [],
    timeline: [{ at: at(1), step: 'plug', what: value }],
  });
}

describe('a report', () => {
  test('says who, which version, with which inputs and secrets, and why it failed', () => {
    const text = writeMarkdownReport(reportOf('r-7'));
    for (const line of [
      '# Report of cable, op_01jd3v6t7re3h8z9k2m4n5p6q7',
      '| Written by | bob, 2026-01-02T03:04:00.000Z |',
      '| Started by | ann |',
      '| Took | 3s |',
      '| rack | r-7 |',
      '| cmdb-token@3 |',
      '## Failures',
      '| plug | wait | failed | 1 | 2026-01-02T03:04:00.000Z | 2s | - |',
    ]) {
      expect(text).toContain(line);
    }
  });

  test('has no element in HTML that a value has brought', () => {
    const html = writeHtmlReport(reportOf(HOSTILE));
    expect(html).not.toMatch(/<script|<\/td><script/);
    expect(html).toContain('&lt;/td&gt;&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain("default-src 'none'");
  });

  test('has no cell, link or heading in Markdown that a value has brought', () => {
    const text = writeMarkdownReport(reportOf(HOSTILE));
    const lines = text.split('\n').filter((line) => line.includes('alert'));
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line.startsWith('| ')).toBe(true);
      expect(line).toContain('\\[x\\]');
      expect(line).toContain('\\<script\\>');
      expect(line).toContain('\\`a\\` # h');
      expect(line).toContain(' \\| ');
    }
  });

  test('cuts long values', () => {
    expect(writeMarkdownReport(reportOf('x'.repeat(5_000)))).not.toContain('x'.repeat(1_001));
  });
});
