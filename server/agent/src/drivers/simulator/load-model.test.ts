import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSampleIds, sampleSpec } from '../../test-kit/samples.ts';
import { measureMachine } from './load-model.ts';

const HOUR_MS = 3_600_000;
const vm_id = createSampleIds()('vm');
const spec = sampleSpec({ cpu_cores: 4, memory_mib: 8_192 });

test('a machine uses a part of its size, the same for the same VM at the same moment', () => {
  const moments = fc.integer({ min: 0, max: 1_000 * HOUR_MS });
  fc.assert(
    fc.property(moments, (nowMs) => {
      const used = measureMachine({ vm_id, status: 'running', spec }, nowMs);
      expect(used).toEqual(measureMachine({ vm_id, status: 'running', spec }, nowMs));
      expect(used.cpu_cores).toBeGreaterThan(0);
      expect(used.cpu_cores).toBeLessThan(spec.cpu_cores);
      expect(used.memory_mib).toBeGreaterThan(0);
      expect(used.memory_mib).toBeLessThan(spec.memory_mib);
      expect(used.memory_available_mib).toBe(spec.memory_mib - used.memory_mib);
      expect(used.disk_read_bytes_per_s).toBeGreaterThan(0);
      expect(used.network_transmit_bytes_per_s).toBeGreaterThan(0);
    }),
  );
});

test('its use of cores rises and falls with the day', () => {
  const day = Array.from({ length: 24 }, (_, hour) =>
    measureMachine({ vm_id, status: 'running', spec }, hour * HOUR_MS),
  ).map(({ cpu_cores }) => cpu_cores);
  expect(Math.max(...day) - Math.min(...day)).toBeGreaterThan(0.1 * spec.cpu_cores);
});

test('a paused machine keeps its memory and does nothing', () => {
  const used = measureMachine({ vm_id, status: 'running', spec, paused: true }, 0);
  const running = measureMachine({ vm_id, status: 'running', spec }, 0);
  expect(used).toEqual({
    vm_id,
    cpu_cores: 0,
    memory_mib: running.memory_mib,
    memory_available_mib: running.memory_available_mib,
    disk_read_bytes_per_s: 0,
    disk_write_bytes_per_s: 0,
    network_receive_bytes_per_s: 0,
    network_transmit_bytes_per_s: 0,
  });
});

test('a machine that does not run uses nothing', () => {
  for (const status of ['stopped', 'incoming', 'migrated'] as const) {
    expect(measureMachine({ vm_id, status, spec }, 0)).toEqual({
      vm_id,
      cpu_cores: 0,
      memory_mib: 0,
    });
  }
});
