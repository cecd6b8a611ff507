/** The checks of `make deploy-test`, in the order in which they run. */
import { alerts } from './alerts.mjs';
import { dashboards } from './dashboards.mjs';
import { recovery } from './recovery.mjs';

/** @type {readonly import('../deployment-artifacts.mjs').Check[]} */
export const CHECKS = [alerts, dashboards, recovery];
