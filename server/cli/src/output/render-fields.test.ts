/** Layout of a single resource. */
import { expect, test } from '@jest/globals';
import { renderFields } from './render-fields.ts';
import { PLAIN_STYLE, type Style } from './style.ts';

const TERMINAL: Style = {
  width: 60,
  colors: 'on',
  nowMs: Date.parse('2026-06-01T12:00:00Z'),
  detail: 'normal',
};

test('a fraction has four digits at most, and a size all of its own', () => {
  const rates = { rate: 0.06174756962521441, memory_gb: 0.5625, bytes: 12345678.3, count: 3 };
  expect(renderFields(rates)).toBe(
    'rate       0.06175\nmemory_gb  0.5625\nbytes      12345678\ncount      3\n',
  );
});

test('a long list of texts is cut, except in wide', () => {
  const operations = Array.from({ length: 25 }, (_, at) => `op-${at}`);
  expect(renderFields({ operations })).toBe(
    'operations  op-0, op-1, op-2, op-3, op-4, op-5, op-6, op-7, op-8, op-9 and 15 more ' +
      '(--output wide lists all)\n',
  );
  expect(renderFields({ operations }, { ...PLAIN_STYLE, detail: 'wide' })).toContain('op-24');
});

test('fields without a value are left out, except in wide', () => {
  const resource = { name: 'a', description: null, tags: [], labels: {}, count: 0, on: false };
  expect(renderFields(resource)).toBe('name   a\ncount  0\non     false\n');
  expect(renderFields(resource, { ...PLAIN_STYLE, detail: 'wide' })).toBe(
    'name         a\ndescription  -\ntags         -\nlabels       -\n' +
      'count        0\non           false\n',
  );
});

test('objects and lists of objects stand below their name, nothing is JSON', () => {
  const resource = {
    name: 'web',
    metadata: { tier: 'web' },
    healing: { restart: 'always', health_check: { kind: 'tcp', port: 80 }, standby: null },
    rules: [
      { direction: 'ingress', ports: ['80', '443'] },
      { direction: 'egress', peer: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } },
    ],
  };
  const text = renderFields(resource);
  expect(text).not.toMatch(/[{}"[\]]/);
  expect(text).toBe(
    'name            web\n' +
      'metadata        tier=web\n' +
      'healing\n' +
      '  restart       always\n' +
      '  health_check  kind=tcp, port=80\n' +
      'rules\n' +
      '  - direction   ingress\n' +
      '    ports       80, 443\n' +
      '  - direction   egress\n' +
      '    peer\n' +
      '      cidr      0.0.0.0/0\n' +
      '      except    10.0.0.0/8\n',
  );
});

test('a terminal shows ages and colours, and long texts are wrapped below themselves', () => {
  const resource = {
    status: 'failed',
    created_at: '2026-06-01T09:00:00Z',
    summary: 'The node does not answer and three of its machines are down since then.',
  };
  expect(renderFields(resource, TERMINAL)).toBe(
    'status      \u001b[31mfailed\u001b[39m\n' +
      'created_at  2026-06-01T09:00:00Z (3h ago)\n' +
      'summary     The node does not answer and three of its\n' +
      '            machines are down since then.\n',
  );
});
