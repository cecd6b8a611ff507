/**
 * Prints as JSON the page of deployment artifacts, and which of the named files no check declares.
 *
 *   node test/deploy/print-artifacts.mjs [file...]
 */
import { CHECKS } from './checks/checks.mjs';
import { isDeclared, renderArtifacts } from './deployment-artifacts.mjs';

const undeclared = process.argv.slice(2).filter((file) => !isDeclared(file, CHECKS));
process.stdout.write(`${JSON.stringify({ page: renderArtifacts(CHECKS), undeclared })}\n`);
