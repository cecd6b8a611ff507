import { expect, test } from '@jest/globals';
import { readDefinition } from '../read-definition.ts';

function findingsOf(steps: readonly string[]): readonly string[] {
  const read = readDefinition(`name: n\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`);
  const findings = read.ok ? read.value.warnings : read.error;
  return findings.map(({ path, message }) => `${path.join('.')} ${message}`);
}

const SAVES = '{ id: a, command: ls, artifacts: { save: [plan] } }';

test('artifacts of steps before are loaded, and values name their digests', () => {
  expect(
    findingsOf([
      SAVES,
      '{ id: b, needs: [a], command: ls }',
      '{ id: c, needs: [b], command: ls, for_each: [1], artifacts: { load: [a.plan] } }',
      `{ id: d, needs: [a], approval: { message: "\${steps.a.artifacts.plan.sha256}" } }`,
      '{ id: e, needs: [a], command: ls, if: steps.a.artifacts.plan.bytes > 0 }',
    ]),
  ).toEqual([]);
});

test.each([
  [
    '{ id: b, command: ls, artifacts: { load: [a.plan] } }',
    'steps.1.artifacts.load.0 is of a, which need not have ended by then: add it to needs',
  ],
  [
    '{ id: b, needs: [a], command: ls, artifacts: { load: [a.plans] } }',
    'steps.1.artifacts.load.0 is not saved by a; did you mean plan?',
  ],
  [
    '{ id: b, needs: [a], command: ls, artifacts: { load: [z.plan] } }',
    'steps.1.artifacts.load.0 is of z, which is not a step; name a step before this one',
  ],
  [
    '{ id: b, needs: [a], command: ls, artifacts: { load: [a.plan, a.plan] } }',
    'steps.1.artifacts.load.1 is named twice: remove one',
  ],
  [
    '{ id: b, command: ls, artifacts: { save: [x, x] } }',
    'steps.1.artifacts.save.1 is named twice: remove one',
  ],
  [
    '{ id: b, command: ls, for_each: [1], artifacts: { save: [x] } }',
    'steps.1.artifacts.save does not go with for_each, whose items would all save it: use two ' +
      'steps',
  ],
  [
    '{ id: b, needs: [a], wait: { duration: 1s }, artifacts: { load: [a.plan] } }',
    'steps.1.artifacts belongs to command and ansible: other steps have no files; remove it',
  ],
  ['{ id: b, command: ls, artifacts: {} }', 'steps.1.artifacts is empty: give it load or save'],
  [
    `{ id: b, needs: [a], command: [ls, "\${steps.a.artifacts.plan}"] }`,
    `steps.1.command.1 has \${steps.a.artifacts.plan}: end it with sha256 or bytes; only steps ` +
      'that load an artifact have its content',
  ],
  [
    `{ id: b, needs: [a], command: [ls, "\${steps.a.artifacts.x.sha256}"] }`,
    `steps.1.command.1 has \${steps.a.artifacts.x.sha256}, but a does not save x; add it to ` +
      'save of its artifacts',
  ],
  [
    '{ id: b, command: ls, artifacts: { load: ["fetch source"] } }',
    'steps.1.artifacts.load.0 must be a step and an artifact that it saves, such as fetch.source',
  ],
])('%s is refused', (step, message) => {
  expect(findingsOf([SAVES, step])).toEqual([message]);
});
