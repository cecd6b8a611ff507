/** A model card: what a model is for, how it was measured, and whether to use it. */
import type { Evaluation } from '@novacron/engine/training/model/training';
import { markdownCode, markdownTable, markdownText } from '../../output/write-markdown.ts';
import type { ModelContent } from './model-file.ts';

const PERCENT = 100;
const DIGITS = 4;
const SHOWN_FEATURES = 10;

/**
 * Renders the card as Markdown.
 * Source: Mitchell et al., "Model Cards for Model Reporting" (2019).
 */
export function renderCard({
  target,
  features,
  data,
  trained_at: at,
  evaluation,
}: ModelContent): string {
  const { model, rules, settings, importance } = evaluation;
  const [chosen] = settings;
  const order = data.order === 'time' ? 'later than all rows that it learned from' : 'at random';
  return [
    `# Model of ${markdownText(target)}`,
    verdictOf(evaluation),
    `Gradient boosted trees for ${features.length} features, trained at ${at}.`,
    '## Measured',
    `On ${evaluation.rowsHeldBack} held-back rows, chosen ${order}:`,
    markdownTable(
      ['prediction', 'mean absolute error', 'explained variance'],
      [
        ['model', figure(model.mae), percent(model.r2)],
        ...rules.map(({ rule: name, mae, r2 }) => [
          `rule ${markdownCode(name)}`,
          figure(mae),
          percent(r2),
        ]),
      ],
    ),
    '## Features',
    markdownTable(
      ['feature', 'share of what the model explains'],
      importance
        .slice(0, SHOWN_FEATURES)
        .map(({ feature, share }) => [markdownText(feature), percent(share)]),
    ),
    '## Origin',
    `${data.rows} rows with the SHA-256 ${markdownCode(data.sha256)}, seed ${data.seed}. ` +
      `Settings by cross-validation: depth ${chosen?.depth}, rate ${chosen?.learningRate}.`,
    'A model knows only what its rows show. Train it again when the load changes.',
  ]
    .map((part) => part.trim())
    .join('\n\n');
}

/** Whether to use the model, in a sentence. */
export function verdictOf({ isBetter, improvement, rules }: Verdict): string {
  const rule = markdownCode(rules[0]?.rule ?? '');
  if (!isBetter) return `Not better than the rule ${rule} beyond chance. Use the rule.`;
  const atLeast = `with 99 % confidence by at least ${percent(improvement.lower)}`;
  return `Better than the rule ${rule} by ${percent(improvement.estimate)}, ${atLeast}.`;
}

type Verdict = Pick<Evaluation, 'isBetter' | 'improvement' | 'rules'>;

function percent(share: number): string {
  return `${(share * PERCENT).toFixed(1)} %`;
}

function figure(value: number): string {
  return `${Number(value.toPrecision(DIGITS))}`;
}
