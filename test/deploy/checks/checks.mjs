/** The checks of `make deploy-test`, in the order in which they run. */
import { alerts } from './alerts.mjs';
import { dashboards } from './dashboards.mjs';
import { IMAGE } from './image.mjs';
import { PACKAGES } from './packages.mjs';
import { recovery } from './recovery.mjs';

/** @type {readonly import('../deployment-artifacts.mjs').Check[]} */
export const CHECKS = [PACKAGES, IMAGE, alerts, dashboards, recovery];
