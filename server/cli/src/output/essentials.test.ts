/** The short form of long answers. */
import { expect, test } from '@jest/globals';
import { renderOutput } from './render-output.ts';

const reconciler = (name: string, failures: number) => ({
  name,
  state: 'waiting',
  failures_in_a_row: failures,
});

const FLEET = {
  at: '2026-01-02T03:04:05.000Z',
  nodes: {
    total: 3,
    by_status: { ready: 2, lost: 1 },
    zones: [
      { zone: 'a', total: 2, by_status: { ready: 2 } },
      { zone: 'b', total: 1, by_status: { lost: 1 } },
    ],
  },
  vms: { total: 2, by_status: { running: 2 }, by_health: {} },
  groups: null,
  capacity: { cpu_cores: { total: 64, used: 12, free: 52 } },
  failover: { nodes: 1, kept: false },
  engine: {
    held: false,
    platform: {
      servers: 1,
      reconcilers: [
        ...Array.from({ length: 40 }, (_, at) => reconciler(`work-${at}`, 0)),
        reconciler('incidents', 2),
      ],
    },
    leaders: [{ work: 'scan', server: 'one' }],
  },
};

test('the summary of a fleet is counts, and what is unwell', () => {
  expect(renderOutput({ kind: 'one', value: FLEET }, 'table')).toBe(
    [
      'at                       2026-01-02T03:04:05.000Z\n',
      'nodes                    3 total, 2 ready, 1 lost; not all ready: b\n',
      'vms                      2 total, 2 running\n',
      'capacity                 cpu_cores=12 of 64 used\n',
      'failover                 nodes=1, kept=false\n',
      'engine\n',
      '  held                   false\n',
      '  servers                1\n',
      '  reconcilers            41, 1 of them failing\n',
      '  failing\n',
      '    - name               incidents\n',
      '      state              waiting\n',
      '      failures_in_a_row  2\n',
    ].join(''),
  );
  expect(renderOutput({ kind: 'one', value: FLEET }, 'wide')).toContain('work-39');
});

test('settings are those that can be changed, or are not the default', () => {
  const setting = (name: string, source: string, changeable: boolean) => ({
    setting: name,
    value: '1',
    source,
    changeable,
  });
  const settings = [
    setting('listen', 'flag --listen', false),
    setting('bus', 'default', false),
    setting('retention-events', 'default', true),
  ];
  const value = { revision: 0, settings };
  const text = renderOutput({ kind: 'one', value }, 'table');
  expect(text).toBe(renderOutput({ kind: 'written', value: { resource: value } }, 'table'));
  expect(text).toMatch(/listen.*\nretention-events.*\nand 1 more with default values /);
  expect(text).not.toContain('bus');
  expect(renderOutput({ kind: 'one', value }, 'wide')).toContain('bus');
});
