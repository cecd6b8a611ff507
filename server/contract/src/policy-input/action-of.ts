import { assert } from '../result.ts';

/** Verbs of operations that change nothing; their action is `read`, whatever the noun. */
const READ_VERBS: readonly string[] = [
  'logs',
  'get',
  'list',
  'outcomes',
  'report',
  'compare',
  'preview',
  'wait',
  'verify',
  'explain',
  'evidence',
  'exports',
  'usage',
  'estimate',
  'advise',
  'alternatives',
  'failure',
  'forecast',
  'forecasts',
  'anomalies',
  'correlate',
  'watches',
  'plan',
  'versions',
  'graph',
  'optimize',
  'recommend',
  'metrics',
  'replay',
  'generate',
  'diff',
  'ask',
  'status',
  'summary',
  'decide',
  'whoami',
  'reachability',
  'query',
  'batch',
  'predict',
  'card',
  'configuration',
  'authority',
  'test_fence',
];

/**
 * Operations whose action does not follow from their name: what restricts new volumes restricts
 * imports, a verification of a backup leaves a mark at the target, and an export of a model and
 * a training of the optimizer only read.
 */
const SAME_ACTIONS: Readonly<Record<string, string>> = {
  'volume.import': 'create_volume',
  'backup.verify': 'verify_backup',
  'model.export': 'read',
  'optimizer.train': 'read',
};

/**
 * The action that policies see for an operation.
 * @param operation - `noun.verb`, as in the operations table
 * @example actionOf('vm.create') // 'create_vm'
 * @example actionOf('vm.list') // 'read'
 */
export function actionOf(operation: string): string {
  const [noun, verb] = operation.split('.');
  const same = SAME_ACTIONS[operation];
  if (same !== undefined) return same;
  assert(noun !== undefined && verb !== undefined, `${operation} is noun.verb`);
  return READ_VERBS.includes(verb) ? 'read' : `${verb}_${noun}`.replaceAll('-', '_');
}

/** Whether an operation creates its resource: nothing is there before it. */
export function isCreate(operation: string): boolean {
  return actionOf(operation).startsWith('create_');
}
