/** Types of `@novacron/testing/novacron-matchers` for `require`. */
import type * as module from '../dist/novacron-matchers.js' with { 'resolution-mode': 'import' };

export type * from '../dist/novacron-matchers.js' with { 'resolution-mode': 'import' };

export declare const novacronMatchers: typeof module.novacronMatchers;
