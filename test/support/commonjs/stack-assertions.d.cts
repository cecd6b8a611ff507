/** Types of `@novacron/testing/stack-assertions` for `require`. */
import type * as module from '../dist/stack-assertions.js' with { 'resolution-mode': 'import' };

export type * from '../dist/stack-assertions.js' with { 'resolution-mode': 'import' };

export declare const assertDistinctNodes: typeof module.assertDistinctNodes;
export declare const assertPolicySatisfied: typeof module.assertPolicySatisfied;
