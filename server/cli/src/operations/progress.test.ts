/** Progress output on terminals of all widths. */
import { expect, test } from '@jest/globals';
import { Operation } from '@novacron/contract/operation/operation';
import type { JsonFields } from '../test-kit/sample-base.ts';
import { runningOperation } from '../test-kit/sample-operation.ts';
import { createProgress } from './progress.ts';

function barOf(changes: JsonFields, columns: number): string {
  let written = '';
  const stderr = {
    isTerminal: true,
    columns,
    write: (text: string) => {
      written += text;
    },
  };
  const timers = { after: () => () => {} };
  const operation = Operation.parse(runningOperation(changes));
  createProgress({ stderr, timers }, 'bar').show(operation);
  return written.replace('\r\u001b[K', '');
}

test.each([
  [0, 80, 'vm.create web-server-01 [------------------------] 0 % create'],
  [50, 80, 'vm.create web-server-01 [############------------] 50 % create'],
  [100, 80, 'vm.create web-server-01 [########################] 100 % create'],
  [120, 80, 'vm.create web-server-01 [########################] 100 % create'],
  [-5, 80, 'vm.create web-server-01 [------------------------] 0 % create'],
  [50, 51, 'vm.create web-server-01 [######------] 50 % create'],
  [50, 40, 'vm.create web-server-01 50 % create'],
  [50, 20, 'vm.create web-serve'],
])('%d percent on %d columns', (progress_percent, columns, line) => {
  expect(barOf({ progress_percent }, columns)).toBe(line);
});

test('an unusual status is reported, and names cannot move the cursor', () => {
  const changes = { status: 'undoing', target_name: 'a\u001b[2J', steps: [], progress_percent: 1 };
  expect(barOf(changes, 80)).toBe('vm.create a\\u001b[2J [------------------------] 1 % undoing');
});
