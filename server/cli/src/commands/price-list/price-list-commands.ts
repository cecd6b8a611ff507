/** The command `price-list import`. */
import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../../operations/command-context.ts';
import type { ImportRequest } from './import-prices.ts';

const EXAMPLES = `
The offer file is index.json of AmazonEC2 for your region, from AWS's bulk price list. Instance
types for Linux on shared hosts are imported, on demand and with standard reservations. Spot prices
are estimates: the price on demand less the average savings of the Spot Instance Advisor.

Example:
  $ novacron price-list import aws --currency USD --region us-east-1 --aws index.json --dry-run`;

/** Adds it to the group `price-list`. */
export function addPriceListCommands(group: Command, { online }: CommandContext): void {
  const command = group
    .command('import')
    .description("Imports AWS's instance types as a price list, or updates that list.")
    .argument('<name>', 'Name of the price list')
    .requiredOption('--currency <code>', 'Currency of the file: an ISO 4217 code', parseCurrency)
    .requiredOption('--region <region>', 'Region whose prices are imported, such as us-east-1')
    .requiredOption('--aws <file>', 'Offer file (JSON)')
    .option('--spot <file>', 'Data of the Spot Instance Advisor (JSON)')
    .option('--dry-run', 'Show what would be imported, and send nothing')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string) => {
      const { importPrices } = await import('./import-prices.ts');
      const request = { ...command.opts<Omit<ImportRequest, 'name'>>(), name };
      await online((session) => importPrices(session, request));
    });
}

function parseCurrency(text: string): string {
  if (/^[A-Z]{3}$/.test(text)) return text;
  throw new InvalidArgumentError('Must be an ISO 4217 code of three letters, such as EUR.');
}
