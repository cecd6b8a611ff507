/** The checks of `make deploy-test`, in the order in which they run. */
import { ALERTS } from './alerts.mjs';
import { DASHBOARDS } from './dashboards.mjs';
import { IMAGE } from './image.mjs';
import { KUBERNETES } from './kubernetes.mjs';
import { PACKAGES } from './packages.mjs';
import { RECOVERY } from './recovery.mjs';

/** @type {readonly import('../deployment-artifacts.mjs').Check[]} */
export const CHECKS = [PACKAGES, IMAGE, KUBERNETES, ALERTS, DASHBOARDS, RECOVERY];
