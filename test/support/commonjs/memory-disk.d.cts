/** Types of `@novacron/testing/memory-disk` for `require`. */
import type * as module from '../dist/memory-disk.js' with { 'resolution-mode': 'import' };

export type * from '../dist/memory-disk.js' with { 'resolution-mode': 'import' };

export declare const makeDataDirectory: typeof module.makeDataDirectory;
