/** Types of `@novacron/testing/wait-until` for `require`. */
import type * as module from '../dist/wait-until.js' with { 'resolution-mode': 'import' };

export type * from '../dist/wait-until.js' with { 'resolution-mode': 'import' };

export declare const waitUntil: typeof module.waitUntil;
