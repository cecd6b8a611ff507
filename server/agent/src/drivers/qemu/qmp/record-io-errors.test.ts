import { expect, test } from '@jest/globals';
import { recordIoErrors } from './record-io-errors.ts';

const VOLUME_NODE = 'n01m7w3nm73ez1swrf2xtbny8nv';
const DISKS = [{ node: VOLUME_NODE, pool: 'class-pool' }];

/** An event as QEMU 7.2 sends it. */
function errorAt(node: string, more = {}) {
  const data = { device: '', 'node-name': node, operation: 'write', action: 'report', ...more };
  return { name: 'BLOCK_IO_ERROR', data: { ...data, reason: 'Input/output error' }, atMs: 5 };
}

test('an I/O error is remembered with the storage of its disk', () => {
  const errors = recordIoErrors();
  errors.hear(DISKS, errorAt('root-node'));
  errors.hear(DISKS, errorAt(VOLUME_NODE, { operation: 'read' }));
  expect(errors.list('own-pool')).toEqual([
    { pool: 'own-pool', operation: 'write', atMs: 5 },
    { pool: 'class-pool', operation: 'read', atMs: 5 },
  ]);
});

test('a full disk and other events are no I/O errors', () => {
  const errors = recordIoErrors();
  errors.hear(DISKS, errorAt('root-node', { nospace: true }));
  errors.hear(DISKS, { name: 'RESUME', data: {}, atMs: 5 });
  expect(errors.list('own-pool')).toEqual([]);
});

test('of a disk that fails again and again the last errors are kept', () => {
  const errors = recordIoErrors();
  for (let atMs = 0; atMs < 1_000; atMs += 1) errors.hear(DISKS, { ...errorAt('root-node'), atMs });
  const kept = errors.list('own-pool');
  expect([kept.length, kept.at(-1)?.atMs]).toEqual([100, 999]);
});
