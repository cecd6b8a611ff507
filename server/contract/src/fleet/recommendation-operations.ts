/** The rows of the operations table that recommend, and that follow recommendations. */
import { z } from 'zod';
import { VmId } from '../ids.ts';
import { oneOf, wholeList } from '../operation/listing.ts';
import { change, look } from '../operation/operation-shapes.ts';
import {
  FollowedRecommendation,
  Recommendation,
  RecommendationSource,
  RecommendationState,
  RecommendationTarget,
  TuningModel,
  TuningReplay,
  TuningSignalSummary,
} from './recommendation.ts';

/** Longest id of a recommendation: those of capacity contain the name of a resource. */
const ID_LENGTH_MAX = 256;

const DIGEST_LENGTH = 64;

/** Older values of metrics say little about what a VM needs now. */
const REPLAY_DAYS_MAX = 90;

/** The rows by name. */
export const recommendationOperations = {
  'optimizer.recommend': {
    ...look,
    summary:
      'Lists recommendations of right-sizing, capacity and the optimizer, with what each brings ' +
      'and how sure that is.',
    rest: { method: 'GET', path: '/optimizer/recommendations', status: 200 },
    ...wholeList(Recommendation, {
      filters: {
        source: oneOf(RecommendationSource, 'Only those of one of these sources'),
        target: oneOf(RecommendationTarget, 'Only those that improve one of these'),
        state: oneOf(RecommendationState, 'Only those in one of these states'),
      },
      sort: ['-estimated_improvement', '-confidence', 'id'],
      search: ['subject_name', 'title'],
    }),
    problems: ['unavailable'],
  },
  'optimizer.apply': {
    ...change,
    applies: 'nothing',
    summary:
      'Follows a recommendation: changes one VM or starts a plan, and takes a size back that ' +
      'proves too small; or shows what it would do.',
    rest: { method: 'POST', path: '/optimizer/apply', status: 202 },
    input: z.strictObject({
      id: z
        .string()
        .min(1)
        .max(ID_LENGTH_MAX, { abort: true })
        .describe('Id of the recommendation'),
      digest: z
        .string()
        .length(DIGEST_LENGTH, { abort: true })
        .optional()
        .describe('`digest` of the recommendation that you have seen; another one is refused'),
      dry_run: z.boolean().default(false).describe('Shows what it would do without doing it'),
    }),
    output: z.looseObject({ resource: FollowedRecommendation }),
    problems: ['not-found', 'policy-denied', 'conflict', 'unavailable'],
  },
  'optimizer.metrics': {
    ...look,
    summary: 'Shows which of the signals that models learn from are measured.',
    rest: { method: 'GET', path: '/optimizer/metrics', status: 200 },
    input: z.strictObject({}),
    output: z.looseObject({ signals: z.array(TuningSignalSummary) }),
    problems: ['unavailable'],
  },
  'optimizer.train': {
    ...look,
    role: 'operator',
    summary: 'Trains models of latency now, and says which of them is better than a simple rule.',
    rest: { method: 'POST', path: '/optimizer/train', status: 200 },
    input: z.strictObject({
      vm_id: VmId.optional().describe('Only the model of this VM'),
      verbose: z.boolean().default(false).describe('Adds errors of all rules and importance'),
    }),
    output: z.looseObject({
      models: z.array(TuningModel),
      omitted: z.int().describe('Further VMs with a latency, which were not trained'),
    }),
    problems: ['not-found', 'unavailable'],
  },
  'optimizer.replay': {
    ...look,
    summary: 'Shows what recommendations of right-sizing would have brought in the last days.',
    rest: { method: 'GET', path: '/optimizer/replay', status: 200 },
    input: z.strictObject({
      days: z
        .int()
        .min(4)
        .max(REPLAY_DAYS_MAX)
        .default(30)
        .describe('Length of the history. Unit: days. Default: 30'),
    }),
    output: TuningReplay,
    problems: ['unavailable'],
  },
} as const;
