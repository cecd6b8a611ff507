/** Types of `@novacron/testing/http-carrier` for `require`. */
import type * as module from '../dist/http-carrier.js' with { 'resolution-mode': 'import' };

export type * from '../dist/http-carrier.js' with { 'resolution-mode': 'import' };

export declare const createHttpCarrier: typeof module.createHttpCarrier;
