/** Every figure, in the order in which they are measured. */
import { figure as apply1000 } from './figures/apply-1000.mjs';
import { figure as batch100x20 } from './figures/batch-100x20.mjs';
import { figure as commitsPerSecond } from './figures/commits-per-second.mjs';
import { figure as concurrentDecisions } from './figures/concurrent-decisions.mjs';
import { figure as deployQuickstart } from './figures/deploy-quickstart.mjs';
import { driftFigures } from './figures/drift.mjs';
import { figure as driftAccuracy } from './figures/drift-accuracy.mjs';
import { figure as driftReport10000 } from './figures/drift-report-10000.mjs';
import { figure as eventsDelivered } from './figures/events-delivered.mjs';
import { figure as fleetUtilisation } from './figures/fleet-utilisation.mjs';
import { groupCommitPostgres, groupCommitSqlite } from './figures/group-commit.mjs';
import { figure as listPage } from './figures/list-page.mjs';
import { orchestrationFigures } from './figures/orchestration.mjs';
import { packingFigures } from './figures/packing-openb.mjs';
import { placementFigures } from './figures/placement-engine.mjs';
import { figure as plan5000 } from './figures/plan-5000.mjs';
import { figure as planLatency1000 } from './figures/plan-latency-1000.mjs';
import { figure as planNew1000 } from './figures/plan-new-1000.mjs';
import { figure as planNoop1000 } from './figures/plan-noop-1000.mjs';
import { policyFigures } from './figures/policy-decisions.mjs';
import { figure as providerShare1000 } from './figures/provider-share-1000.mjs';
import { figure as providerStart } from './figures/provider-start.mjs';
import { figure as readLatency } from './figures/read-latency.mjs';
import { figure as rebalanceHbal } from './figures/rebalance-hbal.mjs';
import { regoFigures } from './figures/rego.mjs';
import { figure as serverReady } from './figures/server-ready.mjs';
import { serverMemory10k, serverStart10k } from './figures/server-start-10k.mjs';
import { figure as stepOverhead } from './figures/step-overhead.mjs';
import { stepsPostgres, stepsSqlite } from './figures/steps-per-second.mjs';
import { synthFigures } from './figures/synth-1000.mjs';
import { figure as utilisationOpenb } from './figures/utilisation-openb.mjs';
import { figure as vmCreateLatency } from './figures/vm-create-latency.mjs';
import { figure as vmCreates } from './figures/vm-creates.mjs';
import { figure as workflowsAtOnce } from './figures/workflows-at-once.mjs';
import { figure as workflowsRecovered } from './figures/workflows-recovered.mjs';

const PLANS = [planNoop1000, providerShare1000, planLatency1000, planNew1000, plan5000];
const ENDS_TO_END = [providerStart, serverReady, ...PLANS, apply1000, deployQuickstart];
const STORE = [commitsPerSecond, stepsSqlite, stepsPostgres];
const SLOW_DISK = [groupCommitSqlite, groupCommitPostgres];
const WORKFLOWS = [stepOverhead, workflowsAtOnce, workflowsRecovered];
const API = [vmCreates, vmCreateLatency, eventsDelivered];
const TEN_THOUSAND_VMS = [readLatency, listPage, serverStart10k, serverMemory10k];
const DRIFT = [driftReport10000, driftAccuracy];

const SERVER = [ENDS_TO_END, STORE, SLOW_DISK, WORKFLOWS, API, TEN_THOUSAND_VMS, DRIFT].flat();

const PLACEMENT = [
  concurrentDecisions,
  ...placementFigures,
  ...packingFigures,
  utilisationOpenb,
  fleetUtilisation,
  rebalanceHbal,
  batch100x20,
];

const OFFLINE = [...regoFigures, ...policyFigures, ...orchestrationFigures, ...synthFigures];

export const FIGURES = [...SERVER, ...driftFigures, ...OFFLINE, ...PLACEMENT];
