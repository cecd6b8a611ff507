/** Texts of others in the comment: no mention, no marker, no end of a block. */
import { expect, test } from '@jest/globals';
import { readBody, writeBody } from './comment-body.ts';
import { renderSection } from './render-section.ts';

const NASTY =
  '</details> @team <!-- novacron:directory -->\n/merge `code` [x](https://x.example) -->';

test('reasons and names mention no one, and are no markers, HTML or commands', () => {
  const section = renderSection(NASTY, { state: 'failed', reason: NASTY });
  expect(section).not.toMatch(/@team|<!--|^\/merge/m);
  // In the heading, it is code.
  expect(section.split('\n').slice(1).join('\n')).not.toContain('</details>');
});

test('a plan cannot end its block of code', () => {
  const value = '"```\\n@team <!-- novacron:end -->"';
  const change = {
    address: 'novacron_vm.web',
    action: 'update' as const,
    reason: null,
    fields: [{ path: 'name', before: null, after: value }],
    node: null,
    cost_per_hour: null,
  };
  const section = renderSection('web', {
    state: 'planned',
    plan: {
      digest: 'd',
      changes: [change],
      warnings: [],
      review: {
        subject: 'change',
        findings: [],
        verdictChanges: undefined,
        cost: undefined,
        unasked: [],
        unknownTypes: [],
        standards: [],
        passed: [],
        counts: { policies: 0, resources: 1, others: 0, waived: 0 },
      },
      annotation: { resources: [], planned: 1, others: 0 },
    },
  });
  expect(section).toMatch(/^````diff\n! update novacron_vm\.web\n {4}name: "```/m);
  const report = {
    head: 'h',
    commit: 'c',
    directories: [
      { name: 'a --> b', state: 'planned' as const, digest: 'd', section },
      { name: NASTY, state: 'failed' as const, digest: null, section: 'second' },
    ],
  };
  expect(readBody(writeBody(report, 65_536, 'k').replaceAll('\n', '\r\n'), 'k')).toEqual(report);
});

test('sections that do not fit are counted', () => {
  const directories = Array.from({ length: 9 }, (_, at) => ({
    name: `d${at}`,
    state: 'failed' as const,
    digest: null,
    section: 'x'.repeat(100),
  }));
  const body = writeBody({ head: 'h', commit: 'c', directories }, 1_800, 'k');
  expect(body.length).toBeLessThanOrEqual(1_800);
  expect(body).toMatch(/And \d directories more\.\n/);
  expect(readBody(body, 'k')?.directories).toHaveLength(9);
});

test('a comment that a person has edited is not the report', () => {
  const body = writeBody(
    {
      head: 'h',
      commit: 'c',
      note: 'Behind main.',
      directories: [{ name: 'web', state: 'planned', digest: 'd', section: '- delete db' }],
    },
    65_536,
    'k',
  );
  expect(body).toContain('\n\nBehind main.\n');
  expect(readBody(body.trim(), 'k')?.directories).toHaveLength(1);
  expect(readBody(body.replace('- delete db', '+ create db'), 'k')).toBeUndefined();
  expect(readBody(body.replace('"digest":"d"', '"digest":"e"'), 'k')).toBeUndefined();
  expect(readBody(body, 'another key')).toBeUndefined();
});
