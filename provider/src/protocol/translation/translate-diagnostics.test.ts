import { expect, test } from '@jest/globals';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { diagnosticsToWire } from './translate-diagnostics.ts';

test('a diagnostic shows what would steer a terminal as escape sequences', () => {
  const diagnostics = new Diagnostics();
  diagnostics.error({
    summary: 'Denied: \u001b[2J\u202ebew',
    detail: 'One line\r\nand\tanother: \u009b31m\u2066x\u2028',
    path: ['document'],
  });
  expect(diagnosticsToWire(diagnostics)).toMatchObject([
    {
      summary: 'Denied: \\u001b[2J\\u202ebew',
      detail: 'One line\nand\tanother: \\u009b31m\\u2066x\\u2028',
    },
  ]);
});
