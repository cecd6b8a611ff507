/** The checks of `make deploy-test`, in the order in which they run. */
import { IMAGE } from './image.mjs';
import { PACKAGES } from './packages.mjs';

/** @type {readonly import('../deployment-artifacts.mjs').Check[]} */
export const CHECKS = [PACKAGES, IMAGE];
