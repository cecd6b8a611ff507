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

const WORK = '{ id: work, command: ls }';

const withSteps = (step: string, last?: string) => {
  const ends = last === undefined ? '' : `finally:\n  - ${last}\n`;
  return findingsOf(`name: n\nsteps:\n  - ${WORK}\n  - ${step}\n${ends}`);
};

test('a step that asks for a failure that keeps it from beginning is warned of', () => {
  const alarm = (more = '') =>
    `name: n\nsteps:\n  - { id: work, command: ls${more} }\n` +
    '  - { id: tell, needs: [work], if: steps.work.status == "failed", wait: 1s }\n';
  expect(findingsOf(alarm())).toEqual([
    'warning steps.1.if asks whether work has failed, but that takes the run back, and this step ' +
      'does not begin: give work on_failure: go_on, or move this step to finally',
  ]);
  expect(findingsOf(alarm(', on_failure: stop'))[0]).toContain('but that ends the run, and');
  expect(findingsOf(alarm(', on_failure: go_on'))).toEqual([]);
  const moved = '{ id: tell, if: \'steps["work"].status == "failed"\', wait: 1s }';
  expect(withSteps('{ id: other, wait: 1s }', moved)).toEqual([]);
});

test('steps of finally know how the others and the run have ended, and only they do', () => {
  const tell = '{ id: tell, if: run.status != "succeeded" && steps.b.status != "x", wait: 1s }';
  expect(withSteps('{ id: b, needs: [work], wait: 1s }', tell)).toEqual([]);
  expect(withSteps('{ id: b, if: run.status == "failed", wait: 1s }')).toEqual([
    `error steps.1.if has \${run.status}, which only steps of finally have: before them, the run ` +
      'has not ended',
  ]);
});

test('what steps of finally cannot have is named where it stands', () => {
  expect(withSteps('{ id: b, needs: [tell], wait: 1s }', '{ id: tell, wait: 1s }')).toEqual([
    'error steps.1.needs.0 names tell, which is a step of finally: those run after all others',
  ]);
  const undone = '{ id: tell, task: vm.list, compensate: { command: ls } }';
  expect(withSteps('{ id: b, wait: 1s }', undone)).toEqual([
    'error finally.0.compensate belongs to no step of finally: nothing undoes what is done at ' +
      'the end',
  ]);
  expect(withSteps('{ id: b, wait: 1s }', '{ id: tell, wait: 1s, need: [b] }')).toEqual([
    'error finally.0.need is not a known field; did you mean needs?',
  ]);
});
