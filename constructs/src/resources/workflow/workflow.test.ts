import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { attributesOf, findTrouble } from '../../test-kit/synthesize.ts';
import { Runbook, Workflow } from './workflow.ts';

const TEXT = `name: restart
inputs: { id: string }
steps:
  - { id: reboot, task: vm.reboot, with: { id: "\${id}" } }
`;

test('a workflow has its text, which is no template', () => {
  const found = attributesOf('workflow', (stack) => {
    new Workflow(stack, 'restart', { text: TEXT });
  });
  expect(found).toEqual({ text: TEXT.replace('$', '$$$$') });
});

test('a runbook is read from a file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'workflow-'));
  const file = join(directory, 'restart.yaml');
  writeFileSync(file, 'kind: runbook\nname: pause\nsteps: [{ id: pause, wait: 1s }]\n');
  const found = attributesOf('workflow', (stack) => {
    Runbook.fromFile(stack, 'pause', { file });
  });
  expect(found?.text).toContain('name: pause');
  rmSync(directory, { recursive: true });
});

test.each([
  [
    TEXT.replace('vm.reboot', 'vm.rebot'),
    '[shop/restart] `text` at line 4, column 25: steps.0.task "vm.rebot"',
  ],
  ['name: restart\nsteps: []\n', '[shop/restart] `text` at line 2, column 8: steps'],
  [`kind: runbook\n${TEXT}`, '`text` is that of a runbook: use Runbook'],
])('a text with a mistake fails at synth with its line', (text, words) => {
  const trouble = findTrouble((stack) => {
    new Workflow(stack, 'restart', { text });
  });
  expect(trouble).toContain(words);
});
