import { describe, expect, test } from '@jest/globals';
import { chooseCell, countProcessors, freeOf, type HostCell, shareOfCells } from './numa-cells.ts';

const cell = (id: number, cpuCores: number, memoryMib: number): HostCell => ({
  id,
  cpus: `${id * 8}-${id * 8 + cpuCores - 1}`,
  cpuCores,
  memoryMib,
});
const need = (cpu_cores: number, memory_mib: number) => ({ cpu_cores, memory_mib });

test.each([
  ['', 0],
  ['0', 1],
  ['0-3\n', 4],
  ['0-3,8-11,15', 9],
])('the list %j has %d processors', (list, count) => {
  expect(countProcessors(list)).toBe(count);
});

test('each cell bears its part of what the host keeps for itself', () => {
  const cells = [cell(0, 8, 16_000), cell(1, 8, 16_000)];
  expect(shareOfCells(cells, need(14, 24_000))).toMatchObject([
    { id: 0, cpuCores: 7, memoryMib: 12_000 },
    { id: 1, cpuCores: 7, memoryMib: 12_000 },
  ]);
  expect(shareOfCells(cells, need(64, 64_000))).toEqual(cells);
});

describe('a machine is bound', () => {
  const cells = [cell(0, 8, 16_000), cell(1, 4, 16_000), cell(2, 4, 16_000)];

  test.each([
    ['to the cell with fewest cores to spare', [], need(4, 8_000), 1],
    ['to another one where that is taken', [{ cell: 1, ...need(1, 1_000) }], need(4, 8_000), 2],
    ['to the one with enough memory', [{ cell: 1, ...need(0, 9_000) }], need(2, 8_000), 2],
    ['to the largest where it fits in no other', [], need(6, 8_000), 0],
    ['to none where it fits in no cell', [], need(9, 8_000), undefined],
    ['to none for its memory', [], need(1, 16_001), undefined],
  ])('%s', (_what, bound, wanted, id) => {
    expect(chooseCell(cells, bound, wanted)?.id).toBe(id);
  });

  test('what is in a cell is taken from it alone', () => {
    const bound = [
      { cell: 0, ...need(3, 4_000) },
      { cell: 1, ...need(1, 1_000) },
    ];
    expect(freeOf(cell(0, 8, 16_000), bound)).toEqual(need(5, 12_000));
  });
});
