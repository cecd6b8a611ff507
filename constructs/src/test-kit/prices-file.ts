import { join } from 'node:path';

/** A price list as the command line writes it. */
export const PRICES_FILE = join(__dirname, '../../../examples/cdktf/ha-service/prices.json');
