import { describeSeeds } from '../test-kit/seed-suite.ts';

describeSeeds({ first: 9, last: 16 });
