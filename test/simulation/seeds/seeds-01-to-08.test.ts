import { describeSeeds } from '../test-kit/seed-suite.ts';

describeSeeds({ first: 1, last: 8 });
