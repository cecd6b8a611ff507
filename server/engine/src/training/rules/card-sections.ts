/** The parts of a card. */
import type { CardSection, CardSubject } from '../model/card.ts';
import type { Evaluation } from '../model/training.ts';
import { figure, percent } from './format-figures.ts';

const SHOWN_FEATURES = 10;
const BYTES_PER_KIB = 1_024;

/** Makes them, in their order. */
export function cardSections(subject: CardSubject): readonly CardSection[] {
  const { features, data, trained_at: at, evaluation, origin = [] } = subject;
  const [chosen] = evaluation.settings;
  return [
    {
      title: 'Kind',
      lines: [`Gradient boosted trees for ${countWords(features.length)}, trained at ${at}.`],
    },
    measured(evaluation, data.order),
    ...alarms(evaluation),
    robustness(subject),
    {
      title: 'Features',
      lines: [],
      table: {
        heads: ['feature', 'share of what the model explains'],
        rows: evaluation.importance
          .slice(0, SHOWN_FEATURES)
          .map(({ feature, share }) => [feature, percent(share)]),
      },
    },
    {
      title: 'Calibration',
      lines: ['Means of tenths of the held-back rows, by ascending prediction:'],
      table: {
        heads: ['predicted', 'actual'],
        rows: evaluation.calibration.map(({ predicted, actual }) => [
          figure(predicted),
          figure(actual),
        ]),
      },
    },
    {
      title: 'Origin',
      lines: [
        ...origin,
        `${data.rows} rows with the SHA-256 \`${data.sha256}\`, seed ${data.seed}. ` +
          `Settings by cross-validation: depth ${chosen?.depth}, rate ${chosen?.learningRate}.`,
        'A model knows only what its rows show. Train it again when the load changes.',
      ],
    },
  ];
}

function countWords(features: number): string {
  return features === 1 ? '1 feature' : `${features} features`;
}

function measured(
  { rowsHeldBack, model, rules }: Evaluation,
  order: CardSubject['data']['order'],
): CardSection {
  const chosen = order === 'time' ? 'later than all rows that it learned from' : 'at random';
  return {
    title: 'Measured',
    lines: [`On ${rowsHeldBack} held-back rows, chosen ${chosen}:`],
    table: {
      heads: ['prediction', 'mean absolute error', 'explained variance'],
      rows: [
        ['model', figure(model.mae), percent(model.r2)],
        ...rules.map(({ rule, mae, r2 }) => [`rule \`${rule}\``, figure(mae), percent(r2)]),
      ],
    },
  };
}

function robustness({ evaluation, file }: CardSubject): CardSection {
  const { model } = evaluation;
  const { noisyMae, missingMae } = evaluation.robustness;
  return {
    title: 'Robustness',
    lines: file === undefined ? [] : workersOf(file),
    table: {
      heads: ['inputs', 'mean absolute error'],
      rows: [
        ['as they are', figure(model.mae)],
        ['with noise of a tenth of their spread', figure(noisyMae)],
        ['a fifth of the values missing', figure(missingMae)],
      ],
    },
  };
}

function workersOf({
  bytes,
  predictions,
  workerBytes,
}: NonNullable<CardSubject['file']>): readonly string[] {
  const size = `The file has ${figure(bytes / BYTES_PER_KIB)} KiB`;
  if (predictions === undefined || workerBytes === undefined) return [`${size}.`];
  const memory = figure(workerBytes / BYTES_PER_KIB ** 2);
  return [
    `${predictions} predictions at once in another worker were those of the worker that trained ` +
      `it. ${size}; a worker that predicts uses ${memory} MiB of memory.`,
  ];
}

function alarms({ alarm }: Evaluation): readonly CardSection[] {
  if (alarm === undefined) return [];
  const shown = (value: number | null) => (value === null ? 'not known' : figure(value));
  return [
    {
      title: 'Alarms',
      lines: [`${percent(alarm.share)} of the rows are above ${figure(alarm.above)}.`],
      table: {
        heads: ['precision', 'recall', 'F1', 'AUC'],
        rows: [[alarm.precision, alarm.recall, alarm.f1, alarm.auc].map(shown)],
      },
    },
  ];
}
