/** Every figure, in the order in which they are measured. */
import { figure as apply1000 } from './figures/apply-1000.mjs';
import { figure as commitsPerSecond } from './figures/commits-per-second.mjs';
import { figure as planNoop1000 } from './figures/plan-noop-1000.mjs';
import { figure as providerStart } from './figures/provider-start.mjs';
import { figure as serverReady } from './figures/server-ready.mjs';

export const FIGURES = [providerStart, serverReady, commitsPerSecond, planNoop1000, apply1000];
