import { describe, expect, test } from '@jest/globals';
import { readAnnotations } from './read-annotations.ts';

const TEXT = `# A licence.

# METADATA
# title: Small VMs
# description: |
#   Keeps VMs small.
#   All of them.
# custom:
#   type: resource
package demo

# METADATA
# title: Only small ones
deny contains "large" if input.resource.memory_gb > 64

# METADATA
# scope: document
# title: Allowed
allow if true
`;

describe('annotations', () => {
  test('are read with what they are about', () => {
    const read = readAnnotations(TEXT, { file: 'a.rego' });
    expect(read).toEqual({
      ok: true,
      value: [
        {
          row: 3,
          scope: 'package',
          title: 'Small VMs',
          description: 'Keeps VMs small.\nAll of them.\n',
          custom: { type: 'resource' },
          declared: expect.objectContaining({ title: 'Small VMs', custom: { type: 'resource' } }),
          subjectRow: 10,
        },
        {
          row: 12,
          scope: 'rule',
          title: 'Only small ones',
          description: undefined,
          custom: {},
          declared: { title: 'Only small ones' },
          subjectRow: 14,
        },
        {
          row: 16,
          scope: 'document',
          title: 'Allowed',
          description: undefined,
          custom: {},
          declared: { scope: 'document', title: 'Allowed' },
          subjectRow: 19,
        },
      ],
    });
  });

  test('end where the next begins, and mean the next line that says something', () => {
    const text = '# METADATA\n# title: A\n# METADATA\n# entrypoint: true\n\n# more\np := 1\n';
    const read = readAnnotations(text, { file: 'a.rego' });
    expect(
      read.ok && read.value.map(({ title, scope, subjectRow }) => [title, scope, subjectRow]),
    ).toEqual([
      ['A', 'rule', 7],
      [undefined, 'document', 7],
    ]);
  });

  test.each([
    ['a list', '# METADATA\n# - a\npackage a\n', 'write lines such as'],
    ['no YAML', '# METADATA\n# a: [\npackage a\n', 'not a YAML mapping'],
    ['aliases that multiply', `# METADATA\n${bomb()}package a\n`, 'not a YAML mapping'],
    ['nothing', '# METADATA', 'write lines such as'],
  ])('that are %s are reported with their row', (_what, text, message) => {
    expect(readAnnotations(text, { file: 'a.rego' })).toEqual({
      ok: false,
      error: [expect.objectContaining({ file: 'a.rego', row: 1 })],
    });
    expect(JSON.stringify(readAnnotations(text, { file: 'a.rego' }))).toContain(message);
  });
});

function bomb(): string {
  const lines = ['# a0: &a0 [x, x]'];
  for (let i = 1; i < 20; i += 1) lines.push(`# a${i}: &a${i} [*a${i - 1}, *a${i - 1}]`);
  return lines.map((line) => `${line}\n`).join('');
}
