import { expect, test } from '@jest/globals';
import { leaveOutLoad } from './explain-placement.ts';

test.each([
  ['lacks 4 cores (2 of 32 cores free)', 'lacks free cores'],
  ['lacks 4.5 GB memory (0.5 of 64 GB free)', 'lacks free memory'],
  ['lacks 10 GB of ssd (3 GB free)', 'lacks free ssd'],
  ['lacks 10 Mbit/s of bandwidth (3 Mbit/s free)', 'lacks free bandwidth'],
  ['has no NUMA fit (3 cores free in its emptiest cell)', 'has no NUMA fit'],
  [
    'b would be chosen if it scored more than 0.0123 higher: it is behind in cpu 0.1 against 0.2',
    'b would be chosen if it scored higher',
  ],
  [
    'a lacks 1 core (2 of 8 cores free) and lacks 2 GB disk (1 of 9 GB free).',
    'a lacks free cores and lacks free disk.',
  ],
  [
    'asks for 6 cores; no node has more than 5 cores free',
    'asks for 6 cores; no node has enough free',
  ],
  ['cpu: asked for 6 cores, 5 are free', 'cpu: asked for 6 cores, which is more than is free'],
  [
    'cpu_cores needs 6 cores more and 3 cores are free',
    'cpu_cores needs 6 cores more than are free',
  ],
  ['b was preferred with score 0.8123', 'b was preferred'],
  ['b scores 0.8123', 'b is one of the next best'],
  [
    '2 VMs on 1 node, node-a the fullest of them at 62.5 %',
    '2 VMs on 1 node, node-a the fullest of them',
  ],
  ['within 3.1 points of the bound 59.4 %', 'not proven to be the best'],
  ['is in zone a, not in b', 'is in zone a, not in b'],
])('tenants read of %j: %j', (line, shown) => {
  expect(leaveOutLoad([line])).toEqual([shown]);
});
