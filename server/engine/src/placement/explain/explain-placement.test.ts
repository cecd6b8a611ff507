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
  ['is in zone a, not in b', 'is in zone a, not in b'],
])('tenants read of %j: %j', (line, shown) => {
  expect(leaveOutLoad([line])).toEqual([shown]);
});
