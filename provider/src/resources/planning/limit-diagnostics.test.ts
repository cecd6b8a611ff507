import { describe, expect, test } from '@jest/globals';
import { Diagnostics } from '../../framework/diagnostics/diagnostics.ts';
import { limitDiagnostics } from './limit-diagnostics.ts';

describe('what is said of many resources', () => {
  test('is said of the first ones; then warnings share one, and errors are one paragraph', () => {
    const session = { reported: new Map<string, number>(), warningsMax: 2 };
    const said = [1, 2, 3, 4].map((number) => {
      const diagnostics = new Diagnostics();
      const of = `create novacron_vm "web-${number}"`;
      const detail = 'No node has room.\n\nnode-01: full\nnode-02: full';
      diagnostics.error({ summary: `Insufficient capacity: ${of}`, detail });
      diagnostics.warning({ summary: `Node is chosen at apply: ${of}`, detail: 'It depends.' });
      diagnostics.warning({ summary: 'Policies are skipped', detail: 'All of them.' });
      limitDiagnostics(session, diagnostics);
      return diagnostics.all.map(({ summary, detail }) => [summary.split(':')[0], detail]);
    });
    const whole = ['Insufficient capacity', 'No node has room.\n\nnode-01: full\nnode-02: full'];
    const short = ['Insufficient capacity', 'No node has room.'];
    const own = ['Node is chosen at apply', 'It depends.'];
    const shared = ['Node is chosen at apply', expect.stringContaining('Only the first 2')];
    const other = ['Policies are skipped', 'All of them.'];
    expect(said).toEqual([
      [whole, own, other],
      [whole, own, other],
      [short, shared, other],
      [short, other],
    ]);
  });
});
