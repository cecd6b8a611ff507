/** The checks of `make deploy-test`, in the order in which they run. */
import { IMAGE } from './image.mjs';
import { KUBERNETES_CHECK } from './kubernetes.mjs';
import { PACKAGES } from './packages.mjs';

/** @type {readonly import('../deployment-artifacts.mjs').Check[]} */
export const CHECKS = [PACKAGES, IMAGE, KUBERNETES_CHECK];
