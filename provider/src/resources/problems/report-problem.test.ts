import { describe, expect, test } from '@jest/globals';
import { VM_FIELDS } from '@novacron/contract/kinds/vm/vm';
import { problem } from '@novacron/contract/problem/problem';
import { deriveAttributes } from '../../fields/derive-attributes.ts';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { reportProblem } from './report-problem.ts';

const attributes = deriveAttributes(VM_FIELDS, 'resource');

function report(found: ReturnType<typeof problem>, severity?: 'warning') {
  const diagnostics = new Diagnostics();
  const options = { attributes, doing: 'create novacron_vm "web"' };
  reportProblem(diagnostics, found, severity === undefined ? options : { ...options, severity });
  return diagnostics.all;
}

describe('a problem as diagnostics', () => {
  test('each field of a validation is reported at its attribute', () => {
    const fields = [
      { path: ['cpu_cores'], message: 'must be at least 1' },
      { path: ['ssh_keys', 1], message: 'is not a key; did you mean it?' },
    ];
    const words = { detail: 'Not valid.', remedy: 'Correct it.', fields };
    expect(report(problem('validation-failed', words))).toEqual([
      {
        severity: 'error',
        summary: 'The configuration is not valid: create novacron_vm "web"',
        detail: 'cpu_cores must be at least 1.',
        path: ['cpu_cores'],
      },
      {
        severity: 'error',
        summary: 'The configuration is not valid: create novacron_vm "web"',
        detail: 'ssh_keys[1] is not a key; did you mean it?',
        path: ['ssh_keys'],
      },
    ]);
  });

  test('any other problem is reported once, at the first attribute that it names', () => {
    const fields = [
      { path: ['elsewhere'], message: 'x' },
      { path: ['memory_gb'], message: 'x' },
      { path: ['disk_gb'], message: 'x' },
    ];
    const words = { detail: 'No room.', remedy: 'Ask for less.', fields };
    expect(report(problem('no-capacity', words))).toEqual([
      {
        severity: 'error',
        summary: 'Insufficient capacity: create novacron_vm "web"',
        detail: 'No room.\n\nAsk for less.',
        path: ['memory_gb'],
      },
    ]);
  });

  test('a problem without a place is about the attribute that is said to be', () => {
    const diagnostics = new Diagnostics();
    const found = problem('no-capacity', { detail: 'No room.', remedy: 'Ask for less.' });
    const options = { attributes, doing: 'create novacron_vm "web"', otherwise: 'placement' };
    reportProblem(diagnostics, found, options);
    expect(diagnostics.all).toMatchObject([{ path: ['placement'] }]);
  });

  test('a problem without a place is about the whole block', () => {
    const words = { detail: 'Gone.', remedy: 'Look.' };
    expect(report(problem('unavailable', words))).toMatchObject([{ path: undefined }]);
    const fields = [{ path: ['idempotency_key'], message: 'is too short' }];
    expect(report(problem('validation-failed', { ...words, fields }))).toMatchObject([
      { path: undefined, detail: 'Gone.\n\nLook.' },
    ]);
  });

  test('a problem may be a warning', () => {
    const words = { detail: 'Hm.', remedy: 'Look.' };
    expect(report(problem('in-use', words), 'warning')).toMatchObject([{ severity: 'warning' }]);
  });
});
