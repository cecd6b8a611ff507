/** `novacron price-list import`: makes a price list of AWS's instance types. */
import { createReadStream } from 'node:fs';
import { InstancePrices, PRICE_DECIMALS, PriceListShown } from '@novacron/contract/cost/price-list';
import { err, ok, type Result } from '@novacron/contract/result';
import { listAll } from '../../client/list-all.ts';
import { callOperation, type Session } from '../../client/session.ts';
import { type Failure, usageFailure } from '../../failures/failure.ts';
import type { CliIo } from '../../io/cli-io.ts';
import { explainFileTrouble } from '../../io/explain-file-trouble.ts';
import { readTextFile } from '../../io/read-text-file.ts';
import type { Outcome } from '../../operations/outcome.ts';
import type { Fields } from '../../output/fields.ts';
import { readInterruptions, type SpotUse } from './read-interruptions.ts';
import { createOfferReader, type OfferReader } from './read-offers.ts';

/** Prices to import. */
export interface ImportRequest {
  /** Name of the price list. */
  readonly name: string;
  readonly currency: string;
  readonly region: string;
  /** Offer file. */
  readonly aws: string;
  /** Data of the Spot Instance Advisor. */
  readonly spot?: string;
  readonly dryRun?: true;
}

/** An instance type of a request. */
interface ImportedType extends Fields {
  readonly name: string;
}

/** What an import takes. */
interface ReadPrices {
  readonly types: readonly ImportedType[];
  readonly lines: readonly string[];
}

/**
 * Imports prices. Failures: wrong usage for files that cannot be read or are not in the format,
 * with the place; problems of the server.
 */
export async function importPrices(session: Session, request: ImportRequest): Promise<Outcome> {
  const read = await readPrices(session.io, request);
  if (!read.ok) return { failure: read.error };
  const { types, lines } = read.value;
  if (request.dryRun) return report([...lines, 'Nothing was sent: --dry-run.'], { types });
  const { name, currency } = request;
  const listed = await listAll(session, { operation: 'price_list.list', input: { name } });
  if (!listed.ok) return { failure: listed.error };
  const [known] = listed.value.map((item) => PriceListShown.parse(item));
  if (known !== undefined && known.currency !== currency) {
    const why = `--currency: the price list ${name} is in ${known.currency}, not in ${currency}`;
    return { failure: usageFailure(why) };
  }
  const instance_types = { types };
  const sent =
    known === undefined
      ? await callOperation(session, 'price_list.create', { name, currency, instance_types })
      : await callOperation(session, 'price_list.update', { id: known.id, instance_types });
  if (!sent.ok) return { failure: sent.error };
  const stored = PriceListShown.parse(sent.value.resource);
  const done = known === undefined ? 'Created' : 'Updated';
  const line = `${done} the price list ${name}, in force from ${stored.valid_from}.`;
  return report([...lines, line], { types });
}

function report(lines: readonly string[], value: Fields): Outcome {
  return { document: { kind: 'report', value, text: `${lines.join('\n')}\n` } };
}

async function readPrices(
  io: Pick<CliIo, 'readText'>,
  { aws, spot, region, currency }: ImportRequest,
): Promise<Result<ReadPrices, Failure>> {
  const reader = createOfferReader({ region, currency });
  const fault = await readChunks(aws, reader);
  if (fault !== undefined) return err(usageFailure(`--aws: ${fault}`));
  const offered = reader.types();
  if (offered.length === 0) {
    const why = [`--aws: ${aws} has no instance types of ${region} for Linux`];
    return err(usageFailure([...why, ...describeLeftOut(reader)].join('\n')));
  }
  const spots = spot === undefined ? ok(undefined) : await readSpots(io, spot, region);
  if (!spots.ok) return spots;
  const types = offered.map(({ reserved, ...type }): ImportedType => {
    const use = spots.value?.get(type.name);
    return {
      ...type,
      ...(use === undefined ? {} : toSpotFields(type.on_demand, use)),
      ...(reserved.length === 0 ? {} : { reserved }),
    };
  });
  const withReserved = offered.filter(({ reserved }) => reserved.length > 0).length;
  const withSpot = types.filter((type) => type.spot !== undefined).length;
  const taken =
    `${aws}: ${types.length} instance types of ${region} in ${currency}, ` +
    `${withReserved} with reserved prices, ${withSpot} with spot prices.`;
  const refused = refuseTypes(types);
  if (refused !== undefined) return err(usageFailure(`--aws: ${aws}: ${refused}`));
  return ok({ types, lines: [taken, ...describeLeftOut(reader)] });
}

/** What no price list can have, which a dry run says as well. */
function refuseTypes(types: readonly ImportedType[]): string | undefined {
  const checked = InstancePrices.safeParse({ types });
  const [issue] = checked.error?.issues ?? [];
  if (issue === undefined) return undefined;
  const [, at, ...path] = issue.path;
  const name = typeof at === 'number' ? types[at]?.name : undefined;
  return [name ?? 'its types', ...path.map(String)].join('.').concat(`: ${issue.message}`);
}

function toSpotFields(onDemand: number, { priceRatio, interruptionRisk }: SpotUse) {
  const scale = 10 ** PRICE_DECIMALS;
  const spot = Math.round(onDemand * priceRatio * scale) / scale;
  return { spot, interruption_risk: interruptionRisk };
}

/** @returns what is wrong with the file, and where */
async function readChunks(path: string, reader: OfferReader): Promise<string | undefined> {
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8' })) {
      const fault = reader.write(String(chunk));
      if (fault !== undefined) return `${path}, ${fault}`;
    }
  } catch (cause) {
    return `cannot read ${path}: ${explainFileTrouble(cause)}`;
  }
  const fault = reader.end();
  return fault === undefined ? undefined : `${path}, ${fault}`;
}

async function readSpots(
  io: Pick<CliIo, 'readText'>,
  path: string,
  region: string,
): Promise<Result<ReadonlyMap<string, SpotUse>, Failure>> {
  const text = await readTextFile(io, path, 'the spot data');
  if (!text.ok) return text;
  const read = readInterruptions(text.value, region);
  return read.ok ? read : err(usageFailure(`--spot: ${path}: ${read.error}`));
}

function describeLeftOut(reader: OfferReader): readonly string[] {
  return [...reader.leftOut()].map(([why, { count, first }]) => {
    const more = count > first.length ? ', …' : '';
    return `Left out ${count} (${first.join(', ')}${more}): ${why}.`;
  });
}
