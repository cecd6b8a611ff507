import { describeSeeds } from '../test-kit/seed-suite.ts';

describeSeeds({ first: 24, last: 30 });
