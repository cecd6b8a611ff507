/** Binds the drift operations to their use cases. */
import type { Handlers } from '../../kernel/context/handler.ts';
import { setBaseline, showBaseline } from './drift-baselines.ts';
import { showDriftSettings, updateDriftSettings } from './drift-settings.ts';
import { approveDrift, type RemediationParts, remediateDrift } from './remediate-drift.ts';
import { reportDrift } from './report-drift.ts';

/** Makes the handlers. */
export function bindDrift(parts: RemediationParts) {
  const { deps, onEvents } = parts;
  return {
    'drift.report': (input, context) => reportDrift(deps, input, context),
    'drift.remediate': (input, context) => remediateDrift(parts, input, context),
    'drift.approve': (input, context) => approveDrift(parts, input, context),
    'drift_baseline.get': (input, context) => showBaseline(deps, input, context),
    'drift_baseline.set': async (input, context) => {
      const answer = await setBaseline(deps, input, context);
      onEvents();
      return answer;
    },
    'drift_settings.get': (_input, context) => showDriftSettings(deps, context),
    'drift_settings.update': (input, context) => updateDriftSettings(deps, input, context),
  } as const satisfies Partial<Handlers>;
}
