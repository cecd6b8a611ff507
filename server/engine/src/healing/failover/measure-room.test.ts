import { describe, expect, test } from '@jest/globals';
import { makeRng } from '../../rng.ts';
import { measureRoom, type NodeRoom } from './measure-room.ts';

const node = (cores: number, coresUsed: number): NodeRoom => ({
  capacity: { cpuCores: cores, memoryMib: cores * 1_024 },
  used: { cpuCores: coresUsed, memoryMib: coresUsed * 1_024 },
});

describe('the room that is left when nodes are lost', () => {
  test.each([
    ['no node is lost', [node(8, 2), node(8, 4)], 0, 10],
    ['the VMs of one fit on the other', [node(8, 4), node(8, 4)], 1, 0],
    ['the VMs of the fuller one do not fit', [node(8, 6), node(8, 4)], 1, -2],
    ['the largest counts, however little it runs', [node(64, 1), node(8, 4)], 1, 3],
    ['all are lost', [node(8, 1), node(8, 2)], 2, -3],
    ['there is none', [], 1, 0],
  ])('%s', (_case, nodes, lost, cores) => {
    expect(measureRoom(nodes, lost)).toEqual({ cpuCores: cores, memoryMib: cores * 1_024 });
  });

  test('no set of that many nodes leaves less', () => {
    const rng = makeRng('measure-room');
    for (let run = 0; run < 50; run += 1) {
      const nodes = Array.from({ length: 4 }, () => {
        const cores = 1 + Math.floor(rng.next() * 16);
        return node(cores, Math.floor(rng.next() * (cores + 1)));
      });
      const left = nodes.map((gone) => {
        const others = nodes.filter((each) => each !== gone);
        const free = others.reduce(
          (sum, each) => sum + each.capacity.cpuCores - each.used.cpuCores,
          0,
        );
        return free - gone.used.cpuCores;
      });
      expect(measureRoom(nodes, 1).cpuCores).toBe(Math.min(...left));
    }
  });
});
