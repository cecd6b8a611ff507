import { describeSeeds } from '../test-kit/seed-suite.ts';

describeSeeds({ first: 17, last: 23 });
