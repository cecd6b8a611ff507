/** Tables that fit a terminal, their colours, and the columns that a person chooses. */
import { describe, expect, test } from '@jest/globals';
import { renderRows } from './render-table.ts';
import { PLAIN_STYLE, type Style } from './style.ts';
import { widthOf } from './text-width.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const AT = '2026-06-01T09:00:00Z';

function terminal(width: number): Style {
  return { ...PLAIN_STYLE, width, nowMs: NOW };
}

const VM = {
  name: 'web-server-01',
  status: 'running',
  node: 'node-03',
  cpu_cores: 4,
  memory_gb: 8,
  disk_gb: 100,
  ip_address: '192.168.100.200',
  cost_per_hour: 1.25,
  healing: { restart: 'always', on_node_loss: 'restart' },
  created_at: AT,
  id: 'vm_01jd3v6t7re3h8z9k2m4n5p6q7',
};

function widest(text: string): number {
  return Math.max(...text.split('\n').map(widthOf));
}

describe('a table on a terminal', () => {
  test.each([200, 140, 120, 100, 80, 60, 40])('of %i columns fits', (width) => {
    const text = renderRows('vm', [VM, { ...VM, name: 'ümläut-数据库-01' }], terminal(width));
    expect(widest(text)).toBeLessThanOrEqual(width);
    expect(text.split('\n')).toHaveLength(4);
  });

  test('of enough columns shows everything', () => {
    const text = renderRows('vm', [VM], terminal(200));
    expect(text).toContain('vm_01jd3v6t7re3h8z9k2m4n5p6q7');
    expect(text).toContain('always, restart elsewhere');
  });

  test('shows the size that healing has given a VM beside the configured one', () => {
    const grown = { ...VM, name: 'grown', grown_memory_gb: 16, grown_cpu_cores: null };
    const lines = renderRows('vm', [VM, grown], terminal(200)).split('\n');
    expect(lines[1]).toMatch(/^web-server-01 .* node-03 +4 +8 +100 /);
    expect(lines[2]).toMatch(/^grown .* node-03 +4 +8 \(16\) +100 /);
  });

  test('drops the id of what has a name first, and keeps status and age', () => {
    const text = renderRows('vm', [VM], terminal(132));
    expect(text).not.toContain('vm_01jd3v6t7re3h8z9k2m4n5p6q7');
    expect(text).toMatch(/^NAME +STATUS .* HEALING +AGE\n/);
    expect(renderRows('vm', [VM], terminal(60))).toMatch(/^NAME +STATUS +.*AGE\n.* 3h\n$/);
  });

  test('keeps the id of what has no other name', () => {
    const operation = {
      kind: 'vm.create',
      target_name: 'a-vm-with-a-rather-long-name',
      status: 'running',
      progress_percent: 40,
      created_by: 'admin',
      created_at: AT,
      id: 'op_01jd3v6t7re3h8z9k2m4n5p6q7',
    };
    const text = renderRows('operation', [operation], terminal(80));
    expect(text).toContain('op_01jd3v6t7re3h8z9k2m4n5p6q7');
    expect(widest(text)).toBeLessThanOrEqual(80);
  });

  test('cuts a long sentence rather than dropping it', () => {
    const incident = {
      state: 'open',
      severity: 'critical',
      target: 'node-03',
      summary: `Node node-03 does not answer; ${'many '.repeat(20)}VMs are down.`,
      opened_at: AT,
      id: 'inc_01jd3v6t7re3h8z9k2m4n5p6q7',
    };
    const text = renderRows('incident', [incident], terminal(80));
    expect(text).toMatch(/Node node-03 does not answer; many.*… +3h\n/);
    expect(widest(text)).toBeLessThanOrEqual(80);
  });

  test('stays whole in wide, and where there is no terminal', () => {
    const wide = renderRows('vm', [VM], { ...terminal(40), detail: 'wide' });
    expect(wide).toContain('vm_01jd3v6t7re3h8z9k2m4n5p6q7');
    const piped = renderRows('vm', [VM], { ...PLAIN_STYLE, nowMs: NOW });
    expect(piped).toContain('vm_01jd3v6t7re3h8z9k2m4n5p6q7');
  });
});

test('nodes say why they are suspected, in a column that is there where one of them is', () => {
  const node = { name: 'node-01', status: 'ready', suspected: null };
  const reason = 'its agent does not respond: it hangs or has crashed, and the node is alive';
  const hung = { ...node, name: 'node-02', suspected: { since: AT, reason } };
  const text = renderRows('node', [node, hung]);
  expect(text).toMatch(/^NAME .* SUSPECTED +ID\n/);
  expect(text).toMatch(new RegExp(`\nnode-02 .* ready .* ${reason}`));
  expect(renderRows('node', [node])).not.toContain('SUSPECTED');
});

test('wide characters take two columns, so that the next one is in line', () => {
  const text = renderRows('network', [
    { name: '数据', cidr: '10.0.0.0/8' },
    { name: 'abcd', cidr: '10.0.0.0/8' },
  ]);
  const places = text
    .split('\n')
    .slice(1, 3)
    .map((line) => widthOf(line.slice(0, line.indexOf('10.'))));
  expect(places).toEqual([6, 6]);
});

test('states are painted and columns stay in line', () => {
  const items = ['running', 'failed', 'creating', 'novel'].map((status) => ({ name: 'a', status }));
  const style: Style = { ...PLAIN_STYLE, colors: 'on' };
  const text = renderRows('vm', items, style, { columns: ['status', 'name'] });
  expect(text).toBe(
    'STATUS    NAME\n' +
      '\u001b[32mrunning\u001b[39m   a\n' +
      '\u001b[31mfailed\u001b[39m    a\n' +
      '\u001b[33mcreating\u001b[39m  a\n' +
      'novel     a\n',
  );
});

test('columns are headers, fields or paths; headers can be left out', () => {
  const item = { ...VM, metadata: { tier: 'web', 'a.b': 'c' } };
  const columns = ['NAME', 'age', 'metadata.tier', 'metadata.a.b', 'healing.restart'];
  const style: Style = { ...PLAIN_STYLE, nowMs: NOW };
  expect(renderRows('vm', [item], style, { columns, headers: 'hidden' })).toBe(
    'web-server-01  3h  web  c  always\n',
  );
});

test('a text of several lines takes one line, so that no part of it passes for an item', () => {
  const vm = { ...VM, description: 'first\nweb-02  running\r\n\n  last' };
  const text = renderRows('vm', [vm], PLAIN_STYLE, { columns: ['description', 'name'] });
  expect(text).toBe(
    'DESCRIPTION                 NAME\nfirst web-02  running last  web-server-01\n',
  );
});
