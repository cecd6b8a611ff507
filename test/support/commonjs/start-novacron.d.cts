/** Types of `@novacron/testing/start-novacron` for `require`. */
import type * as module from '../dist/start-novacron.js' with { 'resolution-mode': 'import' };

export type * from '../dist/start-novacron.js' with { 'resolution-mode': 'import' };

export declare const startNovacron: typeof module.startNovacron;
