import { expect, test } from '@jest/globals';
import { readDefinition } from '../read-definition.ts';

function findingsOf(text: string): readonly string[] {
  const read = readDefinition(text);
  const findings = read.ok ? read.value.warnings : read.error;
  return findings.map(({ severity, path, message }) => `${severity} ${path.join('.')} ${message}`);
}

const USES = `\${steps.a.outputs.v}`;

test('a need that is no step is reported once, and not as references that come too early', () => {
  const text =
    'name: n\nsteps:\n  - {id: a, command: ls, outputs: {v: stdout}}\n' +
    `  - {id: b, needs: [a, zzz], command: ["ls", "${USES}"]}\n` +
    `  - {id: c, needs: [a], command: ["ls", "${USES}"]}\n`;
  expect(findingsOf(text)).toEqual([
    'error steps.1.needs.1 names zzz, which is not a step; name the id of another step',
  ]);
});

test('a cycle is reported once, too', () => {
  const text =
    'name: n\nsteps:\n  - {id: a, needs: [b], command: ls, outputs: {v: stdout}}\n' +
    `  - {id: b, needs: [a], command: ["ls", "${USES}"]}\n`;
  expect(findingsOf(text)).toEqual([
    'error steps.0.needs is a cycle: a needs b needs a; remove one of these needs',
  ]);
});

test('a repetition for an input that is no list is warned of', () => {
  const text = (type: string) =>
    `name: n\ninputs: { hosts: ${type}, count: integer }\nsteps:\n` +
    `  - {id: a, for_each: "\${inputs.hosts}", command: ls}\n`;
  expect(findingsOf(text('string'))).toEqual([
    'warning steps.0.for_each takes a list, but hosts is a string: declare it as { type: list }',
  ]);
  expect(findingsOf(text('list'))).toEqual([]);
  expect(findingsOf(text('object'))).toEqual([]);
});
